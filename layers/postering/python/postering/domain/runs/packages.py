"""Packages as they pass between the jobs and the uploads."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedPackage:
    """A package that lies in the uploads: `fingerprint` changes when its file is touched, `since` is when it came."""

    session: str
    size: int
    fingerprint: str
    since: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenPackage:
    """A package that was written whole."""

    transactions: int
    records: int
    size: int
    sha256: str
    fingerprint: str
