"""Amounts with too many digits: what the others of the transaction say each is. Nothing is rounded here. Pure."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from postering.domain.checks.findings import taxes_that_count
from postering.domain.checks.proposals import Changes, amount_column, discount_of_rows, gross_of, net_of, text_of
from postering.domain.money import EXACT, difference, has_digits_of, negated, total
from postering.domain.retail_transactions.transactions import (
    DiscountTrans,
    PaymentTrans,
    RetailTransaction,
    SalesTrans,
    TaxTrans,
    TaxTransGTE,
)

Known = Mapping[str, Decimal | None]
"""By column, what an amount is by others; None where nothing says it and nothing needs it."""


def of_header(transaction: RetailTransaction) -> Known:
    """By column, what an amount of the header is by the rows; None where no row says it, and nothing needs it."""
    return {
        "grossAmount": gross_of(transaction),
        "netAmount": net_of(transaction),
        "discAmount": total(line.discount for line in transaction.lines),
        "paymentAmount": total(row.tendered for row in transaction.paying),
        "totalDiscAmount": None,
        "TotalManualDiscountAmount": None,
    }


def of_line(transaction: RetailTransaction, line: SalesTrans) -> Known:
    """The same of a line: its other amounts and its rows say it."""
    taxes = taxes_that_count(transaction).get(line.line, ())
    known: dict[str, Decimal | None] = {
        "netAmount": difference(line.gross, line.tax),
        "netAmountInclTax": EXACT.add(line.net, line.tax),
        "taxAmount": negated(total(row.amount for row in taxes)) if taxes else difference(line.gross, line.net),
        "discAmount": discount_of_rows(transaction, line),
    }
    return known | dict.fromkeys(("lineDscAmount", "periodicDiscAmount", "totalDiscAmount", "TenderDiscountAmount"))


def of_tax(transaction: RetailTransaction, row: TaxTrans | TaxTransGTE) -> Known:
    """The same of a tax row: its line says it where it is the only one."""
    rows = taxes_that_count(transaction).get(row.sales_line, ())
    line = next((each for each in transaction.lines if each.line == row.sales_line), None)
    return {amount_column(row): negated(line.tax)} if line is not None and len(rows) == 1 else {}


def of_discount(transaction: RetailTransaction, row: DiscountTrans) -> Known:
    """The same of a discount row."""
    rows = transaction.discounts_by_line.get(row.sales_line, ())
    line = next((each for each in transaction.lines if each.line == row.sales_line), None)
    return {"Amount": line.discount} if line is not None and len(rows) == 1 else {}


def of_payment(transaction: RetailTransaction, payment: PaymentTrans) -> Known:
    """The same of a payment: the only one is what the header says was paid."""
    only = len(transaction.paying) == 1
    known: dict[str, Decimal | None] = {"amountTendered": transaction.header.paid} if only else {}
    return known | dict.fromkeys(("amountCur", "amountMST", "AuthorizedAmount", "RefundableAmount"))


def changes(row: str, found: Iterable[tuple[str, str]], known: Known) -> Changes:
    """Edits of the columns (and currencies) `found` in a row; nothing where of any of them no sound amount is known.

    What no other amount needs is emptied: an absent one says nothing.
    """
    made = []
    for column, currency in found:
        if column not in known:
            return ()
        value = known[column]
        if value is not None and not has_digits_of(value, currency):
            return ()
        made.append((row, column, "" if value is None else text_of(value) if value else "0"))
    return tuple(made)
