"""The rows of a transaction that is being made up, and the header's totals of its children.

Amounts are whole minor units, in the order's sign, until they are written into a row: they add up by construction.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from postering.domain.keys import TransactionKey
from postering.domain.money import EXACT, digits_of, negated, total
from postering.domain.retail_transactions.transactions import (
    AddressTrans,
    AttributeTrans,
    DiscountTrans,
    Header,
    InfocodeTrans,
    MarkupTrans,
    PaymentTrans,
    RetailTransaction,
    SalesTrans,
    TaxMeasure,
    TaxTrans,
    TaxTransGTE,
)
from postering.trials.generated.choices import Choices
from postering.trials.generated.shops import Shop


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """Id, reference and day of a made-up transaction."""

    transaction_id: str
    reference: str
    day: date


@dataclass(kw_only=True)
class Basket:
    """The rows so far, and the values that the whole transaction shares."""

    choices: Choices
    shop: Shop
    name: Name
    inclusive: bool
    generic: bool
    header: dict[str, Any] = field(default_factory=dict)
    sales: list[SalesTrans] = field(default_factory=list)
    taxes: list[TaxTrans] = field(default_factory=list)
    gte_taxes: list[TaxTransGTE] = field(default_factory=list)
    tax_measures: list[TaxMeasure] = field(default_factory=list)
    discounts: list[DiscountTrans] = field(default_factory=list)
    charges: list[MarkupTrans] = field(default_factory=list)
    payments: list[PaymentTrans] = field(default_factory=list)
    addresses: list[AddressTrans] = field(default_factory=list)
    infocodes: list[InfocodeTrans] = field(default_factory=list)
    attributes: list[AttributeTrans] = field(default_factory=list)

    @property
    def live_lines(self) -> list[SalesTrans]:
        """Lines that are not voided."""
        return [line for line in self.sales if not line.voided]

    def amount(self, units: int) -> Decimal:
        """`units` minor units as an amount."""
        return in_currency(units, self.shop.currency)

    def units(self, amount: Decimal) -> int:
        """An amount of the shop's currency in minor units."""
        return int(amount.scaleb(digits_of(self.shop.currency), context=EXACT))

    def mode_of(self, line: SalesTrans) -> str:
        """The line's mode of delivery, or the header's."""
        return line.delivery_mode or str(self.header.get("delivery_mode", ""))

    def transaction(self) -> RetailTransaction:
        """The whole transaction, children in the order of their keys, with totals and counts."""
        made = RetailTransaction(
            key=TransactionKey(self.shop.company, self.shop.channel, self.shop.store, "", self.name.transaction_id),
            header=Header(**self.header),
            sales=tuple(self.sales),
            taxes=tuple(sorted(self.taxes, key=lambda tax: (tax.sales_line, tax.code))),
            gte_taxes=tuple(sorted(self.gte_taxes, key=lambda tax: (tax.sales_line, tax.component))),
            tax_measures=tuple(sorted(self.tax_measures, key=lambda measure: (measure.sales_line, measure.path))),
            discounts=tuple(self.discounts),
            charges=tuple(sorted(self.charges, key=lambda charge: (charge.sales_line, charge.line))),
            payments=tuple(self.payments),
            addresses=tuple(sorted(self.addresses, key=lambda address: address.sales_line)),
            infocodes=tuple(sorted(self.infocodes, key=_infocode_key)),
            attributes=tuple(sorted(self.attributes, key=lambda each: (each.sales_line, each.attribute))),
        )
        return with_totals(made)

    @property
    def due(self) -> int:
        """The amount to be paid in minor units; of a return it is below zero, to be given back."""
        return self.units(self.transaction().header.order_total)


def _infocode_key(infocode: InfocodeTrans) -> tuple[int, Decimal, str, Decimal]:
    return (infocode.attached_to, infocode.parent_line, infocode.infocode, infocode.line)


def in_currency(units: int, currency: str) -> Decimal:
    """`units` minor units of `currency` as an amount."""
    return Decimal(units).scaleb(-digits_of(currency), context=EXACT)


def pieces(thousandths: int) -> Decimal:
    """Thousandths of a piece as a quantity."""
    return Decimal(thousandths).scaleb(-3, context=EXACT).normalize(EXACT)


def percent(units: int, rate: Decimal, of: Decimal = Decimal(100)) -> int:
    """`units` minor units × `rate` ÷ `of`, half a unit rounded up."""
    return int(
        EXACT.divide_int(
            EXACT.add(EXACT.multiply(Decimal(2 * units), rate), of),
            EXACT.multiply(Decimal(2), of),
        )
    )


def parts(units: int, into: int) -> Iterator[int]:
    """Minor units in so many nearly equal parts, which make the whole."""
    for part in range(into):
        yield units * (part + 1) // into - units * part // into


def with_totals(transaction: RetailTransaction) -> RetailTransaction:
    """The transaction with the header's totals and counts of its children."""
    lines, charges = transaction.lines, transaction.live_charges
    on_top = total(EXACT.add(charge.amount, charge.tax_on_top) for charge in charges)
    without = total(EXACT.subtract(charge.amount, charge.tax_inside) for charge in charges)
    header = replace(
        transaction.header,
        gross=EXACT.subtract(total(line.gross for line in lines), on_top),
        net=EXACT.subtract(total(line.net for line in lines), without),
        discount=total(line.discount for line in lines),
        paid=transaction.paid,
        number_of_items=negated(total(line.quantity for line in lines)),
        number_of_item_lines=Decimal(len(transaction.sales)),
        number_of_payment_lines=len(transaction.payments),
    )
    return replace(transaction, header=header)
