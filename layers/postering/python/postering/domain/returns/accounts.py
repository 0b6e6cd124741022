"""Accounts of originals: what was taken back of each line, charge and payment of an order, as it is stored.

An account lies under its original's key. It is written, over its version, in one write with the document that takes
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
    """The part of an original that a movement takes back."""

    RETURNED = "returned"
    CANCELLED = "cancelled"
    CHARGE = "charge"
    CHARGED = "charged"  # put on the original instead: a cancellation charge that is kept
    REFUNDED = "refunded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """The quantity and amounts that one transaction (`by`, its key) took back of a line, charge or payment.

    They have no sign. `amount` is of a payment or a charge, whose `net` and `tax` it is (both 0: all of the charge, as
    records of earlier versions have it); `company_amount` is the part of the payment in the
    company's currency, None where that is not known (the original was not there, or the record is older than the
    field).
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
    """All movements of one original; version 0 before the first."""

    key: TransactionKey
    version: int = 0
    write_id: str = ""
    movements: tuple[Movement, ...] = ()

    def of_line(self, line: Decimal) -> tuple[Movement, ...]:
        """The movements that returned or cancelled a line."""
        return tuple(m for m in self.movements if m.line == line and m.kind in {Taken.RETURNED, Taken.CANCELLED})

    def of_payment(self, payment_line: Decimal) -> tuple[Movement, ...]:
        """The movements that refunded a payment."""
        return tuple(m for m in self.movements if m.line == payment_line and m.kind is Taken.REFUNDED)

    def refunded(self, payment_line: Decimal) -> Decimal:
        """The amount refunded of a payment."""
        return total(m.amount for m in self.of_payment(payment_line))

    def of_charge(self, line: Decimal, number: Decimal) -> tuple[Movement, ...]:
        """The movements that gave back a charge."""
        return tuple(m for m in self.movements if m.kind is Taken.CHARGE and (m.line, m.number) == (line, number))

    def moved(self, movements: Iterable[Movement], write_id: str) -> Self:
        """The next version, with `movements` on it."""
        return replace(self, version=self.version + 1, write_id=write_id, movements=(*self.movements, *movements))
