"""Rows added up by day, month, store or currency; the currencies are never added up together."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from postering.domain.reconciliation.rows import ReportRow

_MOST_LINES: Final = 36
_LINES_AROUND: Final = 5
"""A month by day, and a year of two currencies by month, take no more lines; the second are those around a table."""


class By(StrEnum):
    """What rows are added up by."""

    DAY = "day"
    MONTH = "month"
    STORE = "store"
    CURRENCY = "currency"


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The rows of a day (`2026-03-14`), month (`2026-03`), store or currency, added up; '' for no date or store."""

    name: str
    sums: ReportRow

    def as_json(self) -> dict[str, object]:
        """One member of `groups`: its name, its currency and the five sides as in a row."""
        sides = self.sums.as_json()
        of_rows = {"store", "business_date"}
        return {"group": self.name or None, **{name: side for name, side in sides.items() if name not in of_rows}}


_NAMES: Final[Mapping[By, Callable[[ReportRow], str]]] = {
    By.DAY: lambda row: row.business_date.isoformat() if row.business_date else "",
    By.MONTH: lambda row: f"{row.business_date:%Y-%m}" if row.business_date else "",
    By.STORE: lambda row: row.store,
    By.CURRENCY: lambda row: row.currency,
}


def grouped(rows: Iterable[ReportRow], by: By) -> tuple[Group, ...]:
    """The groups, by currency and name."""
    sums: dict[tuple[str, str], ReportRow] = {}
    for row in rows:
        place = (row.currency, _NAMES[by](row))
        sums.setdefault(place, ReportRow(store="", business_date=None, currency=row.currency)).include(row)
    return tuple(Group(name=name, sums=sums[currency, name]) for currency, name in sorted(sums))


def default_by(rows: Sequence[ReportRow]) -> By:
    """The stores of one day, else days, else months, as long as their tables are short; else currencies."""
    one_day = len({row.business_date for row in rows}) <= 1
    currencies = len({row.currency for row in rows})
    for by in (By.STORE,) if one_day else (By.DAY, By.MONTH):
        groups = len({(row.currency, _NAMES[by](row)) for row in rows})
        if groups + currencies * _LINES_AROUND <= _MOST_LINES:
            return by
    return By.CURRENCY
