"""The cells of a rejected row that an edit can empty or cut, without inventing anything."""

import re
from collections.abc import Mapping
from typing import Final

from postering.domain.retail_transactions import card_data
from postering.domain.retail_transactions.entities import ENTITIES, HEADER
from postering.domain.retail_transactions.rows import RejectedRow
from postering.domain.retail_transactions.values import InvalidValue, read_value

_NEVER_EMPTIED: Final = {(HEADER, "type"), (HEADER, "entryStatus")}
"""Without them a transaction would silently not be an order, or be one although it was voided."""


_COLUMN: Final = re.compile(r"\w+")


def emptied_cells(row: RejectedRow) -> tuple[tuple[str, str, str], ...]:
    """The edits (row, column, value) that make the row sound; none if it has to be sent again.

    A value that can't be read is emptied, and the checks then say what it should be. A text that is too long loses its
    end, as D365 cuts it.
    """
    if row.key is None:
        return ()
    wrong = {column: value for column, text in row.raw.items() if (value := _fixed(row, column, text)) is not None}
    described = {problem.message for problem in row.problems}
    is_named = all(map(_COLUMN.fullmatch, wrong))
    if len(wrong) < len(described) or not is_named or any((row.entity, column) in _NEVER_EMPTIED for column in wrong):
        return ()
    return tuple((row.name, column, value) for column, value in wrong.items())


def _fixed(row: RejectedRow, column: str, text: str) -> str | None:
    """The text that the column takes; None if it is sound as it is."""
    field = ENTITIES[row.entity].by_name.get(column)
    if "****" in text or (field is None and card_data.names_verification_value(column)):
        return ""
    if field is None:
        return None
    try:
        read_value(field, text)
    except InvalidValue:
        return _cut(row.raw, column, field.length) if field.length else ""
    return None


def _cut(raw: Mapping[str, str], column: str, length: int) -> str:
    cut = raw[column][:length].strip()
    return cut if cut.isprintable() and not cut.startswith("-") else ""
