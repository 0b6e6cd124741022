"""The sheets of an export: kinds of rows, each with its columns, in one shape for every format.

A row is a tuple of typed values in the order of its sheet's columns; an empty value is None. Each format decides how it
writes a type. docs/export.md has the columns.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Generic, TypeVar

from postering.domain.money import Money
from postering.domain.sales_orders.documents import PostedOrder

Source = TypeVar("Source")

Value = str | int | Decimal | Money | date | datetime | bool | None
"""A value of a row, by the type of its column."""

Row = tuple[Value, ...]
"""Values in the order of the columns."""


class ColumnType(StrEnum):
    """The type of a column's values."""

    TEXT = "text"
    INTEGER = "whole number"
    NUMBER = "number"  # exact, as short as it can be written
    AMOUNT = "amount"  # exact, with the digits of its currency
    DATE = "date"
    MOMENT = "moment"  # date and time in UTC
    YES_NO = "yes or no"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column(Generic[Source]):
    """One column: its name, its type, its meaning, and how it is read. A receipt has the sums of `summed` ones."""

    name: str
    type: ColumnType
    holds: str
    of: Callable[[Source], Value]
    summed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet(Generic[Source]):
    """Rows of one kind: the columns, and the parts of an order that each become a row."""

    kind: str
    holds: str
    columns: tuple[Column[Source], ...]
    sources: Callable[[PostedOrder], Iterable[Source]]

    def rows(self, order: PostedOrder) -> Iterator[Row]:
        """The rows of an order."""
        for source in self.sources(order):
            yield tuple(_or_none(column.of(source)) for column in self.columns)


def _or_none(value: Value) -> Value:
    return None if value == "" else value


def text(name: str, holds: str, of: Callable[[Source], str | None]) -> Column[Source]:
    """A column of texts."""
    return Column(name=name, type=ColumnType.TEXT, holds=holds, of=of)


def integer(name: str, holds: str, of: Callable[[Source], int | None]) -> Column[Source]:
    """A column of whole numbers."""
    return Column(name=name, type=ColumnType.INTEGER, holds=holds, of=of)


def number(name: str, holds: str, of: Callable[[Source], Decimal | None]) -> Column[Source]:
    """A column of exact numbers, without a currency."""
    return Column(name=name, type=ColumnType.NUMBER, holds=holds, of=of)


def amount(name: str, holds: str, of: Callable[[Source], Money | None]) -> Column[Source]:
    """A column of amounts that are not added up: prices, and amounts in another currency."""
    return Column(name=name, type=ColumnType.AMOUNT, holds=holds, of=of)


def summed(name: str, holds: str, of: Callable[[Source], Money | None]) -> Column[Source]:
    """A column of amounts whose sum, by currency, is in the receipt."""
    return Column(name=name, type=ColumnType.AMOUNT, holds=holds, of=of, summed=True)


def day(name: str, holds: str, of: Callable[[Source], date | None]) -> Column[Source]:
    """A column of dates."""
    return Column(name=name, type=ColumnType.DATE, holds=holds, of=of)


def moment(name: str, holds: str, of: Callable[[Source], datetime | None]) -> Column[Source]:
    """A column of moments in UTC."""
    return Column(name=name, type=ColumnType.MOMENT, holds=holds, of=of)


def yes_no(name: str, holds: str, of: Callable[[Source], bool]) -> Column[Source]:
    """A column of answers."""
    return Column(name=name, type=ColumnType.YES_NO, holds=holds, of=of)
