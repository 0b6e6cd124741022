"""The union of a transaction's pieces: which rows are current, which came again with other content, which are bad.

Rows are compared by row key and row hash, never by counting: packages overlap, arrive late and in any order. The
first sound version of a row is the current one, unless an operator accepted another. A sound row takes the place of
one that was rejected before it. Nothing is ever applied over an order: once posted, what comes later is a conflict.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from postering.domain.entities import HEADER
from postering.domain.keys import TransactionKey
from postering.domain.pieces import Piece
from postering.domain.rows import RejectedRow, Row, row_name
from postering.domain.transactions import RetailTransaction, read_transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What an operator decided on one version of a row: taken (`accepted`) or set aside."""

    row: str
    hash: str
    accepted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """A row that came with other content than the current one, or (`kept` None) only after the order was posted."""

    row: str
    kept: Row | None
    other: Row | RejectedRow
    piece: int

    @property
    def differences(self) -> tuple[tuple[str, str, str], ...]:
        """(column, kept, other) of each column that differs, as texts; '' where absent."""
        kept = {} if self.kept is None else shown_values(self.kept)
        other = shown_values(self.other)
        columns = dict.fromkeys((*kept, *other))
        return tuple(
            (column, kept.get(column, ""), other.get(column, ""))
            for column in columns
            if kept.get(column, "") != other.get(column, "")
        )


@dataclass(frozen=True, kw_only=True)
class Assembly:
    """A transaction as received so far."""

    transaction: TransactionKey
    rows: tuple[Row, ...]
    conflicts: tuple[Conflict, ...]
    rejected: tuple[RejectedRow, ...]
    hashes: frozenset[str]

    @cached_property
    def header(self) -> Row | None:
        """The current header row, None while it has not come."""
        return next((row for row in self.rows if row.entity == HEADER), None)

    @cached_property
    def retail_transaction(self) -> RetailTransaction:
        """The transaction as order building reads it; `ValueError` without a header."""
        return read_transaction(self.transaction, self.rows)


def assemble(
    transaction: TransactionKey,
    pieces: Sequence[Piece],
    *,
    decisions: Iterable[Decision] = (),
    posted_pieces: int = 0,
) -> Assembly:
    """The union of `pieces`, in the order in which they came.

    `posted_pieces` is how many of them the posted document was built from; 0 before posting.
    """
    slots: dict[tuple[str, tuple[str, ...]], _Slot] = {}
    keyless: dict[str, RejectedRow] = {}
    for number, piece in enumerate(pieces):
        for row in piece.all_rows:
            if row.key is None:
                assert isinstance(row, RejectedRow)
                keyless.setdefault(row.hash, row)
            else:
                slots.setdefault((row.entity, row.key), {}).setdefault(row.hash, (number, row))
    decided = {(decision.row, decision.hash): decision.accepted for decision in decisions}
    views = [
        _view(row_name(entity, key), slot, decided, posted_pieces) for (entity, key), slot in slots.items()
    ]
    return Assembly(
        transaction=transaction,
        rows=tuple(view.current for view in views if view.current is not None),
        conflicts=tuple(conflict for view in views for conflict in view.conflicts),
        rejected=(
            *(row for view in views for row in view.rejected),
            *(row for row in keyless.values() if (row.name, row.hash) not in decided),
        ),
        hashes=frozenset((*keyless, *(version for slot in slots.values() for version in slot))),
    )


def shown_values(row: Row | RejectedRow) -> Mapping[str, str]:
    """A row's columns as texts, for people to compare."""
    if isinstance(row, RejectedRow):
        return row.raw
    return {column: str(value) for column, value in row.values.items()}


_Slot = dict[str, tuple[int, Row | RejectedRow]]
"""The versions of one row by hash: the piece that first brought it, and the row."""


@dataclass(frozen=True, slots=True)
class _View:
    current: Row | None
    conflicts: tuple[Conflict, ...] = ()
    rejected: tuple[RejectedRow, ...] = ()


def _view(name: str, slot: _Slot, decided: Mapping[tuple[str, str], bool], posted_pieces: int) -> _View:
    sound = [(number, row) for number, row in slot.values() if isinstance(row, Row)]
    accepted = [(number, row) for number, row in sound if decided.get((name, row.hash))]
    in_time = [(number, row) for number, row in sound if not posted_pieces or number < posted_pieces]
    current = next(iter(accepted or in_time), None)
    open_versions = [
        (number, row)
        for number, row in slot.values()
        if (name, row.hash) not in decided and (current is None or row is not current[1])
    ]
    if current is None and not posted_pieces:
        standing = (row for _, row in open_versions if isinstance(row, RejectedRow))
        return _View(current=None, rejected=tuple(standing))
    # A rejected row that a sound one followed was replaced by it; one that came later is another content.
    replaced_before = current[0] if current is not None else -1
    conflicts = tuple(
        Conflict(row=name, kept=current[1] if current else None, other=row, piece=number)
        for number, row in open_versions
        if isinstance(row, Row) or number > replaced_before
    )
    return _View(current=current[1] if current else None, conflicts=conflicts)
