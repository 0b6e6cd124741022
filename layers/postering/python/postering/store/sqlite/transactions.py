"""Staged transactions on SQLite: pieces and records."""

from collections.abc import Collection, Iterator, Mapping, Sequence

from postering.domain.keys import TransactionKey
from postering.domain.lists import batched
from postering.domain.staging.records import Staged, TransactionRecord
from postering.domain.staging.staging import Staging
from postering.store.packing import packed, unpacked
from postering.store.sqlite.connection import Connection
from postering.store.sqlite.outbox import put_into_outbox
from postering.store.sqlite.part import Part
from postering.store.sqlite.pieces import ASKED_AT_ONCE, keep_piece, marks, pieces_of


class Transactions(Part):
    """`jobs.ports.TransactionStore`."""

    def staged(self, keys: Collection[TransactionKey]) -> Mapping[TransactionKey, Staged]:
        """The staged transactions of `keys`, from one consistent view."""
        with self._connection.reading() as connection:
            records = list(_records_of(connection, keys))
            pieces = pieces_of(connection, records)
        return {record.key: Staged(record=record, pieces=pieces[record.key]) for record in records}

    def records(self, keys: Collection[TransactionKey]) -> Mapping[TransactionKey, TransactionRecord]:
        """The records of those of `keys` that are there, from one view."""
        with self._connection.reading() as connection:
            return {record.key: record for record in _records_of(connection, keys)}

    def stage(self, stagings: Sequence[Staging]) -> Sequence[bool]:
        """Write each piece with its record over the expected version, in one commit."""
        with self._connection.writing() as connection:
            return [_stage(connection, staging) for staging in stagings]

    def update_records(self, records: Sequence[TransactionRecord]) -> Sequence[bool]:
        """Write each record over its version − 1, in one commit."""
        if not records:
            return ()
        with self._connection.writing() as connection:
            return [write_record(connection, record, record.version - 1) for record in records]


def write_record(connection: Connection, record: TransactionRecord, expected_version: int) -> bool:
    """Write `record` over `expected_version` (0: no record). Returns whether it had that version."""
    values = {
        "key": record.key.text,
        "channel": record.key.channel,
        "store": record.key.store,
        "transaction_id": record.key.transaction_id,
        "reference": record.summary.channel_reference_id,
        "sales_id": record.sales_id,
        "business_date": record.summary.business_date.isoformat() if record.summary.business_date else "",
        "state": str(record.state),
        "codes": f" {' '.join(record.codes)} ",
        "conflicts": record.conflicts,
        "version": record.version,
        "setup_version": record.setup_version,
        "due": record.due,
        "record": packed(record),
    }
    if expected_version == 0:
        statement = f"INSERT INTO transactions ({', '.join(values)}) VALUES ({marks(tuple(values))})"
        written = connection.change(f"{statement} ON CONFLICT DO NOTHING", tuple(values.values()))
    else:
        assigned = ", ".join(f"{column} = ?" for column in values)
        statement = f"UPDATE transactions SET {assigned} WHERE key = ? AND version = ?"
        written = connection.change(statement, (*values.values(), record.key.text, expected_version))
    if written:
        put_into_outbox(connection, record)
    return written == 1


def _stage(connection: Connection, staging: Staging) -> bool:
    record = staging.record
    assert record is not None
    if not write_record(connection, record, staging.expected_version):
        return False
    keep_piece(connection, staging.piece)
    connection.change("INSERT INTO channels VALUES (?) ON CONFLICT DO NOTHING", (record.key.channel,))
    return True


def _records_of(connection: Connection, keys: Collection[TransactionKey]) -> Iterator[TransactionRecord]:
    for some in batched(keys, ASKED_AT_ONCE):
        asked = [key.text for key in some]
        for (record,) in connection.rows(f"SELECT record FROM transactions WHERE key IN ({marks(asked)})", asked):
            yield unpacked(record, TransactionRecord)
