"""The eleven tables of one channel database: their schema, their columns, and how they are selected."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Float,
    Integer,
    LargeBinary,
    Numeric,
    Select,
    String,
    Text,
    and_,
    case,
    cast,
    column,
    func,
    inspect,
    select,
    table,
)
from sqlalchemy.types import NullType

from postering.channels.databases.tables import existing_schema
from postering.domain.retail_transactions.entities import ENTITIES, Entity, Field, FieldType

_DATES: Final = ("businessDate", "transDate")
_WIDE_DECIMAL: Final = Numeric(38, 10)
_DIGITS_OF_64_BITS: Final = 19


@dataclass(frozen=True, kw_only=True)
class KeyColumn:
    """A column of the transaction's key, compared with `key_text`: '' stands for an empty value and for NULL."""

    source: ColumnElement[Any]
    numeric: bool
    sqlite: bool

    def equals(self, part: str) -> tuple[ColumnElement[bool], ...]:
        """Conditions for the column to be `part`. A row meets one of them at most.

        They are apart because no database finds `IS NULL OR = ''` by an index.
        """
        if part == "":
            no_text = self.numeric and not self.sqlite
            return (self.source.is_(None),) if no_text else (self.source.is_(None), self.source == "")
        if not _is_text(part):  # bytes of a SQLite file that are no UTF-8
            return (cast(self.source, LargeBinary) == part.encode("utf-8", "surrogateescape"),)
        return (self.source == self._parameter(part),)

    def is_among(self, parts: Sequence[str]) -> tuple[ColumnElement[bool], ...]:
        """Conditions for the column to be one of `parts`. A row meets one of them at most."""
        ordinary = [self._parameter(part) for part in parts if part and _is_text(part)]
        others = [one for part in parts if not (part and _is_text(part)) for one in self.equals(part)]
        return (*([self.source.in_(ordinary)] if ordinary else []), *others)

    def _parameter(self, part: str) -> str | int:
        whole = self.numeric and part.removeprefix("-").isdecimal() and len(part) < _DIGITS_OF_64_BITS
        return int(part) if whole else part


@dataclass(frozen=True, kw_only=True)
class StoredTable:
    """The table of one entity in a database. `fields` belong to `columns`; None for an undeclared column."""

    entity: Entity
    source: Any
    names: tuple[str, ...]
    fields: tuple[Field | None, ...]
    columns: tuple[ColumnElement[Any], ...]
    keys: tuple[ColumnElement[Any], ...]
    key_columns: tuple[KeyColumn, ...]
    counter: ColumnElement[Any]
    dates: tuple[ColumnElement[Any], ...]

    def selected(self, *chosen: ColumnElement[Any]) -> Select[Any]:
        """A SELECT of `chosen` from this table, by position: two names that differ in case stay apart."""
        return select(*(one.label(f"c{position}") for position, one in enumerate(chosen))).select_from(self.source)

    def rows_of(self, place: Sequence[str], transaction_ids: Iterable[str]) -> Iterator[Select[Any]]:
        """SELECTs that give each row of these transactions once, with all columns.

        `place` is company, channel, store and terminal.
        """
        choices = [one.equals(part) for one, part in zip(self.key_columns[:4], place, strict=True)]
        for where in product(*choices, self.key_columns[4].is_among(sorted(transaction_ids))):
            yield self.selected(self.counter, *self.keys, *self.columns).where(and_(*where))


class UnreadableTables(Exception):
    """The tables of a channel database lack something, or cannot be read by their keys."""


def stored_tables(connection: Connection) -> Mapping[str, StoredTable]:
    """The eleven tables, by entity. Raises `UnreadableTables` with the tables or columns that are missing."""
    inspector = inspect(connection)
    schema = existing_schema(connection)
    there = {name.casefold(): name for name in (*inspector.get_view_names(schema), *inspector.get_table_names(schema))}
    if missing := [name for name in ENTITIES if name.casefold() not in there]:
        raise UnreadableTables(
            f"the table{'s' if len(missing) > 1 else ''} {', '.join(missing)} {_are(missing)} missing"
        )
    return {
        entity.name: _stored(
            entity, inspector.get_columns(there[entity.name.casefold()], schema), connection, schema, there
        )
        for entity in ENTITIES.values()
    }


def _stored(
    entity: Entity, reflected: Sequence[Any], connection: Connection, schema: str | None, there: Mapping[str, str]
) -> StoredTable:
    kinds = {one["name"]: one["type"] for one in reflected}
    by_folded = {name.casefold(): name for name in kinds}
    needed = (*entity.keys, entity.counter)
    if missing := [name for name in needed if name.casefold() not in by_folded]:
        words = f"the column{'s' if len(missing) > 1 else ''} {', '.join(missing)} of {entity.name}"
        raise UnreadableTables(f"{words} {_are(missing)} missing")
    source = table(there[entity.name.casefold()], *(column(name) for name in kinds), schema=schema)
    sqlite = connection.dialect.name == "sqlite"
    fields = {name: entity.by_folded_name.get(name.casefold()) for name in kinds}

    def read(name: str) -> ColumnElement[Any]:
        return _without_float(source.c[name], kinds[name], fields[name], sqlite)

    def compared(name: str) -> KeyColumn:
        # In a SQLite column without a type '7' and 7 are different; as text they are equal.
        untyped = sqlite and isinstance(kinds[name], NullType | LargeBinary)
        return KeyColumn(
            source=cast(source.c[name], Text) if untyped else source.c[name],
            numeric=isinstance(kinds[name], Integer | Numeric),
            sqlite=sqlite,
        )

    key_names = [by_folded[name.casefold()] for name in entity.transaction_keys]
    return StoredTable(
        entity=entity,
        source=source,
        names=tuple(field.name if (field := fields[name]) else name for name in kinds),
        fields=tuple(fields.values()),
        columns=tuple(read(name) for name in kinds),
        keys=tuple(read(name) for name in key_names),
        key_columns=tuple(compared(name) for name in key_names),
        counter=source.c[by_folded[entity.counter.casefold()]],
        dates=tuple(read(by_folded[name.casefold()]) for name in _DATES if name.casefold() in by_folded),
    )


def _without_float(one: ColumnElement[Any], kind: Any, field: Field | None, sqlite: bool) -> ColumnElement[Any]:
    """The column in a SELECT, so that no number passes through a float."""
    if not sqlite:
        return cast(one, _WIDE_DECIMAL) if isinstance(kind, Float) else one
    if isinstance(kind, String):
        return one  # SQLite itself turns numbers in such a column into text
    if field is not None and field.type is FieldType.DECIMAL:
        return cast(one, Text)
    return case((func.typeof(one) == "real", cast(one, Text)), else_=one)


def _is_text(part: str) -> bool:
    try:
        part.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _are(missing: Sequence[str]) -> str:
    return "are" if len(missing) > 1 else "is"
