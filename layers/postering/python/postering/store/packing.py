"""Records as bytes and back, for every adapter, without loss: also numbers of 38 digits.

Numbers are written as texts, never as floats. Pieces and documents are compressed; pieces name the version of their
form. Unreadable bytes mean a damaged store: `StoreUnavailable` names them.
"""

import json
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final, TypeVar

import msgspec

from postering.domain.errors import StoreUnavailable
from postering.domain.keys import TransactionKey
from postering.domain.problems import Problem
from postering.domain.retail_transactions.entities import ENTITIES
from postering.domain.retail_transactions.rows import CANONICAL_VERSION, RejectedRow, Row
from postering.domain.retail_transactions.values import Value, typed, value_text
from postering.domain.runs.cursors import ChannelCursor
from postering.domain.runs.sessions import UploadSession
from postering.domain.sales_orders.documents import PostedOrder
from postering.domain.staging.pieces import Piece
from postering.store.forms import in_form

FORM_VERSION: Final = 1
"""Version of the forms below; a store that holds another is refused when it is opened."""

_LEVEL: Final = 6

_LATER_FIELDS: Final[Mapping[type, Mapping[str, object]]] = {
    ChannelCursor: {"position": "", "reached": 0},
    UploadSession: {"position_before": "", "reached_before": 0},
}
"""Fields that records had not from the beginning, and their defaults, which are not written."""

Record = TypeVar("Record")


class _StoredRow(msgspec.Struct, array_like=True):
    entity: str
    hash: str
    key: tuple[str, ...]
    values: dict[str, str]


class _StoredRejected(msgspec.Struct, array_like=True):
    entity: str
    hash: str
    key: tuple[str, ...] | None
    raw: dict[str, str]
    problems: tuple[Problem, ...]


class _StoredPiece(msgspec.Struct):
    form: int
    canonical: int
    rows: list[_StoredRow]
    rejected: list[_StoredRejected]


def packed(record: object) -> str:
    """A record (a dataclass of plain values) as JSON text."""
    later = _LATER_FIELDS.get(type(record), {})
    if not any(getattr(record, name) == default for name, default in later.items()):
        return _encoded(record).decode("utf-8")
    fields = msgspec.to_builtins(record)
    left_out = {name for name, default in later.items() if fields[name] == default}
    return _encoded({name: value for name, value in fields.items() if name not in left_out}).decode("utf-8")


def unpacked(text: str, kind: type[Record]) -> Record:
    """The record that `packed` wrote."""
    with _readable(f"a {kind.__name__}"):
        return _decoded(text.encode("utf-8"), kind)


def pack_order(order: PostedOrder) -> bytes:
    """A posted order with its payments and journal, compressed; what is empty is left out."""
    return zlib.compress(_encoded(in_form(order)), _LEVEL)


def unpack_order(transaction: str, content: bytes) -> PostedOrder:
    """The order that `pack_order` wrote; `transaction` is the key for messages."""
    with _readable(f"the order of transaction {transaction}"):
        return _decoded(zlib.decompress(content), PostedOrder)


def pack_piece(piece: Piece) -> bytes:
    """A piece, compressed. Rows keep typed values by column; rejected rows keep their input."""
    stored = _StoredPiece(
        form=FORM_VERSION,
        canonical=CANONICAL_VERSION,
        rows=[
            _StoredRow(row.entity, row.hash, row.key, {name: value_text(value) for name, value in row.values.items()})
            for row in piece.rows
        ],
        rejected=[
            _StoredRejected(row.entity, row.hash, row.key, dict(row.raw), row.problems) for row in piece.rejected
        ],
    )
    return zlib.compress(_encoded(stored), _LEVEL)


def unpack_piece(transaction: TransactionKey, content: bytes) -> Piece:
    """The piece of `transaction` that `pack_piece` wrote."""
    with _readable(f"a piece of transaction {transaction}"):
        stored = _decoded(zlib.decompress(content), _StoredPiece)
        return Piece(
            transaction=transaction,
            rows=tuple(_row(transaction, row) for row in stored.rows),
            rejected=tuple(_rejected(transaction, row) for row in stored.rejected),
        )


def _row(transaction: TransactionKey, stored: _StoredRow) -> Row:
    fields = ENTITIES[stored.entity].by_name
    values: dict[str, Value] = {
        column: typed(fields[column], text) if column in fields else text for column, text in stored.values.items()
    }
    return Row(entity=stored.entity, transaction=transaction, key=stored.key, values=values, hash=stored.hash)


def _rejected(transaction: TransactionKey, stored: _StoredRejected) -> RejectedRow:
    return RejectedRow(
        entity=stored.entity,
        transaction=transaction,
        key=stored.key,
        raw=stored.raw,
        problems=stored.problems,
        hash=stored.hash,
    )


def _encoded(value: object) -> bytes:
    try:
        return msgspec.json.encode(value)
    except UnicodeEncodeError:
        # A rejected row may hold half of a surrogate pair, which is no valid Unicode: only the standard library
        # writes it (as an escape) and reads it again.
        return json.dumps(msgspec.to_builtins(value), separators=(",", ":")).encode("ascii")


def _decoded(content: bytes, kind: type[Record]) -> Record:
    try:
        return msgspec.json.decode(content, type=kind)
    except msgspec.DecodeError:
        return msgspec.convert(json.loads(content), kind)


@contextmanager
def _readable(what: str) -> Iterator[None]:
    try:
        yield
    except (zlib.error, ValueError, ArithmeticError, LookupError) as error:
        raise StoreUnavailable(
            f"{what} can't be read, the store is damaged ({error}); restore it from a backup, "
            "or apply the kept packages to a new one"
        ) from error
