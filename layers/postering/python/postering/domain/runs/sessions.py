"""Upload sessions: the progress of each package.

Statuses are D365's (RetailCDXUploadSession); a session is per package.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Self

from postering.domain.runs.cursors import ChannelCursor


class SessionStatus(StrEnum):
    """D365's statuses of an upload session, as reports show them."""

    STARTED = "Started"
    AVAILABLE = "Available"
    UPLOADED = "Uploaded"
    APPLIED = "Applied"
    CANCELED = "Canceled"
    UPLOAD_FAILED = "UploadFailed"
    APPLY_FAILED = "ApplyFailed"


@dataclass(frozen=True, slots=True, kw_only=True)
class StagedCounts:
    """Counts of staging a package, in transactions (rows without a key count as `rejected`)."""

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

    `package` is the id in the name of the package's file (a rerun has another session's, which `rerun_for` names).
    `fingerprint` is a cheap check that the file was not touched; `sha256` is of its bytes. `tries` counts the runs that
    did not end on it; if they are many, `retry_at` is the time of the next one. `staged_transactions` counts its
    transactions that are staged. `counters_before` (`position_before` and `reached_before` of a source that counts no
    rows) is the source's cursor before an extraction: the cursor is set back to it if the session is canceled or can't
    be applied. `unkeyed` counts its rows that name no transaction. `removed` is the time when retention removed its
    package: `sha256` and the counts keep its facts.
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
        """Whether so many runs died on it that it is tried last, alone, with growing pauses."""
        return self.waits and self.retry_at is not None

    @property
    def cursor_before(self) -> ChannelCursor:
        """The source's cursor before an extraction."""
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
        """The session of this shape; nothing else of it is known, not even the time when it was made."""
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
