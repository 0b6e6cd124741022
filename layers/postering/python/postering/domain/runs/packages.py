"""Packages and channel rows as they pass between the jobs and their sources."""

from dataclasses import dataclass
from datetime import datetime

from postering.domain.retail_transactions.rows import RawRow


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


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelRows:
    """One whole transaction of a channel database: (entity, raw row, where it stands)."""

    rows: tuple[tuple[str, RawRow, str], ...]
