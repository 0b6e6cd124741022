"""The reconciliation: five sides per store, business date and currency, and all differences, explained or not."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from postering.domain.money import ZERO, amount_text, difference, negated, total
from postering.domain.reconciliation.compare import Compared
from postering.domain.reconciliation.differences import (
    ORDERS_AND_PAYMENTS,
    PACKAGES_AND_STAGED,
    PAYMENTS_AND_JOURNAL,
    STAGED_AND_ORDERS,
    Difference,
)
from postering.domain.reconciliation.not_compared import NotCompared
from postering.domain.reconciliation.sides import HeaderFigures
from postering.domain.sales_orders.documents import DocumentKind


@dataclass(kw_only=True)
class Sums:
    """Transactions, their gross total and their payments, in the order's sign."""

    transactions: int = 0
    gross: Decimal = ZERO
    payments: Decimal = ZERO

    def add(self, gross: Decimal, payments: Decimal) -> None:
        """Count one transaction."""
        self.transactions += 1
        self.gross = total((self.gross, gross))
        self.payments = total((self.payments, payments))

    def add_signed(self, header: HeaderFigures, sign: int) -> None:
        """Add (1) or subtract (−1) one transaction."""
        self.transactions += sign
        self.gross = total((self.gross, header.gross if sign > 0 else negated(header.gross)))
        self.payments = total((self.payments, header.payments if sign > 0 else negated(header.payments)))

    def as_json(self, currency: str) -> dict[str, object]:
        """`{"transactions", "gross", "payments"}`."""
        return {
            "transactions": self.transactions,
            "gross": amount_text(self.gross, currency),
            "payments": amount_text(self.payments, currency),
        }


@dataclass(kw_only=True)
class ReportRow:
    """The five sides of one store, business date and currency; `has_channel`: the store has a channel database.

    `not_orders` are by state, or `quotation`; `entered` are the payments in the journal; `edited` is the difference
    between orders and staged transactions by edits that were posted; `removed` was in packages that retention removed.
    `red` says that a difference of its transactions is unexplained.
    """

    store: str
    business_date: date | None
    currency: str
    has_channel: bool = False
    channel: Sums = field(default_factory=Sums)
    packages: Sums = field(default_factory=Sums)
    staged: Sums = field(default_factory=Sums)
    orders: Sums = field(default_factory=Sums)
    not_orders: dict[str, Sums] = field(default_factory=dict)
    variance: Decimal = ZERO
    open: Decimal = ZERO
    vouchers: int = 0
    entered: Decimal = ZERO
    on_account: Decimal = ZERO
    cancelled_gross: Decimal = ZERO
    cancelled_payments: Decimal = ZERO
    cancelled_entered: Decimal = ZERO
    edited_gross: Decimal = ZERO
    edited_transactions: int = 0
    removed: Sums = field(default_factory=Sums)
    red: bool = False

    @property
    def has_removed(self) -> bool:
        """Whether retention removed a package of the row."""
        return bool(self.removed.transactions or self.removed.gross or self.removed.payments)

    def as_json(self) -> dict[str, object]:
        """One member of `rows`."""
        currency = self.currency
        gross = amount_text(self.cancelled_gross, currency)
        cancelled = {"gross": gross, "payments": amount_text(self.cancelled_payments, currency)}
        entered = {"gross": gross, "payments": amount_text(self.cancelled_entered, currency)}
        return {
            "store": self.store,
            "business_date": self.business_date.isoformat() if self.business_date else None,
            "currency": currency or None,
            "channel": self.channel.as_json(currency) if self.has_channel else None,
            "packages": self.packages.as_json(currency)
            | ({"removed": self.removed.as_json(currency)} if self.has_removed else {}),
            "staged": self.staged.as_json(currency),
            "orders": {
                **self.orders.as_json(currency),
                "variance": amount_text(self.variance, currency),
                "open": amount_text(self.open, currency),
                "not_orders": {state: sums.as_json(currency) for state, sums in sorted(self.not_orders.items())},
                "cancelled": cancelled,
            },
            "journal": {
                "transactions": self.vouchers,
                "payments": amount_text(self.entered, currency),
                "on_account": amount_text(self.on_account, currency),
                "cancelled": entered,
            },
        }


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

    def as_json(self) -> dict[str, object]:
        """The shape of `reconcile --json`."""
        return {
            "verdict": str(self.verdict),
            "balanced": self.balanced,
            "unexplained": [difference.as_json() for difference in self.unexplained],
            "explained": [difference.as_json() for difference in self.explained],
            "rows": [row.as_json() for row in self.rows],
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
    not_compared = NotCompared()
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
    for between, amount in checks.items():
        if amount:
            where = f"{row.store or 'no store'}, {row.business_date or 'no date'}, {row.currency or 'no currency'}"
            why = f"the sums of {where} do not agree although each transaction does: report this as a defect"
            yield Difference(transaction=None, between=between, amount=amount, currency=row.currency, why=why)
