"""`CURRENCY_ROUNDING`: every amount has at most the digits of its currency.

The check looks at amounts that documents, payments and other checks use. Unit prices, rates, percentages, quantities
and bases of calculation may have more digits, and so may amounts that are only kept as evidence. Rows that do not count
(voided lines with their rows, payments that do not count) are left out.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from functools import partial
from typing import Final

from postering.domain.checks.check import Check
from postering.domain.checks.findings import Place, problem_of
from postering.domain.checks.sums import Changes, amount_column, discount_of_rows, gross_of, net_of
from postering.domain.money import EXACT, difference, digits_of, has_digits_of, negated, plain, total
from postering.domain.problems import Problem
from postering.domain.repairs.commands import correct, edit
from postering.domain.retail_transactions.entities import HEADER
from postering.domain.retail_transactions.transactions import (
    DiscountTrans,
    Header,
    MarkupTrans,
    PaymentTrans,
    RetailTransaction,
    SalesTrans,
    TaxTrans,
    TaxTransGTE,
)

Amounts = tuple[tuple[str, Decimal], ...]
Known = Mapping[str, Decimal | None]
"""By column, the amount that other amounts show; None if none shows it and nothing needs it."""


def order_amounts(transaction: RetailTransaction) -> Iterator[Problem]:
    """Amounts of header, lines, taxes, discounts and charges, in the transaction's currency."""
    currency = transaction.header.currency
    if not currency:
        return
    for row, amounts, known in _rows_of(transaction):
        found = [(column, amount, currency) for column, amount in amounts if not has_digits_of(amount, currency)]
        if found:
            yield _problem(transaction, row, found, known())


def payment_amounts(transaction: RetailTransaction, place: Place) -> Iterator[Problem]:
    """Amounts of payments: tendered in the channel's currency, and in the payment's own and the company's."""
    for payment in transaction.paying:
        found = [
            (column, amount, currency)
            for column, amount, currency in _of_payment(payment, place)
            if not has_digits_of(amount, currency)
        ]
        if found:
            known = _known_of_payment(transaction, payment)
            yield _problem(transaction, payment.name, found, known, (place.channel_fact, place.company_fact))


def _of_payment(payment: PaymentTrans, place: Place) -> Iterator[tuple[str, Decimal, str]]:
    yield "amountTendered", payment.tendered, place.channel.currency
    if payment.payment_amount is not None:
        yield "amountCur", payment.payment_amount, payment.currency or place.channel.currency
    if payment.company_amount is not None:
        yield "amountMST", payment.company_amount, place.company.currency
    # A processor states these two in the payment's currency or in the channel's: the one with more digits counts.
    own = max(payment.currency or place.channel.currency, place.channel.currency, key=digits_of)
    yield "AuthorizedAmount", payment.authorized_amount, own
    if payment.refundable is not None:
        yield "RefundableAmount", payment.refundable, own


def _rows_of(transaction: RetailTransaction) -> Iterator[tuple[str, Amounts, Callable[[], Known]]]:
    """Each row with its amounts, and a function for its known amounts, called only if one has too many digits."""
    yield HEADER, _of_header(transaction.header), partial(_known_of_header, transaction)
    for line in transaction.lines:
        yield line.name, _of_line(line), partial(_known_of_line, transaction, line)
    for charge in transaction.live_charges:
        yield charge.name, _of_charge(charge), lambda: {"TaxAmount": None}
    numbers = transaction.line_numbers
    for number, taxes in transaction.counting_taxes_by_line.items():
        if number in numbers:
            for tax in taxes:
                amounts = ((amount_column(tax), tax.amount),)
                yield tax.name, amounts, partial(_known_of_tax, transaction, tax)
    for discount in transaction.discounts:
        if discount.sales_line in numbers:
            known = partial(_known_of_discount, transaction, discount)
            yield discount.name, (("Amount", discount.amount),), known


def _of_header(header: Header) -> Amounts:
    return (
        ("grossAmount", header.gross),
        ("netAmount", header.net),
        ("discAmount", header.discount),
        ("totalDiscAmount", header.total_discount),
        ("TotalManualDiscountAmount", header.manual_discount_amount),
        ("paymentAmount", header.paid),
    )


def _of_line(line: SalesTrans) -> Amounts:
    return (
        ("netAmount", line.net),
        ("netAmountInclTax", line.gross),
        ("taxAmount", line.tax),
        ("discAmount", line.discount),
        ("lineDscAmount", line.line_discount),
        ("periodicDiscAmount", line.periodic_discount),
        ("totalDiscAmount", line.total_discount),
        ("TenderDiscountAmount", line.tender_discount),
    )


def _of_charge(charge: MarkupTrans) -> Amounts:
    return (
        ("CalculatedAmount", charge.amount),
        ("TaxAmount", charge.tax),
        ("TaxAmountExclusive", charge.tax_on_top),
        ("TaxAmountInclusive", charge.tax_inside),
    )


def _problem(
    transaction: RetailTransaction,
    row: str,
    found: list[tuple[str, Decimal, str]],
    known: Known,
    depends_on: Iterable[str] = (),
) -> Problem:
    changes = _changes(row, ((column, currency) for column, _, currency in found), known)
    amounts = ", ".join(f"{column} {plain(amount)}" for column, amount, _ in found)
    currencies = dict.fromkeys(currency for _, _, currency in found)
    allowed = ", ".join(f"{digits_of(currency)} decimals in {currency}" for currency in currencies)
    return problem_of(
        "CURRENCY_ROUNDING",
        f"{row}: {amounts} is not rounded to its currency: at most {allowed} (as in the channel's row)",
        expected=f"at most {allowed}",
        found=amounts,
        rows=(row,),
        repair=correct(f"{' and '.join(column for column, _, _ in found)} of {row}: round to the currency's digits")
        + edit(transaction.key, "CURRENCY_ROUNDING", *changes),
        depends_on=depends_on,
    )


def _known_of_header(transaction: RetailTransaction) -> Known:
    """The amounts of the header that its rows show; None for those that no row shows and nothing needs."""
    return {
        "grossAmount": gross_of(transaction),
        "netAmount": net_of(transaction),
        "discAmount": total(line.discount for line in transaction.lines),
        "paymentAmount": transaction.paid,
        "totalDiscAmount": None,
        "TotalManualDiscountAmount": None,
    }


def _known_of_line(transaction: RetailTransaction, line: SalesTrans) -> Known:
    """The same for a line: its other amounts and its rows show them."""
    taxes = transaction.counting_taxes_by_line.get(line.line, ())
    known: dict[str, Decimal | None] = {
        "netAmount": difference(line.gross, line.tax),
        "netAmountInclTax": EXACT.add(line.net, line.tax),
        "taxAmount": negated(total(row.amount for row in taxes)) if taxes else difference(line.gross, line.net),
        "discAmount": discount_of_rows(transaction, line),
    }
    return known | dict.fromkeys(("lineDscAmount", "periodicDiscAmount", "totalDiscAmount", "TenderDiscountAmount"))


def _known_of_tax(transaction: RetailTransaction, row: TaxTrans | TaxTransGTE) -> Known:
    """The same for a tax row: its line shows the amount if the row is the only one."""
    rows = transaction.counting_taxes_by_line.get(row.sales_line, ())
    line = next((each for each in transaction.lines if each.line == row.sales_line), None)
    return {amount_column(row): negated(line.tax)} if line is not None and len(rows) == 1 else {}


def _known_of_discount(transaction: RetailTransaction, row: DiscountTrans) -> Known:
    """The same for a discount row."""
    rows = transaction.discounts_by_line.get(row.sales_line, ())
    line = next((each for each in transaction.lines if each.line == row.sales_line), None)
    return {"Amount": line.discount} if line is not None and len(rows) == 1 else {}


def _known_of_payment(transaction: RetailTransaction, payment: PaymentTrans) -> Known:
    """The same for a payment: the header's paymentAmount shows the amount if the payment is the only one."""
    only = len(transaction.paying) == 1
    known: dict[str, Decimal | None] = {"amountTendered": transaction.header.paid} if only else {}
    return known | dict.fromkeys(("amountCur", "amountMST", "AuthorizedAmount", "RefundableAmount"))


def _changes(row: str, found: Iterable[tuple[str, str]], known: Known) -> Changes:
    """Edits of the columns (with their currencies) `found` in a row; none if the right amount of one is not known.

    A column that nothing needs is emptied: an absent amount says nothing.
    """
    made = []
    for column, currency in found:
        if column not in known:
            return ()
        value = known[column]
        if value is not None and not has_digits_of(value, currency):
            return ()
        made.append((row, column, "" if value is None else plain(value) if value else "0"))
    return tuple(made)


CURRENCY_ROUNDING: Final = Check(
    name="CURRENCY_ROUNDING",
    meaning="every amount has the digits of its currency",
    alone=order_amounts,
    placed=payment_amounts,
)

CHECKS: Final = (CURRENCY_ROUNDING,)
"""The checks of this family, in the order of reports."""
