"""The reconciliation: five sides per store, business date and currency, and all differences, explained or not."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from postering.domain.money import difference, negated, total
from postering.domain.reconciliation.bridge import Bridge, bridges
from postering.domain.reconciliation.compare import Compared
from postering.domain.reconciliation.differences import (
    ORDERS_AND_PAYMENTS,
    PACKAGES_AND_STAGED,
    PAYMENTS_AND_JOURNAL,
    STAGED_AND_ORDERS,
    Difference,
    Reason,
)
from postering.domain.reconciliation.groups import By, Group, grouped
from postering.domain.reconciliation.not_compared import NotCompared
from postering.domain.reconciliation.rows import ReportRow, Sums
from postering.domain.reconciliation.sides import HeaderFigures
from postering.domain.reconciliation.steps import steps_of
from postering.domain.sales_orders.documents import DocumentKind


class Verdict(StrEnum):
    """`agrees`: no side differs and nothing is open; `explained`: every difference has its reason and its amount."""

    AGREES = "agrees"
    EXPLAINED = "explained"
    UNEXPLAINED = "unexplained"


@dataclass(frozen=True, kw_only=True)
class Reconciliation:
    """Five sides compared. It balances if nothing is unexplained."""

    rows: tuple[ReportRow, ...]
    unexplained: tuple[Difference, ...]
    explained: tuple[Difference, ...]

    @property
    def balanced(self) -> bool:
        """Whether every cent and every transaction is accounted for."""
        return not self.unexplained

    @property
    def verdict(self) -> Verdict:
        """The three cases in one word."""
        if self.unexplained:
            return Verdict.UNEXPLAINED
        return Verdict.EXPLAINED if self.explained else Verdict.AGREES

    @property
    def bridge(self) -> tuple[Bridge, ...]:
        """From the channel to the journal, by currency."""
        return bridges(self.rows)

    def grouped(self, by: By) -> tuple[Group, ...]:
        """The rows added up by day, month, store or currency."""
        return grouped(self.rows, by)

    def as_json(self, by: By | None = None) -> dict[str, object]:
        """The shape of `reconcile --json`; with `by` the groups too."""
        return {
            "verdict": str(self.verdict),
            "balanced": self.balanced,
            "unexplained": [difference.as_json() for difference in self.unexplained],
            "explained": [difference.as_json() for difference in self.explained],
            "rows": [row.as_json() for row in self.rows],
            "bridge": [bridge.as_json() for bridge in self.bridge],
            **({"by": str(by), "groups": [group.as_json() for group in self.grouped(by)]} if by is not None else {}),
        }


def reconciliation(
    compared: Iterable[Compared],
    unexplained: Sequence[Difference] = (),
    explained: Sequence[Difference] = (),
    has_day: Callable[[date | None], bool] = lambda _: True,
) -> Reconciliation:
    """The sums of all transactions, their differences, and the differences that belong to no single transaction.

    A row stands only for a day that `has_day` wants: of another day, from which an edit moved a transaction or to which
    it did, only that transaction is known.
    """
    rows: dict[tuple[str, date | None, str], ReportRow] = {}
    all_unexplained, all_explained = list(unexplained), list(explained)
    not_compared = NotCompared(has_day)
    for one in compared:
        _add(one, rows)
        not_compared.add(one)
        all_unexplained += one.unexplained
        all_explained += one.explained
    ordered = sorted(rows.values(), key=lambda row: (row.store, row.business_date or date.min, row.currency))
    all_explained += not_compared.differences()
    all_unexplained += [each for row in ordered if not row.red for each in _sum_differences(row)]
    shown = tuple(row for row in ordered if has_day(row.business_date))
    return Reconciliation(rows=shown, unexplained=tuple(all_unexplained), explained=tuple(all_explained))


_Rows = dict[tuple[str, date | None, str], ReportRow]


def _add(one: Compared, rows: _Rows) -> None:
    touched: list[ReportRow] = []

    def row_of(day: date | None, currency: str, store: str = one.transaction.store) -> ReportRow:
        row = rows.setdefault((store, day, currency), ReportRow(store=store, business_date=day, currency=currency))
        row.has_channel = row.has_channel or one.has_channel
        touched.append(row)
        return row

    for name, header in (("channel", one.channel), ("packages", one.packages), ("staged", one.staged)):
        if header is not None:
            sums: Sums = getattr(row_of(header.business_date, header.currency), name)
            sums.add(header.gross, header.payments)
    if one.removed and one.staged is not None:
        row_of(one.staged.business_date, one.staged.currency).removed.add_signed(one.staged, 1)
        if one.packages is not None:
            row_of(one.packages.business_date, one.packages.currency).removed.add_signed(one.packages, -1)
    if one.not_an_order and one.staged is not None:
        _add_non_order(row_of(one.staged.business_date, one.staged.currency), one.not_an_order, one.staged)
    if one.booked is not None and one.booked.kind is not DocumentKind.QUOTATION:
        row = row_of(one.booked.business_date, one.booked.currency, one.booked.store)
        _add_order(row, one)
        if one.edited and one.staged is not None:
            _add_edited(row_of(one.staged.business_date, one.staged.currency), negated(one.staged.gross), -1)
            _add_edited(row, one.order_gross, 1)
    for place, step in steps_of(one):
        row_of(place.business_date, place.currency).steps.add(step)
    for row in touched:
        row.red = row.red or bool(one.unexplained)


def _add_non_order(row: ReportRow, state: str, header: HeaderFigures) -> None:
    row.not_orders.setdefault(state, Sums()).add(header.gross, header.payments)


def _add_edited(row: ReportRow, gross: Decimal, transactions: int) -> None:
    """Subtract an edited transaction from its staged row, or add it to the row of its order."""
    row.edited_gross = total((row.edited_gross, gross))
    row.edited_transactions += transactions


def _add_order(row: ReportRow, one: Compared) -> None:
    booked = one.booked
    assert booked is not None
    row.orders.add(one.order_gross, booked.paid)
    row.variance = total((row.variance, booked.variance))
    row.open = total((row.open, booked.open))
    row.vouchers += int(booked.entries > 0)
    row.entered = total((row.entered, booked.entered))
    row.on_account = total((row.on_account, booked.on_account))
    row.cancelled_gross = total((row.cancelled_gross, booked.cancelled_gross))
    row.cancelled_payments = total((row.cancelled_payments, booked.cancelled_payments))
    row.cancelled_entered = total((row.cancelled_entered, booked.cancelled_entered))


def _sum_differences(row: ReportRow) -> Iterator[Difference]:
    """The identities on a row's sums. Each transaction holds them by now, so that a difference here is a defect."""
    not_orders = total(sums.gross for sums in row.not_orders.values())
    counted = sum(sums.transactions for sums in row.not_orders.values())
    staged_gross = total((row.staged.gross, row.edited_gross))
    checks: Mapping[str, Decimal] = {
        PACKAGES_AND_STAGED: difference(total((row.packages.gross, row.removed.gross)), row.staged.gross)
        or difference(total((row.packages.payments, row.removed.payments)), row.staged.payments)
        or Decimal(row.packages.transactions + row.removed.transactions - row.staged.transactions),
        STAGED_AND_ORDERS: difference(staged_gross, total((row.orders.gross, not_orders)))
        or Decimal(row.staged.transactions + row.edited_transactions - row.orders.transactions - counted),
        ORDERS_AND_PAYMENTS: difference(row.orders.gross, total((row.orders.payments, row.variance, row.open))),
        PAYMENTS_AND_JOURNAL: difference(row.orders.payments, total((row.entered, row.on_account))),
    }
    unexplained = [(step.between, step.amount) for step in row.steps if step.reason is Reason.UNEXPLAINED]
    for between, amount in (*checks.items(), *unexplained):
        if amount or (between, amount) in unexplained:
            where = f"{row.store or 'no store'}, {row.business_date or 'no date'}, {row.currency or 'no currency'}"
            why = f"the sums of {where} do not agree although each transaction does: report this as a defect"
            yield Difference(transaction=None, between=between, amount=amount, currency=row.currency, why=why)
