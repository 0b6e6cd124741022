"""Rows and pieces for tests: of a transaction, of a few columns, and staged one after the other."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from postering.domain.keys import TransactionKey
from postering.domain.retail_transactions.entities import ENTITIES, HEADER
from postering.domain.retail_transactions.rows import AnyRow, RejectedRow, Row, read_row
from postering.domain.retail_transactions.transactions import RetailTransaction
from postering.domain.retail_transactions.values import Raw
from postering.domain.staging.assembly import Assembly, assemble
from postering.domain.staging.pieces import Piece, pieces_of
from postering.domain.staging.records import PieceReference, TransactionRecord
from postering.domain.staging.staging import Staging, stage
from tests.domain.transactions_examples import KEY, raw_rows

NOW = datetime(2026, 3, 15, 6, 0, tzinfo=UTC)
BY = "p-job run-1"


def a_row(entity: str, /, **columns: Raw) -> AnyRow:
    """A row of the transaction of the examples."""
    parts = (KEY.company, KEY.channel, KEY.store, KEY.terminal, KEY.transaction_id)
    named: dict[str, Raw] = dict(zip(ENTITIES[entity].transaction_keys, parts, strict=True))
    return read_row(ENTITIES[entity], named | columns, "a file, row 1")


def a_header(**columns: Raw) -> AnyRow:
    """A header of an online order."""
    return a_row(HEADER, **({"type": 27, "currency": "USD", "businessDate": "2026-03-14"} | columns))


def rows_of(transaction: RetailTransaction) -> list[Row]:
    """All rows of a transaction, read as from a package."""
    read = [read_row(ENTITIES[entity], raw, "here") for entity, each in raw_rows(transaction).items() for raw in each]
    rows = [row for row in read if isinstance(row, Row)]
    assert len(rows) == len(read)
    return rows


def a_piece(*rows: AnyRow) -> Piece:
    """What one package brings, all of one transaction."""
    pieces, unkeyed = pieces_of(rows)
    assert not unkeyed
    (piece,) = pieces.values()
    return piece


def union(*pieces: Piece) -> Assembly:
    """The union of pieces in this order, before posting and without decisions."""
    return assemble(KEY, pieces)


@dataclass(kw_only=True)
class Desk:
    """A staging room for one transaction: what a store would keep of it."""

    record: TransactionRecord | None = None
    pieces: tuple[Piece, ...] = ()
    staged: int = 0

    def bring(self, *rows: AnyRow) -> Staging:
        """Stage rows that came together, as the P-job does; a duplicate is not kept."""
        piece = a_piece(*rows)
        self.staged += 1
        staging = stage(
            piece,
            PieceReference(name=piece.name, group="Default", session=f"S{self.staged}"),
            self.record,
            self.pieces,
            at=NOW + timedelta(minutes=self.staged),
            by=BY,
            write_id=f"w{self.staged}",
        )
        if staging.record is not None:
            self.record = staging.record
            self.pieces = (*self.pieces, piece)
        return staging

    @property
    def kept(self) -> TransactionRecord:
        """The record, which must be there."""
        assert self.record is not None
        return self.record

    @property
    def assembly(self) -> Assembly:
        """The union of all that was kept."""
        record = self.kept
        return assemble(record.key, self.pieces, decisions=record.decisions, posted_pieces=record.posted_pieces)


def staged(packages: Iterable[Sequence[AnyRow]], key: TransactionKey = KEY) -> Desk:
    """A desk to which these packages came in this order."""
    desk = Desk()
    for rows in packages:
        desk.bring(*rows)
    assert desk.record is None or desk.record.key == key
    return desk


def rejected(row: AnyRow) -> RejectedRow:
    """The row, which must be a rejected one."""
    assert isinstance(row, RejectedRow)
    return row


def sound(row: AnyRow) -> Row:
    """The row, which must be a sound one."""
    assert isinstance(row, Row)
    return row
