"""Edits from an operator's text, `RetailTransactionSalesTrans[2].qty=-1`, validated like input.

A field alone is the header's. Rows are named by their keys; names of entities and columns are read in any case. A
refusal says why the field can't be edited, and what can be.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from postering.domain.errors import JobRefused
from postering.domain.lists import first_of
from postering.domain.near_names import did_you_mean, near_or_all
from postering.domain.retail_transactions.entities import ENTITIES, HEADER, Entity, Field, is_transport
from postering.domain.retail_transactions.quoted import quoted
from postering.domain.retail_transactions.rows import RejectedRow, Row, row_name, without_card_data
from postering.domain.retail_transactions.values import InvalidValue, read_value, value_text
from postering.domain.staging.assembly import Assembly, shown_values
from postering.domain.staging.edits import Edit

_CHANGE: Final = re.compile(r"(?:(?P<entity>\w+)(?:\[(?P<key>[^\]]*)\])?\.)?(?P<column>\w+)=(?P<value>.*)", re.DOTALL)
_LISTED_ROWS: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A requested change: a row (entity and key, as they were written), a column, and its new text ('' empties it)."""

    entity: str
    key: tuple[str, ...]
    column: str
    value: str


def is_change(text: str) -> bool:
    """Whether `text` has the form of a change, FIELD=VALUE."""
    return _CHANGE.fullmatch(text) is not None


def parse_change(text: str) -> Change:
    """The change that `text` is; `ValueError` if it does not have the form FIELD=VALUE."""
    found = _CHANGE.fullmatch(text)
    if found is None:
        raise ValueError(
            f"{quoted(text)} is not a change: write FIELD=VALUE, as in RetailTransactionSalesTrans[2].qty=-1"
        )
    key = found["key"]
    return Change(
        entity=found["entity"] or HEADER,
        key=tuple(part.strip() for part in key.split(",")) if key else (),
        column=found["column"],
        value=found["value"].strip(),
    )


def edits_of(
    assembly: Assembly, changes: Iterable[Change], *, at: datetime, by: str, reason: str = ""
) -> tuple[Edit, ...]:
    """The edits that `changes` make to the rows received; a change to the same value makes none.

    Raises `JobRefused` for the first change that names an unknown entity, row or column, a key, or a value that the
    column can't take. Nothing is edited then.
    """
    made: dict[tuple[str, str], Edit] = {}
    for change in changes:
        entity = _entity(change.entity)
        row = _row(assembly, entity, change.key)
        column, field = _column(entity, change.column, row)
        if (row.name, column) in made:
            raise JobRefused(f"{row.name}.{column} is changed twice: name each field once")
        made[row.name, column] = Edit(
            row=row.name,
            hash=row.hash,
            column=column,
            before=shown_values(row).get(column, ""),
            after=_value(row, column, field, change.value),
            at=at,
            by=by,
            reason=reason,
        )
    return tuple(edit for edit in made.values() if edit.before != edit.after)


def _entity(name: str) -> Entity:
    by_folded = {entity.casefold(): ENTITIES[entity] for entity in ENTITIES}
    short = {entity.removeprefix("RetailTransaction").casefold(): ENTITIES[entity] for entity in ENTITIES}
    found = by_folded.get(name.casefold()) or short.get(name.casefold())
    if found is None:
        raise JobRefused(f"there is no entity {name!r}. {near_or_all(name, ENTITIES)}")
    return found


def _row(assembly: Assembly, entity: Entity, key: Sequence[str]) -> Row | RejectedRow:
    rows: list[Row | RejectedRow] = [row for row in assembly.rows if row.entity == entity.name]
    rows += [row for row in assembly.rejected if row.entity == entity.name]
    wanted = _key(entity, key)
    found = next((row for row in rows if row.key == wanted), None)
    if found is not None:
        return found
    named = row_name(entity.name, tuple(key))
    if not rows:
        raise JobRefused(f"{named} is not there: no row of {entity.name} has come; the missing row has to be sent")
    there_are = f"there are: {first_of((row.name for row in rows), _LISTED_ROWS)}"
    if entity.row_keys and len(key) != len(entity.row_keys):
        columns = ",".join(entity.row_keys)
        raise JobRefused(f"{named}: name the row by its {columns}; {there_are}")
    if any(row.key is None for row in rows):
        there_are += "; a row without a readable key can't be edited, it has to be sent again"
    raise JobRefused(f"{named} is not there; {there_are}")


def _key(entity: Entity, key: Sequence[str]) -> tuple[str, ...]:
    """The key in canonical texts, as rows have it; as it was written if it is not a key."""
    canonical = []
    for name, part in zip(entity.row_keys, key, strict=False):
        try:
            value = read_value(entity.by_name[name], part)
        except InvalidValue:
            value = part
        canonical.append(value_text(value) if value is not None else "")
    return tuple(canonical) if len(key) == len(entity.row_keys) else tuple(key)


def _column(entity: Entity, column: str, row: Row | RejectedRow) -> tuple[str, Field | None]:
    """The column by its own name, and its field; None if only the row has such a column, not its entity."""
    field = entity.by_folded_name.get(column.casefold())
    if field is None:
        unknown = {name.casefold(): name for name in shown_values(row)}
        if column.casefold() in unknown:
            return unknown[column.casefold()], None
        hint = did_you_mean(column, entity.by_name) or f"docs/entities.md lists the columns of {entity.name}."
        raise JobRefused(f"{entity.name} has no column {column!r}. {hint}")
    if field.name in entity.keys:
        raise JobRefused(
            f"{row.name}.{field.name} is part of the row's key and can't be edited: send the row anew under another key"
        )
    if is_transport(field.name.casefold()):
        raise JobRefused(f"{row.name}.{field.name} says how the row travelled: editing it would change nothing")
    return field.name, field


def _value(row: Row | RejectedRow, column: str, field: Field | None, text: str) -> str:
    """The canonical text of a value that the column takes. A column that D365 does not have can only be emptied."""
    if field is None:
        if text:
            raise JobRefused(f"{row.name}.{column} is not a column of D365: it can only be emptied ({column}=)")
        return ""
    try:
        value = read_value(field, text)
    except InvalidValue as refused:
        raise JobRefused(f"{row.name}.{column} can't be {quoted(text)}: expected {refused.expected}") from None
    if without_card_data(ENTITIES[row.entity], field, text) != text:
        raise JobRefused(f"{row.name}.{column}: this is card data, which is never kept")
    return value_text(value) if value is not None else ""
