"""Staged transactions on SQLite: pieces and records."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice

from postering.domain.keys import TransactionKey
from postering.domain.port_values import Staged
from postering.domain.records import TransactionRecord
from postering.domain.staging import Staging
from postering.store.packing import pack_piece, packed, unpack_piece, unpacked
from postering.store.sqlite.connection import Connection
from postering.store.sqlite.part import Part

_ASKED_AT_ONCE = 500


class Transactions(Part):
    """`jobs.ports.TransactionStore`."""

    def staged(self, keys: Collection[TransactionKey]) -> Mapping[TransactionKey, Staged]:
        """Those of `keys` that are there, from one view."""
        found: dict[TransactionKey, Staged] = {}
        with self._connection.reading() as connection:
            for some in in_groups(keys, _ASKED_AT_ONCE):
                for record in records_of(connection, some):
                    found[record.key] = Staged(record=record, pieces=())
            pieces = self._pieces(connection, found)
        return {key: Staged(record=each.record, pieces=pieces[key]) for key, each in found.items()}

    def stage(self, stagings: Sequence[Staging]) -> Sequence[bool]:
        """Each piece with its record over the expected version, in one commit."""
        written = []
        with self._connection.writing() as connection:
            for staging in stagings:
                assert staging.record is not None
                done = write_record(connection, staging.record, staging.expected_version)
                if done:
                    connection.change(
                        "INSERT INTO pieces (key, name, content) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                        (staging.record.key.text, staging.piece.name, pack_piece(staging.piece)),
                    )
                written.append(done)
            for channel in {staging.piece.transaction.channel for staging in stagings}:
                connection.change("INSERT INTO channels VALUES (?) ON CONFLICT DO NOTHING", (channel,))
        return written

    def settle(self, records: Sequence[TransactionRecord]) -> Sequence[bool]:
        """Each record over its version − 1, in one commit."""
        if not records:
            return ()
        with self._connection.writing() as connection:
            return [write_record(connection, record, record.version - 1) for record in records]

    def _pieces(
        self, connection: Connection, found: Mapping[TransactionKey, Staged]
    ) -> dict[TransactionKey, tuple]:  # type: ignore[type-arg]
        contents: dict[tuple[str, str], bytes] = {}
        for some in in_groups(found, _ASKED_AT_ONCE):
            asked = [key.text for key in some]
            for key, name, content in connection.rows(
                f"SELECT key, name, content FROM pieces WHERE key IN ({_marks(asked)})", asked
            ):
                contents[key, name] = content
        return {
            key: tuple(unpack_piece(key, contents[key.text, piece.name]) for piece in staged.record.pieces)
            for key, staged in found.items()
        }


def records_of(connection: Connection, keys: Collection[TransactionKey]) -> Iterator[TransactionRecord]:
    """The records of those of `keys` that are there."""
    asked = [key.text for key in keys]
    for (record,) in connection.rows(
        f"SELECT record FROM transactions WHERE key IN ({_marks(asked)})", asked
    ):
        yield unpacked(record, TransactionRecord)


def write_record(connection: Connection, record: TransactionRecord, expected_version: int) -> bool:
    """Write `record` over `expected_version` (0: there is none); whether it was that version."""
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
        columns, marks = ", ".join(values), _marks(values)
        statement = f"INSERT INTO transactions ({columns}) VALUES ({marks}) ON CONFLICT DO NOTHING"
        return connection.change(statement, tuple(values.values())) == 1
    assigned = ", ".join(f"{column} = ?" for column in values)
    statement = f"UPDATE transactions SET {assigned} WHERE key = ? AND version = ?"
    return connection.change(statement, (*values.values(), record.key.text, expected_version)) == 1


def in_groups(keys: Iterable[TransactionKey], size: int) -> Iterator[list[TransactionKey]]:
    """`keys` in lists that one statement can ask for."""
    iterator = iter(keys)
    while group := list(islice(iterator, size)):
        yield group


def _marks(values: Collection[object]) -> str:
    return ", ".join("?" * len(values))
