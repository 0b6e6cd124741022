"""Shared by the parts of the DynamoDB store: calls, keys, and the conversion of items to records."""

from collections.abc import Mapping, Sequence
from typing import Any
from zlib import crc32

from postering.domain.errors import PassingFailure
from postering.domain.keys import TransactionKey
from postering.domain.staging.business_events import BusinessEvent
from postering.store.dynamodb.client import Calls, RawItem, RequestInvalid
from postering.store.dynamodb.tables import Item
from postering.store.page_starts import page_start

DAY_SHARDS = 4
"""Shards of a day in the day index: one partition takes at most 1,000 writes a second (AWS)."""

OUTBOX_SHARDS = 4
"""Shards of the outbox index, for the same reason."""

CONTENT_BYTES = 350_000
"""The largest compressed content of one item, in bytes; a whole item can have 400 KB (AWS)."""


class Part:
    """A part of the store."""

    def __init__(self, calls: Calls, *, content_bytes: int = CONTENT_BYTES) -> None:
        """Work over `calls`; tests lower `content_bytes`."""
        self._calls = calls
        self._content_bytes = content_bytes
        self._seen_channels: set[int] = set()
        self._seen_groups: set[str] = set()

    def _went_through(self, operations: Sequence[Mapping[str, Any]]) -> bool:
        """Whether the operations were written. If they were refused, each must be tried alone."""
        try:
            return self._calls.write_together(operations) is None
        except (PassingFailure, RequestInvalid):
            return False

    def _put(self, item: Item) -> Mapping[str, Any]:
        """An operation of a transaction: put `item` without condition."""
        return {"Put": {"TableName": self._calls.table, "Item": item.serialize()}}

    def _put_new(self, item: Item) -> Mapping[str, Any]:
        """An operation: put `item` if there is none."""
        return self._conditional(item, NEW)

    def _put_over(self, item: Item, version: int) -> Mapping[str, Any]:
        """An operation: put `item` over `version`; 0 means that there is none."""
        return self._conditional(item, over(version))

    def _conditional(self, item: Item, condition: Mapping[str, Any]) -> Mapping[str, Any]:
        put = {"TableName": self._calls.table, "Item": item.serialize(), **condition}
        return {"Put": {**put, "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}}


NEW: Mapping[str, Any] = {"ConditionExpression": "attribute_not_exists(pk)"}


def over(version: int) -> Mapping[str, Any]:
    """The condition that an item has this version; 0: that there is none."""
    if version == 0:
        return NEW
    return {
        "ConditionExpression": "#version = :version",
        "ExpressionAttributeNames": {"#version": "version"},
        "ExpressionAttributeValues": {":version": {"N": str(version)}},
    }


def raw_key(pk: str, sk: str) -> RawItem:
    """The key of an item in DynamoDB's protocol."""
    return {"pk": {"S": pk}, "sk": {"S": sk}}


def transaction_pk(key: TransactionKey) -> str:
    """The partition of a transaction: its record and its pieces."""
    return f"transaction#{key.text}"


def key_of(pk: str) -> TransactionKey:
    """The key of the transaction with the partition `pk`."""
    return TransactionKey.parse(pk.partition("#")[2])


def shard_of(key: TransactionKey) -> int:
    """The shard of its day for a transaction."""
    return crc32(key.text.encode("utf-8")) % DAY_SHARDS


def day_key(what: str, day: str, shard: int) -> str:
    """A partition of the day index: `transaction#2026-11-23#0`."""
    return f"{what}#{day}#{shard}"


def unsent_place(name: str, events: Sequence[BusinessEvent]) -> tuple[str | None, str | None]:
    """The attributes that put an item with `events` into the outbox index; none without events."""
    if not events:
        return None, None
    return unsent_part(crc32(name.encode("utf-8")) % OUTBOX_SHARDS), page_start(events[0].at.isoformat(), name)


def unsent_part(shard: int) -> str:
    """A partition of the outbox index."""
    return f"unsent#{shard}"


def wrote_it(there: RawItem | None, write_id: str) -> bool:
    """Whether the item in the way is our own write, whose answer was lost."""
    return there is not None and there.get("write_id", {}).get("S") == write_id


def split(content: bytes, size: int) -> list[bytes]:
    """`content` in parts of at most `size` bytes; empty content has one empty part."""
    return [content[start : start + size] for start in range(0, max(len(content), 1), size)]
