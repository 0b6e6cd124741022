"""The bridge: from the channel to the journal line by line, so that each side is the one before and the steps between.

Sides are the sums of the rows, steps are added up on their own, transaction by transaction.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from postering.domain.money import amount_text, total
from postering.domain.reconciliation.differences import (
    CHANNEL_AND_PACKAGES,
    ORDERS_AND_PAYMENTS,
    PACKAGES_AND_STAGED,
    PAYMENTS_AND_JOURNAL,
    STAGED_AND_ORDERS,
    Reason,
)
from postering.domain.reconciliation.rows import ReportRow
from postering.domain.reconciliation.steps import Steps


@dataclass(frozen=True, slots=True, kw_only=True)
class BridgeLine:
    """A side with its sum, or a step with what it adds (negative: takes away).

    `transactions` is None of payments, of the journal and of the steps to them.
    """

    side: str = ""
    reason: Reason | None = None
    transactions: int | None
    amount: Decimal

    def as_json(self, currency: str) -> dict[str, object]:
        """One member of `lines`: `{"side" or "reason", "transactions", "amount"}`."""
        name = {"side": self.side} if self.reason is None else {"reason": str(self.reason)}
        return {**name, "transactions": self.transactions, "amount": amount_text(self.amount, currency)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Bridge:
    """The lines of one currency: sides, and between two sides the steps from the one to the other."""

    currency: str
    lines: tuple[BridgeLine, ...]

    def as_json(self) -> dict[str, object]:
        """One member of `bridge`."""
        return {"currency": self.currency or None, "lines": [line.as_json(self.currency) for line in self.lines]}


def bridges(rows: Iterable[ReportRow]) -> tuple[Bridge, ...]:
    """One for each currency of `rows`."""
    by_currency: dict[str, list[ReportRow]] = {}
    for row in rows:
        by_currency.setdefault(row.currency, []).append(row)
    return tuple(
        Bridge(currency=currency, lines=tuple(_lines(of_currency)))
        for currency, of_currency in sorted(by_currency.items())
    )


def _lines(rows: list[ReportRow]) -> Iterator[BridgeLine]:
    steps = Steps()
    for row in rows:
        for step in row.steps:
            steps.add(step)
    sides = (
        ("", "channel", [row.channel for row in rows]),
        (CHANNEL_AND_PACKAGES, "packages", [row.packages for row in rows]),
        (PACKAGES_AND_STAGED, "staged", [row.staged for row in rows]),
        (STAGED_AND_ORDERS, "orders", [row.orders for row in rows]),
    )
    for before, name, sums in sides:
        yield from _steps(steps, before, counted=True)
        amount = total(each.gross for each in sums)
        yield BridgeLine(side=name, transactions=sum(each.transactions for each in sums), amount=amount)
    yield from _steps(steps, ORDERS_AND_PAYMENTS, counted=False)
    paid = total(total((row.orders.payments, row.cancelled_payments)) for row in rows)
    yield BridgeLine(side="payments", transactions=None, amount=paid)
    yield from _steps(steps, PAYMENTS_AND_JOURNAL, counted=False)
    entered = total(total((row.entered, row.cancelled_entered)) for row in rows)
    yield BridgeLine(side="journal", transactions=None, amount=entered)


def _steps(steps: Steps, between: str, *, counted: bool) -> Iterator[BridgeLine]:
    order = list(Reason)
    for step in sorted((step for step in steps if step.between == between), key=lambda step: order.index(step.reason)):
        transactions = step.transactions if counted else None
        yield BridgeLine(reason=step.reason, transactions=transactions, amount=step.amount)
