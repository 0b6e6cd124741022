"""Checks of taxes: lines against their tax rows, exempted tax of lines and charges, prices with or without tax.

Expected and found have the sign of the channel's rows: amounts of a sale are negative."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Final

from postering.domain.checks.check import Check
from postering.domain.checks.findings import Place, priced, problem_of, text
from postering.domain.checks.strays import measures_without_line, rows_without_line, taxes_of_the_header
from postering.domain.checks.sums import Changes, amount_column
from postering.domain.money import EXACT, ZERO, negated, plain, total
from postering.domain.problems import Problem
from postering.domain.repairs.commands import correct, correct_or_send, edit, or_change_setup
from postering.domain.retail_transactions.entities import HEADER, TAX, TAX_GTE
from postering.domain.retail_transactions.transactions import (
    MarkupTrans,
    RetailTransaction,
    SalesTrans,
    TaxTrans,
    TaxTransGTE,
)
from postering.domain.sales_orders.prices import prices_include_tax
from postering.domain.texts import counted


def charge_tax_exempt(transaction: RetailTransaction) -> Iterator[Problem]:
    """`CHARGE_TAX_EXEMPT`: CalculatedAmount + exempted tax = original charge, if either of these two is given."""
    for charge in transaction.live_charges:
        if charge.exempt_original_price or charge.exempt_reduction:
            yield from _exempt(transaction, "CHARGE_TAX_EXEMPT", charge, ("CalculatedAmount", charge.amount))


def line_tax(transaction: RetailTransaction) -> Iterator[Problem]:
    """`LINE_TAX`: −taxAmount = Σ tax rows of the line that are not exempt, or Σ its components (GTE)."""
    by_line = transaction.counting_taxes_by_line
    for line in transaction.lines:
        rows = by_line.get(line.line, ())
        summed = total(row.amount for row in rows)
        expected = negated(summed)
        if line.tax != expected:
            yield problem_of(
                "LINE_TAX",
                f"line {plain(line.line)}: taxAmount is {priced(line.tax, transaction)}, but its"
                f" {counted(len(rows), 'tax row')} that count make {priced(summed, transaction)}: taxAmount"
                f" should be {priced(expected, transaction)} (of a sale it is negative, tax rows positive)",
                expected=text(expected, transaction),
                found=text(line.tax, transaction),
                rows=(line.name, *(row.name for row in rows)),
                repair=correct_or_send(_tax_columns(transaction, line, text(expected, transaction)))
                + edit(transaction.key, "LINE_TAX", *_tax_changes(transaction, line)),
            )
    yield from rows_without_line(transaction, "LINE_TAX", "tax row", by_line)
    yield from taxes_of_the_header(transaction, by_line.get(ZERO, ()))
    yield from measures_without_line(transaction)


def _tax_columns(transaction: RetailTransaction, line: SalesTrans, expected: str) -> str:
    if transaction.has_generic_taxes:
        ordinary = transaction.taxes and not transaction.gte_taxes
        hint = f", or TaxCalculationType of {HEADER} to 0: there are rows of {TAX} only" if ordinary else ""
        return f"taxAmount of {line.name} to {expected}, or TaxAmount of its rows of {TAX_GTE}{hint}"
    generic = transaction.gte_taxes and not transaction.taxes
    hint = f", or TaxCalculationType of {HEADER} to 1: there are rows of {TAX_GTE} only" if generic else ""
    return f"taxAmount of {line.name} to {expected}, or Amount and IsExempt of its rows of {TAX}{hint}"


def tax_exempt(transaction: RetailTransaction) -> Iterator[Problem]:
    """`TAX_EXEMPT`: price + exempted tax = original price, on a line with either of these two."""
    for line in transaction.lines:
        if line.exempt_original_price or line.exempt_reduction:
            yield from _exempt(transaction, "TAX_EXEMPT", line, ("price", line.price))


def _exempt(
    transaction: RetailTransaction, code: str, row: SalesTrans | MarkupTrans, charged: tuple[str, Decimal]
) -> Iterator[Problem]:
    column, amount = charged
    expected = EXACT.add(amount, row.exempt_reduction)
    if row.exempt_original_price != expected:
        yield problem_of(
            code,
            f"{row.name}: {column} {text(amount, transaction)} and TaxExemptPriceInclusiveReductionAmount"
            f" {text(row.exempt_reduction, transaction)} make {priced(expected, transaction)}, but"
            f" TaxExemptPriceInclusiveOriginalPrice is {priced(row.exempt_original_price, transaction)}",
            expected=text(expected, transaction),
            found=text(row.exempt_original_price, transaction),
            rows=(row.name,),
            repair=correct(
                f"TaxExemptPriceInclusiveOriginalPrice of {row.name} to {text(expected, transaction)}, or its"
                f" {column} or TaxExemptPriceInclusiveReductionAmount"
            )
            + edit(
                transaction.key,
                code,
                (row.name, "TaxExemptPriceInclusiveOriginalPrice", text(expected, transaction)),
            ),
        )


def tax_included_in_price(transaction: RetailTransaction, place: Place) -> Iterator[Problem]:
    """`TAX_INCLUDED_IN_PRICE`: every tax row has the header's flag, or the channel's if the header has none."""
    flag = int(prices_include_tax(transaction, place.channel))
    looked_at = [
        row
        for line, taxes in transaction.counting_taxes_by_line.items()
        if line in transaction.line_numbers
        for row in taxes
    ]
    rows = tuple(row.name for row in looked_at if bool(row.included_in_price) != bool(flag))
    if not rows:
        return
    without = "" if flag else "out"
    says = "header says" if transaction.header.prices_include_tax is not None else "channel's setup says"
    opposite = f"{counted(len(rows), 'tax row')} of its lines {'says' if len(rows) == 1 else 'say'}"
    repair = correct(f"IsTaxIncludedInPrice of {HEADER} to {1 - flag}, or IsIncludedInPrice of the tax rows")
    all_say_so = len(rows) == len(looked_at)
    of_rows = ((row, "IsIncludedInPrice", str(flag)) for row in rows)
    of_header = (HEADER, "IsTaxIncludedInPrice", str(1 - flag))
    repair += edit(transaction.key, "TAX_INCLUDED_IN_PRICE", *([of_header] if all_say_so else of_rows))
    if transaction.header.prices_include_tax is None:
        channel = f"[[channels]] with id = {place.channel.id}"
        setting = f"prices_include_tax = {'false' if flag else 'true'}"
        repair += or_change_setup("if that is so for every header of this channel that leaves it out", channel, setting)
    yield problem_of(
        "TAX_INCLUDED_IN_PRICE",
        f"the {says} that prices are with{without} tax, but {opposite} the opposite",
        expected=f"IsIncludedInPrice {flag}, as IsTaxIncludedInPrice of the header",
        found=f"IsIncludedInPrice {1 - flag}",
        rows=(HEADER, *rows),
        repair=repair,
        depends_on=(place.channel_fact,),
    )


def _tax_changes(transaction: RetailTransaction, line: SalesTrans) -> Changes:
    """Edits after which a line's taxAmount is the sum of its tax rows; none if a row seems to be missing."""
    rows = transaction.counting_taxes_by_line.get(line.line, ())
    if switch := _other_calculation(transaction, line):
        return switch
    every = transaction.taxes_by_line.get(line.line, ())
    exempt = [row for row in every if row.exempt == 1 and row.amount]
    if exempt and not transaction.has_generic_taxes and total(row.amount for row in every) == negated(line.tax):
        return tuple((row.name, "IsExempt", "0") for row in exempt)
    summed = negated(total(row.amount for row in rows))
    if line.gross != EXACT.add(line.net, line.tax):
        return ((line.name, "taxAmount", text(summed, transaction)),)
    if len(rows) == 1:
        return ((rows[0].name, amount_column(rows[0]), text(negated(line.tax), transaction)),)
    return ()


def _other_calculation(transaction: RetailTransaction, line: SalesTrans) -> Changes:
    """The edit of TaxCalculationType, if all tax rows are of the kind that does not count, and make up the tax."""
    generic = transaction.has_generic_taxes
    other: Mapping[Decimal, tuple[TaxTrans | TaxTransGTE, ...]]
    if generic and transaction.taxes and not transaction.gte_taxes:
        other = {number: tuple(r for r in rows if r.exempt != 1) for number, rows in transaction.taxes_by_line.items()}
    elif not generic and transaction.gte_taxes and not transaction.taxes:
        other = transaction.gte_taxes_by_line
    else:
        return ()
    if total(row.amount for row in other.get(line.line, ())) != negated(line.tax):
        return ()
    return ((HEADER, "TaxCalculationType", "0" if generic else "1"),)


CHARGE_TAX_EXEMPT: Final = Check(
    name="CHARGE_TAX_EXEMPT", meaning="charge + exempted tax = original charge", alone=charge_tax_exempt
)
LINE_TAX: Final = Check(name="LINE_TAX", meaning="line tax = its tax lines that are not exempt", alone=line_tax)
TAX_EXEMPT: Final = Check(name="TAX_EXEMPT", meaning="price + exempted tax = original price", alone=tax_exempt)
TAX_INCLUDED_IN_PRICE: Final = Check(
    name="TAX_INCLUDED_IN_PRICE",
    meaning="header and tax lines agree on prices including tax",
    placed=tax_included_in_price,
)

CHECKS: Final = (CHARGE_TAX_EXEMPT, LINE_TAX, TAX_EXEMPT, TAX_INCLUDED_IN_PRICE)
"""The checks of this family, in the order of reports."""
