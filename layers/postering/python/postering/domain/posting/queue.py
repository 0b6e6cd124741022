"""The queue of Synchronize orders, and the write of one posting with its result."""

from dataclasses import dataclass
from enum import StrEnum

from postering.domain.keys import TransactionKey
from postering.domain.returns.accounts import Account
from postering.domain.sales_orders.documents import PostedOrder
from postering.domain.staging.records import TransactionRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """One write: the record (over its version − 1), and the order with payments and journal.

    `reference_guard`: (kind, channel, reference) that no other transaction may hold; None if the reference is empty.
    `accounts`: those of the originals that it takes back, each over its version − 1. The customers that the order
    brings are created with it; none of them may exist.
    """

    record: TransactionRecord
    order: PostedOrder
    reference_guard: tuple[str, int, str] | None
    accounts: tuple[Account, ...] = ()


class PostResult(StrEnum):
    """The result of one posting."""

    POSTED = "posted"
    LOST = "lost"  # the record changed since it was read: another run or an operator was first
    REFERENCE_TAKEN = "reference_taken"
    ACCOUNT_CHANGED = "account_changed"  # somebody took back of the same original: decide again
    CUSTOMER_CREATED = "customer_created"  # somebody created the same customer: decide again
    TOO_LARGE = "too_large"
    PASSING_FAILURE = "passing_failure"


@dataclass(frozen=True, slots=True, kw_only=True)
class PostOutcome:
    """The result of one posting; `taken_by` is the other transaction's key if the reference is taken."""

    result: PostResult
    taken_by: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DuePage:
    """A page of a part of the queue, in order; `next` is the start of the following one, None after the last."""

    keys: tuple[TransactionKey, ...]
    next: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenBatch:
    """A batch that a run has taken up and not closed: the run is at work on it, or died."""

    run_id: str
    keys: tuple[TransactionKey, ...]
    tries: int
