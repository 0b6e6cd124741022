"""The check of an order's settlement: it is paid, or the rest may stay open or be posted as variance."""

from collections.abc import Iterator
from typing import Final

from postering.domain.checks.check import Check
from postering.domain.checks.findings import Place, evidence, problem_of, text
from postering.domain.checks.sums import Changes, gross_of, tendered_in_full
from postering.domain.money import amount_text, negated
from postering.domain.problems import Problem
from postering.domain.repairs.commands import correct_or_send, edit, or_change_setup, void
from postering.domain.retail_transactions.entities import HEADER, PAYMENT
from postering.domain.retail_transactions.transactions import PaymentTrans, RetailTransaction
from postering.domain.sales_orders.settlement import Settlement

_NOT_POSTED: Final = "Or, if it must not be posted, or if its source sends it again as another transaction"


def under_over_payment(transaction: RetailTransaction, place: Place) -> Iterator[Problem]:
    """`UNDER_OVER_PAYMENT`: the order is paid, not overpaid, within the maximum payment difference."""
    settled = place.settlement
    if settled.stands:
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


def _words(settled: Settlement) -> str:
    total, paid, rest = settled.total, settled.paid, settled.unpaid
    what = "too much" if settled.is_overpaid else "are missing"
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
    rest, company = settled.unpaid, place.company
    lines = [f'maximum_payment_difference = "{abs(rest).text}"']
    if not company.variance_account:
        lines.append('variance_account = "618900"    # the company\'s own account, which takes the difference')
    when = "if such a difference may be posted as variance"
    repair = or_change_setup(when, f'[[companies]] with id = "{company.id}"', *lines)
    if not settled.is_overpaid:
        when = "if orders of this channel may stay open"
        channel = f"[[channels]] with id = {place.channel.id}"
        repair += or_change_setup(when, channel, "payment_required = false")
    return repair


def _unpaid_changes(transaction: RetailTransaction) -> Changes:
    """Edits after which total and payment agree, if the rest of the transaction shows which of them is wrong."""
    if transaction.header.gross != gross_of(transaction) and transaction.paid == negated(gross_of(transaction)):
        return ((HEADER, "grossAmount", text(gross_of(transaction), transaction)),)
    return tendered_in_full(transaction)


UNDER_OVER_PAYMENT: Final = Check(
    name="UNDER_OVER_PAYMENT",
    meaning="the order is paid, within the company's maximum payment difference",
    placed=under_over_payment,
)

CHECKS: Final = (UNDER_OVER_PAYMENT,)
"""The checks of this family, in the order of reports."""
