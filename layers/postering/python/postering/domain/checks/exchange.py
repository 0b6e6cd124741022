"""`PAYMENT_AMOUNT` of payments in another currency: their amounts agree at the rates that the channel gave.

Nothing is converted; the check only asks whether one amount can be the other. The channel decides how it quotes a rate:
for 100 units (as D365 does) or for 1, direct or indirect. Amounts that agree in one of these four ways are right. An
absent or 0 rate or amount promises nothing.
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from postering.domain.checks.findings import Place, problem_of
from postering.domain.checks.sums import tendered
from postering.domain.money import EXACT, Money, absolute, difference, digits_of, plain, product, scale, total
from postering.domain.problems import Problem
from postering.domain.repairs.commands import correct, edit
from postering.domain.retail_transactions.transactions import PaymentTrans, RetailTransaction

_CODE: Final = "PAYMENT_AMOUNT"
_WITHOUT_RATE: Final = "Here, if the amounts are right: without the rate that does not fit them"
_QUOTED_FOR: Final = (Decimal(1), Decimal(100))
_ROUND_RATE_DECIMALS: Final = 6
"""Decimals assumed for a rate with at most one (1.1, 745): it counts as exact, not as rounded."""


def exchanged_amounts(transaction: RetailTransaction, place: Place) -> Iterator[Problem]:
    """`PAYMENT_AMOUNT`: amountCur at exchRate is amountTendered, amountMST is either of them at exchRateMST.

    Amounts in the same currency are equal, if they are given.
    """
    for payment in transaction.paying:
        if payment.currency in {"", place.channel.currency}:
            yield from _same_currency(transaction, payment, ("amountCur", payment.payment_amount), place)
        else:
            yield from _tendered(transaction, payment, place)
        yield from _in_company_currency(transaction, payment, place)


def agree(left: Money, right: Money, rate: Decimal) -> bool:
    """Whether one amount is the other at `rate`, in any way that rates are quoted.

    One of them may be rounded to its currency's digits (not both, as one was there first), and the rate to its last
    decimal.
    """
    if rate < 0 or product(left.amount, right.amount) < 0:
        return False
    return any(
        _fits(one, other, rate, units)
        for one, other in ((abs(left), abs(right)), (abs(right), abs(left)))
        for units in _QUOTED_FOR
    )


def _fits(one: Money, other: Money, rate: Decimal, units: Decimal) -> bool:
    """Whether `one` × `rate` is `other` × `units`, within the rounding of an amount and the rate."""
    apart = absolute(difference(product(one.amount, rate), product(other.amount, units)))
    decimals = scale(rate) if scale(rate) > 1 else _ROUND_RATE_DECIMALS
    halves = _half_of(digits_of(one.currency)), _half_of(digits_of(other.currency))
    rounded_amount = max(product(halves[0], rate), product(halves[1], units))
    return apart <= EXACT.add(rounded_amount, product(one.amount, _half_of(decimals)))


def _half_of(decimals: int) -> Decimal:
    """Half a unit of the last decimal: the most that rounding changes."""
    return Decimal((0, (5,), -decimals - 1))


def _same_currency(
    transaction: RetailTransaction, payment: PaymentTrans, given: tuple[str, Decimal | None], place: Place
) -> Iterator[Problem]:
    """An amount (column and value) in the currency of amountTendered is absent, 0 or equal to it."""
    column, amount = given
    if amount and amount != payment.tendered:
        tendered, other = Money(payment.tendered, place.channel.currency), Money(amount, place.channel.currency)
        yield problem_of(
            _CODE,
            f"{payment.name}: amountTendered is {tendered}, but {column} {other}, in the same currency",
            expected=tendered.text,
            found=other.text,
            rows=(payment.name,),
            repair=correct(f"{column} or currency of {payment.name}, or its amountTendered to {other.text}")
            + edit(transaction.key, _CODE, *_made_equal(transaction, payment, column, amount)),
            depends_on=(place.channel_fact, place.company_fact),
        )


def _made_equal(
    transaction: RetailTransaction, payment: PaymentTrans, column: str, amount: Decimal
) -> tuple[tuple[str, str, str], ...]:
    """Edits of amountTendered, if the header's paymentAmount fits the other amount; else of the other amount."""
    paid = total(amount if row is payment else row.tendered for row in transaction.paying)
    if paid == transaction.header.paid:
        return tendered(transaction, payment, amount)
    return ((payment.name, column, plain(payment.tendered)),)


def _tendered(transaction: RetailTransaction, payment: PaymentTrans, place: Place) -> Iterator[Problem]:
    if not payment.payment_amount or not payment.exchange_rate:
        return
    paid = Money(payment.payment_amount, payment.currency)
    tendered = Money(payment.tendered, place.channel.currency)
    if not agree(paid, tendered, payment.exchange_rate):
        yield _problem(transaction, payment, ("amountCur", paid), ("amountTendered", tendered), "exchRate", place)


def _in_company_currency(transaction: RetailTransaction, payment: PaymentTrans, place: Place) -> Iterator[Problem]:
    """exchRateMST applies to the channel's currency or to the payment's own: channels differ."""
    rate = payment.company_exchange_rate
    is_foreign = payment.currency not in {"", place.channel.currency}
    if place.company.currency == place.channel.currency and not (is_foreign and rate):
        yield from _same_currency(transaction, payment, ("amountMST", payment.company_amount), place)
        return
    if not payment.company_amount or not rate:
        return
    posted = Money(payment.company_amount, place.company.currency)
    tendered = Money(payment.tendered, place.channel.currency)
    paid = Money(payment.payment_amount or payment.tendered, payment.currency or place.channel.currency)
    if not agree(tendered, posted, rate) and not (payment.payment_amount and agree(paid, posted, rate)):
        yield _problem(transaction, payment, ("amountTendered", tendered), ("amountMST", posted), "exchRateMST", place)


def _problem(
    transaction: RetailTransaction,
    payment: PaymentTrans,
    left: tuple[str, Money],
    right: tuple[str, Money],
    rate_column: str,
    place: Place,
) -> Problem:
    (left_column, one), (right_column, other) = left, right
    rate = payment.exchange_rate if rate_column == "exchRate" else payment.company_exchange_rate
    return problem_of(
        _CODE,
        f"{payment.name}: {left_column} {one} at {rate_column} {plain(rate)} is not {right_column} {other},"
        " whether the rate is for 1 or for 100 units, direct or indirect",
        expected=f"{left_column} {one} at {rate_column} {plain(rate)}",
        found=f"{right_column} {other}",
        rows=(payment.name,),
        repair=correct(f"{left_column}, {right_column} or {rate_column} of {payment.name}")
        + edit(transaction.key, _CODE, (payment.name, rate_column, ""), when=_WITHOUT_RATE),
        depends_on=(place.channel_fact, place.company_fact),
    )
