"""Staged transactions on DynamoDB: pieces and records."""

import zlib
from collections.abc import Collection, Iterable, Mapping, Sequence

from postering.domain.errors import PassingFailure, StoreUnavailable
from postering.domain.keys import TransactionKey
from postering.domain.staging.pieces import Piece
from postering.domain.staging.records import Staged, State, TransactionRecord
from postering.domain.staging.staging import Staging
from postering.store.dynamodb.client import RawItem
from postering.store.dynamodb.lots import ITEM_OVERHEAD, lots
from postering.store.dynamodb.part import (
    NEW,
    Part,
    day_key,
    key_of,
    over,
    raw_key,
    shard_of,
    split,
    transaction_pk,
    unsent_place,
    wrote_it,
)
from postering.store.dynamodb.tables import ChannelItem, PieceItem, TransactionItem
from postering.store.packing import pack_piece, packed, unpack_piece, unpacked
from postering.store.page_starts import page_start

RECORD = "RECORD"


class Transactions(Part):
    """`jobs.ports.TransactionStore`."""

    def staged(self, keys: Collection[TransactionKey]) -> Mapping[TransactionKey, Staged]:
        """The staged transactions of `keys`: their records, then the pieces that they list, both read consistently."""
        records = self._records(keys)
        pieces = self._pieces(records)
        return {
            record.key: Staged(record=record, pieces=tuple(pieces[record.key, each.name] for each in record.pieces))
            for record in records
        }

    def records(self, keys: Collection[TransactionKey]) -> Mapping[TransactionKey, TransactionRecord]:
        """The records of those of `keys` that are there, strongly consistent."""
        return {record.key: record for record in self._records(keys)}

    def stage(self, stagings: Sequence[Staging]) -> Sequence[bool]:
        """Write the pieces, then the records under their conditions. A piece without a record does no harm."""
        self._keep_channels(stagings)
        self._calls.put_all(
            [item.serialize() for staging in stagings for item in piece_items(staging.piece, self._content_bytes)]
        )
        writes = []
        for staging in stagings:
            assert staging.record is not None
            writes.append((staging.record, staging.expected_version))
        return self._write_records(writes)

    def update_records(self, records: Sequence[TransactionRecord]) -> Sequence[bool]:
        """Write each record over its version − 1. After too many conflicts a record stays as it was."""
        return self._write_records([(record, record.version - 1) for record in records], one_may_fail=True)

    def _write_records(
        self, writes: Sequence[tuple[TransactionRecord, int]], *, one_may_fail: bool = False
    ) -> list[bool]:
        """Write records in lots. If a lot is refused, write each of its records alone."""
        written: list[bool] = []
        items = [(transaction_item(record), version) for record, version in writes]
        for lot in lots(items, operations=lambda _: 1, size=lambda one: len(one[0].record) + ITEM_OVERHEAD):
            operations = [self._put_over(item, version) for item, version in lot]
            if len(lot) > 1 and self._went_through(operations):
                written += [True] * len(lot)
            else:
                written += [self._write_record(item, version, one_may_fail) for item, version in lot]
        return written

    def _write_record(self, item: TransactionItem, version: int, may_fail: bool) -> bool:
        try:
            refused = self._calls.put(item.serialize(), over(version))
        except PassingFailure:
            if may_fail:
                return False
            raise
        return refused is None or wrote_it(refused.items[0], item.write_id)

    def _records(self, keys: Collection[TransactionKey]) -> list[TransactionRecord]:
        unique = dict.fromkeys(keys)
        items = self._calls.get([raw_key(transaction_pk(key), RECORD) for key in unique])
        return [record_of(item) for item in items]

    def _pieces(self, records: Iterable[TransactionRecord]) -> Mapping[tuple[TransactionKey, str], Piece]:
        wanted = {(record.key, piece.name) for record in records for piece in record.pieces}
        first = {(key, name): raw_key(transaction_pk(key), piece_sk(name, 0)) for key, name in wanted}
        contents = self._contents(list(first.values()))
        missing = [asked for asked in first.values() if _flat(asked) not in contents]
        contents |= self._asked_again(missing)
        further = [
            raw_key(transaction_pk(key), piece_sk(name, part))
            for (key, name), asked in first.items()
            for part in range(1, contents[_flat(asked)][0])
        ]
        contents |= self._contents(further)
        contents |= self._asked_again([asked for asked in further if _flat(asked) not in contents])
        return {
            (key, name): unpack_piece(
                key,
                b"".join(
                    contents[transaction_pk(key), piece_sk(name, part)][1]
                    for part in range(contents[_flat(first[key, name])][0])
                ),
            )
            for key, name in wanted
        }

    def _contents(self, keys: Sequence[RawItem]) -> dict[tuple[str, str], tuple[int, bytes]]:
        return {_flat(item): (int(item["parts"]["N"]), item["content"]["B"]) for item in self._calls.get(keys)}

    def _asked_again(self, keys: Sequence[RawItem]) -> dict[tuple[str, str], tuple[int, bytes]]:
        """Read a missing piece again in a transaction before it is an error; it never counts as empty."""
        found: dict[tuple[str, str], tuple[int, bytes]] = {}
        for key in keys:
            items = self._calls.get_together([key])
            if not items:
                pk, sk = _flat(key)
                raise StoreUnavailable(
                    f"table {self._calls.table}: {sk} of {key_of(pk)} is missing although its record lists it; "
                    "restore the table to a point in time, or apply the kept packages again"
                )
            found[_flat(key)] = (int(items[0]["parts"]["N"]), items[0]["content"]["B"])
        return found

    def _keep_channels(self, stagings: Sequence[Staging]) -> None:
        for channel in {staging.piece.transaction.channel for staging in stagings} - self._seen_channels:
            self._calls.put(ChannelItem(pk="channels", sk=str(channel)).serialize(), NEW)
            self._seen_channels.add(channel)


def transaction_item(record: TransactionRecord) -> TransactionItem:
    """A record as its item, with the attributes of the indexes."""
    summary, key = record.summary, record.key
    business_date = summary.business_date.isoformat() if summary.business_date else ""
    work, work_order = _work(record)
    unsent, unsent_order = unsent_place(key.text, record.outbox)
    return TransactionItem(
        pk=transaction_pk(key),
        sk=RECORD,
        unsent=unsent,
        unsent_order=unsent_order,
        work=work,
        work_order=work_order,
        transaction_id=key.transaction_id,
        reference=summary.channel_reference_id or None,
        day=day_key("transaction", business_date, shard_of(key)),
        version=record.version,
        write_id=record.write_id,
        state=str(record.state),
        codes=" ".join(record.codes) or None,
        store=key.store or None,
        business_date=business_date or None,
        currency=summary.currency or None,
        total=summary.total,
        sales_id=record.sales_id or None,
        record=zlib.compress(packed(record).encode("utf-8")),
    )


def record_of(item: RawItem) -> TransactionRecord:
    """The record in a transaction's item."""
    return unpacked(zlib.decompress(item["record"]["B"]).decode("utf-8"), TransactionRecord)


def piece_items(piece: Piece, size: int) -> list[PieceItem]:
    """A piece as its items."""
    parts = split(pack_piece(piece), size)
    return [
        PieceItem(
            pk=transaction_pk(piece.transaction), sk=piece_sk(piece.name, number), parts=len(parts), content=content
        )
        for number, content in enumerate(parts)
    ]


def piece_sk(name: str, part: int) -> str:
    """The sort key of a part of a piece."""
    return f"PIECE#{name}#{part:03d}"


def failed_work(channel: int) -> str:
    """The partition of the work index with a channel's failed transactions."""
    return f"failed#{channel}"


def due_work(channel: int) -> str:
    """The partition of the work index with a channel's queue."""
    return f"due#{channel}"


def setup_order(version: int) -> str:
    """A version of the setup as a sortable text: the order of a channel's failed transactions."""
    return f"{version:012d}"


def _work(record: TransactionRecord) -> tuple[str | None, str | None]:
    if record.due is not None:
        return due_work(record.key.channel), page_start(record.due, record.key.text)
    if record.state is State.FAILED:
        return failed_work(record.key.channel), page_start(setup_order(record.setup_version), record.key.text)
    return None, None


def _flat(key: RawItem) -> tuple[str, str]:
    return key["pk"]["S"], key["sk"]["S"]
