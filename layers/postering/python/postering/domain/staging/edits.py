"""Edits: an operator's changes to a staged transaction, field by field. The received rows never change.

An edit belongs to one version of a row (its hash): if another version is accepted, it no longer applies. Keys can't
be edited, so an edited row stays in its place.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from postering.domain.lists import grouped
from postering.domain.retail_transactions.entities import ENTITIES
from postering.domain.retail_transactions.rows import RejectedRow, Row, read_row
from postering.domain.retail_transactions.values import Value, read_value

_MASKED: Final = re.compile(r"\*{4}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """One field of one version of a row, changed; `before` and `after` are canonical texts, '' if absent.

    `at` is UTC; `by` is the operator's login, `reason` the operator's words.
    """

    row: str
    hash: str
    column: str
    before: str
    after: str
    at: datetime
    by: str
    reason: str = ""

    @property
    def field(self) -> str:
        """The field as `edit` takes it: `RetailTransactionSalesTrans[2].qty`."""
        return f"{self.row}.{self.column}"

    def as_json(self) -> dict[str, object]:
        """The shape that `show --json` prints."""
        return {
            "row": self.row,
            "column": self.column,
            "before": self.before or None,
            "after": self.after or None,
            "at": self.at.isoformat(),
            "by": self.by,
            "reason": self.reason or None,
        }


def edited_rows(
    rows: Sequence[Row], rejected: Sequence[RejectedRow], edits: Iterable[Edit]
) -> tuple[tuple[Row, ...], tuple[RejectedRow, ...]]:
    """Current rows and rejected ones, with `edits` applied; a rejected row that an edit fixes becomes a current one.

    Rows keep the hash of the received row. Other rejected versions of a fixed row are set aside.
    """
    by_version = grouped(((edit.row, edit.hash), edit) for edit in edits)
    if not by_version:
        return tuple(rows), tuple(rejected)
    changed = tuple(_edited(row, by_version.get((row.name, row.hash), ())) for row in rows)
    fixed = {}
    for bad in rejected:
        row = fixed_row(bad, by_version.get((bad.name, bad.hash), ()))
        if row is not None:
            fixed[bad.name] = row
    return (*changed, *fixed.values()), tuple(bad for bad in rejected if bad.name not in fixed)


def _edited(row: Row, edits: Sequence[Edit]) -> Row:
    if not edits:
        return row
    fields = ENTITIES[row.entity].by_name
    values: dict[str, Value] = dict(row.values)
    for edit in edits:
        field = fields.get(edit.column)
        value = read_value(field, edit.after) if field is not None else edit.after or None
        if value is None:
            values.pop(edit.column, None)
        else:
            values[edit.column] = value
    return replace(row, values=values)


def fixed_row(bad: RejectedRow, edits: Sequence[Edit]) -> Row | None:
    """The sound row that `bad` is with `edits`; None if it has no readable key or something is still wrong.

    Masked card data has to be edited away in any case: asterisks are not content.
    """
    if not edits or bad.key is None:
        return None
    after = {edit.column: edit.after for edit in edits}
    if any(_MASKED.search(text) and column not in after for column, text in bad.raw.items()):
        return None
    read = read_row(ENTITIES[bad.entity], {**bad.raw, **after}, bad.name)
    return replace(read, hash=bad.hash) if isinstance(read, Row) else None
