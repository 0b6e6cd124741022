"""The channel database's tables follow from the entities; what goes in comes out as the same rows."""

import sqlite3
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sqlalchemy import MetaData, create_engine, inspect, make_url
from sqlalchemy.dialects import mssql, mysql, oracle, postgresql
from sqlalchemy.pool import NullPool
from sqlalchemy.schema import CreateIndex, CreateTable

from postering.channels.databases.databases import ChannelDatabase
from postering.channels.databases.tables import create_tables, insert_rows, tables
from postering.domain.retail_transactions.entities import ENTITIES
from postering.domain.retail_transactions.rows import Row, read_row
from tests.channels.packages.test_writing import fitting

URL = "sqlite:///channel.db"


def test_every_field_of_every_entity_is_a_column(tmp_path: Path) -> None:
    create_tables(URL, tmp_path)

    engine = create_engine(make_url(URL).set(database=str(tmp_path / "channel.db")), poolclass=NullPool)
    inspector = inspect(engine)
    there = {name: [column["name"] for column in inspector.get_columns(name)] for name in inspector.get_table_names()}
    indexed = {name: {tuple(index["column_names"]) for index in inspector.get_indexes(name)} for name in there}
    engine.dispose()

    assert sum(map(len, there.values())) == 469
    for entity in ENTITIES.values():
        assert there[entity.name] == [field.name for field in entity.fields]
        assert indexed[entity.name] == {(entity.counter,), entity.transaction_keys}


def test_tables_that_are_there_stay(tmp_path: Path) -> None:
    create_tables(URL, tmp_path)
    insert_rows(URL, {"RetailTransactionTable": [{"DATAAREAID": "USRT", "transactionid": "T-1"}]}, tmp_path)

    create_tables(URL, tmp_path)

    with ChannelDatabase(name="h", group="g", url=URL, home=tmp_path).snapshot() as snapshot:
        assert len(list(snapshot.since("", look_back=False).transactions)) == 1


def test_rows_go_in_all_together_or_not_at_all(tmp_path: Path) -> None:
    create_tables(URL, tmp_path)
    sound = {"DataAreaId": "USRT", "transactionId": "T-1"}

    with pytest.raises(Exception, match="NOT NULL"):
        insert_rows(URL, {"RetailTransactionTable": [sound], "RetailTransactionSalesTrans": [{"Channel": 1}]}, tmp_path)

    with ChannelDatabase(name="h", group="g", url=URL, home=tmp_path).snapshot() as snapshot:
        assert list(snapshot.since("", look_back=False).transactions) == []


@pytest.mark.parametrize("database", [postgresql, mssql, mysql, oracle])
def test_other_databases_get_exact_decimals_and_their_schema(database: Any) -> None:
    dialect = database.dialect()
    made = tables(MetaData(), "ax")

    written = "".join(
        str(CreateTable(table).compile(dialect=dialect))
        + "".join(str(CreateIndex(index).compile(dialect=dialect)) for index in table.indexes)
        for table in made.values()
    )

    assert "FLOAT" not in written
    assert "38, 6" in written
    assert "ax." in written


@st.composite
def rows(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    entity = draw(st.sampled_from(list(ENTITIES.values())))
    used = draw(st.lists(st.sampled_from(entity.fields), max_size=8, unique_by=lambda field: field.name))
    keys = [entity.by_name[name] for name in entity.keys]
    texts = {"DataAreaId": "USRT", entity.transaction_keys[4]: draw(st.text("Tt-1é", min_size=1, max_size=9))}
    return entity.name, {field.name: draw(fitting(field)) for field in (*keys, *used)} | texts


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("channel")
    create_tables(URL, made)
    return made


@settings(max_examples=25)
@given(given_row=rows())
def test_a_row_comes_out_of_the_database_with_the_same_hash(home: Path, given_row: tuple[str, dict[str, Any]]) -> None:
    entity, raw = given_row
    before = read_row(ENTITIES[entity], raw, "")
    assume(isinstance(before, Row))
    with sqlite3.connect(home / "channel.db") as connection:
        for name in ENTITIES:
            connection.execute(f"DELETE FROM {name}")
    connection.close()
    insert_rows(URL, {entity: [raw]}, home)

    with ChannelDatabase(name="h", group="g", url=URL, home=home).snapshot() as snapshot:
        ((found_entity, found, _, _),) = next(snapshot.since("", look_back=False).transactions).rows

    assert read_row(ENTITIES[found_entity], found, "") == before
