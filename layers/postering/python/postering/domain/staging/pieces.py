"""Pieces: the rows of one transaction in one package. They are immutable and named by content: a repeat is harmless."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from postering.domain.keys import TransactionKey
from postering.domain.retail_transactions.rows import AnyRow, RejectedRow, Row, UnkeyedRow


@dataclass(frozen=True, kw_only=True)
class Piece:
    """The rows of one transaction that came together. Transport columns are not part of its name."""

    transaction: TransactionKey
    rows: tuple[Row, ...]
    rejected: tuple[RejectedRow, ...] = ()

    @cached_property
    def name(self) -> str:
        """32 hexadecimal characters over the hashes of its rows: equal content has an equal name."""
        content = "\n".join(sorted(row.hash for row in self.all_rows))
        return hashlib.sha256(content.encode("ascii")).hexdigest()[:32]

    @property
    def hashes(self) -> frozenset[str]:
        """Hashes of all its rows, rejected ones included."""
        return frozenset(row.hash for row in self.all_rows)

    @property
    def all_rows(self) -> "tuple[Row | RejectedRow, ...]":
        """Sound rows, then rejected ones."""
        return (*self.rows, *self.rejected)


def pieces_of(rows: Iterable[AnyRow]) -> tuple[Mapping[TransactionKey, Piece], tuple[UnkeyedRow, ...]]:
    """The rows of a package as pieces, in order of first appearance, and the rows that name no transaction."""
    sound: dict[TransactionKey, list[Row]] = {}
    rejected: dict[TransactionKey, list[RejectedRow]] = {}
    unkeyed: list[UnkeyedRow] = []
    for row in rows:
        if isinstance(row, UnkeyedRow):
            unkeyed.append(row)
            continue
        kept = sound.setdefault(row.transaction, [])
        if isinstance(row, Row):
            kept.append(row)
        else:
            rejected.setdefault(row.transaction, []).append(row)
    pieces = {
        key: Piece(transaction=key, rows=tuple(kept), rejected=tuple(rejected.get(key, ())))
        for key, kept in sound.items()
    }
    return pieces, tuple(unkeyed)
