"""Packages as they pass between the jobs and the uploads."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedPackage:
    """A package in the uploads: `fingerprint` changes if its file is touched, `since` is the time it came."""

    session: str
    size: int
    fingerprint: str
    since: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenPackage:
    """A package that was written completely."""

    transactions: int
    records: int
    size: int
    sha256: str
    fingerprint: str
