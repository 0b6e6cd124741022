"""Sums that several checks and repairs need, and the edits of amounts that repairs propose."""

from collections.abc import Iterable
from decimal import Decimal

from postering.domain.checks.findings import charge_excluding_tax, charges_including_tax, text
from postering.domain.money import difference, total
from postering.domain.retail_transactions.transactions import (
    DiscountTrans,
    PaymentTrans,
    RetailTransaction,
    SalesTrans,
    TaxTrans,
    TaxTransGTE,
)

Change = tuple[str, str, str]
"""Row, column and value of an edit; the value in the channel's sign."""
Changes = tuple[Change, ...]
AmountRow = TaxTrans | TaxTransGTE | DiscountTrans


def amount_column(row: AmountRow) -> str:
    """The column of a row's amount."""
    return "TaxAmount" if isinstance(row, TaxTransGTE) else "Amount"


def without_amount(rows: Iterable[AmountRow]) -> Changes:
    """Edits that set the amount of rows to 0, since they belong to no line."""
    return tuple((row.name, amount_column(row), "0") for row in rows)


def gross_of(transaction: RetailTransaction) -> Decimal:
    """grossAmount as the sum of lines and charges."""
    return difference(total(line.gross for line in transaction.lines), charges_including_tax(transaction))


def net_of(transaction: RetailTransaction) -> Decimal:
    """netAmount as the sum of lines and charges."""
    charges = total(map(charge_excluding_tax, transaction.live_charges))
    return difference(total(line.net for line in transaction.lines), charges)


def discount_of_rows(transaction: RetailTransaction, line: SalesTrans) -> Decimal:
    """discAmount of a line as the sum of its discount rows."""
    return total(row.amount for row in transaction.discounts_by_line.get(line.line, ()))


def tendered_in_full(transaction: RetailTransaction) -> Changes:
    """Edits of the only payment, if total and paymentAmount of the header agree on its amount; else none."""
    header = transaction.header
    if len(transaction.payments) != 1 or not transaction.payments[0].counts or header.paid != header.order_total:
        return ()
    (payment,) = transaction.payments
    return tendered(transaction, payment, header.paid)


def tendered(transaction: RetailTransaction, payment: PaymentTrans, amount: Decimal) -> Changes:
    """Edits of amountTendered of a payment, and of its other amounts in the same currency."""
    value = text(amount, transaction)
    changes = [(payment.name, "amountTendered", value)]
    if payment.payment_amount is not None and payment.currency in {"", transaction.header.currency}:
        changes.append((payment.name, "amountCur", value))
    if payment.company_amount is not None and payment.company_amount == payment.tendered:
        changes.append((payment.name, "amountMST", value))
    return tuple(changes)
