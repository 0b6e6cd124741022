"""Records as bytes and back, for every adapter: nothing is lost, 38 digits included.

Numbers are written as texts, never as floats. Pieces and documents are compressed; both name the version of their form.
"""

import zlib
from typing import Any, Final, TypeVar

import msgspec

from postering.domain.documents import PostedOrder
from postering.domain.entities import ENTITIES
from postering.domain.keys import TransactionKey
from postering.domain.pieces import Piece
from postering.domain.problems import Problem
from postering.domain.rows import CANONICAL_VERSION, RejectedRow, Row
from postering.domain.values import Value, typed, value_text

FORM_VERSION: Final = 1
"""Version of the forms below; a store that holds another is refused when it is opened."""

_LEVEL: Final = 6

Record = TypeVar("Record")


def packed(record: object) -> str:
    """A record (a dataclass of plain values) as JSON text."""
    return msgspec.json.encode(record).decode("utf-8")


def unpacked(text: str, kind: type[Record]) -> Record:
    """The record that `packed` wrote."""
    return msgspec.json.decode(text, type=kind)


def pack_order(order: PostedOrder) -> bytes:
    """A posted order with its payments and journal, compressed."""
    return zlib.compress(msgspec.json.encode(order), _LEVEL)


def unpack_order(content: bytes) -> PostedOrder:
    """The order that `pack_order` wrote."""
    return msgspec.json.decode(zlib.decompress(content), type=PostedOrder)


def pack_piece(piece: Piece) -> bytes:
    """A piece, compressed; rows keep typed values by column, rejected ones what came."""
    content = {
        "form": FORM_VERSION,
        "canonical": CANONICAL_VERSION,
        "rows": [
            [
                row.entity,
                row.hash,
                row.key,
                {column: value_text(value) for column, value in row.values.items()},
            ]
            for row in piece.rows
        ],
        "rejected": [[row.entity, row.hash, row.key, row.raw, row.problems] for row in piece.rejected],
    }
    # Rejected rows may hold text that is no valid Unicode: msgspec refuses it, so it is escaped before.
    return zlib.compress(msgspec.json.encode(_escaped(content)), _LEVEL)


def unpack_piece(transaction: TransactionKey, content: bytes) -> Piece:
    """The piece of `transaction` that `pack_piece` wrote."""
    stored = msgspec.json.decode(zlib.decompress(content))
    return Piece(
        transaction=transaction,
        rows=tuple(_row(transaction, *row) for row in stored["rows"]),
        rejected=tuple(_rejected(transaction, *row) for row in stored["rejected"]),
    )


def _row(
    transaction: TransactionKey, entity: str, row_hash: str, key: list[str], texts: dict[str, str]
) -> Row:
    fields = ENTITIES[entity].by_name
    values: dict[str, Value] = {
        column: typed(fields[column], text) if column in fields else text for column, text in texts.items()
    }
    return Row(entity=entity, transaction=transaction, key=tuple(key), values=values, hash=row_hash)


def _rejected(
    transaction: TransactionKey,
    entity: str,
    row_hash: str,
    key: list[str] | None,
    raw: dict[str, str],
    problems: list[Any],
) -> RejectedRow:
    return RejectedRow(
        entity=entity,
        transaction=transaction,
        key=tuple(key) if key is not None else None,
        raw=raw,
        problems=tuple(msgspec.convert(problem, Problem) for problem in problems),
        hash=row_hash,
    )


def _escaped(content: dict[str, Any]) -> dict[str, Any]:
    for row in content["rejected"]:
        row[3] = {_valid(column): _valid(text) for column, text in row[3].items()}
    return content


def _valid(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
