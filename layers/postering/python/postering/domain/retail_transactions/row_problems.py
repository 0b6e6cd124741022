"""Problems of a row in the operator's words: place, column, found, expected, repair."""

from typing import Final

from postering.domain.problems import Problem
from postering.domain.retail_transactions.entities import Entity
from postering.domain.texts import cut

_SHOWN_CHARACTERS: Final = 80


def _shown(text: str) -> str:
    return cut(text, _SHOWN_CHARACTERS)


def _send_again(correction: str, where: str) -> str:
    return (
        f"at the source, {correction} in {where} and send the row again in a new package: a sound row takes its place"
    )


def invalid(column: str, text: str, expected: str, where: str) -> Problem:
    """A value that its column cannot hold."""
    return Problem(
        code="ROW_INVALID",
        message=f"{where}: {_shown(column)} is {_shown(text)!r}, expected {expected}",
        expected=expected,
        found=_shown(text),
        repair=_send_again(f"correct {_shown(column)}", where),
    )


def missing_key(column: str, where: str) -> Problem:
    """A row that lacks a part of its key."""
    return Problem(
        code="ROW_INVALID",
        message=f"{where}: {column} is missing, it is part of the row's key",
        expected=f"a value in {column}",
        found="nothing",
        repair=_send_again(f"give {column} a value", where),
    )


def twice(column: str, where: str) -> Problem:
    """A column that is there twice, in upper and lower case."""
    return Problem(
        code="ROW_INVALID",
        message=f"{where}: {_shown(column)} is given twice",
        expected="each column once, whatever its case",
        found="two values",
        repair=_send_again(f"leave one of the two {_shown(column)}", where),
    )


def card_data(entity: Entity, column: str, shown: str, where: str) -> Problem:
    """Card data in a column; `shown` is its masked value."""
    return Problem(
        code="CARD_DATA",
        message=f"{where}: {_shown(column)} holds card data; it was masked and not kept",
        expected="no card number, track data or verification value in any field",
        found=_shown(shown),
        repair=f"remove the card data from {entity.name}.{_shown(column)} at its source and send the row again",
    )
