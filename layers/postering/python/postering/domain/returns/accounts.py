"""Movements: what was taken back of an order, line by line and payment by payment, and the account that holds them.

The account lies under the original's key and is written, over its version, in the same write as the document that takes
back: two at once can't return, refund or cancel more than there is. It is kept also before the original is there.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import Self

from postering.domain.keys import TransactionKey
from postering.domain.money import ZERO, total


class Taken(StrEnum):
    """What a movement takes back."""

    RETURNED = "returned"
    CANCELLED = "cancelled"
    CHARGE = "charge"
    REFUNDED = "refunded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """What one transaction (`by`, its key) took back of one line, charge or payment of the original.

    Quantity and amounts have no sign: they are what is less afterwards. `amount` is of a payment or a whole charge;
    `company_amount` is what of a payment's amount in the company's currency went with it, None where that is not known
    (the original was not there, or the record is older than the field).
    """

    by: str
    kind: Taken
    line: Decimal
    number: Decimal = ZERO
    quantity: Decimal = ZERO
    net: Decimal = ZERO
    tax: Decimal = ZERO
    amount: Decimal = ZERO
    company_amount: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What was taken back of one original; version 0 and empty before anything was."""

    key: TransactionKey
    version: int = 0
    write_id: str = ""
    movements: tuple[Movement, ...] = ()

    def of_line(self, line: Decimal) -> tuple[Movement, ...]:
        """What was returned or cancelled of a line."""
        return tuple(m for m in self.movements if m.line == line and m.kind in {Taken.RETURNED, Taken.CANCELLED})

    def of_payment(self, payment_line: Decimal) -> tuple[Movement, ...]:
        """The refunds of a payment."""
        return tuple(m for m in self.movements if m.line == payment_line and m.kind is Taken.REFUNDED)

    def refunded(self, payment_line: Decimal) -> Decimal:
        """What was refunded of a payment."""
        return total(m.amount for m in self.of_payment(payment_line))

    def has_charge(self, line: Decimal, number: Decimal) -> bool:
        """Whether a charge was taken back."""
        return any(m.kind is Taken.CHARGE and (m.line, m.number) == (line, number) for m in self.movements)

    def moved(self, movements: Iterable[Movement], write_id: str) -> Self:
        """The next version, with `movements` on it."""
        return replace(self, version=self.version + 1, write_id=write_id, movements=(*self.movements, *movements))
