"""A retail transaction as rows of an upload package: the inverse of `transactions.read_transaction`."""

from collections.abc import Hashable, Iterator
from dataclasses import fields
from functools import cache
from typing import Any, cast

from postering.domain.retail_transactions.entities import ENTITIES, HEADER
from postering.domain.retail_transactions.transactions import CHILDREN, RetailTransaction, columns_of
from postering.domain.retail_transactions.values import value_text


def raw_rows(transaction: RetailTransaction) -> dict[str, list[dict[str, str]]]:
    """The rows by entity, values as text; absent values are left out, and those that mean the same as absent."""
    rows = {HEADER: [_raw(transaction, HEADER, transaction.header)]}
    for entity, (children, _) in CHILDREN.items():
        members = getattr(transaction, children)
        if members:
            rows[entity] = [_raw(transaction, entity, member) for member in members]
    return rows


def _raw(transaction: RetailTransaction, entity: str, record: Any) -> dict[str, str]:
    raw = dict(_key_texts(transaction, entity))
    for name, column, absent, is_key in _columns(entity, cast(Hashable, record.__class__)):
        value = getattr(record, name)
        if is_key or value != absent:
            raw[column] = value_text(value)
    return {column: text for column, text in raw.items() if text != ""}


def _key_texts(transaction: RetailTransaction, entity: str) -> Iterator[tuple[str, str]]:
    key = transaction.key
    parts = (key.company, str(key.channel), key.store, key.terminal, key.transaction_id)
    return zip(ENTITIES[entity].transaction_keys, parts, strict=True)


@cache
def _columns(entity: str, record: Hashable) -> tuple[tuple[str, str, Any, bool], ...]:
    """Python name, column, the value that means absent, and whether it is a part of the row's key."""
    absent = {each.name: each.default for each in fields(cast(type[Any], record))}
    row_keys = set(ENTITIES[entity].row_keys)
    return tuple((name, column, absent[name], column in row_keys) for name, column in columns_of(record))
