"""A difference between two sides: of which transaction, how much, and why."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final, NamedTuple

from postering.domain.keys import TransactionKey
from postering.domain.money import amount_text, negated

CHANNEL_AND_PACKAGES: Final = "channel and packages"
PACKAGES_AND_STAGED: Final = "packages and staged"
STAGED_AND_ORDERS: Final = "staged and orders"
ORDERS_AND_PAYMENTS: Final = "orders and payments"
PAYMENTS_AND_JOURNAL: Final = "payments and journal"
DEBITS_AND_CREDITS: Final = "debits and credits"


class Fault(NamedTuple):
    """A difference within one transaction: between which sides, left less right, and why."""

    between: str
    amount: Decimal
    why: str


Findings = tuple[list[Fault], list[Fault]]
"""What is unexplained of a transaction, and what is explained."""


def other_sign(amount: Decimal) -> Decimal:
    """What the right side has more."""
    return negated(amount)


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A difference as reported. `transaction` is None where it is of a package, or of sums.

    `amount` is what the first of the two sides has more, positive for a sale; of a difference that leaves the sums
    alone (a cent moved between two lines) it is the largest that any amount of a row differs by.
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
