"""A difference between two sides: its transaction, its amount, and why."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final, NamedTuple

from postering.domain.keys import TransactionKey
from postering.domain.money import amount_text

CHANNEL_AND_PACKAGES: Final = "channel and packages"
PACKAGES_AND_STAGED: Final = "packages and staged"
STAGED_AND_ORDERS: Final = "staged and orders"
ORDERS_AND_PAYMENTS: Final = "orders and payments"
PAYMENTS_AND_JOURNAL: Final = "payments and journal"
DEBITS_AND_CREDITS: Final = "debits and credits"


class Fault(NamedTuple):
    """A difference within one transaction: the two sides, left less right, and why."""

    between: str
    amount: Decimal
    why: str


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

    def as_json(self) -> dict[str, object]:
        """The shape of one member of `unexplained` and `explained`."""
        return {
            "transaction_id": self.transaction.transaction_id if self.transaction is not None else None,
            "between": self.between,
            "amount": amount_text(self.amount, self.currency),
            "currency": self.currency or None,
            "why": self.why,
        }
