"""Parts of a payment in the company's currency: however an order is taken back, its parts add up to what was booked.

Each part is what is due after it less what went before, so that no cent of rounding stays between two parts and the
last takes the rest. A refund at another rate than the sale's is another matter: that difference is one of exchange, and
stays on the books.
"""

from decimal import Decimal

from postering.domain.money import ZERO, Money, absolute, difference, digits_of, share, total
from postering.domain.returns.originals import Original
from postering.domain.sales_orders.kept_payments import Kept, company_currency_of, kept_payments


def part_in_company(original: Original, line: Decimal, amount: Decimal) -> Decimal:
    """What `amount`, given back of a payment of `original` next, is of what the payment was booked with; no sign."""
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
    """What goes of a payment's booked amount with a refund that is worth `given`, as the channel says; no sign.

    That itself, where it is `amount`'s share but for its rounding; else the share. None of a payment that is not there.
    """
    if original.order is None or line not in kept_payments(original.order):
        return None
    kept, currency = _kept(original, line)
    due, said = _share(kept, amount, currency), absolute(given.amount)
    is_rounding = absolute(difference(due, said)) <= Decimal(1).scaleb(-digits_of(currency))
    return said if given.currency == currency and is_rounding else due


def _kept(original: Original, line: Decimal) -> tuple[Kept, str]:
    assert original.order is not None
    return kept_payments(original.order)[line], company_currency_of(original.order)


def _share(kept: Kept, amount: Decimal, currency: str) -> Decimal:
    return share(kept.company_amount, amount, kept.amount, currency)
