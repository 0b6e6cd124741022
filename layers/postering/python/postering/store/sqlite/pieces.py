"""Pieces on SQLite: the received rows of transactions, by key and name."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

from postering.domain.errors import StoreUnavailable
from postering.domain.keys import TransactionKey
from postering.domain.lists import batched
from postering.domain.staging.pieces import Piece
from postering.domain.staging.records import TransactionRecord
from postering.store.packing import pack_piece, unpack_piece
from postering.store.sqlite.connection import Connection

ASKED_AT_ONCE = 500
"""How many keys one statement asks for."""

Item = TypeVar("Item")


def keep_piece(connection: Connection, piece: Piece) -> None:
    """Keep a piece; if it exists already, nothing changes."""
    connection.change(
        "INSERT INTO pieces (key, name, content) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        (piece.transaction.text, piece.name, pack_piece(piece)),
    )


def pieces_of(
    connection: Connection, records: Iterable[TransactionRecord]
) -> Mapping[TransactionKey, tuple[Piece, ...]]:
    """All pieces of each record, in its order. Raises `StoreUnavailable` if one is missing."""
    return {
        record.key: tuple(_piece(contents, record.key, reference.name) for reference in record.pieces)
        for some in batched(records, ASKED_AT_ONCE)
        for contents in [_contents(connection, [record.key.text for record in some])]
        for record in some
    }


def marks(values: Sequence[object]) -> str:
    """A question mark for each value."""
    return ", ".join("?" * len(values))


def _contents(connection: Connection, keys: Sequence[str]) -> dict[tuple[str, str], bytes]:
    rows = connection.rows(f"SELECT key, name, content FROM pieces WHERE key IN ({marks(keys)})", keys)
    return {(key, name): content for key, name, content in rows}


def _piece(contents: Mapping[tuple[str, str], bytes], key: TransactionKey, name: str) -> Piece:
    content = contents.get((key.text, name))
    if content is None:
        raise StoreUnavailable(
            f"piece {name} of transaction {key} is missing, the store is damaged; restore it from a backup, "
            "or apply the kept packages to a new one"
        )
    return unpack_piece(key, content)
