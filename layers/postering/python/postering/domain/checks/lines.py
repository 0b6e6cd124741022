"""Checks of single lines and charges, and of what belongs to a line. All but one need the transaction alone.

Expected and found are as in the channel's rows, where a sale's quantity and amounts are negative.
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from postering.domain.checks import proposals
from postering.domain.checks.findings import Place, priced, problem_of, taxes_that_count, text
from postering.domain.checks.strays import counted_rows, measures_without_line, rows_without_line, taxes_of_the_header
from postering.domain.money import EXACT, ZERO, negated, plain, total
from postering.domain.problems import Problem
from postering.domain.repairs.commands import correct, correct_or_send, edit, or_change_setup, void
from postering.domain.retail_transactions.entities import DISCOUNT, HEADER, TAX, TAX_GTE
from postering.domain.retail_transactions.transactions import MarkupTrans, RetailTransaction, SalesTrans
from postering.domain.retail_transactions.types import ASYNC_CANCELLATION
from postering.domain.sales_orders.prices import prices_include_tax


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
                f" its {counted_rows(len(rows), 'discount row')} makes {priced(expected, transaction)}"
                " (a sale's discount is positive)",
                expected=text(expected, transaction),
                found=text(line.discount, transaction),
                rows=(line.name, *(row.name for row in rows)),
                repair=correct_or_send(
                    f"discAmount of {line.name} to {text(expected, transaction)}, or Amount of its rows of {DISCOUNT}"
                )
                + edit(transaction.key, "LINE_DISCOUNT", *proposals.line_discount(transaction, line)),
            )
        yield from _discount_shares(transaction, line)
    yield from rows_without_line(transaction, "LINE_DISCOUNT", "discount row", by_line)


def _discount_shares(transaction: RetailTransaction, line: SalesTrans) -> Iterator[Problem]:
    """line discAmount = line + periodic + total + tender share, where the line gives any of them."""
    shares = {
        "lineDscAmount": line.line_discount,
        "periodicDiscAmount": line.periodic_discount,
        "totalDiscAmount": line.total_discount,
        "TenderDiscountAmount": line.tender_discount,
    }
    given = [column for column, share in shares.items() if share]
    expected = total(shares.values())
    if given and line.discount != expected:
        yield problem_of(
            "LINE_DISCOUNT",
            f"line {plain(line.line)}: discAmount is {priced(line.discount, transaction)}, but"
            f" {' + '.join(given)} make {priced(expected, transaction)}",
            expected=text(expected, transaction),
            found=text(line.discount, transaction),
            rows=(line.name,),
            repair=correct(f"discAmount of {line.name} to {text(expected, transaction)}, or its {', '.join(shares)}")
            + edit(transaction.key, "LINE_DISCOUNT", *proposals.discount_shares(transaction, line, given)),
        )


def line_tax(transaction: RetailTransaction) -> Iterator[Problem]:
    """`LINE_TAX`: −taxAmount = Σ tax rows of the line that are not exempt, or Σ its components (GTE)."""
    by_line = taxes_that_count(transaction)
    for line in transaction.lines:
        rows = by_line.get(line.line, ())
        summed = total(row.amount for row in rows)
        expected = negated(summed)
        if line.tax != expected:
            yield problem_of(
                "LINE_TAX",
                f"line {plain(line.line)}: taxAmount is {priced(line.tax, transaction)}, but its"
                f" {counted_rows(len(rows), 'tax row')} that count make {priced(summed, transaction)}: taxAmount"
                f" should be {priced(expected, transaction)} (of a sale it is negative, tax rows positive)",
                expected=text(expected, transaction),
                found=text(line.tax, transaction),
                rows=(line.name, *(row.name for row in rows)),
                repair=correct_or_send(_tax_columns(transaction, line, text(expected, transaction)))
                + edit(transaction.key, "LINE_TAX", *proposals.line_tax(transaction, line)),
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
    """`TAX_INCLUDED_IN_PRICE`: the header's flag, where it is absent the channel's, is that of every tax row."""
    flag = int(prices_include_tax(transaction, place.channel))
    looked_at = [
        row
        for line, taxes in taxes_that_count(transaction).items()
        if line in transaction.line_numbers
        for row in taxes
    ]
    rows = tuple(row.name for row in looked_at if bool(row.included_in_price) != bool(flag))
    if not rows:
        return
    without = "" if flag else "out"
    says = "header says" if transaction.header.prices_include_tax is not None else "channel's setup says"
    repair = correct(f"IsTaxIncludedInPrice of {HEADER} to {1 - flag}, or IsIncludedInPrice of the tax rows")
    all_say_so = len(rows) == len(looked_at)
    of_rows = ((row, "IsIncludedInPrice", str(flag)) for row in rows)
    of_header = (HEADER, "IsTaxIncludedInPrice", str(1 - flag))
    repair += edit(transaction.key, "TAX_INCLUDED_IN_PRICE", *([of_header] if all_say_so else of_rows))
    if transaction.header.prices_include_tax is None:
        channel = f"[[channels]] with id = {place.channel.id}"
        setting = f"prices_include_tax = {'false' if flag else 'true'}"
        repair += or_change_setup("where prices of this channel are so whenever the header is silent", channel, setting)
    yield problem_of(
        "TAX_INCLUDED_IN_PRICE",
        f"the {says} that prices are with{without} tax, {counted_rows(len(rows), 'tax row')} of its lines the contrary",
        expected=f"IsIncludedInPrice {flag}, as IsTaxIncludedInPrice of the header",
        found=f"IsIncludedInPrice {1 - flag}",
        rows=(HEADER, *rows),
        repair=repair,
        depends_on=(place.channel_fact,),
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
                repair=correct(
                    f"qty of {line.name} to {plain(negated(line.quantity))}, or its netAmount to"
                    f" {text(negated(line.net), transaction)}"
                    if line.quantity
                    else f"qty of {line.name}: it is 0, or its netAmount to 0"
                )
                + edit(transaction.key, "SIGN", *proposals.sign(transaction, line)),
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
                repair=correct(
                    f"{' and '.join(below)} of {line.name} to 0 or more (what is given back has a positive qty instead)"
                )
                + edit(
                    transaction.key,
                    "NEGATIVE_PRICE",
                    *((line.name, column, price.removeprefix("-")) for column, price in below.items()),
                    when="Here, where only its sign is wrong",
                ),
            )


def gift_card_return(transaction: RetailTransaction) -> Iterator[Problem]:
    """`GIFT_CARD_RETURN`: a gift card is not returned. It may be cancelled: it is issued on invoice only."""
    if transaction.header.type == ASYNC_CANCELLATION:
        return
    for line in transaction.lines:
        if line.is_gift_card and line.quantity > 0:
            yield problem_of(
                "GIFT_CARD_RETURN",
                f"line {plain(line.line)} returns a gift card: a gift card line cannot be returned",
                expected="no gift card line with a positive qty",
                found=f"qty {plain(line.quantity)}",
                rows=(line.name,),
                repair=correct(f"qty or giftcard of {line.name}, or take the line out: a gift card is cashed out")
                + void(transaction.key, "GIFT_CARD_RETURN")
                + edit(
                    transaction.key,
                    "GIFT_CARD_RETURN",
                    (line.name, "giftcard", "0"),
                    when="Or, where what comes back is no gift card",
                ),
            )


CHECKS: Final = (
    ("CHARGE_TAX_EXEMPT", charge_tax_exempt),
    ("LINE_DISCOUNT", line_discount),
    ("LINE_TAX", line_tax),
    ("TAX_EXEMPT", tax_exempt),
    ("SIGN", sign),
    ("NEGATIVE_PRICE", negative_price),
    ("GIFT_CARD_RETURN", gift_card_return),
)
"""Each code with its check, in the order of reports. They need the transaction alone."""

PLACED_CHECKS: Final = (("TAX_INCLUDED_IN_PRICE", tax_included_in_price),)
"""The check that needs the channel's setup as well."""
