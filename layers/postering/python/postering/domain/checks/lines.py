"""Checks of single lines: signs, prices, gift cards.

Expected and found have the sign of the channel's rows: quantity and amounts of a sale are negative."""

from collections.abc import Iterator
from typing import Final

from postering.domain.checks.check import Check
from postering.domain.checks.findings import priced, problem_of, text
from postering.domain.checks.sums import Changes
from postering.domain.money import EXACT, absolute, difference, negated, plain, total
from postering.domain.problems import Problem
from postering.domain.repairs.commands import correct, edit, void
from postering.domain.retail_transactions.transactions import RetailTransaction, SalesTrans
from postering.domain.retail_transactions.types import ASYNC_CANCELLATION


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
                + edit(transaction.key, "SIGN", *_sign_changes(transaction, line)),
            )


def negative_price(transaction: RetailTransaction) -> Iterator[Problem]:
    """`NEGATIVE_PRICE`: no price of a line is below zero, not even of a return."""
    for line in transaction.lines:
        prices = {"price": line.price, "unitPrice": line.unit_price}
        below = {column: text(price, transaction) for column, price in prices.items() if price < 0}
        if below:
            found = ", ".join(f"{column} {price}" for column, price in below.items())
            yield problem_of(
                "NEGATIVE_PRICE",
                f"line {plain(line.line)}: {found} is below zero",
                expected="a price of 0 or more; a return has a positive qty instead",
                found=found,
                rows=(line.name,),
                repair=correct(
                    f"{' and '.join(below)} of {line.name} to 0 or more (a return has a positive qty instead)"
                )
                + edit(
                    transaction.key,
                    "NEGATIVE_PRICE",
                    *((line.name, column, price.removeprefix("-")) for column, price in below.items()),
                    when="Here, if only its sign is wrong",
                ),
            )


def gift_card_return(transaction: RetailTransaction) -> Iterator[Problem]:
    """`GIFT_CARD_RETURN`: a gift card is not returned. It may be cancelled, as it is issued only on invoice."""
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
                repair=correct(
                    f"qty or giftcard of {line.name}, or leave the line out: a gift card is cashed out instead"
                )
                + void(transaction.key, "GIFT_CARD_RETURN")
                + edit(
                    transaction.key,
                    "GIFT_CARD_RETURN",
                    (line.name, "giftcard", "0"),
                    when="Or, if the returned item is not a gift card",
                ),
            )


def _sign_changes(transaction: RetailTransaction, line: SalesTrans) -> Changes:
    """The wrong one of qty and netAmount: qty if the line's amounts agree with each other, else netAmount."""
    if not line.quantity:
        return _missing_quantity(transaction, line)
    if line.gross == EXACT.add(line.net, line.tax):
        return ((line.name, "qty", plain(negated(line.quantity))),)
    return ((line.name, "netAmount", text(negated(line.net), transaction)),)


def _missing_quantity(transaction: RetailTransaction, line: SalesTrans) -> Changes:
    promised = transaction.header.number_of_items
    others = [each for each in transaction.lines if each is not line]
    same_sign = all(each.quantity.is_signed() == line.net.is_signed() for each in others)
    if promised is None or not same_sign:
        return ()
    left = difference(absolute(promised), absolute(total(each.quantity for each in others)))
    return ((line.name, "qty", plain(negated(left) if line.net < 0 else left)),) if left > 0 else ()


SIGN: Final = Check(name="SIGN", meaning="quantity and net amount have the same sign", alone=sign)
NEGATIVE_PRICE: Final = Check(name="NEGATIVE_PRICE", meaning="no price below zero", alone=negative_price)
GIFT_CARD_RETURN: Final = Check(name="GIFT_CARD_RETURN", meaning="a gift card is not returned", alone=gift_card_return)

CHECKS: Final = (SIGN, NEGATIVE_PRICE, GIFT_CARD_RETURN)
"""The checks of this family, in the order of reports."""
