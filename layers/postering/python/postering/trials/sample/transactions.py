"""An invoice as a transaction of the channel: kind, store, sales lines and charges with VAT, in the order's sign.

A sale is positive here, as the invoices have it; the channel's sign is given in `rows` and only there.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import Final

from postering.domain import money
from postering.trials.sample.countries import DOTCOM, store_of_country
from postering.trials.sample.invoices import Invoice, InvoiceLine
from postering.trials.sample.vat import CURRENCY, Vat, vat_of

CHARGE_CODES: Final = frozenset({"POST", "DOT", "C2"})
"""Stock codes that are postage or carriage."""
INCOME_EXPENSE_CODES: Final = frozenset({"AMAZONFEE", "BANK CHARGES", "CRUK", "B", "S"})
"""Stock codes that are fees, a bad debt or samples: no sale of goods to a shopper."""
GIFT_VOUCHER_PREFIX: Final = "gift_0001_"


class Kind(Enum):
    """The kind of a transaction, with its number in RetailTransactionType."""

    SALE = "sale", 27
    RETURN = "return", 27
    STOCK_OUT = "stock out", 10
    STOCK_IN = "stock in", 11
    INCOME_EXPENSE = "income/expense", 18

    @property
    def type_number(self) -> int:
        """RetailTransactionType."""
        return self.value[1]

    @property
    def is_order(self) -> bool:
        """Whether it is an online order (type 27): a sale or a return."""
        return self in {Kind.SALE, Kind.RETURN}


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxedLine:
    """A sales line (numbered from 1) or a header charge (from 0), without VAT, and the VAT on it."""

    number: int
    line: InvoiceLine
    net: Decimal
    tax: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopTransaction:
    """One invoice as a transaction of one store. A non-order has no `vat`."""

    invoice: Invoice
    kind: Kind
    store: str
    vat: Vat | None
    lines: tuple[TaxedLine, ...]
    charges: tuple[TaxedLine, ...]
    net: Decimal
    gross: Decimal

    @property
    def number(self) -> str:
        """The InvoiceNo, which is the transactionId."""
        return self.invoice.number


def shop_transactions(invoices: Iterable[Invoice]) -> tuple[ShopTransaction, ...]:
    """Each invoice as a transaction, by time, then by number as text."""
    in_order = sorted(invoices, key=lambda invoice: (invoice.time, invoice.number))
    return tuple(shop_transaction(invoice) for invoice in in_order)


def shop_transaction(invoice: Invoice) -> ShopTransaction:
    """`invoice` as a transaction."""
    kind = kind_of(invoice)
    vat = vat_of(invoice.country, invoice.time.date()) if kind.is_order else None
    goods, postage = _goods_and_postage(invoice, kind)
    lines, charges = _taxed(goods, vat, first=1), _taxed(postage, vat, first=0)
    net = money.total(each.net for each in lines + charges)
    tax = money.total(each.tax for each in lines + charges)
    return ShopTransaction(
        invoice=invoice,
        kind=kind,
        store=store_of(invoice),
        vat=vat,
        lines=lines,
        charges=charges,
        net=net,
        gross=money.total((net, tax)),
    )


def kind_of(invoice: Invoice) -> Kind:
    """The first that fits: fees and debts, stock movement, cancellation, sale."""
    codes = {line.stock_code for line in invoice.lines}
    if invoice.number.startswith("A") or codes <= INCOME_EXPENSE_CODES:
        return Kind.INCOME_EXPENSE
    if not invoice.customer and not any(line.unit_price for line in invoice.lines):
        return Kind.STOCK_OUT if sum(line.quantity for line in invoice.lines) < 0 else Kind.STOCK_IN
    return Kind.RETURN if invoice.number.startswith("C") else Kind.SALE


def store_of(invoice: Invoice) -> str:
    """The online store: that of the retail site if its postage was charged, else that of the country."""
    if any(line.stock_code == "DOT" for line in invoice.lines):
        return DOTCOM
    return store_of_country(invoice.country)


def is_gift_voucher(line: InvoiceLine) -> bool:
    """Whether the line sells a gift voucher."""
    return line.stock_code.startswith(GIFT_VOUCHER_PREFIX)


def _goods_and_postage(invoice: Invoice, kind: Kind) -> tuple[list[InvoiceLine], list[InvoiceLine]]:
    if kind is Kind.INCOME_EXPENSE:
        return [], []
    goods = [line for line in invoice.lines if line.stock_code not in CHARGE_CODES]
    if not kind.is_order or not goods:  # postage alone is what was sold
        return list(invoice.lines), []
    return goods, [line for line in invoice.lines if line.stock_code in CHARGE_CODES]


def _taxed(lines: Iterable[InvoiceLine], vat: Vat | None, *, first: int) -> tuple[TaxedLine, ...]:
    return tuple(_taxed_line(number, line, vat) for number, line in enumerate(lines, first))


def _taxed_line(number: int, line: InvoiceLine, vat: Vat | None) -> TaxedLine:
    net = money.rounded(line.amount, CURRENCY)  # exact but for the set's four prices with three decimals
    return TaxedLine(number=number, line=line, net=net, tax=vat.on(net) if vat else money.ZERO)
