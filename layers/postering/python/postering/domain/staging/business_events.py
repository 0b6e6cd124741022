"""Business events for other systems: an order was posted, a transaction failed, a run finished.

An event is made in the write that it reports: the transaction's record holds it. It is removed when a receiver has
accepted it. It is sent at least once, and in order per transaction. Its id is the same however often it is sent. No
event holds a name, an address or a token.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from postering.domain.sales_orders.documents import PostedOrder


class EventKind(StrEnum):
    """The kinds of event."""

    ORDER_POSTED = "order_posted"
    TRANSACTION_FAILED = "transaction_failed"
    RUN_FINISHED = "run_finished"


@dataclass(frozen=True, slots=True, kw_only=True)
class BusinessEvent:
    """One event: `id` identifies repeats, `subject` is a transaction's key or a job, `detail` its body as JSON text."""

    id: str
    kind: EventKind
    at: datetime
    subject: str
    detail: str

    def as_json(self) -> dict[str, object]:
        """The shape that receivers get: `id`, `type`, `at` (UTC), `subject`, `detail`."""
        return {
            "id": self.id,
            "type": str(self.kind),
            "at": self.at.isoformat(),
            "subject": self.subject,
            "detail": json.loads(self.detail),
        }


def event_of(kind: EventKind, number: int, at: datetime, subject: str, detail: Mapping[str, object]) -> BusinessEvent:
    """The `number`-th event of `subject`."""
    text = json.dumps(detail, separators=(",", ":"), ensure_ascii=False)
    return BusinessEvent(id=f"{subject}#{number}", kind=kind, at=at, subject=subject, detail=text)


def order_detail(transaction: Mapping[str, object], order: PostedOrder) -> dict[str, object]:
    """The report of a posted order: its transaction, document and amounts, as texts with the currency's digits."""
    document = order.document
    return {
        "transaction": transaction,
        "kind": str(document.kind),
        "sales_id": document.id,
        "cancels": document.cancels or None,
        "business_date": document.business_date.isoformat(),
        "currency": document.currency,
        "total": document.total.text,
        "payments": order.paid.text,
        "open": order.open.text,
        "variance": order.variance.text,
    }


def run_finished(job: str, run_id: str, at: datetime, report: Mapping[str, object]) -> BusinessEvent:
    """The event of a finished run, with `report` as its job prints it, without its messages."""
    counts = {name: value for name, value in report.items() if name not in {"messages", "sessions"}}
    text = json.dumps(counts, separators=(",", ":"), ensure_ascii=False)
    return BusinessEvent(id=f"{job}#{run_id}", kind=EventKind.RUN_FINISHED, at=at, subject=job, detail=text)
