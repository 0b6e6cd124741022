"""Payments of an original that are left to give back, and the parts of them in the company's currency.

The parts of a payment add up to the amount booked: each part is the share due after it less the parts before it, so
that no cent of rounding stays between two parts and the last takes the rest. A refund at another rate than the sale's
differs by exchange; that difference stays on the books.
"""

from dataclasses import replace
from decimal import Decimal

from postering.domain.money import ZERO, Money, absolute, difference, digits_of, share, total
from postering.domain.returns.accounts import Taken
from postering.domain.returns.originals import Original
from postering.domain.sales_orders.documents import Payment
from postering.domain.sales_orders.kept_payments import Kept, company_currency_of, kept_payments


def payments_left(original: Original) -> tuple[Payment, ...]:
    """The payments that can still be given back, each with the rest as its amount.

    A return may settle otherwise than by refunding a payment: by a refund that names no payment, by goods in exchange.
    That value is subtracted from the first payments.
    """
    settled = _settled_otherwise(original)
    left = []
    for payment in original.posted.payments:
        if payment.counts and (rest := original.refundable(payment.line)) > 0:
            taken = min(rest, settled)
            settled = difference(settled, taken)
            if rest := difference(rest, taken):
                left.append(replace(payment, amount=Money(rest, payment.amount.currency)))
    return tuple(left)


def _settled_otherwise(original: Original) -> Decimal:
    """The value of returned goods less the payments refunded for them, less the open amount that was never paid."""
    rests = []
    returns = {each.by for each in original.account.movements if each.kind is Taken.RETURNED}
    for by in returns:
        movements = [each for each in original.account.movements if each.by == by]
        value = total(amount for each in movements if each.kind is Taken.RETURNED for amount in (each.net, each.tax))
        refunded = total(each.amount for each in movements if each.kind is Taken.REFUNDED)
        rests.append(max(ZERO, difference(value, refunded)))
    return max(ZERO, difference(total(rests), max(ZERO, original.posted.open.amount)))


def part_in_company(original: Original, line: Decimal, amount: Decimal) -> Decimal:
    """The part in the company's currency of `amount`, which is given back next of a payment; no sign."""
    kept, currency = _kept(original, line)
    before = original.account.of_payment(line)
    after = total((*(movement.amount for movement in before), amount))
    due = share(kept.company_amount, after, kept.amount, currency)
    gone = total(
        _share(kept, movement.amount, currency) if movement.company_amount is None else movement.company_amount
        for movement in before
    )
    return max(ZERO, difference(due, gone))


def refund_in_company(original: Original, line: Decimal, amount: Decimal, given: Money) -> Decimal | None:
    """The part of a payment's booked amount that a refund of `amount` takes; no sign. None if there is no such payment.

    The channel says that the refund is worth `given`: that is the part if it is the share but for rounding, else the
    share is.
    """
    if original.order is None or line not in kept_payments(original.order):
        return None
    kept, currency = _kept(original, line)
    due, said = _share(kept, amount, currency), absolute(given.amount)
    is_rounding = absolute(difference(due, said)) <= Decimal(1).scaleb(-digits_of(currency))
    return said if given.currency == currency and is_rounding else due


def _kept(original: Original, line: Decimal) -> tuple[Kept, str]:
    return kept_payments(original.posted)[line], company_currency_of(original.posted)


def _share(kept: Kept, amount: Decimal, currency: str) -> Decimal:
    return share(kept.company_amount, amount, kept.amount, currency)
