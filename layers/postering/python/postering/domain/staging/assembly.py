"""The union of a transaction's pieces: rows that are current, rows that came again with other content, bad rows.

Rows are compared by row key and row hash, never by counting: packages overlap, arrive late and in any order. The
first sound version of a row is the current one, unless an operator accepted another. A sound row replaces a rejected
one that an earlier package brought. If the key of the rejected row could not be read, all that could be read must be
the same. Nothing is ever applied over an order: a row that comes after the posting is a conflict.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from postering.domain.keys import TransactionKey
from postering.domain.retail_transactions.entities import ENTITIES, HEADER, Field, is_transport
from postering.domain.retail_transactions.rows import RejectedRow, Row, row_name
from postering.domain.retail_transactions.transactions import RetailTransaction, read_transaction
from postering.domain.retail_transactions.values import InvalidValue, read_value, value_text
from postering.domain.staging.edits import Edit, edited_rows
from postering.domain.staging.pieces import Piece

_SHOWN_OF_A_HASH = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """An operator's decision on one version of a row: accepted, or dismissed."""

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
    def version(self) -> str:
        """The name of the later version for people: the beginning of its hash."""
        return self.other.hash[:_SHOWN_OF_A_HASH]

    @property
    def differences(self) -> tuple[tuple[str, str, str], ...]:
        """(column, kept, other) of each column that differs, as texts; '' if absent."""
        kept = {} if self.kept is None else _by_folded_name(self.kept)
        other = _by_folded_name(self.other)
        nothing = ("", "")
        pairs = ((kept.get(folded, nothing), other.get(folded, nothing)) for folded in dict.fromkeys((*kept, *other)))
        return tuple((old[0] or new[0], old[1], new[1]) for old, new in pairs if old[1] != new[1])


@dataclass(frozen=True, kw_only=True)
class Assembly:
    """A transaction as received so far: `rows` with an operator's edits, `as_received` as they came.

    `rejected` are the bad rows that remain: no sound row replaced them, and no edit fixed them. `hashes` has the hash
    of every version that ever came. `edits` are those that apply.
    """

    transaction: TransactionKey
    rows: tuple[Row, ...]
    as_received: tuple[Row | RejectedRow, ...]
    conflicts: tuple[Conflict, ...]
    rejected: tuple[RejectedRow, ...]
    hashes: frozenset[str]
    edits: tuple[Edit, ...] = ()

    @cached_property
    def header(self) -> Row | None:
        """The current header row; None until it comes."""
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
    edits: Sequence[Edit] = (),
    posted_pieces: int = 0,
) -> Assembly:
    """The union of `pieces`, in the order in which they came, with an operator's `decisions` and `edits`.

    `posted_pieces` is how many of them the posted document was built from; 0 before posting.
    """
    slots: dict[tuple[str, tuple[str, ...]], _Slot] = {}
    keyless: dict[str, tuple[int, RejectedRow]] = {}
    for number, piece in enumerate(pieces):
        for row in piece.all_rows:
            if row.key is None:
                assert isinstance(row, RejectedRow)
                keyless.setdefault(row.hash, (number, row))
            else:
                slots.setdefault((row.entity, row.key), {}).setdefault(row.hash, (number, row))
    decided = _Decided(decisions)
    views = [_view(row_name(entity, key), slot, decided, posted_pieces) for (entity, key), slot in slots.items()]
    standing = [
        (number, row)
        for number, row in keyless.values()
        if (row.name, row.hash) not in decided and not _is_replaced(number, row, slots)
    ]
    # A bad row no longer holds back a posted transaction: like every row that comes then, it is a conflict.
    late = [(number, row) for number, row in standing if posted_pieces and number >= posted_pieces]
    received = tuple(view.current for view in views if view.current is not None)
    bad = (
        *(row for view in views for row in view.rejected),
        *(row for number, row in standing if (number, row) not in late),
    )
    rows, rejected = edited_rows(received, bad, edits)
    versions = {(row.name, row.hash) for row in rows}
    return Assembly(
        transaction=transaction,
        rows=rows,
        as_received=(*received, *bad),
        conflicts=(
            *(conflict for view in views for conflict in view.conflicts),
            *(Conflict(row=row.name, kept=None, other=row, piece=number) for number, row in late),
        ),
        rejected=rejected,
        hashes=frozenset((*keyless, *(version for slot in slots.values() for version in slot))),
        edits=tuple(edit for edit in edits if (edit.row, edit.hash) in versions),
    )


def shown_values(row: Row | RejectedRow) -> Mapping[str, str]:
    """A row's columns as canonical texts, for people to compare; a value that can't be read stays as it came."""
    if isinstance(row, Row):
        return {column: value_text(value) for column, value in row.values.items()}
    fields = ENTITIES[row.entity].by_name
    return {column: _canonical(fields.get(column), text) for column, text in row.raw.items()}


def _canonical(field: Field | None, text: str) -> str:
    try:
        value = read_value(field, text) if field is not None else text
    except InvalidValue:
        return text
    return value_text(value) if value is not None else text


def _by_folded_name(row: Row | RejectedRow) -> Mapping[str, tuple[str, str]]:
    return {column.casefold(): (column, text) for column, text in shown_values(row).items()}


class _Decided:
    """The decisions by row and hash; if several versions were accepted, the last one counts."""

    def __init__(self, decisions: Iterable[Decision]) -> None:
        self._accepted: dict[tuple[str, str], int] = {}
        for place, decision in enumerate(decisions):
            self._accepted[decision.row, decision.hash] = place if decision.accepted else -1

    def __contains__(self, version: tuple[str, str]) -> bool:
        return version in self._accepted

    def place(self, name: str, row: Row) -> int:
        """Which decision accepted this version; -1: none did."""
        return self._accepted.get((name, row.hash), -1)


_Slot = dict[str, tuple[int, Row | RejectedRow]]
"""The versions of one row by hash: the piece that first brought it, and the row."""


@dataclass(frozen=True, slots=True)
class _View:
    current: Row | None
    conflicts: tuple[Conflict, ...] = ()
    rejected: tuple[RejectedRow, ...] = ()


def _view(name: str, slot: _Slot, decided: _Decided, posted_pieces: int) -> _View:
    sound = [(number, row) for number, row in slot.values() if isinstance(row, Row)]
    accepted = [version for version in sound if decided.place(name, version[1]) >= 0]
    in_time = [(number, row) for number, row in sound if not posted_pieces or number < posted_pieces]
    current = max(accepted, key=lambda version: decided.place(name, version[1]), default=next(iter(in_time), None))
    open_versions = [
        (number, row)
        for number, row in slot.values()
        if (name, row.hash) not in decided and (current is None or row is not current[1])
    ]
    if current is None:
        # An edit fixed the rows that were there when the transaction was posted; rows that came since are late.
        late = [version for version in open_versions if posted_pieces and version[0] >= posted_pieces]
        standing = (row for number, row in open_versions if (number, row) not in late)
        return _View(
            current=None,
            conflicts=tuple(Conflict(row=name, kept=None, other=row, piece=number) for number, row in late),
            rejected=tuple(row for row in standing if isinstance(row, RejectedRow)),
        )
    # A sound row replaces a rejected one that came before it. One that came with it, or later, is other content.
    conflicts = tuple(
        Conflict(row=name, kept=current[1], other=row, piece=number)
        for number, row in open_versions
        if isinstance(row, Row) or number >= current[0]
    )
    return _View(current=current[1], conflicts=conflicts)


def _is_replaced(number: int, bad: RejectedRow, slots: Mapping[tuple[str, tuple[str, ...]], _Slot]) -> bool:
    """Whether a later package brought the row again with a key, and its other values unchanged."""
    fields = ENTITIES[bad.entity].by_name
    readable = {
        column: text
        for column, text in shown_values(bad).items()
        if not is_transport(column.casefold()) and _is_readable(fields.get(column), text)
    }
    return any(
        brought > number and readable.items() <= shown_values(row).items()
        for (entity, _), slot in slots.items()
        if entity == bad.entity
        for brought, row in slot.values()
        if isinstance(row, Row)
    )


def _is_readable(field: Field | None, text: str) -> bool:
    try:
        return field is None or read_value(field, text) is not None
    except InvalidValue:
        return False
