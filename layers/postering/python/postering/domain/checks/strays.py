"""Rows that name an item line which is missing: no document would have a place for them, so each is a problem.

Rows of a voided line do not count and are no problem. A cancellation without lines has no line to name.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Final

from postering.domain.checks.findings import (
    SHOWN_NAMES,
    SHOWN_ROWS,
    cancels_all,
    charge_including_tax,
    priced,
    problem_of,
    text,
)
from postering.domain.checks.sums import Changes, amount_column, without_amount
from postering.domain.lists import first_of
from postering.domain.money import EXACT, ZERO, plain, total
from postering.domain.problems import Problem
from postering.domain.repairs.commands import correct_or_send, edit
from postering.domain.retail_transactions.entities import TAX_MEASURE
from postering.domain.retail_transactions.rows import row_name
from postering.domain.retail_transactions.transactions import (
    DiscountTrans,
    MarkupTrans,
    RetailTransaction,
    TaxTrans,
    TaxTransGTE,
)
from postering.domain.texts import counted

_LEFT_OUT: Final = "Here, if no line is missing, so that it does not count"


def rows_without_line(
    transaction: RetailTransaction,
    code: str,
    what: str,
    by_line: Mapping[Decimal, tuple[TaxTrans | TaxTransGTE | DiscountTrans, ...]],
) -> Iterator[Problem]:
    """Rows with an amount whose line is missing, not only voided: no document would have them."""
    if cancels_all(transaction):
        return
    known = {line.line for line in transaction.sales}
    for number, members in by_line.items():
        rows = tuple(row for row in members if row.amount)
        if not rows or number in known or (not number and code == "LINE_TAX"):
            continue
        yield problem_of(
            code,
            f"{counted(len(rows), what)} of line {plain(number)}: there is no such item line",
            expected=f"an item line {plain(number)}",
            found="none",
            rows=(row.name for row in rows),
            repair=correct_or_send(f"SaleLineNum of {first_of((row.name for row in rows), SHOWN_NAMES)}")
            + edit(transaction.key, code, *without_amount(rows), when=_LEFT_OUT),
        )


def charges_without_line(transaction: RetailTransaction) -> Iterator[Problem]:
    """Charges whose line is missing, not only voided: no document would have them."""
    known = {line.line for line in transaction.sales}
    for charge in transaction.charges:
        amount = charge_including_tax(charge)
        is_charged = charge.amount or charge.tax_on_top or charge.tax_inside
        if not charge.sales_line or charge.sales_line in known or not is_charged or cancels_all(transaction):
            continue
        yield problem_of(
            "GROSS_AMOUNT",
            f"{charge.name}: a charge of {priced(amount, transaction)} on line {plain(charge.sales_line)}:"
            " there is no such item line",
            expected=f"an item line {plain(charge.sales_line)}, or saleLineNum 0 for a charge of the whole order",
            found="none",
            rows=(charge.name,),
            repair=correct_or_send(f"saleLineNum of {charge.name}")
            + edit(transaction.key, "GROSS_AMOUNT", *_uncharged_changes(charge), when=_LEFT_OUT),
        )


def taxes_of_the_header(transaction: RetailTransaction, rows: tuple[TaxTrans | TaxTransGTE, ...]) -> Iterator[Problem]:
    """Tax rows of line 0 can only belong to the header's charges: they add up to the tax of those charges."""
    charged = [charge for charge in transaction.charges if not charge.sales_line]
    expected = total(EXACT.add(charge.tax_on_top, charge.tax_inside) for charge in charged)
    found = total(row.amount for row in rows)
    if not any(row.amount for row in rows) or found == expected or cancels_all(transaction):
        return
    names = [row.name for row in rows]
    yield problem_of(
        "LINE_TAX",
        f"{counted(len(rows), 'tax row')} of line 0 make {priced(found, transaction)}, but the tax of the header's"
        f" {counted(len(charged), 'charge')} is {priced(expected, transaction)}",
        expected=text(expected, transaction),
        found=text(found, transaction),
        rows=(*names, *(charge.name for charge in charged)),
        repair=correct_or_send(
            f"SaleLineNum of {first_of(names, SHOWN_ROWS)}, or TaxAmountExclusive and TaxAmountInclusive of the"
            " header's charges"
        )
        + edit(transaction.key, "LINE_TAX", *_header_changes(transaction, rows, expected)),
    )


def measures_without_line(transaction: RetailTransaction) -> Iterator[Problem]:
    """Measures whose line is missing, in a transaction whose measures count."""
    if not transaction.has_generic_taxes or cancels_all(transaction):
        return
    known = {ZERO, *(line.line for line in transaction.sales)}
    for measure in transaction.tax_measures:
        if measure.value and measure.sales_line not in known:
            name = row_name(TAX_MEASURE, (plain(measure.sales_line), measure.path))
            yield problem_of(
                "LINE_TAX",
                f"{name}: a measure of line {plain(measure.sales_line)}: there is no such item line",
                expected=f"an item line {plain(measure.sales_line)}",
                found="none",
                rows=(name,),
                repair=correct_or_send(f"SaleLineNum of {name}")
                + edit(transaction.key, "LINE_TAX", (name, "Value", "0"), when=_LEFT_OUT),
            )


def _uncharged_changes(charge: MarkupTrans) -> Changes:
    """Edits that set the amounts of a charge to 0, since it belongs to no line."""
    columns = ("CalculatedAmount", "TaxAmountExclusive", "TaxAmountInclusive")
    given = (charge.amount, charge.tax_on_top, charge.tax_inside)
    return tuple((charge.name, column, "0") for column, amount in zip(columns, given, strict=True) if amount)


def _header_changes(
    transaction: RetailTransaction, rows: tuple[TaxTrans | TaxTransGTE, ...], expected: Decimal
) -> Changes:
    """Edits of tax rows of line 0 that do not add up to the tax of the header's charges."""
    if not expected:
        return without_amount(row for row in rows if row.amount)
    return ((rows[0].name, amount_column(rows[0]), text(expected, transaction)),) if len(rows) == 1 else ()
