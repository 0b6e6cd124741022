"""Upload sessions: how far each package has been read.

Statuses are D365's (RetailCDXUploadSession); a session is per package.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Self

from postering.domain.runs.cursors import ChannelCursor


class SessionStatus(StrEnum):
    """D365's statuses of an upload session, as they are written in reports."""

    STARTED = "Started"
    AVAILABLE = "Available"
    UPLOADED = "Uploaded"
    APPLIED = "Applied"
    CANCELED = "Canceled"
    UPLOAD_FAILED = "UploadFailed"
    APPLY_FAILED = "ApplyFailed"


@dataclass(frozen=True, slots=True, kw_only=True)
class StagedCounts:
    """What staging a package did, in transactions (and rows without a key, under `rejected`)."""

    staged: int = 0
    duplicates: int = 0
    conflicts: int = 0
    rejected: int = 0
    waiting: int = 0

    def __add__(self, other: "StagedCounts") -> "StagedCounts":
        """Both together."""
        return StagedCounts(
            staged=self.staged + other.staged,
            duplicates=self.duplicates + other.duplicates,
            conflicts=self.conflicts + other.conflicts,
            rejected=self.rejected + other.rejected,
            waiting=self.waiting + other.waiting,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadSession:
    """One package's way into staging.

    `package` is the id that the package's file bears (another session's for a rerun, which names it in `rerun_for`);
    `fingerprint` tells cheaply whether the file was touched, `sha256` is of its bytes. `tries` counts runs that
    did not come back from it; where they are many, `retry_at` is when the next one is due.
    `staged_transactions` says how many of its transactions are staged. `counters_before` (`position_before` and
    `reached_before` of a source that counts no rows) is where the source's cursor was before an extraction: it is set
    back to there when the session is canceled or can't be applied. `unkeyed` counts its rows that name no transaction;
    `removed` is when retention took its package away: what it held stands in `sha256` and the counts.
    """

    group: str
    id: str
    status: SessionStatus
    created: datetime
    package: str
    version: int = 1
    write_id: str = ""
    database: str = ""
    rerun_for: str = ""
    size: int = 0
    sha256: str = ""
    fingerprint: str = ""
    tries: int = 0
    transactions: int = 0
    records: int = 0
    staged_transactions: int = 0
    counts: StagedCounts = StagedCounts()
    quarantined: bool = False
    overwritten: str = ""
    message: str = ""
    counters_before: Mapping[str, int] = field(default_factory=dict)
    applied: datetime | None = None
    unkeyed: int = 0
    removed: datetime | None = None
    retry_at: datetime | None = None
    position_before: str = ""
    reached_before: int = 0

    @property
    def name(self) -> str:
        """Group and id, as they are unique together."""
        return f"{self.group}/{self.id}"

    @property
    def waits(self) -> bool:
        """Whether the P-job still has to apply it."""
        return self.status in {SessionStatus.STARTED, SessionStatus.AVAILABLE, SessionStatus.UPLOADED}

    @property
    def is_suspect(self) -> bool:
        """Whether so many runs did not come back from it that it is tried last, alone, with growing pauses."""
        return self.waits and self.retry_at is not None

    @property
    def cursor_before(self) -> ChannelCursor:
        """Where the source's cursor was before an extraction."""
        return ChannelCursor(
            database=self.database,
            highest=self.counters_before,
            position=self.position_before,
            reached=self.reached_before,
        )

    def as_json(self) -> dict[str, object]:
        """The shape of a session in reports and in `sessions --json`."""
        return {
            "id": self.id,
            "group": self.group,
            "status": str(self.status),
            "transactions": self.transactions,
            "records": self.records,
            "message": self.message,
        }

    @classmethod
    def from_json(cls, session: Mapping[str, Any]) -> Self:
        """The session of this shape, of which no more is known: not even when it was made."""
        return cls(
            group=session["group"],
            id=session["id"],
            status=SessionStatus(session["status"]),
            created=datetime.min,
            package=session["id"],
            transactions=session["transactions"],
            records=session["records"],
            message=session["message"],
        )
