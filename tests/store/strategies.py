"""Strategies of everything that a store keeps: any dataclass, field by field, and rows of all eleven entities."""

import dataclasses
import re
import types
import typing
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any, Union, get_args, get_origin

from hypothesis import strategies as st

from postering.domain.keys import TransactionKey
from postering.domain.money import LARGEST_DIGITS, Money
from postering.domain.retail_transactions.entities import ENTITIES, ENUMS, Entity, Field, FieldType
from postering.domain.retail_transactions.rows import RejectedRow, Row, read_row
from postering.domain.staging.pieces import Piece

LARGEST = 10**LARGEST_DIGITS - 1
EDGE_TEXTS = (
    "",
    "a/b",
    "100 %",
    "%2F",
    "#1|2",
    "line\none",
    "\r\n",
    "\x00",
    "'quoted', \"twice\"; --",
    "ölçü 漢字 🛒",
    "é",
    " ",
)

texts = st.sampled_from(EDGE_TEXTS) | st.text(max_size=12)
ids = texts.filter(bool)

_PAIR = re.compile("[\ud800-\udbff][\udc00-\udfff]")
_any_character = st.characters(codec=None) | st.characters(categories=["Cs"])
broken_texts = texts | st.text(_any_character, max_size=6).filter(lambda text: not _PAIR.search(text))
"""Texts among which are some that are no valid Unicode: halves of surrogate pairs. Nothing decodes to two in a row."""

decimals = st.builds(
    lambda units, places: Decimal(f"{units}E-{places}"),
    st.sampled_from((0, 1, LARGEST, -LARGEST, LARGEST - 1)) | st.integers(-LARGEST, LARGEST),
    st.integers(0, LARGEST_DIGITS),
)
moments = st.datetimes(timezones=st.just(UTC))
keys = st.builds(
    TransactionKey,
    company=ids,
    channel=st.integers(-(2**63), 2**63 - 1),
    store=texts,
    terminal=texts,
    transaction_id=ids,
)


# --- any record ----------------------------------------------------------------------------------------------


def whole(kind: Any) -> st.SearchStrategy[Any]:
    """Any value of a dataclass, every field drawn by its type, defaults or not."""
    hints = typing.get_type_hints(kind)
    return st.builds(kind, **{field.name: _any_of(hints[field.name]) for field in dataclasses.fields(kind)})


_PLAIN: Mapping[Any, st.SearchStrategy[Any]] = {
    str: texts,
    bool: st.booleans(),
    int: st.integers(-(2**63), 2**63 - 1),
    Decimal: decimals,
    date: st.dates(),
    datetime: moments,
    TransactionKey: keys,
    Money: st.builds(Money, decimals, st.sampled_from(("USD", "JPY", "KWD"))),
    types.NoneType: st.none(),
}


def _any_of(hint: Any) -> st.SearchStrategy[Any]:
    if hint in _PLAIN:
        return _PLAIN[hint]
    parts = get_args(hint)
    if get_origin(hint) in {Union, types.UnionType}:
        return st.one_of([_any_of(part) for part in parts])
    if get_origin(hint) is tuple:
        return st.lists(_any_of(parts[0]), max_size=2).map(tuple)
    if get_origin(hint) is Mapping:
        return st.dictionaries(_any_of(parts[0]), _any_of(parts[1]), max_size=3)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return st.sampled_from(hint)
    assert dataclasses.is_dataclass(hint), hint
    assert isinstance(hint, type)
    return whole(hint)


# --- rows ----------------------------------------------------------------------------------------------------

entities = st.sampled_from(tuple(ENTITIES.values()))

ROW_KEY = TransactionKey("U%/1", 5637144592, "S #|1", "", "T/1\n%2F é")
"""Whose rows are drawn: a key with separators in it."""

_COLUMNS_DRAWN = 8


def _sound_value(field: Field) -> st.SearchStrategy[object]:
    """A value that the field takes, as a file or a database may give it; '' is absent."""
    if field.enum is not None:
        return st.sampled_from([*ENUMS[field.enum], *ENUMS[field.enum].values()])
    match field.type:
        case FieldType.STRING:
            longest = min(field.length or 12, 12)
            return (st.sampled_from(EDGE_TEXTS) | st.text(max_size=longest)).map(lambda text: text[:longest])
        case FieldType.GUID:
            return st.uuids().map(str)
        case FieldType.DECIMAL:
            return decimals
        case FieldType.DATE:
            return st.dates()
        case FieldType.DATETIME:
            return moments
        case FieldType.TIME:
            return st.integers(0, 86_399)
        case _:
            return st.integers(-(2**63), 2**63 - 1)


@st.composite
def _raw_row(draw: st.DrawFn, entity: Entity) -> dict[str, object]:
    """A row with its whole key, some of its columns, and some that no entity declares."""
    key = (ROW_KEY.company, ROW_KEY.channel, ROW_KEY.store, ROW_KEY.terminal, ROW_KEY.transaction_id)
    raw: dict[str, object] = dict(zip(entity.transaction_keys, key, strict=True))
    for name in entity.row_keys:
        raw[name] = draw(_sound_value(entity.by_name[name]).filter(lambda value: value not in {"", "\x00"}))
    others = [field for field in entity.fields if field.name not in entity.keys]
    for field in draw(st.lists(st.sampled_from(others), max_size=_COLUMNS_DRAWN, unique=True)):
        raw[field.name] = draw(_sound_value(field))
    return raw | draw(st.dictionaries(ids.map(lambda name: f"x{name}"), texts, max_size=2))


@st.composite
def rows(draw: st.DrawFn, entity: Entity) -> Row | RejectedRow:
    """A row of an entity as `read_row` reads it: sound, or rejected where chance brought what is not."""
    row = read_row(entity, draw(_raw_row(entity)), "rows.jsonl row 1")
    assert isinstance(row, Row | RejectedRow)
    return row


@st.composite
def rejected_rows(draw: st.DrawFn, entity: Entity) -> RejectedRow:
    """A row that is rejected, with texts in it that are no valid Unicode (`read_row` itself lets none through)."""
    row = read_row(entity, draw(_raw_row(entity)) | {entity.counter: draw(broken_texts.map("x{}".format))}, "row 1")
    assert isinstance(row, RejectedRow)
    return dataclasses.replace(row, raw={**row.raw, **draw(st.dictionaries(broken_texts, broken_texts, max_size=3))})


@st.composite
def pieces(draw: st.DrawFn) -> Piece:
    """Rows of any entities, in any number, for one transaction."""
    read = draw(st.lists(entities.flatmap(rows), max_size=6))
    bad = draw(st.lists(entities.flatmap(rejected_rows), max_size=2))
    return Piece(
        transaction=ROW_KEY,
        rows=tuple(row for row in read if isinstance(row, Row)),
        rejected=(*(row for row in read if isinstance(row, RejectedRow)), *bad),
    )
