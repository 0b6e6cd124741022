"""Creates and fills the eleven tables of a channel database, for demo and tests; they follow from the entities."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Date,
    DateTime,
    Index,
    Integer,
    MetaData,
    Numeric,
    String,
    Table,
    Text,
    inspect,
)
from sqlalchemy.types import TypeEngine

from postering.channels.databases.connections import writing_engine
from postering.domain.retail_transactions.entities import ENTITIES, Entity, Field, FieldType
from postering.domain.retail_transactions.rows import RawRow
from postering.domain.retail_transactions.values import InvalidValue, Raw, read_value, value_text

SCHEMA: Final = "ax"
"""The schema of D365's channel databases. A database without it has the tables in its default schema."""

_KEY_CHARACTERS: Final = 128
_WHOLE: Final = frozenset({FieldType.INTEGER, FieldType.TIME})


def tables(metadata: MetaData, schema: str | None = None) -> Mapping[str, Table]:
    """The tables by entity. On SQLite decimals and dates are text, so that no float ever appears."""
    return {entity.name: _table(entity, metadata, schema) for entity in ENTITIES.values()}


def create_tables(url: str, home: Path = Path()) -> None:
    """Create missing tables, in the schema `ax` if the database has it. A SQLite file lies below `home`."""
    engine = writing_engine(url, home)
    with engine.begin() as connection:
        metadata = MetaData()
        tables(metadata, existing_schema(connection))
        metadata.create_all(connection)
    engine.dispose()


def insert_rows(url: str, rows: Mapping[str, Sequence[RawRow]], home: Path = Path()) -> None:
    """Insert `rows`, by entity, in one transaction. Column names may be in upper or lower case.

    A value of another type than its column is inserted as it is, if the database takes it (SQLite does).
    """
    engine = writing_engine(url, home)
    with engine.begin() as connection:
        made = tables(MetaData(), existing_schema(connection))
        as_text = engine.dialect.name == "sqlite"
        for name, listed in rows.items():
            entity = ENTITIES[name]
            wide = [_columns(entity, raw, as_text) for raw in listed]
            used = {column for row in wide for column in row}
            if wide:
                connection.execute(made[name].insert(), [{column: row.get(column) for column in used} for row in wide])
    engine.dispose()


def existing_schema(connection: Connection) -> str | None:
    """`ax` if the database has that schema, None if the tables are in the default one."""
    return SCHEMA if SCHEMA in inspect(connection).get_schema_names() else None


def _table(entity: Entity, metadata: MetaData, schema: str | None) -> Table:
    keys = set(entity.keys)
    required = {entity.keys[0], entity.keys[4]}
    columns = [
        Column(field.name, _type(field, field.name in keys), nullable=field.name not in required)
        for field in entity.fields
    ]
    table = Table(entity.name, metadata, *columns, schema=schema)
    # Without an index on the replication counter, reading a large table times out.
    Index(f"{entity.name}_counter", table.c[entity.counter])
    Index(f"{entity.name}_transaction", *(table.c[name] for name in entity.transaction_keys))
    return table


def _type(field: Field, is_key: bool) -> TypeEngine[Any]:
    match field.type:
        case FieldType.DECIMAL:
            return Numeric(38, 6).with_variant(Text(), "sqlite")
        case FieldType.DATE:
            return Date().with_variant(Text(), "sqlite")
        case FieldType.DATETIME:
            return DateTime().with_variant(Text(), "sqlite")
        case FieldType.BIG_INTEGER:
            return BigInteger()
        case FieldType.INTEGER if field.name.casefold() == "replicationcounterfromorigin":
            return BigInteger()
        case kind if kind in _WHOLE:
            return Integer()
        case _ if field.length is not None or is_key:
            return String(field.length or _KEY_CHARACTERS)
        case _:
            return Text()


def _columns(entity: Entity, raw: RawRow, as_text: bool) -> dict[str, object]:
    return {
        field.name: _stored(field, value, as_text)
        for name, value in raw.items()
        for field in (entity.by_folded_name[name.casefold()],)
    }


def _stored(field: Field, given: Raw, as_text: bool) -> object:
    if given == "":
        return ""
    try:
        value = read_value(field, given)
    except InvalidValue:
        return str(given)
    if as_text and isinstance(value, Decimal | date):
        return value_text(value)
    return value
