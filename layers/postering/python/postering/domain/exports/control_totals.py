"""The control totals of an export, by currency: the figures of `reconcile` for the exported documents.

They equal the orders' and the journal's side of a reconciliation of the same documents, to the cent.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Self

from postering.domain.money import ZERO, amount_text, difference, total
from postering.domain.reconciliation.books import booked
from postering.domain.sales_orders.documents import DocumentKind, PostedOrder

_COUNTS = frozenset({"transactions", "entries"})
Figure = tuple[str, ...]
"""The path of a figure in the JSON: `("orders", "cancelled", "gross")`."""

_FIGURES: tuple[Figure, ...] = (
    ("orders", "transactions"),
    ("orders", "gross"),
    ("orders", "payments"),
    ("orders", "variance"),
    ("orders", "open"),
    ("orders", "cancelled", "gross"),
    ("orders", "cancelled", "payments"),
    ("quotations", "transactions"),
    ("quotations", "gross"),
    ("journal", "transactions"),
    ("journal", "payments"),
    ("journal", "on_account"),
    ("journal", "cancelled", "payments"),
    ("journal", "entries"),
    ("journal", "debit"),
    ("journal", "credit"),
)


class ExportTotals:
    """Figures by currency, added up exactly."""

    def __init__(self) -> None:
        self._by_currency: dict[str, dict[Figure, Decimal]] = {}

    def add(self, order: PostedOrder, receivable: str) -> None:
        """Count a document; `receivable` is its company's receivable account in the active setup."""
        one = booked(order, receivable)
        figures: dict[Figure, Decimal]
        if one.kind is DocumentKind.QUOTATION:
            figures = {("quotations", "transactions"): Decimal(1), ("quotations", "gross"): one.header_total}
        else:
            figures = {
                ("orders", "transactions"): Decimal(1),
                ("orders", "gross"): one.total,
                ("orders", "payments"): one.paid,
                ("orders", "variance"): one.variance,
                ("orders", "open"): one.open,
                ("orders", "cancelled", "gross"): one.cancelled_gross,
                ("orders", "cancelled", "payments"): one.cancelled_payments,
                ("journal", "transactions"): Decimal(bool(one.entries)),
                ("journal", "payments"): one.entered,
                ("journal", "on_account"): one.on_account,
                ("journal", "cancelled", "payments"): one.cancelled_entered,
                ("journal", "entries"): Decimal(one.entries),
                ("journal", "debit"): total(entry.debit.amount for entry in order.journal),
                ("journal", "credit"): total(entry.credit.amount for entry in order.journal),
            }
        self._add(one.currency, figures)

    def add_all(self, others: Self) -> None:
        """Add all figures of the others."""
        for currency, figures in others._by_currency.items():
            self._add(currency, figures)

    def _add(self, currency: str, figures: Mapping[Figure, Decimal]) -> None:
        sums = self._by_currency.setdefault(currency, dict.fromkeys(_FIGURES, ZERO))
        for figure, amount in figures.items():
            sums[figure] = total((sums[figure], amount))

    def differing(self, other: "ExportTotals") -> str:
        """The first figure that differs, in words; '' if none does."""
        nothing = dict.fromkeys(_FIGURES, ZERO)
        for currency in sorted({*self._by_currency, *other._by_currency}):
            ours, theirs = (each._by_currency.get(currency, nothing) for each in (self, other))
            for figure in _FIGURES:
                if difference(ours[figure], theirs[figure]):
                    shown = (_text(figure, sums[figure], currency) for sums in (ours, theirs))
                    return f"{'.'.join(figure)} in {currency}: {' and '.join(map(str, shown))}"
        return ""

    def as_json(self) -> dict[str, object]:
        """`{"USD": {"orders": {…}, "quotations": {…}, "journal": {…}}}`, named as in `reconcile --json`."""
        return {currency: _nested(self._by_currency[currency], currency) for currency in sorted(self._by_currency)}

    @classmethod
    def from_json(cls, written: Mapping[str, Any]) -> Self:
        """The totals that `as_json` wrote; `KeyError`, `TypeError` or `ArithmeticError` for any other value."""
        read = cls()
        for currency, sums in written.items():
            read._add(currency, {figure: _at(sums, figure) for figure in _FIGURES})
        return read


def _at(sums: Any, figure: Figure) -> Decimal:
    for name in figure:
        sums = sums[name]
    return Decimal(sums)


def _text(figure: Figure, amount: Decimal, currency: str) -> str | int:
    return int(amount) if figure[-1] in _COUNTS else amount_text(amount, currency)


def _nested(sums: Mapping[Figure, Decimal], currency: str) -> dict[str, Any]:
    nested: dict[str, Any] = {}
    for figure in _FIGURES:
        place = nested
        for name in figure[:-1]:
            place = place.setdefault(name, {})
        place[figure[-1]] = _text(figure, sums[figure], currency)
    return nested
