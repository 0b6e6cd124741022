"""Staging: the rows that a piece brings to a transaction, and the state that follows from all rows received."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from postering.domain.keys import TransactionKey
from postering.domain.problems import Problem, Waiting
from postering.domain.repairs import commands as repairs
from postering.domain.retail_transactions.entities import PAYMENT, SALES, enum_name, is_transport
from postering.domain.retail_transactions.rows import RejectedRow, Row
from postering.domain.retail_transactions.transactions import Header, read
from postering.domain.retail_transactions.types import ASYNC_CANCELLATION, POSTED_TYPES
from postering.domain.staging.assembly import Assembly, Conflict, assemble
from postering.domain.staging.pieces import Piece
from postering.domain.staging.records import PieceReference, State, Summary, TimelineEntry, TransactionRecord
from postering.domain.staging.rejected_rows import emptied_cells
from postering.domain.texts import counted

_VOIDED_ENTRY = frozenset({1, 4, 6})

_EMPTIED = "Here, without the values that can't be read: the checks then say what they should be"

VOIDED_BY_OPERATOR = "voided by an operator"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """The state of a transaction, decided from the received rows alone."""

    state: State
    reason: str = ""
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Staging:
    """The result of staging one piece: the record to write over `expected_version` (0: it is new), and its counts.

    `record` is None for a duplicate: nothing is to be written.
    """

    piece: Piece
    record: TransactionRecord | None
    expected_version: int
    brought_rows: bool = False
    brought_conflicts: bool = False
    brought_rejected: bool = False


def stage(
    piece: Piece,
    reference: PieceReference,
    record: TransactionRecord | None,
    earlier: Sequence[Piece],
    *,
    at: datetime,
    by: str,
    write_id: str,
) -> Staging:
    """Join `piece` to the pieces received before (`earlier`, in the record's order)."""
    key = piece.transaction
    before = _assembled(key, record, earlier)
    if record is not None and piece.hashes <= before.hashes:
        return Staging(piece=piece, record=None, expected_version=record.version)
    new_hashes = piece.hashes - before.hashes
    after = _assembled(key, record, (*earlier, piece))
    new_conflicts = [conflict for conflict in after.conflicts if conflict.other.hash in new_hashes]
    conflicting = {conflict.other.hash for conflict in new_conflicts}
    return Staging(
        piece=piece,
        record=_next_record(
            key, record, reference, after, _words(new_hashes, conflicting, reference), at, by, write_id
        ),
        expected_version=record.version if record is not None else 0,
        brought_rows=any(row.hash in new_hashes - conflicting for row in piece.rows),
        brought_conflicts=bool(new_conflicts),
        brought_rejected=any(row.hash in new_hashes for row in piece.rejected),
    )


def judge(assembly: Assembly) -> Judgement:
    """The state that follows from the rows alone, in this order: bad rows, conflicts, non-orders, waiting."""
    if assembly.rejected:
        return Judgement(state=State.FAILED, problems=rejected_problems(assembly.rejected))
    if assembly.conflicts:
        return Judgement(state=State.FAILED, problems=tuple(map(conflict_problem, assembly.conflicts)))
    if assembly.header is None:
        return Judgement(state=State.WAITING, reason=Waiting.FOR_HEADER)
    header = read(Header, assembly.header.values)
    if header.entry_status in _VOIDED_ENTRY:
        name = enum_name("RetailEntryStatus", header.entry_status)
        return Judgement(state=State.VOIDED, reason=f"entryStatus {header.entry_status} ({name})")
    if header.type not in POSTED_TYPES:
        name = enum_name("RetailTransactionType", header.type)
        given = f"type {header.type} ({name})" if "type" in assembly.header.values else "a header without type"
        return Judgement(
            state=State.NOT_AN_ORDER,
            reason=f"{given} is not posted by Synchronize orders, only 27, 31, 33 and 37 are",
        )
    if _promised(header.number_of_item_lines) > _count(assembly.rows, SALES):
        return Judgement(state=State.WAITING, reason=Waiting.FOR_LINES)
    if header.type == ASYNC_CANCELLATION and header.number_of_items and not _count(assembly.rows, SALES):
        return Judgement(state=State.WAITING, reason=Waiting.FOR_LINES)  # without lines it would cancel all
    if _promised(header.number_of_payment_lines) > _count(assembly.rows, PAYMENT):
        return Judgement(state=State.WAITING, reason=Waiting.FOR_PAYMENTS)
    return Judgement(state=State.PENDING)


def summary_of(header: Row | None) -> Summary:
    """The current header as lists show it; empty until it comes."""
    if header is None:
        return Summary()
    read_header = read(Header, header.values)
    return Summary(
        type=read_header.type,
        channel_reference_id=read_header.channel_reference_id,
        business_date=read_header.business_date,
        currency=read_header.currency,
        total=read_header.order_total,
    )


def rejected_problems(rejected: Sequence[RejectedRow]) -> tuple[Problem, ...]:
    """The problems of each bad row, with its name as evidence."""
    return tuple(
        Problem(
            code=problem.code,
            message=problem.message,
            expected=problem.expected,
            found=problem.found,
            rows=(row.name,),
            repair=f"{problem.repair}{repairs.edit(row.transaction, problem.code, *emptied_cells(row), when=_EMPTIED)}",
        )
        for row in rejected
        for problem in row.problems
    )


def conflict_problem(conflict: Conflict) -> Problem:
    """A row that came again with other content, in words."""
    differences = [change for change in conflict.differences if not is_transport(change[0].casefold())]
    wrong = [problem.message for problem in conflict.other.problems] if isinstance(conflict.other, RejectedRow) else []
    changes = "; ".join(
        [*(f"{column}: {old or 'nothing'} → {new or 'nothing'}" for column, old, new in differences), *wrong]
    )
    return Problem(
        code="CONTENT_CONFLICT",
        message=f"{conflict.row} came again with other content: {changes}",
        expected="the content that came first",
        found=changes,
        rows=(conflict.row,),
        repair=repairs.decide_conflict(conflict.other.transaction, readable=isinstance(conflict.other, Row)),
    )


def _assembled(key: TransactionKey, record: TransactionRecord | None, pieces: Sequence[Piece]) -> Assembly:
    return assemble(key, pieces) if record is None else record.assembled(pieces)


def _next_record(
    key: TransactionKey,
    record: TransactionRecord | None,
    reference: PieceReference,
    after: Assembly,
    what: str,
    at: datetime,
    by: str,
    write_id: str,
) -> TransactionRecord:
    judgement = judge(after)
    if record is None:
        return TransactionRecord(
            key=key,
            state=judgement.state,
            received=at,
            reason=judgement.reason,
            problems=judgement.problems,
            write_id=write_id,
            summary=summary_of(after.header),
            pieces=(reference,),
            conflicts=len(after.conflicts),
            rejected=len(after.rejected),
            timeline=(TimelineEntry(at=at, by=by, what=what, before="", after=str(judgement.state)),),
        )
    counted: dict[str, object] = {
        "pieces": (*record.pieces, reference),
        "conflicts": len(after.conflicts),
        "rejected": len(after.rejected),
    }
    if record.state is State.VOIDED and _held(record):
        counted["summary"] = summary_of(after.header)
    if _held(record):
        return record.changed(at=at, by=by, what=what, state=record.state, write_id=write_id, **counted)
    return record.changed(
        at=at,
        by=by,
        what=what,
        state=judgement.state,
        write_id=write_id,
        reason=judgement.reason,
        problems=judgement.problems,
        summary=summary_of(after.header),
        attempts=0,
        retry_at=None,
        **counted,
    )


def _held(record: TransactionRecord) -> bool:
    """Whether new rows leave the state unchanged: it is posted, being edited, or voided by an operator."""
    return record.state in {State.SUCCEEDED, State.EDITING} or is_voided_by_operator(record)


def is_voided_by_operator(record: TransactionRecord) -> bool:
    """Whether an operator voided it; the other voided ones were voided in the channel."""
    return record.state is State.VOIDED and record.reason == VOIDED_BY_OPERATOR


def _words(new: frozenset[str], conflicting: set[str], reference: PieceReference) -> str:
    rows = counted(len(new), "new row")
    conflicts = f", {len(conflicting)} in conflict" if conflicting else ""
    return f"staged {rows}{conflicts} from session {reference.group}/{reference.session}"


def _promised(count: Decimal | int | None) -> Decimal | int:
    return 0 if count is None else count


def _count(rows: Sequence[Row], entity: str) -> int:
    return sum(1 for row in rows if row.entity == entity)


def stage_broken(
    piece: Piece,
    reference: PieceReference,
    record: TransactionRecord | None,
    error: Exception,
    *,
    at: datetime,
    by: str,
    write_id: str,
) -> Staging:
    """Keep a piece if the program itself failed on it: the transaction is `failed` with INTERNAL_ERROR."""
    problem = internal_error(error, piece.transaction)
    what = f"the program failed while staging session {reference.group}/{reference.session}"
    if record is None:
        kept = TransactionRecord(
            key=piece.transaction,
            state=State.FAILED,
            received=at,
            problems=(problem,),
            write_id=write_id,
            pieces=(reference,),
            rejected=len(piece.rejected),
            timeline=(TimelineEntry(at=at, by=by, what=what, before="", after=str(State.FAILED)),),
        )
        return Staging(piece=piece, record=kept, expected_version=0, brought_rows=True)
    if any(known.name == reference.name for known in record.pieces):
        return Staging(piece=piece, record=None, expected_version=record.version)
    state = record.state if _held(record) else State.FAILED
    kept = record.changed(
        at=at,
        by=by,
        what=what,
        state=state,
        write_id=write_id,
        pieces=(*record.pieces, reference),
        problems=record.problems if _held(record) else (problem,),
    )
    return Staging(piece=piece, record=kept, expected_version=record.version, brought_rows=True)


def internal_error(error: Exception, key: TransactionKey) -> Problem:
    """The problem of a program failure on one transaction, without the error's text: it may hold personal data."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f"{trace.tb_frame.f_code.co_name}, line {trace.tb_lineno}" if trace is not None else "an unknown place"
    return Problem(
        code="INTERNAL_ERROR",
        message=f"the program failed on this transaction: {type(error).__name__} in {place}",
        expected="no failure of the program",
        found=f"{type(error).__name__} in {place}",
        repair=f"Report this as a defect with the transaction's key, {key}.{repairs.again(key)}",
    )
