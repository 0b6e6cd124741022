"""The eleven entities as data, and that the Python names of `transactions` are names of their columns."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, get_type_hints

import pytest

from postering.domain.retail_transactions.entities import (
    ENTITIES,
    ENUMS,
    HEADER,
    TRANSPORT_COLUMNS,
    Entity,
    FieldType,
    enum_name,
    is_transport,
)
from postering.domain.retail_transactions.transactions import CHILDREN, Header, columns_of

FIELDS = {
    "RetailTransactionTable": 115,
    "RetailTransactionAddressTrans": 22,
    "RetailTransactionInfocodeTrans": 30,
    "RetailTransactionTaxTrans": 14,
    "RetailTransactionSalesTrans": 141,
    "RetailTransactionTaxMeasure": 10,
    "RetailTransactionDiscountTrans": 20,
    "RetailTransactionTaxTransGTE": 13,
    "RetailTransactionMarkupTrans": 34,
    "RetailTransactionPaymentTrans": 60,
    "RetailTransactionAttributeTrans": 10,
}
EVERY_ENTITY = pytest.mark.parametrize("entity", ENTITIES.values(), ids=ENTITIES)
RECORDS = {HEADER: Header} | {entity: record for entity, (_, record) in CHILDREN.items()}
FITTING: dict[Any, set[FieldType]] = {
    str: {FieldType.STRING, FieldType.GUID},
    Decimal: {FieldType.DECIMAL},
    Decimal | None: {FieldType.DECIMAL},
    int: {FieldType.INTEGER, FieldType.BIG_INTEGER},
    int | None: {FieldType.INTEGER, FieldType.BIG_INTEGER, FieldType.TIME},
    date | None: {FieldType.DATE},
    datetime | None: {FieldType.DATETIME},
}


def test_there_are_eleven_entities_with_469_fields_header_first() -> None:
    assert next(iter(ENTITIES)) == HEADER
    assert {name: len(entity.fields) for name, entity in ENTITIES.items()} == FIELDS
    assert sum(FIELDS.values()) == 469


@EVERY_ENTITY
def test_every_key_column_is_a_field(entity: Entity) -> None:
    assert set(entity.keys) <= set(entity.by_name)
    assert len(set(entity.keys)) == len(entity.keys)


@EVERY_ENTITY
def test_the_key_of_the_transaction_comes_first_in_the_same_order(entity: Entity) -> None:
    meant = [name.casefold().removesuffix("id") for name in entity.transaction_keys]

    assert meant == ["dataarea", "channel", "store", "terminal", "transaction"]
    assert bool(entity.row_keys) is (entity.name != HEADER)


@EVERY_ENTITY
def test_no_two_fields_differ_in_case_only(entity: Entity) -> None:
    assert len(entity.by_folded_name) == len(entity.fields)


@EVERY_ENTITY
def test_every_field_has_a_meaning_and_every_enum_that_it_names_exists(entity: Entity) -> None:
    for field in entity.fields:
        assert field.meaning, field.name
        assert field.enum is None or field.enum in ENUMS, field.name
        assert field.length is None or (field.length > 0 and field.type is FieldType.STRING), field.name


@EVERY_ENTITY
def test_every_entity_has_a_replication_counter(entity: Entity) -> None:
    assert entity.counter.casefold() == "replicationcounterfromorigin"


@pytest.mark.parametrize("enum", ENUMS)
def test_an_enum_has_no_number_twice_and_no_names_that_differ_in_case_only(enum: str) -> None:
    assert len(set(ENUMS[enum].values())) == len(ENUMS[enum])
    assert len({name.casefold() for name in ENUMS[enum]}) == len(ENUMS[enum])


def test_a_number_that_an_enum_does_not_know_is_its_own_name() -> None:
    assert enum_name("RetailEntryStatus", 1) == "Voided"
    assert enum_name("RetailEntryStatus", 99) == "99"


def test_columns_that_say_how_a_row_travelled_are_known_by_name() -> None:
    assert all(map(is_transport, TRANSPORT_COLUMNS))
    assert is_transport("validationstatus")
    assert is_transport("validationerror")
    assert not is_transport("salesorderid")
    assert not is_transport("grossamount")


@pytest.mark.parametrize("entity", RECORDS)
def test_every_python_name_stands_for_a_column_of_a_fitting_type(entity: str) -> None:
    hints = get_type_hints(RECORDS[entity])
    fields = ENTITIES[entity].by_name

    for name, column in columns_of(RECORDS[entity]):
        assert column in fields, f"{entity}.{column}"
        assert fields[column].type in FITTING[hints[name]], f"{name}: {hints[name]} is no {fields[column].type}"


@pytest.mark.parametrize("entity", RECORDS)
def test_no_two_python_names_stand_for_one_column_and_row_keys_are_among_them(entity: str) -> None:
    columns = [column for _, column in columns_of(RECORDS[entity])]

    assert len(set(columns)) == len(columns)
    assert set(ENTITIES[entity].row_keys) <= set(columns)
