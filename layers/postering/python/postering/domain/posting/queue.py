"""The queue of Synchronize orders, and what one posting writes and answers."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from postering.domain.keys import TransactionKey
from postering.domain.returns.accounts import Account
from postering.domain.sales_orders.documents import PostedOrder
from postering.domain.staging.records import TransactionRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """What is written in one go: the record (over its version − 1), the order with payments and journal.

    `reference_guard`: (kind, channel, reference) that no other transaction may hold; None where the reference is empty.
    `accounts`: those of the originals that it takes back of, each over its version − 1. The customers that the order
    brings are created with it; none of them may be there.
    """

    record: TransactionRecord
    order: PostedOrder
    reference_guard: tuple[str, int, str] | None
    accounts: tuple[Account, ...] = ()


class PostResult(StrEnum):
    """How one posting ended."""

    POSTED = "posted"
    LOST = "lost"  # the record changed since it was read: another run or an operator was first
    REFERENCE_TAKEN = "reference_taken"
    ACCOUNT_CHANGED = "account_changed"  # somebody took back of the same original: decide again
    CUSTOMER_CREATED = "customer_created"  # somebody created the same customer: decide again
    TOO_LARGE = "too_large"
    PASSING_FAILURE = "passing_failure"


@dataclass(frozen=True, slots=True, kw_only=True)
class PostOutcome:
    """How one posting ended; `taken_by` holds the other transaction's key where the reference is taken."""

    result: PostResult
    taken_by: str = ""
    detail: str = ""


FROM_AWAITED: Final = "1#"
"""Where, in the queue, the part begins that waits for originals; a place to start a page after."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DuePage:
    """A page of the queue, oldest first; `next` is where the following one starts, None after the last."""

    keys: tuple[TransactionKey, ...]
    next: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenBatch:
    """A batch that a run took up and did not put down: the run is at work on it, or died of it."""

    run_id: str
    keys: tuple[TransactionKey, ...]
    tries: int
