"""The record of each transaction beside its rows: its state with the reason, problems, document and timeline.

The record is small, and only it changes. `version` grows with every change and is the lock: a change is written only
over the version that it was decided on. Source of the states: RetailTransactionOrderStatus.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Final, Self

from postering.domain.keys import TransactionKey
from postering.domain.money import Money
from postering.domain.problems import CREATED_CUSTOMERS, Problem, Waiting, blocking, codes_of, listed
from postering.domain.sales_orders.documents import PostedOrder
from postering.domain.staging.assembly import Assembly, Decision, assemble
from postering.domain.staging.business_events import BusinessEvent, EventKind, event_of, order_detail
from postering.domain.staging.edits import Edit
from postering.domain.staging.pieces import Piece
from postering.domain.staging.queue_order import awaiting_since, pending_since, retry_at, suspect_until


class State(StrEnum):
    """The state of a transaction; it is in exactly one state at any moment.

    D365's RetailTransactionOrderStatus of failed is 1, of succeeded 2, of editing 4, of all others 0 (None).
    """

    PENDING = "pending"  # ready, not taken yet
    WAITING = "waiting"  # not ready, with the reason
    FAILED = "failed"  # with problems
    SUCCEEDED = "succeeded"  # with its document
    EDITING = "editing"  # edited, held until release
    VOIDED = "voided"  # by an operator, or by its entry status
    NOT_AN_ORDER = "not_an_order"  # a type that Synchronize orders does not post


_FIXED_BY_AN_ORIGINAL: Final = frozenset({"CANCELLED_ORDER", "RETURN_ORIGINAL"})


def _may_be_fixed_by_a_posting(problem: Problem) -> bool:
    """Whether another transaction's posting fixes it: the original that comes, or the customer that it creates."""
    waits_for_customer = any(fact.startswith(f"{CREATED_CUSTOMERS}/") for fact in problem.depends_on)
    return problem.code in _FIXED_BY_AN_ORIGINAL or waits_for_customer


@dataclass(frozen=True, slots=True, kw_only=True)
class PieceReference:
    """A piece of this transaction and the upload session that first brought it."""

    name: str
    group: str
    session: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineEntry:
    """One change: when (UTC), by whom (a job's run or an operator), what it was, the states before and after."""

    at: datetime
    by: str
    what: str
    before: str
    after: str

    def as_json(self) -> dict[str, object]:
        """The shape that `show --json` prints."""
        return {
            "at": self.at.isoformat(),
            "by": self.by,
            "what": self.what,
            "before": self.before,
            "after": self.after,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """The current header as lists and indexes show it. Amounts have the order's sign: positive for a sale."""

    type: int | None = None
    channel_reference_id: str = ""
    business_date: date | None = None
    currency: str = ""
    total: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TransactionRecord:
    """One transaction's state. `reason` is the waiting code, or in words why it is voided or not an order.

    `posted_pieces` counts the pieces that its document was built from; `setup_version` is the setup that it was judged
    by; `attempts` counts passing failures, and of a suspect the runs that did not end; `retry_at` is the time of the
    next try; `received` is the time it first came. `outbox` has the events that no receiver has accepted yet.
    """

    key: TransactionKey
    state: State
    received: datetime
    reason: str = ""
    version: int = 1
    write_id: str = ""
    summary: Summary = Summary()
    pieces: tuple[PieceReference, ...] = ()
    decisions: tuple[Decision, ...] = ()
    edits: tuple[Edit, ...] = ()
    conflicts: int = 0
    rejected: int = 0
    problems: tuple[Problem, ...] = ()
    sales_id: str = ""
    posted_pieces: int = 0
    setup_version: int = 0
    attempts: int = 0
    retry_at: datetime | None = None
    timeline: tuple[TimelineEntry, ...] = ()
    outbox: tuple[BusinessEvent, ...] = ()

    @property
    def codes(self) -> tuple[str, ...]:
        """Codes that block or warn, or the reason for waiting."""
        if self.state is State.WAITING:
            return (self.reason,)
        return codes_of(listed(self.problems))

    @property
    def due(self) -> str | None:
        """Its place in the queue of Synchronize orders, None if it is not to be taken.

        A text that sorts, by the parts of the queue: pending, suspects, released by another one's posting, tried again.
        """
        if self.state is State.PENDING:
            return pending_since(self.received) if self.retry_at is None else suspect_until(self.retry_at)
        if self._waits_for_another:
            return awaiting_since(self.received)
        if self.state is State.WAITING and self.reason == Waiting.FOR_RETRY and self.retry_at is not None:
            return retry_at(self.retry_at)
        return None

    @property
    def is_suspect(self) -> bool:
        """Whether it is pending, and runs that took it up did not end: it is posted last and alone."""
        return self.state is State.PENDING and self.retry_at is not None

    @property
    def passing_failures(self) -> int:
        """How often the store refused it for a reason that may pass."""
        return self.attempts if self.state is State.WAITING else 0

    @property
    def suspicion(self) -> str:
        """The reason why it is a suspect; '' if it is not."""
        return f"{self.attempts} runs took it up and none of them ended" if self.is_suspect else ""

    @property
    def _waits_for_another(self) -> bool:
        """Whether each run checks again if the other transaction that it needs has come: no wake-up can be lost."""
        if self.state is State.WAITING:
            return self.reason == Waiting.FOR_ORIGINAL
        problems = blocking(self.problems)
        return self.state is State.FAILED and bool(problems) and all(map(_may_be_fixed_by_a_posting, problems))

    def assembled(self, pieces: Sequence[Piece]) -> Assembly:
        """The transaction as received so far, with operators' decisions and edits, of the record's `pieces`."""
        return assemble(self.key, pieces, decisions=self.decisions, edits=self.edits, posted_pieces=self.posted_pieces)

    @property
    def total(self) -> Money | None:
        """The order's total; None if the header has not come."""
        if self.summary.total is None or not self.summary.currency:
            return None
        return Money(self.summary.total, self.summary.currency)

    def changed(self, *, at: datetime, by: str, what: str, state: State, write_id: str, **changes: object) -> Self:
        """The next version of the record, with the change on its timeline."""
        entry = TimelineEntry(at=at, by=by, what=what, before=str(self.state), after=str(state))
        return replace(
            self,
            state=state,
            version=self.version + 1,
            write_id=write_id,
            timeline=(*self.timeline, entry),
            **changes,  # type: ignore[arg-type]
        )

    def suspected(self, *, tries: int, retry_at: datetime, at: datetime, by: str, write_id: str) -> Self:
        """The next version of the record, after so many runs took it up and did not end, with its next try.

        The timeline shows when it became a suspect, but not each try: it would grow without end.
        """
        suspect = self
        if not self.is_suspect:
            what = f"{tries} runs took it up and none of them ended: it is posted last and alone, with growing pauses"
            suspect = self.changed(
                at=at, by=by, what=what, state=State.PENDING, write_id=write_id, reason="", problems=()
            )
        return replace(suspect, version=self.version + 1, write_id=write_id, attempts=tries, retry_at=retry_at)

    def announced(self, before: "TransactionRecord | None", order: PostedOrder | None = None) -> Self:
        """The record with the event of its last change in the outbox: that it was posted as `order`, or that it failed.

        A failure is reported once: not again if the record `before` has the same codes.
        """
        named = {
            "DataAreaId": self.key.company,
            "channel": self.key.channel,
            "store": self.key.store,
            "terminal": self.key.terminal,
            "transaction_id": self.key.transaction_id,
            "channel_reference_id": self.summary.channel_reference_id or None,
        }
        last = self.timeline[-1]
        if order is not None:
            kind, detail = EventKind.ORDER_POSTED, order_detail(named, order)
        elif self.state is State.FAILED and not (
            before is not None and before.state is State.FAILED and before.codes == self.codes
        ):
            total = self.total
            kind = EventKind.TRANSACTION_FAILED
            detail = {
                "transaction": named,
                "codes": list(self.codes),
                "currency": self.summary.currency or None,
                "total": total.text if total is not None else None,
            }
        else:
            return self
        event = event_of(kind, len(self.timeline), last.at, self.key.text, detail)
        return replace(self, outbox=(*self.outbox, event))

    def as_json(self) -> dict[str, object]:
        """The shape of one row of `transactions --json`."""
        summary, total = self.summary, self.total
        return {
            "transaction_id": self.key.transaction_id,
            "channel": self.key.channel,
            "store": self.key.store,
            "terminal": self.key.terminal,
            "channel_reference_id": summary.channel_reference_id,
            "business_date": summary.business_date.isoformat() if summary.business_date else None,
            "currency": summary.currency or None,
            "total": total.text if total is not None else None,
            "state": str(self.state),
            "codes": list(self.codes),
            "sales_id": self.sales_id or None,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Staged:
    """A transaction as the store has it: its record, and its pieces in the record's order."""

    record: TransactionRecord
    pieces: tuple[Piece, ...]
