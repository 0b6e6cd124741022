"""The reports of both jobs, as functions return and commands print them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Self

from postering.domain.money import ZERO, amount_text, total
from postering.domain.runs.sessions import SessionStatus, StagedCounts, UploadSession


@dataclass(frozen=True, slots=True, kw_only=True)
class PJobReport:
    """The report of one run of the P-job. Counts are of transactions (rows without a key count as rejected).

    `unreachable` names the channel databases that could not be read; `complete` is False if time ran out.
    """

    run_id: str
    sessions: tuple[UploadSession, ...]
    counts: StagedCounts
    duration_seconds: Decimal
    messages: tuple[str, ...] = ()
    unreachable: tuple[str, ...] = ()
    complete: bool = True

    @property
    def failures(self) -> tuple[str, ...]:
        """The failures: sessions that ended ApplyFailed, channel databases that could not be read."""
        failed = (s for s in self.sessions if s.status is SessionStatus.APPLY_FAILED)
        return (*(f"session {session.name}: {session.message}" for session in failed), *self.unreachable)

    @property
    def kept_counts(self) -> dict[str, int]:
        """The counts that the store keeps of the run."""
        return {
            "sessions": len(self.sessions),
            "transactions_staged": self.counts.staged,
            "duplicates": self.counts.duplicates,
            "conflicts": self.counts.conflicts,
            "rejected": self.counts.rejected,
            "waiting": self.counts.waiting,
        }

    def as_json(self) -> dict[str, object]:
        """The report's shape (`p-job --json`)."""
        return {
            "job": "p-job",
            "run_id": self.run_id,
            "sessions": [session.as_json() for session in self.sessions],
            "transactions_staged": self.counts.staged,
            "duplicates": self.counts.duplicates,
            "conflicts": self.counts.conflicts,
            "rejected": self.counts.rejected,
            "waiting": self.counts.waiting,
            "messages": list(self.messages),
            "unreachable": list(self.unreachable),
            "complete": self.complete,
            "duration_seconds": float_seconds(self.duration_seconds),
        }

    @classmethod
    def from_json(cls, report: Mapping[str, Any]) -> Self:
        """The report of this shape, as a function returned it."""
        return cls(
            run_id=report["run_id"],
            sessions=tuple(UploadSession.from_json(session) for session in report["sessions"]),
            counts=StagedCounts(
                staged=report["transactions_staged"],
                duplicates=report["duplicates"],
                conflicts=report["conflicts"],
                rejected=report["rejected"],
                waiting=report["waiting"],
            ),
            messages=tuple(report.get("messages", ())),
            unreachable=tuple(report.get("unreachable", ())),
            complete=report.get("complete", True),
            duration_seconds=Decimal(str(report["duration_seconds"])),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CurrencyTotals:
    """The totals of one run's postings in one currency, in the order's sign."""

    orders: Decimal = ZERO
    payments: Decimal = ZERO
    variance: Decimal = ZERO

    def __add__(self, other: "CurrencyTotals") -> "CurrencyTotals":
        """Both together, exactly."""
        return CurrencyTotals(
            orders=total((self.orders, other.orders)),
            payments=total((self.payments, other.payments)),
            variance=total((self.variance, other.variance)),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncOrdersReport:
    """The report of one run of Synchronize orders: selected = succeeded + failed + waiting + skipped."""

    run_id: str
    succeeded: int = 0
    failed: int = 0
    waiting: int = 0
    skipped: int = 0
    sales_orders: int = 0
    payments: int = 0
    totals: Mapping[str, CurrencyTotals] = field(default_factory=dict)
    errors: Mapping[str, int] = field(default_factory=dict)
    remaining: int = 0
    duration_seconds: Decimal = ZERO
    dry_run: bool = False
    messages: tuple[str, ...] = ()
    complete: bool = True

    @property
    def selected(self) -> int:
        """How many transactions the run took up."""
        return self.succeeded + self.failed + self.waiting + self.skipped

    @property
    def failures(self) -> tuple[str, ...]:
        """No failures: a transaction that failed is a result."""
        return ()

    @property
    def kept_counts(self) -> dict[str, int]:
        """The counts that the store keeps of the run."""
        return {
            "selected": self.selected,
            "succeeded": self.succeeded,
            "failed": self.failed,
            "waiting": self.waiting,
            "skipped": self.skipped,
            "sales_orders": self.sales_orders,
            "payments": self.payments,
            "remaining": self.remaining,
        }

    def as_json(self) -> dict[str, object]:
        """The report's shape (`sync-orders --json`)."""
        return {
            "job": "sync-orders",
            "run_id": self.run_id,
            "selected": self.selected,
            "succeeded": self.succeeded,
            "failed": self.failed,
            "waiting": self.waiting,
            "skipped": self.skipped,
            "sales_orders": self.sales_orders,
            "payments": self.payments,
            "totals": {
                currency: {
                    "orders": amount_text(sums.orders, currency),
                    "payments": amount_text(sums.payments, currency),
                    "variance": amount_text(sums.variance, currency),
                }
                for currency, sums in sorted(self.totals.items())
            },
            "errors": dict(sorted(self.errors.items())),
            "remaining": self.remaining,
            "dry_run": self.dry_run,
            "messages": list(self.messages),
            "complete": self.complete,
            "duration_seconds": float_seconds(self.duration_seconds),
        }

    @classmethod
    def from_json(cls, report: Mapping[str, Any]) -> Self:
        """The report of this shape, as a function returned it."""
        return cls(
            run_id=report["run_id"],
            succeeded=report["succeeded"],
            failed=report["failed"],
            waiting=report["waiting"],
            skipped=report["skipped"],
            sales_orders=report["sales_orders"],
            payments=report["payments"],
            totals={
                currency: CurrencyTotals(**{name: Decimal(text) for name, text in sums.items()})
                for currency, sums in report["totals"].items()
            },
            errors=dict(report["errors"]),
            remaining=report["remaining"],
            dry_run=report.get("dry_run", False),
            messages=tuple(report.get("messages", ())),
            complete=report.get("complete", True),
            duration_seconds=Decimal(str(report["duration_seconds"])),
        )


def float_seconds(seconds: Decimal) -> float:
    """Seconds as a JSON number: the only float of a report. It is not money."""
    return float(round(seconds, 3))
