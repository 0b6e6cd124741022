"""The column of each field of a record, and a record filled from a row. Values keep their signs.

An absent amount is 0, an absent text is '', an absent count is None: it promises nothing.
"""

from collections.abc import Hashable, Mapping
from dataclasses import MISSING, field, fields
from datetime import date
from functools import cache
from typing import Any, Final, TypeVar, cast

from postering.domain.money import ZERO
from postering.domain.retail_transactions.values import Value

Record = TypeVar("Record")

_NO_DATE: Final = date(1900, 1, 1)
"""D365 writes an empty date as 1900-01-01."""


def given_date(day: date | None) -> date | None:
    """`day`; None if it is absent or D365's empty date."""
    return None if day == _NO_DATE else day


def text_of(column: str) -> Any:
    """A text column; '' if absent."""
    return field(default="", metadata={"column": column})


def amount_of(column: str) -> Any:
    """A decimal column; 0 if absent."""
    return field(default=ZERO, metadata={"column": column})


def number_of(column: str) -> Any:
    """A whole number, enum or flag; 0 if absent."""
    return field(default=0, metadata={"column": column})


def maybe_of(column: str) -> Any:
    """A column whose absence has a meaning; None if absent."""
    return field(default=None, metadata={"column": column})


def read(record: type[Record], values: Mapping[str, Value]) -> Record:
    """A `record` with the typed values of a row, by its columns."""
    return record(**{name: values[column] for name, column in columns_of(cast(Hashable, record)) if column in values})


@cache
def columns_of(record: Hashable) -> tuple[tuple[str, str], ...]:
    """(Python name, column) of each field of a record."""
    return tuple(
        (declared.name, declared.metadata["column"])
        for declared in fields(cast(type[Any], record))
        if declared.default is not MISSING
    )
