"""What of an order is paid, what stays open, and what is posted as variance: in the order's sign.

A sale is positive here, a return negative: total = −grossAmount. Always total = paid + variance + open.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from postering.domain.checks.check import Check
from postering.domain.checks.findings import (
    Place,
    evidence,
    problem_of,
    text,
)
from postering.domain.checks.sums import (
    Changes,
    gross_of,
    tendered_in_full,
)
from postering.domain.money import ZERO, Money, amount_text, negated, total
from postering.domain.money import total as sum_of
from postering.domain.problems import Problem
from postering.domain.repairs.commands import correct_or_send, edit, or_change_setup, void
from postering.domain.retail_transactions.entities import HEADER, PAYMENT
from postering.domain.retail_transactions.transactions import (
    PaymentTrans,
    RetailTransaction,
)
from postering.domain.retail_transactions.types import ASYNC_CANCELLATION, ASYNC_ORDER, ASYNC_QUOTE
from postering.domain.setup.setup import Setup

_NOT_POSTED: Final = "Or, where it is not to be posted, or its source sends it anew as another transaction"
"""RetailTransactionType of an asynchronous customer order, which may be part-paid."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """Of an order's `total`, what is `paid`, what is posted as `variance`, and what stays `open`."""

    total: Money
    paid: Money
    variance: Money
    open: Money


def settlement(transaction: RetailTransaction, setup: Setup) -> Settlement:
    """The settlement of `transaction` by its channel's and company's setup; of none, no difference may stand.

    A difference that is neither variance nor may stay open is `UNDER_OVER_PAYMENT`; it is `open` here, as it
    is posted where that check does not block. Of quotes and cancellations every difference is open.
    """
    settled, _ = _settle(transaction, Place.of(transaction, setup))
    return settled


def under_over_payment(transaction: RetailTransaction, place: Place) -> Iterator[Problem]:
    """`UNDER_OVER_PAYMENT`: the order is paid, not over-paid, within the maximum payment difference."""
    settled, sound = _settle(transaction, place)
    if sound:
        return
    repair = correct_or_send(
        "amountTendered, transactionStatus, VoidStatus, CreditCardProcessorStatus and IsCaptureFailed of the rows of"
        f" {PAYMENT}, or grossAmount of {HEADER} and the lines that it sums"
    )
    if changes := _unpaid_changes(transaction):
        repair += edit(transaction.key, "UNDER_OVER_PAYMENT", *changes)
    yield problem_of(
        "UNDER_OVER_PAYMENT",
        f"{_words(settled)}{_not_counted(transaction)}",
        expected=settled.total.text,
        found=settled.paid.text,
        rows=evidence(HEADER, (payment.name for payment in transaction.payments)),
        repair=f"{repair}{_by_setup(settled, place)}{void(transaction.key, 'UNDER_OVER_PAYMENT', _NOT_POSTED)}",
        depends_on=(place.company_fact, place.channel_fact),
    )


def _settle(transaction: RetailTransaction, place: Place | None) -> tuple[Settlement, bool]:
    """The settlement, and whether its difference may stand."""
    header = transaction.header
    currency = header.currency or (place.channel.currency if place else "")
    total = Money(negated(header.gross), currency)
    paid = Money(sum_of(payment.tendered for payment in transaction.paying), currency)
    rest, nothing = total - paid, Money.zero(currency)
    still_open = Settlement(total=total, paid=paid, variance=nothing, open=rest)
    if not rest or header.type in {ASYNC_QUOTE, ASYNC_CANCELLATION}:
        return still_open, True
    if _may_stay_open(header.type, place) and not _is_beyond(total, rest):
        return still_open, True
    if abs(rest).amount <= (place.company.maximum_payment_difference if place else ZERO):
        return Settlement(total=total, paid=paid, variance=rest, open=nothing), True
    return still_open, False


def _may_stay_open(type_number: int, place: Place | None) -> bool:
    return type_number == ASYNC_ORDER or (place is not None and not place.channel.payment_required)


def _is_beyond(total: Money, rest: Money) -> bool:
    """Whether more is paid (of a return: refunded) than the total; on a total of nothing, whatever is."""
    return bool(rest) and (not total or (rest.amount < 0) != (total.amount < 0))


def _words(settled: Settlement) -> str:
    total, paid, rest = settled.total, settled.paid, settled.total - settled.paid
    what = "too much" if _is_beyond(total, rest) else "are missing"
    if total.amount < 0 and paid.amount <= 0:
        return f"refunded {(-paid).text} of {-total}: {abs(rest)} {what}"
    return f"paid {paid.text} of {total}: {abs(rest)} {what}"


def _not_counted(transaction: RetailTransaction) -> str:
    left_out = [
        f"{payment.name} of {amount_text(payment.tendered, transaction.header.currency)} ({_why(payment)})"
        for payment in transaction.payments
        if not payment.counts
    ]
    return f"; not counted: {', '.join(left_out)}" if left_out else ""


def _why(payment: PaymentTrans) -> str:
    if payment.voided:
        return "voided"
    return "declined" if payment.declined else "capture failed"


def _by_setup(settled: Settlement, place: Place) -> str:
    rest = settled.total - settled.paid
    company = place.company
    lines = [f'maximum_payment_difference = "{abs(rest).text}"']
    if not company.variance_account:
        lines.append('variance_account = "618900"    # the company\'s own account, which takes the difference')
    when = "where such a difference may be posted as variance"
    repair = or_change_setup(when, f'[[companies]] with id = "{company.id}"', *lines)
    if not _is_beyond(settled.total, rest):
        when = "where orders of this channel may stay open"
        channel = f"[[channels]] with id = {place.channel.id}"
        repair += or_change_setup(when, channel, "payment_required = false")
    return repair


def _unpaid_changes(transaction: RetailTransaction) -> Changes:
    """What makes total and payment agree where the rest of the transaction tells which of them is wrong."""
    paid = total(row.tendered for row in transaction.paying)
    if transaction.header.gross != gross_of(transaction) and paid == negated(gross_of(transaction)):
        return ((HEADER, "grossAmount", text(gross_of(transaction), transaction)),)
    return tendered_in_full(transaction)


UNDER_OVER_PAYMENT: Final = Check(
    name="UNDER_OVER_PAYMENT",
    meaning="the order is paid, within the company's maximum payment difference",
    placed=under_over_payment,
)

CHECKS: Final = (UNDER_OVER_PAYMENT,)
"""The checks of this family, in the order of reports."""
