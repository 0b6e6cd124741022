"""The staged side: a transaction in the store, its rows hashed again from their own values."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from postering.domain.money import ZERO, difference, negated, total
from postering.domain.reconciliation.cancelled_figures import gives_amounts
from postering.domain.reconciliation.figures import Figures, digest, transaction_figures
from postering.domain.reconciliation.sides import Received, brought, received, with_hash
from postering.domain.retail_transactions.entities import ENTITIES
from postering.domain.retail_transactions.rows import RejectedRow, canonical_hash
from postering.domain.retail_transactions.rows import _raw_hash as rejected_hash
from postering.domain.retail_transactions.transactions import RetailTransaction
from postering.domain.retail_transactions.types import ASYNC_CANCELLATION
from postering.domain.staging.assembly import Decision
from postering.domain.staging.pieces import Piece
from postering.domain.staging.records import Staged, State, TransactionRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class StagedSide:
    """A staged transaction. `sessions` are those that brought its pieces, in the order in which they came.

    Of a posted one, `digest` is of the figures that its document must have, and `own_difference` is the header's total
    less that of its lines (posted only if the setup lets it). `may_be_filled_in`: it is a
    cancellation that left out lines, charges or amounts. `received` is as it came; `edited` names the fields that an
    operator changed since.
    """

    received: Received
    state: State
    reason: str
    codes: tuple[str, ...]
    sales_id: str
    sessions: tuple[tuple[str, str], ...]
    decisions: tuple[Decision, ...]
    digest: bytes = b""
    figures: Figures | None = None
    own_difference: Decimal = ZERO
    may_be_filled_in: bool = False
    edited: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()


def staged_side(staged: Staged, *, detailed: bool = False) -> StagedSide:
    """The staged side of a transaction; `faults` are rows and pieces that differ from their hash or name."""
    record = staged.record
    pieces, faults = _hashed_again(staged.pieces)
    if any(piece.name != reference.name for piece, reference in zip(staged.pieces, record.pieces, strict=True)):
        faults.append("a piece in the store does not have the rows that its name promises")
    parts = [brought(piece.all_rows, detailed=detailed) for piece in pieces]
    side = StagedSide(
        received=received(record.key, parts, record.decisions),
        state=record.state,
        reason=record.reason,
        codes=record.codes,
        sales_id=record.sales_id,
        sessions=tuple((piece.group, piece.session) for piece in record.pieces),
        decisions=record.decisions,
        faults=tuple(faults),
    )
    return _with_figures(side, record, pieces, detailed) if record.state is State.SUCCEEDED else side


def _hashed_again(pieces: Sequence[Piece]) -> tuple[list[Piece], list[str]]:
    """The pieces with the hashes that their rows' values have, and a fault for each row whose own hash is another."""
    checked, faults = [], []
    for piece in pieces:
        rows = tuple(with_hash(row, canonical_hash(row.entity, row.values)) for row in piece.rows)
        changed = [now.name for now, before in zip(rows, piece.rows, strict=True) if now is not before]
        bad = tuple(_rejected_again(row) for row in piece.rejected)
        changed += [now.name for now, before in zip(bad, piece.rejected, strict=True) if now is not before]
        faults += [f"{name} was changed in the store: its values do not fit its hash" for name in changed]
        checked.append(replace(piece, rows=rows, rejected=bad) if changed else piece)
    return checked, faults


def _rejected_again(row: RejectedRow) -> RejectedRow:
    """The row with the hash of its texts."""
    actual = rejected_hash(ENTITIES[row.entity], row.raw)
    return row if row.hash == actual else replace(row, hash=actual)


def _with_figures(side: StagedSide, record: TransactionRecord, pieces: Sequence[Piece], detailed: bool) -> StagedSide:
    assembly = record.assembled(pieces)
    if assembly.header is None:
        return replace(side, faults=(*side.faults, "it is posted and has no header row in the store"))
    transaction = assembly.retail_transaction
    figures = transaction_figures(transaction)
    cancels = transaction.header.type == ASYNC_CANCELLATION
    return replace(
        side,
        digest=digest(figures),
        figures=figures if detailed or cancels else None,
        own_difference=_own_difference(transaction),
        may_be_filled_in=cancels
        and not (transaction.lines and transaction.live_charges and gives_amounts(transaction)),
        edited=tuple(dict.fromkeys(edit.field for edit in assembly.edits)),
    )


def _own_difference(transaction: RetailTransaction) -> Decimal:
    """The header's total less that of lines and charges, in the order's sign."""
    lines = (negated(amount) for line in transaction.lines for amount in (line.net, line.tax))
    charges = (amount for charge in transaction.live_charges for amount in (charge.amount, charge.tax_on_top))
    return difference(transaction.header.order_total, total((*lines, *charges)))
