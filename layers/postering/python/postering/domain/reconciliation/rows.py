"""A row of the reconciliation: the sums of the five sides, of one store, business date and currency."""

from dataclasses import dataclass, field, fields
from datetime import date
from decimal import Decimal
from typing import Final

from postering.domain.money import ZERO, amount_text, negated, total
from postering.domain.reconciliation.sides import HeaderFigures
from postering.domain.reconciliation.steps import Steps


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

    def include(self, other: "Sums") -> None:
        """Add what `other` has."""
        self.transactions += other.transactions
        self.gross = total((self.gross, other.gross))
        self.payments = total((self.payments, other.payments))

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
    `steps` lead from each side to the next. `red` says that a difference of its transactions is unexplained.
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
    steps: Steps = field(default_factory=Steps)
    red: bool = False

    @property
    def has_removed(self) -> bool:
        """Whether retention removed a package of the row."""
        return bool(self.removed.transactions or self.removed.gross or self.removed.payments)

    def include(self, other: "ReportRow") -> None:
        """Add the sums of another row of the same currency."""
        for name in _SUMS:
            getattr(self, name).include(getattr(other, name))
        for state, sums in other.not_orders.items():
            self.not_orders.setdefault(state, Sums()).include(sums)
        for name in _AMOUNTS:
            setattr(self, name, total((getattr(self, name), getattr(other, name))))
        for step in other.steps:
            self.steps.add(step)
        self.has_channel = self.has_channel or other.has_channel
        self.vouchers += other.vouchers
        self.edited_transactions += other.edited_transactions
        self.red = self.red or other.red

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


_SUMS: Final = ("channel", "packages", "staged", "orders", "removed")
_AMOUNTS: Final = tuple(each.name for each in fields(ReportRow) if each.default is ZERO)
