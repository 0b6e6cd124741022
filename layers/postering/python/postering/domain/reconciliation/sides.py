"""A transaction in the channel, in the packages and in the store: its row hashes and its header's figures.

Whole rows are not kept: a day's reconciliation holds some twenty bytes for each row of each side. The rows' values are
kept only when a difference is read again, to say which column differs.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from postering.domain.keys import TransactionKey
from postering.domain.money import ZERO
from postering.domain.retail_transactions.entities import HEADER
from postering.domain.retail_transactions.rows import RejectedRow, Row, row_name
from postering.domain.retail_transactions.transactions import Header, read
from postering.domain.retail_transactions.values import Value
from postering.domain.staging.assembly import Decision, assemble
from postering.domain.staging.pieces import Piece

RowId = tuple[str, tuple[str, ...] | None]
"""Entity and row key; the key is None where a rejected row has none that can be read."""

_HASH_BYTES: Final = 32
_NOTHING: Final[Mapping[str, Value]] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class HeaderFigures:
    """The figures of a header in the order's sign, positive for a sale. Empty and zero while no header has come."""

    business_date: date | None = None
    currency: str = ""
    gross: Decimal = ZERO
    payments: Decimal = ZERO


NO_HEADER: Final = HeaderFigures()


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """The rows that one package, or one channel database, brings of a transaction.

    `hashes` are those of the sound rows, then of the rejected ones; `headers` has the figures of each version of the
    header by hash, and `values` those of each row (kept only when a difference is read again).
    """

    sound: tuple[RowId, ...]
    rejected: tuple[RowId, ...]
    hashes: bytes
    headers: Mapping[str, HeaderFigures]
    values: Mapping[str, Mapping[str, Value]]

    @property
    def versions(self) -> frozenset[str]:
        """The hashes of all its rows."""
        return frozenset(_texts(self.hashes))

    @property
    def header(self) -> HeaderFigures:
        """The figures of its first header."""
        return next(iter(self.headers.values()), NO_HEADER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A transaction on one side: the union of all parts, one version of each row.

    `ids` and `hashes` are those of the current rows, standing rejected ones included; `others` are hashes of the other
    known versions; `conflicts` and `rejected` name rows.
    """

    transaction: TransactionKey
    header: HeaderFigures
    ids: tuple[RowId, ...]
    hashes: bytes
    others: frozenset[str]
    conflicts: tuple[str, ...]
    rejected: tuple[str, ...]
    values: Mapping[str, Mapping[str, Value]]

    @property
    def rows(self) -> Mapping[RowId, str]:
        """The hash of each current row."""
        return dict(zip(self.ids, _texts(self.hashes), strict=True))

    def same_as(self, other: "Received") -> bool:
        """Whether both have the same rows, in the same version, and know the same other versions."""
        return (self.ids, self.hashes, self.others) == (other.ids, other.hashes, other.others)


def brought(rows: Iterable[Row | RejectedRow], *, detailed: bool = False) -> Brought:
    """The hashes and figures of rows that came together."""
    listed = list(rows)
    sound = [row for row in listed if isinstance(row, Row)]
    rejected = [row for row in listed if isinstance(row, RejectedRow)]
    return Brought(
        sound=_shared(tuple((row.entity, row.key) for row in sound)),
        rejected=tuple((row.entity, row.key) for row in rejected),
        hashes=b"".join(bytes.fromhex(each) for each in (*(r.hash for r in sound), *(r.hash for r in rejected))),
        headers={row.hash: header_figures(row) for row in sound if row.entity == HEADER},
        values=_values(listed) if detailed else _NO_VALUES,
    )


def received(transaction: TransactionKey, parts: Sequence[Brought], decisions: Iterable[Decision] = ()) -> Received:
    """The union of `parts`, in the order in which they came: a row's accepted version, else the first sound one."""
    assembly = assemble(transaction, [_piece(transaction, part) for part in parts], decisions=decisions)
    current: dict[RowId, str] = {(row.entity, row.key): row.hash for row in assembly.rows}
    current.update((row_id(row), row.hash) for row in assembly.rejected)
    ids = tuple(sorted(current, key=lambda row: (row[0], row[1] or ())))
    header = assembly.header
    versions = {version: figures for part in parts for version, figures in part.headers.items()}
    return Received(
        transaction=transaction,
        header=versions[header.hash] if header is not None else NO_HEADER,
        ids=_shared(ids),
        hashes=b"".join(bytes.fromhex(current[one]) for one in ids),
        others=assembly.hashes - set(current.values()),
        conflicts=tuple(dict.fromkeys(conflict.row for conflict in assembly.conflicts)),
        rejected=tuple(row.name for row in assembly.rejected),
        values={version: values for part in parts for version, values in part.values.items()},
    )


def row_id(row: Row | RejectedRow) -> RowId:
    """Entity and key of a row; a row without a readable key has one of its own."""
    return (row.entity, row.key if row.key is not None else ("?", row.hash))


def without_values(row: Row | RejectedRow) -> Row | RejectedRow:
    """The row without its values; a header keeps them, for its figures are needed at first."""
    if row.entity == HEADER:
        return row
    return replace(row, values=_NOTHING) if isinstance(row, Row) else replace(row, raw={}, problems=())


def header_figures(row: Row) -> HeaderFigures:
    """The figures of a header row in the order's sign."""
    header = read(Header, row.values)
    return HeaderFigures(
        business_date=header.business_date,
        currency=header.currency,
        gross=header.order_total,
        payments=header.paid,
    )


def name_of(row: RowId) -> str:
    """The row as an operator names it."""
    entity, key = row
    return f"{entity}[?]" if key is None or key[:1] == ("?",) else row_name(entity, key)


def with_hash(row: Row, actual: str) -> Row:
    """The row with the hash of its values."""
    return row if row.hash == actual else replace(row, hash=actual)


_NO_VALUES: Final[Mapping[str, Mapping[str, Value]]] = MappingProxyType({})


def _values(rows: Iterable[Row | RejectedRow]) -> Mapping[str, Mapping[str, Value]]:
    return {row.hash: row.values if isinstance(row, Row) else dict(row.raw) for row in rows}


@lru_cache(maxsize=4096)
def _shared(ids: tuple[RowId, ...]) -> tuple[RowId, ...]:
    """One tuple for all transactions of equal shape, to save memory: most differ only by content."""
    return ids


def _piece(transaction: TransactionKey, part: Brought) -> Piece:
    texts = _texts(part.hashes)
    sound = tuple(
        Row(entity=entity, transaction=transaction, key=key or (), values=_NOTHING, hash=next(texts))
        for entity, key in part.sound
    )
    rejected = tuple(
        RejectedRow(entity=entity, transaction=transaction, key=key, raw={}, problems=(), hash=next(texts))
        for entity, key in part.rejected
    )
    return Piece(transaction=transaction, rows=sound, rejected=rejected)


def _texts(hashes: bytes) -> Iterator[str]:
    return (hashes[start : start + _HASH_BYTES].hex() for start in range(0, len(hashes), _HASH_BYTES))
