"""Checks of single lines and charges, and of what belongs to a line. They need the transaction alone.

Expected and found are as in the channel's rows, where a sale's quantity and amounts are negative.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Final

from postering.domain.checks.findings import CANCELLATION, cancels_all, priced, problem_of, text
from postering.domain.checks.repairs import correct, correct_or_send
from postering.domain.entities import HEADER, TAX, TAX_GTE
from postering.domain.money import EXACT, minus, plain, total
from postering.domain.problems import Problem
from postering.domain.transactions import (
    DiscountTrans,
    MarkupTrans,
    RetailTransaction,
    SalesTrans,
    TaxTrans,
    TaxTransGTE,
)


def has_generic_taxes(transaction: RetailTransaction) -> bool:
    """Whether the generic tax engine calculated the taxes: its components count, ordinary tax rows do not."""
    return transaction.header.tax_calculation_type == 1


def taxes_that_count(transaction: RetailTransaction) -> Mapping[Decimal, tuple[TaxTrans | TaxTransGTE, ...]]:
    """By line, the tax rows that are not exempt; the components where the generic tax engine calculated."""
    if has_generic_taxes(transaction):
        return transaction.gte_taxes_by_line
    return {line: tuple(tax for tax in taxes if tax.exempt != 1) for line, taxes in transaction.taxes_by_line.items()}


def line_discount(transaction: RetailTransaction) -> Iterator[Problem]:
    """`LINE_DISCOUNT`: line discAmount = Σ its discount rows' Amount."""
    by_line = transaction.discounts_by_line
    for line in transaction.lines:
        rows = by_line.get(line.line, ())
        expected = total(row.amount for row in rows)
        if line.discount != expected:
            yield problem_of(
                "LINE_DISCOUNT",
                f"line {plain(line.line)}: discAmount is {priced(line.discount, transaction)}, but Amount of"
                f" its {_rows(len(rows), 'discount row')} makes {priced(expected, transaction)}"
                " (a sale's discount is positive)",
                expected=text(expected, transaction),
                found=text(line.discount, transaction),
                rows=(line.name, *(row.name for row in rows)),
                repair=correct_or_send(f"discAmount of {line.name}, or Amount of its discount rows"),
            )
    yield from _without_line(transaction, "LINE_DISCOUNT", "discount row", by_line)


def line_tax(transaction: RetailTransaction) -> Iterator[Problem]:
    """`LINE_TAX`: −taxAmount = Σ tax rows of the line that are not exempt, or Σ its components (GTE)."""
    by_line = taxes_that_count(transaction)
    for line in transaction.lines:
        rows = by_line.get(line.line, ())
        summed = total(row.amount for row in rows)
        expected = minus(summed)
        if line.tax != expected:
            yield problem_of(
                "LINE_TAX",
                f"line {plain(line.line)}: taxAmount is {priced(line.tax, transaction)}, but its"
                f" {_rows(len(rows), 'tax row')} that count make {priced(summed, transaction)}: taxAmount"
                f" should be {priced(expected, transaction)} (of a sale it is negative, tax rows positive)",
                expected=text(expected, transaction),
                found=text(line.tax, transaction),
                rows=(line.name, *(row.name for row in rows)),
                repair=correct_or_send(_tax_columns(transaction, line)),
            )
    yield from _without_line(transaction, "LINE_TAX", "tax row", by_line)


def _tax_columns(transaction: RetailTransaction, line: SalesTrans) -> str:
    if has_generic_taxes(transaction):
        ordinary = transaction.taxes and not transaction.gte_taxes
        hint = f", or TaxCalculationType of {HEADER} to 0: there are rows of {TAX} only" if ordinary else ""
        return f"taxAmount of {line.name}, or TaxAmount of its rows of {TAX_GTE}{hint}"
    generic = transaction.gte_taxes and not transaction.taxes
    hint = f", or TaxCalculationType of {HEADER} to 1: there are rows of {TAX_GTE} only" if generic else ""
    return f"taxAmount of {line.name}, or Amount and IsExempt of its rows of {TAX}{hint}"


def _without_line(
    transaction: RetailTransaction,
    code: str,
    what: str,
    by_line: Mapping[Decimal, tuple[TaxTrans | TaxTransGTE | DiscountTrans, ...]],
) -> Iterator[Problem]:
    """Amounts of a line that is not there, voided or not: they would be in no document."""
    if cancels_all(transaction):
        return
    known = {line.line for line in transaction.sales}
    for number, members in by_line.items():
        rows = tuple(row for row in members if row.amount)
        if not rows or not number or number in known:
            continue
        yield problem_of(
            code,
            f"{_rows(len(rows), what)} of line {plain(number)}: there is no such item line",
            expected=f"an item line {plain(number)}",
            found="none",
            rows=(row.name for row in rows),
            repair=correct_or_send(f"SaleLineNum of {', '.join(row.name for row in rows)}"),
        )


def tax_exempt(transaction: RetailTransaction) -> Iterator[Problem]:
    """`TAX_EXEMPT`: price + exempted tax = original price, on a line where one of the two is given."""
    for line in transaction.lines:
        if line.exempt_original_price or line.exempt_reduction:
            yield from _exempt(transaction, "TAX_EXEMPT", line, ("price", line.price))


def charge_tax_exempt(transaction: RetailTransaction) -> Iterator[Problem]:
    """`CHARGE_TAX_EXEMPT`: CalculatedAmount + exempted tax = original, where one of the two is given."""
    for charge in transaction.live_charges:
        if charge.exempt_original_price or charge.exempt_reduction:
            yield from _exempt(transaction, "CHARGE_TAX_EXEMPT", charge, ("CalculatedAmount", charge.amount))


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
                f"{column}, TaxExemptPriceInclusiveReductionAmount or TaxExemptPriceInclusiveOriginalPrice"
                f" of {row.name}"
            ),
        )


def tax_included_in_price(transaction: RetailTransaction) -> Iterator[Problem]:
    """`TAX_INCLUDED_IN_PRICE`: the header's flag is that of every tax row that counts."""
    flag = int(bool(transaction.header.prices_include_tax))
    rows = tuple(
        row.name
        for line, taxes in taxes_that_count(transaction).items()
        if line in transaction.line_numbers
        for row in taxes
        if bool(row.included_in_price) != bool(flag)
    )
    if rows:
        without = "" if flag else "out"
        yield problem_of(
            "TAX_INCLUDED_IN_PRICE",
            f"the header says that prices are with{without} tax,"
            f" {_rows(len(rows), 'tax row')} of its lines the contrary",
            expected=f"IsIncludedInPrice {flag}, as IsTaxIncludedInPrice of the header",
            found=f"IsIncludedInPrice {1 - flag}",
            rows=(HEADER, *rows),
            repair=correct(f"IsTaxIncludedInPrice of {HEADER} to {1 - flag}, or IsIncludedInPrice of the tax rows"),
        )


def sign(transaction: RetailTransaction) -> Iterator[Problem]:
    """`SIGN`: quantity and net amount have the same sign; a net amount of 0 fits every quantity."""
    for line in transaction.lines:
        if line.net and (not line.quantity or line.quantity.is_signed() != line.net.is_signed()):
            yield problem_of(
                "SIGN",
                f"line {plain(line.line)}: qty is {plain(line.quantity)} and netAmount is"
                f" {priced(line.net, transaction)}: both are negative for a sale, both positive for a return",
                expected="qty and netAmount with the same sign",
                found=f"qty {plain(line.quantity)}, netAmount {text(line.net, transaction)}",
                rows=(line.name,),
                repair=correct(f"qty or netAmount of {line.name}"),
            )


def negative_price(transaction: RetailTransaction) -> Iterator[Problem]:
    """`NEGATIVE_PRICE`: no price of a line is below zero, of a return neither."""
    for line in transaction.lines:
        prices = {"price": line.price, "unitPrice": line.unit_price}
        below = {column: text(price, transaction) for column, price in prices.items() if price < 0}
        if below:
            found = ", ".join(f"{column} {price}" for column, price in below.items())
            yield problem_of(
                "NEGATIVE_PRICE",
                f"line {plain(line.line)}: {found} is below zero",
                expected="a price of 0 or more; what is given back has a positive qty instead",
                found=found,
                rows=(line.name,),
                repair=correct(f"{' and '.join(below)} of {line.name}"),
            )


def gift_card_return(transaction: RetailTransaction) -> Iterator[Problem]:
    """`GIFT_CARD_RETURN`: a gift card is not returned. It may be cancelled: it is issued on invoice only."""
    if transaction.header.type == CANCELLATION:
        return
    for line in transaction.lines:
        if line.is_gift_card and line.quantity > 0:
            yield problem_of(
                "GIFT_CARD_RETURN",
                f"line {plain(line.line)} returns a gift card: a gift card line cannot be returned",
                expected="no gift card line with a positive qty",
                found=f"qty {plain(line.quantity)}",
                rows=(line.name,),
                repair=correct(f"qty or giftcard of {line.name}, or take the line out: a gift card is cashed out"),
            )


def _rows(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


CHECKS: Final = (
    ("TAX_INCLUDED_IN_PRICE", tax_included_in_price),
    ("CHARGE_TAX_EXEMPT", charge_tax_exempt),
    ("LINE_DISCOUNT", line_discount),
    ("LINE_TAX", line_tax),
    ("TAX_EXEMPT", tax_exempt),
    ("SIGN", sign),
    ("NEGATIVE_PRICE", negative_price),
    ("GIFT_CARD_RETURN", gift_card_return),
)
"""Each code with its check, in the order of reports. They need the transaction alone."""
