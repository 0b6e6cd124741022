"""The kept amount of each payment of an order: the amount received less the change given out of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from postering.domain.money import ZERO, absolute, difference, share
from postering.domain.sales_orders.documents import Payment, PostedOrder


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """The kept amount of a payment, and the same in the company's currency as booked; both without sign."""

    amount: Decimal
    company_amount: Decimal

    def reduced_by(self, amount: Decimal, company_amount: Decimal) -> "Kept":
        """The amounts less change."""
        return Kept(
            amount=difference(self.amount, amount), company_amount=difference(self.company_amount, company_amount)
        )


def kept_payments(order: PostedOrder) -> Mapping[Decimal, Kept]:
    """By line, of payments that count. Change comes out of payments of its own tender, then any, the last first."""
    counting = [payment for payment in order.payments if payment.counts]
    kept = {
        payment.line: Kept(amount=payment.amount.amount, company_amount=_booked(payment, order))
        for payment in counting
        if payment.amount.amount > 0
    }
    currency = company_currency_of(order)
    for change in (payment for payment in counting if payment.amount.amount < 0):
        rest = Kept(amount=absolute(change.amount.amount), company_amount=_booked(change, order))
        paid = [payment for payment in reversed(counting) if payment.line in kept]
        for payment in sorted(paid, key=lambda p: p.tender_type != change.tender_type):
            given = min(kept[payment.line].amount, rest.amount)
            worth = share(rest.company_amount, given, rest.amount, currency)
            kept[payment.line] = kept[payment.line].reduced_by(given, worth)
            rest = rest.reduced_by(given, worth)
    return kept


def company_currency_of(order: PostedOrder) -> str:
    """The currency of the journal's company amounts; the document's if there is no entry."""
    return next((entry.company_amount.currency for entry in order.journal), order.document.currency)


def _booked(payment: Payment, order: PostedOrder) -> Decimal:
    """A payment in the company's currency as it was booked; one without an entry as the channel gave it."""
    for entry in order.journal:
        if entry.payment_line == payment.line:
            return absolute(entry.company_amount.amount)
    return absolute(payment.company_amount or ZERO)
