"""The settlement of an order: what is paid, what is posted as variance, what stays open. In the order's sign.

A sale is positive here, a return negative. Always total = paid + variance + open.
"""

from dataclasses import dataclass
from typing import Self

from postering.domain.money import ZERO, Money
from postering.domain.retail_transactions.transactions import RetailTransaction
from postering.domain.retail_transactions.types import ASYNC_CANCELLATION, ASYNC_ORDER, ASYNC_QUOTE
from postering.domain.setup.setup import Channel, Company


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """The `total` of an order, and its parts: `paid`, posted as `variance`, and `open`.

    `stands` is False if the open amount may neither stay open nor be posted as variance (`UNDER_OVER_PAYMENT`).
    """

    total: Money
    paid: Money
    variance: Money
    open: Money
    stands: bool = True

    @classmethod
    def of(cls, total: Money, paid: Money, variance: Money, *, stands: bool = True) -> Self:
        """The settlement with the rest open."""
        return cls(total=total, paid=paid, variance=variance, open=total - paid - variance, stands=stands)

    @property
    def unpaid(self) -> Money:
        """The total less the paid amount: variance and open amount together."""
        return self.total - self.paid

    @property
    def is_overpaid(self) -> bool:
        """Whether more is paid (of a return: refunded) than the total; on a total of nothing, any amount is more."""
        rest, total = self.unpaid, self.total
        return bool(rest) and (not total or (rest.amount < 0) != (total.amount < 0))


def settlement(transaction: RetailTransaction, channel: Channel | None, company: Company | None) -> Settlement:
    """The settlement of `transaction` in its channel and company; without them no difference may stand.

    A difference that may not stand is open: it is posted so if `UNDER_OVER_PAYMENT` does not block. Of quotes and
    cancellations every difference is open.
    """
    header = transaction.header
    currency = header.currency or (channel.currency if channel else "")
    total, paid, nothing = Money(header.order_total, currency), Money(transaction.paid, currency), Money.zero(currency)
    settled = Settlement.of(total, paid, nothing)
    if not settled.open or header.type in {ASYNC_QUOTE, ASYNC_CANCELLATION}:
        return settled
    may_stay_open = header.type == ASYNC_ORDER or (channel is not None and not channel.payment_required)
    if may_stay_open and not settled.is_overpaid:
        return settled
    if abs(settled.open).amount <= (company.maximum_payment_difference if channel and company else ZERO):
        return Settlement.of(total, paid, settled.open)
    return Settlement.of(total, paid, nothing, stands=False)
