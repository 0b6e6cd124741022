"""Originals: the orders that a return or a cancellation takes back of, and what is left of each line and charge."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Self

from postering.domain.keys import TransactionKey
from postering.domain.money import ZERO, Money, absolute, difference, product, total
from postering.domain.returns.accounts import Account, Movement, Taken
from postering.domain.sales_orders.document_parts import Charge
from postering.domain.sales_orders.documents import DocumentKind, PostedOrder, SalesLine
from postering.domain.sales_orders.kept_payments import kept_payments
from postering.domain.staging.records import State, TransactionRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Original:
    """A transaction that is named as the original: its account, and its record and order if they are there."""

    account: Account
    record: TransactionRecord | None = None
    order: PostedOrder | None = None

    @property
    def is_posted(self) -> bool:
        """Whether it has an order that can be taken back."""
        return self.order is not None and self.order.document.kind in {
            DocumentKind.SALES_ORDER,
            DocumentKind.RETURN_ORDER,
        }

    @property
    def posted(self) -> PostedOrder:
        """The order of an original that has one."""
        if self.order is None:
            raise ValueError(f"{self.account.key} has no order")
        return self.order

    @property
    def may_come(self) -> bool:
        """Whether it is staged and may still become an order."""
        coming = {State.PENDING, State.WAITING, State.FAILED, State.EDITING}
        return self.record is not None and self.record.state in coming

    @property
    def number(self) -> str:
        """The number of the order, '' where there is none."""
        return self.order.document.id if self.order is not None else ""

    def line(self, number: Decimal) -> SalesLine | None:
        """A line of the order by its number."""
        lines = self.order.document.lines if self.order is not None else ()
        return next((line for line in lines if line.line == number), None)

    def quantity_left(self, line: SalesLine) -> Decimal:
        """The quantity of a line that was not taken back yet."""
        return difference(absolute(line.quantity), total(m.quantity for m in self.account.of_line(line.line)))

    def value_left(self, line: SalesLine) -> tuple[Decimal, Decimal]:
        """Net and tax of a line that were not taken back yet, in its own sign."""
        taken = self.account.of_line(line.line)
        sign = Decimal(-1) if line.total.amount < 0 else Decimal(1)
        return (
            difference(line.net.amount, product(sign, total(movement.net for movement in taken))),
            difference(line.tax.amount, product(sign, total(movement.tax for movement in taken))),
        )

    def charge_left(self, charge: Charge) -> Charge:
        """A charge of the order with the amounts that were not given back yet."""
        given = self.account.of_charge(charge.line, charge.number)
        if not given:
            return charge
        currency = charge.amount.currency
        if any(not movement.net and not movement.tax for movement in given):
            nothing = Money.zero(currency)
            return replace(charge, amount=nothing, tax=nothing, tax_on_top=ZERO, tax_inside=ZERO)
        tax = charge.tax - Money(total(movement.tax for movement in given), currency)
        on_top = tax.amount if charge.tax_on_top else ZERO
        return replace(
            charge,
            amount=charge.amount - Money(total(movement.net for movement in given), currency),
            tax=tax,
            tax_on_top=on_top,
            tax_inside=difference(tax.amount, on_top),
        )

    @property
    def charges_left(self) -> tuple[Charge, ...]:
        """The charges of the order that were not given back yet, with what is left of each."""
        charges = self.order.document.charges if self.order is not None else ()
        return tuple(left for left in map(self.charge_left, charges) if left.total)

    @property
    def owed(self) -> Decimal:
        """The amount that was to be paid for what is left of the order: lines and charges, less the variance."""
        order = self.posted
        taken = total(
            amount
            for movement in self.account.movements
            for amount in (
                (movement.net, movement.tax)
                if movement.kind in {Taken.RETURNED, Taken.CANCELLED}
                else (movement.amount,)
                if movement.kind is Taken.CHARGE
                else ()
            )
        )
        charged = total(m.amount for m in self.account.movements if m.kind is Taken.CHARGED)
        return difference(total((order.document.total.amount, charged)), total((taken, order.variance.amount)))

    def refundable(self, payment_line: Decimal) -> Decimal:
        """The amount of a payment that was neither given as change nor refunded; 0 if it does not count."""
        kept = kept_payments(self.order).get(payment_line) if self.order is not None else None
        return difference(kept.amount if kept is not None else ZERO, self.account.refunded(payment_line))

    def after(self, movements: Iterable[Movement]) -> Self:
        """The original as `movements`, which are not written yet, leave it."""
        return replace(self, account=replace(self.account, movements=(*self.account.movements, *movements)))


Originals = Mapping[TransactionKey, Original]
"""The originals that a transaction names, by key."""
