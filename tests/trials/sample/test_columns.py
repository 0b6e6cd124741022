"""The rows of the sample have the columns, types, keys and counters of their entities."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from postering.domain.retail_transactions import rows as domain_rows
from postering.domain.retail_transactions.entities import ENTITIES, ENUMS, FieldType
from postering.trials.sample.online_retail import CHANNELS, channel_rows

PYTHON_TYPES: dict[FieldType, type] = {
    FieldType.STRING: str,
    FieldType.INTEGER: int,
    FieldType.BIG_INTEGER: int,
    FieldType.TIME: int,
    FieldType.DECIMAL: Decimal,
    FieldType.DATE: date,
    FieldType.DATETIME: datetime,
}


def test_all_eleven_entities_are_there(day: Any) -> None:
    assert list(day.rows) == list(ENTITIES)


def test_columns_are_spelled_and_typed_as_the_entity_has_them(sample_file: Any) -> None:
    for name, rows in sample_file.rows.items():
        fields = ENTITIES[name].by_name
        for row in rows:
            for column, value in row.items():
                field = fields[column]
                assert type(value) is PYTHON_TYPES[field.type], (name, column)
                if field.length and isinstance(value, str):
                    assert len(value) <= field.length, (name, column)
                if field.enum and field.enum in ENUMS:
                    assert value in ENUMS[field.enum].values(), (name, column)


def test_every_row_of_the_day_is_sound(day: Any) -> None:
    for name, rows in day.rows.items():
        for row in rows:
            read = domain_rows.read_row(ENTITIES[name], row, "sample")

            assert isinstance(read, domain_rows.Row), read
            assert read.transaction.store == row[ENTITIES[name].keys[2]]


def test_every_key_is_whole_and_there_once(sample_file: Any) -> None:
    for name, rows in sample_file.rows.items():
        keys = [tuple(row[column] for column in ENTITIES[name].keys) for row in rows]

        assert len(set(keys)) == len(keys)
        assert all(row[ENTITIES[name].keys[3]] == "" for row in rows)


def test_only_the_terminal_is_empty(sample_file: Any) -> None:
    for name, rows in sample_file.rows.items():
        for row in rows:
            assert [column for column, value in row.items() if value in {"", None}] == [ENTITIES[name].keys[3]]


def test_no_amount_is_a_zero_with_a_sign(sample_file: Any) -> None:
    for rows in sample_file.rows.values():
        for row in rows:
            for value in row.values():
                assert not (isinstance(value, Decimal) and value.is_signed() and not value)


def test_each_table_counts_from_1_in_the_order_of_time(sample_file: Any) -> None:
    headers = sample_file.rows["RetailTransactionTable"]
    order = {header["transactionId"]: position for position, header in enumerate(headers)}

    assert [h["BeginDateTime"] for h in headers] == sorted(h["BeginDateTime"] for h in headers)
    for name, rows in sample_file.rows.items():
        entity = ENTITIES[name]
        assert [row[entity.counter] for row in rows] == list(range(1, len(rows) + 1))
        positions = [order[row[entity.keys[4]]] for row in rows]
        assert positions == sorted(positions)


def test_company_and_channels_are_those_given(day: Any) -> None:
    channels = dict.fromkeys(CHANNELS, 7) | {"OR-EU": 8}

    rows = channel_rows(day.invoices, company="TEST", channels=channels)

    for of_entity in rows.values():
        for row in of_entity:
            assert row["DataAreaId"] == "TEST"
            assert row["Channel"] == (8 if row.get("store", row.get("StoreId")) == "OR-EU" else 7)


def test_a_store_without_a_channel_is_refused(day: Any) -> None:
    with pytest.raises(KeyError, match="OR-EXPORT"):
        channel_rows(day.invoices, channels={"OR-UK": 1, "OR-DOTCOM": 2, "OR-EU": 3})


def test_the_same_invoices_make_the_same_rows_whatever_their_order(day: Any) -> None:
    assert channel_rows(reversed(day.invoices)) == day.rows
