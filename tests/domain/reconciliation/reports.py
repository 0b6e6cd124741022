"""Rows of a reconciliation, made by hand."""

from datetime import date
from decimal import Decimal

from postering.domain.money import difference, negated
from postering.domain.reconciliation import ReportRow, Sums
from postering.domain.reconciliation.differences import (
    CHANNEL_AND_PACKAGES,
    PAYMENTS_AND_JOURNAL,
    STAGED_AND_ORDERS,
    Reason,
)
from postering.domain.reconciliation.steps import Step

PENDING, ON_ACCOUNT = Decimal("1.10"), Decimal("2.20")


def a_row(
    store: str = "HOUSTON-ONLINE",
    day: date | None = date(2026, 3, 14),
    currency: str = "USD",
    amount: Decimal = Decimal("70.40"),
    transactions: int = 2,
) -> ReportRow:
    """A row without a channel: `transactions` of `amount` in all, 1.10 of it pending and 2.20 on account."""
    row = ReportRow(store=store, business_date=day, currency=currency)
    ordered = difference(amount, PENDING)
    row.packages = Sums(transactions=transactions, gross=amount, payments=amount)
    row.staged = Sums(transactions=transactions, gross=amount, payments=amount)
    row.not_orders["pending"] = Sums(transactions=1, gross=PENDING)
    row.orders = Sums(transactions=transactions - 1, gross=ordered, payments=ordered)
    row.entered, row.on_account, row.vouchers = difference(ordered, ON_ACCOUNT), ON_ACCOUNT, transactions - 1
    for step in (
        Step(between=CHANNEL_AND_PACKAGES, reason=Reason.NOT_COMPARED, transactions=transactions, amount=amount),
        Step(between=STAGED_AND_ORDERS, reason=Reason.PENDING, transactions=-1, amount=negated(PENDING)),
        Step(between=PAYMENTS_AND_JOURNAL, reason=Reason.ON_ACCOUNT, amount=negated(ON_ACCOUNT)),
    ):
        row.steps.add(step)
    return row
