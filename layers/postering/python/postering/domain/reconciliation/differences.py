"""A difference between two sides: its transaction, its amount, and why."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final, NamedTuple

from postering.domain.keys import TransactionKey
from postering.domain.money import amount_text

CHANNEL_AND_PACKAGES: Final = "channel and packages"
PACKAGES_AND_STAGED: Final = "packages and staged"
STAGED_AND_ORDERS: Final = "staged and orders"
ORDERS_AND_PAYMENTS: Final = "orders and payments"
PAYMENTS_AND_JOURNAL: Final = "payments and journal"
DEBITS_AND_CREDITS: Final = "debits and credits"


class Reason(StrEnum):
    """Why two sides differ, in a few words: the differences of one reason are a line of the report."""

    UNEXPLAINED = "not explained"
    NOT_COMPARED = "not compared with a channel"
    NOT_PULLED = "not yet pulled"
    UNREAD = "in a package not yet read"
    IN_FLIGHT = "in a package not yet applied"
    NOT_APPLIED = "in a package that was not applied"
    PURGED = "purged from the channel"
    UPLOADED = "uploaded, not in the channel"
    CONFLICT = "in conflict"
    REMOVED = "in a package that retention removed"
    QUARANTINED = "in a package in quarantine"
    NO_TRANSACTION = "rows that name no transaction"
    PENDING = "pending"
    WAITING = "waiting"
    FAILED = "failed"
    EDITING = "editing"
    VOIDED = "voided"
    NOT_AN_ORDER = "not an order"
    QUOTATION = "quotation"
    EDITED = "edited by an operator"
    FILLED_IN = "filled in by cancellations"
    HEADER_AND_LINES = "header and lines differ"
    VARIANCE = "variance"
    OPEN = "open"
    ON_ACCOUNT = "on account"


class Fault(NamedTuple):
    """A difference within one transaction: the two sides, left less right, and why.

    `currency` is given only if it is not the transaction's.
    """

    between: str
    amount: Decimal
    why: str
    reason: Reason = Reason.UNEXPLAINED
    currency: str = ""


Findings = tuple[list[Fault], list[Fault]]
"""The unexplained and the explained differences of a transaction."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A difference as reported. `transaction` is None if it is of a package, or of sums.

    `amount` is the first side less the second, positive for a sale. If the sums are equal (a cent moved between two
    lines), it is the largest difference of an amount of a row.
    """

    transaction: TransactionKey | None
    between: str
    amount: Decimal
    currency: str
    why: str
    reason: Reason = Reason.UNEXPLAINED

    def as_json(self) -> dict[str, object]:
        """The shape of one member of `unexplained` and `explained`."""
        return {
            "transaction_id": self.transaction.transaction_id if self.transaction is not None else None,
            "between": self.between,
            "amount": amount_text(self.amount, self.currency),
            "currency": self.currency or None,
            "why": self.why,
        }
