"""Any rows of a sheet, value by value: edge texts, 38-digit numbers, all dates."""

from datetime import UTC
from typing import Any

from hypothesis import strategies as st

from postering.domain.exports.sheets import Column, ColumnType, Row, Sheet
from postering.domain.money import Money
from tests.store.strategies import decimals, texts

_FORMULAS = ("=1+1", "+1", "-1", "@SUM(A1)", "'quoted", "\t=1", "\r=1", "\n=1", "＝1", "a;=1", 'a "b", c')
_CURRENCIES = ("USD", "JPY", "KWD")
_VALUES: dict[ColumnType, st.SearchStrategy[Any]] = {
    ColumnType.TEXT: (texts | st.sampled_from(_FORMULAS)).filter(bool),
    ColumnType.INTEGER: st.integers(-(2**63), 2**63 - 1),
    ColumnType.NUMBER: decimals,
    ColumnType.AMOUNT: st.builds(Money, decimals, st.sampled_from(_CURRENCIES)),
    ColumnType.DATE: st.dates(),
    ColumnType.MOMENT: st.datetimes(timezones=st.just(UTC)),
    ColumnType.YES_NO: st.booleans(),
}


def value_of(column: Column[Any]) -> st.SearchStrategy[Any]:
    return st.none() | _VALUES[column.type]


def rows_of(sheet: Sheet[Any]) -> st.SearchStrategy[list[Row]]:
    return st.lists(st.tuples(*map(value_of, sheet.columns)), max_size=4)


def plain_row(row: Row) -> tuple[Any, ...]:
    """The values with amounts as their numbers: what a file gives back."""
    return tuple(value.amount if isinstance(value, Money) else value for value in row)
