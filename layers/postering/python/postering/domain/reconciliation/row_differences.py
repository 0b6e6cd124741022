"""Two versions of a transaction's rows: the rows that differ, by how much, and in words."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Final

from postering.domain.lists import first_of
from postering.domain.money import ZERO, absolute, difference, plain
from postering.domain.reconciliation.sides import Received, RowId, name_of
from postering.domain.retail_transactions.entities import is_transport
from postering.domain.retail_transactions.values import Value

_NAMED_AT_MOST: Final = 8
_MONEY_WORDS: Final = ("amount", "price", "tendered")


def differing_rows(left: Received, right: Received) -> list[RowId]:
    """The rows that only one side has, or that have other content."""
    ours, theirs = left.rows, right.rows
    return [row for row in dict.fromkeys((*ours, *theirs)) if ours.get(row) != theirs.get(row)]


def amount_difference(left: Received, right: Received | None, wrong: Iterable[RowId]) -> Decimal:
    """The left side less the right; if their sums are equal, the largest difference of an amount of a row."""
    if right is None:
        return left.header.gross
    gross = difference(left.header.gross, right.header.gross)
    paid = difference(left.header.payments, right.header.payments)
    if gross or paid:
        return gross or paid
    ours, theirs = left.rows, right.rows
    differences = [
        absolute(difference(mine, other))
        for row in wrong
        for column, mine, other in _columns(left, right, ours.get(row), theirs.get(row))
        if isinstance(mine, Decimal) and isinstance(other, Decimal) and _is_money(column)
    ]
    return max(differences, default=ZERO)


def _is_money(column: str) -> bool:
    return any(word in column.casefold() for word in _MONEY_WORDS)


def _columns(
    left: Received, right: Received, mine: str | None, other: str | None
) -> list[tuple[str, Value | None, Value | None]]:
    """The columns of a row that differ; none if the rows' values were not kept."""
    ours, theirs = left.values.get(mine or ""), right.values.get(other or "")
    if ours is None or theirs is None:
        return []
    return [
        (column, ours.get(column), theirs.get(column))
        for column in dict.fromkeys((*ours, *theirs))
        if ours.get(column) != theirs.get(column) and not is_transport(column.casefold())
    ]


def describe_rows(
    wrong: Iterable[RowId], left: Received, right: Received | None, left_name: str, right_name: str
) -> str:
    """The rows that differ, and their columns, in words; texts are not shown, for they may be personal."""
    ours, theirs = left.rows, right.rows if right is not None else {}
    parts = []
    for row in wrong:
        mine, other = ours.get(row), theirs.get(row)
        if mine is None or other is None:
            parts.append(f"{name_of(row)} is only in {left_name if other is None else right_name}")
            continue
        columns = [
            f"{column} is {_shown(ours_value)} in {left_name}, {_shown(theirs_value)} in {right_name}"
            for column, ours_value, theirs_value in (_columns(left, right, mine, other) if right is not None else [])
        ]
        parts.append(f"{name_of(row)}: {', '.join(columns)}" if columns else f"{name_of(row)} differs")
    return listed(parts)


def _shown(value: Value | None) -> str:
    if value is None:
        return "absent"
    if isinstance(value, str):
        return "another text"
    return plain(value) if isinstance(value, Decimal) else str(value)


def listed(names: Iterable[str]) -> str:
    """The first of `names`, and how many more there are."""
    return first_of(names, _NAMED_AT_MOST, separator="; ")
