"""Lists, look-ups and the reads of reconciliation, on DynamoDB."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any

from postering.domain.errors import StoreUnavailable
from postering.domain.inquiries.standing import ListFilter, Standing, Unfinished, suspects_of
from postering.domain.keys import TransactionKey
from postering.domain.near_names import near_names
from postering.domain.sales_orders.documents import PostedOrder
from postering.domain.staging.records import Staged, State, TransactionRecord
from postering.store.dynamodb.client import RawItem
from postering.store.dynamodb.orders import document_pk, document_sk
from postering.store.dynamodb.part import DAY_SHARDS, day_key, key_of, raw_key
from postering.store.dynamodb.transactions import RECORD, Transactions, record_of
from postering.store.packing import unpack_order

_READ_AT_ONCE = 100
_UNFINISHED = frozenset({State.FAILED, State.WAITING, State.EDITING})
_COMPARED_FOR_NEARNESS = 2_000
_LONGEST_RANGE_DAYS = 400
_LONGEST_KEY_BYTES = 2_048


class Reading(Transactions):
    """`jobs.ports.Records`."""

    def find(self, text: str) -> Sequence[TransactionRecord]:
        """The transactions with this transactionId, key, channel reference or sales order number."""
        if not _may_be_a_key(text):
            return []
        keys = {*self._keys_of_index("transaction_ids", "transaction_id", text)}
        keys |= {*self._keys_of_index("references", "reference", text)} if text else set()
        keys |= {*self._keys_by_sales_id(text)}
        with suppress(ValueError):
            keys.add(TransactionKey.parse(text))
        return sorted(self._records(keys), key=lambda record: record.key.text)

    def near(self, text: str, limit: int) -> Sequence[str]:
        """Ids similar to `text`, among the first that the index gives."""
        ids: list[str] = []
        for page in self._calls.scan(IndexName="transaction_ids", Limit=_COMPARED_FOR_NEARNESS):
            ids += (item["transaction_id"]["S"] for item in page["Items"])
            if len(ids) >= _COMPARED_FOR_NEARNESS:
                break
        return tuple(near_names(text, sorted(ids)))[:limit]

    def listed(self, wanted: ListFilter, limit: int | None) -> Iterator[TransactionRecord]:
        """The transactions that match, by business date and key."""
        if wanted.dates:
            days = sorted({day.isoformat() for day in wanted.dates})
            records = self._records([key for day in days for key in self._keys_of_day("transaction", day)])
        else:
            records = list(self._all_records())
        matching = (record for record in records if _matches(record, wanted))
        yield from islice(sorted(matching, key=_by_date), limit)

    def counts_by_state(self) -> Mapping[str, int]:
        """The number of transactions by state, by a scan of all records."""
        counts: Counter[str] = Counter()
        for item in self._scanned("transaction", "#state", {"#state": "state"}):
            counts[item["state"]["S"]] += 1
        return dict(counts)

    def standing(self) -> Standing:
        """Counts by state, and each failed, waiting or held transaction in short, by a scan of all records."""
        states: Counter[str] = Counter()
        oldest: datetime | None = None
        in_conflict = 0
        unfinished = []
        suspects = []
        for record in self._all_records():
            states[str(record.state)] += 1
            in_conflict += int(record.conflicts > 0)
            if record.is_suspect:
                suspects.append(record)
            elif record.state is State.PENDING:
                oldest = min(oldest or record.received, record.received)
            elif record.state in _UNFINISHED:
                unfinished.append(_unfinished(record))
        unfinished.sort(key=lambda one: one.key)
        return Standing(
            states=dict(states),
            oldest_pending=oldest,
            in_conflict=in_conflict,
            unfinished=tuple(unfinished),
            suspects=suspects_of(suspects),
        )

    def order_of(self, key: TransactionKey) -> PostedOrder | None:
        """The posted order of the transaction, None if it is not posted."""
        records = self._records([key])
        if not records or not records[0].sales_id:
            return None
        return self._order(document_pk(key.company, records[0].sales_id))

    def staged_between(self, start: date | None, end: date | None, store: str | None) -> Iterator[Staged]:
        """Staged transactions of a range of business dates and those without a date."""
        keys = self._keys_between("transaction", start, end, [""])
        while group := list(islice(keys, _READ_AT_ONCE)):
            for staged in self.staged(group).values():
                day = staged.record.summary.business_date
                if _lies_in(store, staged.record.key.store) and (day is None or _lies_between(day, start, end)):
                    yield staged

    def orders_between(self, start: date | None, end: date | None, store: str | None) -> Iterator[PostedOrder]:
        """Posted orders of a range of business dates."""
        if start is None or end is None or _is_long(start, end):
            found: Iterator[str] = (
                item["pk"]["S"] for item in self._scanned("document", "pk, sk", {}) if _is_first(item)
            )
        else:
            found = (pk for day in _days(start, end) for pk in self._pks_of_day("document", day))
        for pk in found:
            order = self._order(pk)
            if not _lies_in(store, order.document.store):
                continue
            if _lies_between(order.document.business_date, start, end):
                yield order

    def _order(self, pk: str) -> PostedOrder:
        first = self._parts(pk, [0])[0]
        parts = [first, *self._parts(pk, range(1, int(first["parts"]["N"])))]
        return unpack_order(first["transaction"]["S"], b"".join(part["content"]["B"] for part in parts))

    def _parts(self, pk: str, numbers: Sequence[int]) -> list[RawItem]:
        """The parts of a document in order. A missing part is read again in a transaction before it is an error."""
        keys = [raw_key(pk, document_sk(number)) for number in numbers]
        for read in (self._calls.get, self._calls.get_together):
            found = sorted(read(keys), key=lambda item: str(item["sk"]["S"])) if keys else []
            if len(found) == len(keys):
                return found
        raise StoreUnavailable(
            f"table {self._calls.table}: {len(keys) - len(found)} of {len(keys)} parts of {pk} are missing although it "
            "is posted; restore the table to a point in time"
        )

    def _keys_between(
        self, what: str, start: date | None, end: date | None, also: Sequence[str]
    ) -> Iterator[TransactionKey]:
        if start is None or end is None or _is_long(start, end):
            yield from (key_of(item["pk"]["S"]) for item in self._scanned(what, "pk", {}))
            return
        for day in (*also, *_days(start, end)):
            yield from self._keys_of_day(what, day)

    def _all_records(self) -> Iterator[TransactionRecord]:
        return (record_of(item) for item in self._scanned("transaction", "#record", {"#record": "record"}))

    def _scanned(self, kind: str, projection: str, names: Mapping[str, str]) -> Iterator[RawItem]:
        for page in self._calls.scan(
            FilterExpression="kind = :kind",
            ExpressionAttributeValues={":kind": {"S": kind}},
            ProjectionExpression=projection,
            ConsistentRead=True,
            **({"ExpressionAttributeNames": names} if names else {}),
        ):
            yield from page["Items"]

    def _keys_of_day(self, what: str, day: str) -> Iterator[TransactionKey]:
        return (key_of(pk) for pk in self._pks_of_day(what, day))

    def _pks_of_day(self, what: str, day: str) -> Iterator[str]:
        for shard in range(DAY_SHARDS):
            for item in self._of_index("days", "day", day_key(what, day, shard)):
                yield item["pk"]["S"]

    def _keys_of_index(self, index: str, attribute: str, value: str) -> Iterator[TransactionKey]:
        return (
            key_of(item["pk"]["S"]) for item in self._of_index(index, attribute, value) if item["sk"]["S"] == RECORD
        )

    def _keys_by_sales_id(self, sales_id: str) -> Iterator[TransactionKey]:
        pks = [item["pk"]["S"] for item in self._of_index("references", "reference", f"sales#{sales_id}")]
        for item in self._calls.get([raw_key(pk, document_sk(0)) for pk in pks if pk.startswith("document#")]):
            yield TransactionKey.parse(item["transaction"]["S"])

    def _of_index(self, index: str, attribute: str, value: str) -> Iterator[RawItem]:
        if not value:
            return
        arguments: dict[str, Any] = {
            "IndexName": index,
            "KeyConditionExpression": "#attribute = :value",
            "ExpressionAttributeNames": {"#attribute": attribute},
            "ExpressionAttributeValues": {":value": {"S": value}},
        }
        for page in self._calls.query(**arguments):
            yield from page["Items"]


def _unfinished(record: TransactionRecord) -> Unfinished:
    return Unfinished(
        transaction_id=record.key.transaction_id,
        key=record.key.text,
        state=str(record.state),
        codes=record.codes,
        received=record.received,
        currency=record.summary.currency,
        total=record.summary.total,
    )


def _may_be_a_key(text: str) -> bool:
    """Whether DynamoDB accepts `text` in a key: it refuses invalid Unicode and keys above its limit of length."""
    try:
        return len(text.encode("utf-8")) + len("transaction#") <= _LONGEST_KEY_BYTES
    except UnicodeEncodeError:
        return False


def _lies_in(wanted: str | None, store: str) -> bool:
    return wanted is None or store == wanted


def _lies_between(day: date, start: date | None, end: date | None) -> bool:
    return (start is None or start <= day) and (end is None or day <= end)


def _is_long(start: date, end: date) -> bool:
    """Whether a scan of the table costs less than a query for each day."""
    return (end - start).days > _LONGEST_RANGE_DAYS


def _days(start: date, end: date) -> Iterator[str]:
    for offset in range((end - start).days + 1):
        yield (start + timedelta(days=offset)).isoformat()


def _is_first(item: RawItem) -> bool:
    return bool(item["sk"]["S"] == document_sk(0))


def _matches(record: TransactionRecord, wanted: ListFilter) -> bool:
    return (
        (not wanted.states or str(record.state) in wanted.states)
        and (not wanted.stores or record.key.store in wanted.stores)
        and (not wanted.dates or record.summary.business_date in wanted.dates)
        and (not wanted.codes or bool(set(wanted.codes) & set(record.codes)))
        and (not wanted.in_conflict or record.conflicts > 0)
    )


def _by_date(record: TransactionRecord) -> tuple[str, str]:
    day = record.summary.business_date
    return (day.isoformat() if day else "", record.key.text)
