"""What an order kept of each of its payments: what was received, less the change that was given out of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from postering.domain.money import ZERO, absolute, difference, share
from postering.domain.sales_orders.documents import Payment, PostedOrder


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What was kept of a payment, and what the journal has for it in the company's currency; both without sign."""

    amount: Decimal
    company_amount: Decimal

    def reduced_by(self, amount: Decimal, company_amount: Decimal) -> "Kept":
        """What is kept after change."""
        return Kept(
            amount=difference(self.amount, amount), company_amount=difference(self.company_amount, company_amount)
        )


def kept_payments(order: PostedOrder) -> Mapping[Decimal, Kept]:
    """By payment line, of those that count: change came out of those of its own tender, else of any, the last first."""
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
    """The company's currency, in which the journal was written; the document's where there is no entry to tell it."""
    return next((entry.company_amount.currency for entry in order.journal), order.document.currency)


def _booked(payment: Payment, order: PostedOrder) -> Decimal:
    """A payment in the company's currency as it was booked; one without an entry as the channel gave it."""
    for entry in order.journal:
        if entry.payment_line == payment.line:
            return absolute(entry.company_amount.amount)
    return absolute(payment.company_amount or ZERO)
