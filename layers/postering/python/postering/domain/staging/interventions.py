"""An operator's actions on a staged transaction: edit, void, unvoid, retry, release, accept, dismiss.

Each function gives the record that is written over the one it was decided on, or None if there is nothing to do. An
action that can't be done raises `JobRefused`, with the reason and what can be done. The received rows never change.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from postering.domain.errors import JobRefused
from postering.domain.retail_transactions.rows import RejectedRow
from postering.domain.setup.setup import Setup
from postering.domain.staging.assembly import Conflict, Decision
from postering.domain.staging.edits import Edit
from postering.domain.staging.pieces import Piece
from postering.domain.staging.records import State, TransactionRecord
from postering.domain.staging.staging import VOIDED_BY_OPERATOR, is_voided_by_operator, judge, summary_of
from postering.domain.texts import as_words

_POSTED = (
    "it is posted as {sales_id}, and a posted order is never changed: let the channel send a cancellation (type 37) "
    "or a return, and the right sale as a new transaction"
)


_KEPT_STATES = frozenset({State.SUCCEEDED, State.EDITING})


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """Who does it, when (UTC), why, and the name of the write."""

    at: datetime
    by: str
    reason: str
    write_id: str

    def words(self, what: str) -> str:
        """The text for the timeline."""
        return f"{what}: {self.reason}" if self.reason else what


def edited(
    record: TransactionRecord, pieces: Sequence[Piece], edits: Sequence[Edit], setup: Setup, act: Act
) -> TransactionRecord | None:
    """The record with `edits`, held (`editing`) if the company says so, else judged anew; None if there are none."""
    _refuse_posted(record, "edited")
    if is_voided_by_operator(record):
        raise JobRefused(f"{record.key} is voided: take that back first, with postering unvoid")
    if not edits:
        return None
    company = setup.company(record.key.company)
    hold = record.state is State.EDITING or (company is not None and company.hold_after_edit)
    described = "; ".join(f"{edit.field} {edit.before or 'nothing'} → {edit.after or 'nothing'}" for edit in edits)
    stays = State.EDITING if hold else None
    return _judged(record, pieces, act, f"edited {described}", stays=stays, edits=(*record.edits, *edits))


def voided(record: TransactionRecord, act: Act) -> TransactionRecord | None:
    """Take the transaction out of the work: nothing posts it until it is unvoided."""
    _refuse_posted(record, "voided")
    if record.state is State.VOIDED:
        return None
    if record.state is State.NOT_AN_ORDER:
        raise JobRefused(f"{record.key} is not an order, nothing posts it: {record.reason}")
    return record.changed(
        at=act.at,
        by=act.by,
        what=act.words("voided"),
        state=State.VOIDED,
        write_id=act.write_id,
        reason=VOIDED_BY_OPERATOR,
        attempts=0,
        retry_at=None,
    )


def unvoided(record: TransactionRecord, pieces: Sequence[Piece], act: Act) -> TransactionRecord | None:
    """Take a void back: if it was held after an edit, it is held again; else its rows and edits give the state."""
    if record.state is not State.VOIDED:
        _refuse_posted(record, "unvoided")
        raise JobRefused(f"{record.key} is not voided, it is {_state(record)}")
    if not is_voided_by_operator(record):
        raise JobRefused(
            f"{record.key} was voided in the channel ({record.reason}), not by an operator: "
            "if that is wrong, edit entryStatus"
        )
    return _judged(record, pieces, act, "unvoided", stays=State.EDITING if _was_held(record) else None)


def retried(record: TransactionRecord, pieces: Sequence[Piece], act: Act) -> TransactionRecord | None:
    """Make a failed, retrying or suspect transaction pending again; None for another that is pending."""
    _refuse_posted(record, "tried again")
    if record.state is State.PENDING and not record.is_suspect:
        return None
    waits_for_retry = record.state is State.WAITING and record.retry_at is not None
    if record.state is not State.FAILED and not waits_for_retry and not record.is_suspect:
        raise JobRefused(f"{record.key} is {_state(record)}: only a failed one is tried again{_instead(record)}")
    again = _judged(record, pieces, act, "tried again")
    if again.state is State.FAILED:
        what = "a conflict is open" if again.conflicts else "one of its rows is rejected"
        raise JobRefused(f"{record.key} can't be tried again as long as {what}; postering explain says what to do")
    return again


def released(record: TransactionRecord, pieces: Sequence[Piece], act: Act) -> TransactionRecord | None:
    """Release a transaction that was held after an edit; None if it is pending."""
    _refuse_posted(record, "released")
    if record.state is State.PENDING:
        return None
    if record.state is not State.EDITING:
        raise JobRefused(f"{record.key} is {_state(record)}: only a transaction that is held after an edit is released")
    return _judged(record, pieces, act, "released")


def decided(
    record: TransactionRecord, pieces: Sequence[Piece], conflict: Conflict, accept: bool, act: Act
) -> TransactionRecord:
    """The record after one version of a row was accepted in place of the current one, or dismissed.

    Nothing is accepted over an order, nor a version that can't be read: `JobRefused` says what to do instead.
    """
    name = f"{conflict.row}, version {conflict.version}"
    stays = record.state if record.state in _KEPT_STATES or is_voided_by_operator(record) else None
    other = Decision(row=conflict.row, hash=conflict.other.hash, accepted=accept)
    if not accept:
        return _judged(record, pieces, act, f"dismissed {name}", stays=stays, decisions=(*record.decisions, other))
    if record.state is State.SUCCEEDED:
        raise JobRefused(f"{record.key}: {conflict.row} can't be accepted, {_POSTED.format(sales_id=record.sales_id)}")
    if isinstance(conflict.other, RejectedRow):
        raise JobRefused(
            f"{record.key}: version {conflict.other.hash[:8]} of {conflict.row} can't be accepted, it can't be read: "
            f"{'; '.join(problem.message for problem in conflict.other.problems)}. If it is the right one, dismiss "
            "it and edit the row to what it should say, or have it sent again"
        )
    kept = (Decision(row=conflict.row, hash=conflict.kept.hash, accepted=False),) if conflict.kept is not None else ()
    decisions = (*record.decisions, *kept, other)
    return _judged(record, pieces, act, f"accepted {name}", stays=stays, decisions=decisions)


def _judged(
    record: TransactionRecord,
    pieces: Sequence[Piece],
    act: Act,
    what: str,
    *,
    stays: State | None = None,
    edits: tuple[Edit, ...] | None = None,
    decisions: tuple[Decision, ...] | None = None,
) -> TransactionRecord:
    """The record with the state that follows from its rows, edits and decisions, or that it `stays` in."""
    revised = replace(
        record,
        edits=record.edits if edits is None else edits,
        decisions=record.decisions if decisions is None else decisions,
    )
    assembly = revised.assembled(pieces)
    changes: dict[str, object] = {"conflicts": len(assembly.conflicts), "rejected": len(assembly.rejected)}
    state = stays
    if stays is not State.SUCCEEDED:
        changes |= {"summary": summary_of(assembly.header), "attempts": 0, "retry_at": None}
    if stays is State.EDITING:  # its problems stay: they are the reason for the edit, and bulk commands find it by them
        changes["reason"] = ""
    if state is None:
        judgement = judge(assembly)
        state = judgement.state
        changes |= {"reason": judgement.reason, "problems": judgement.problems}
    return revised.changed(at=act.at, by=act.by, what=act.words(what), state=state, write_id=act.write_id, **changes)


def _refuse_posted(record: TransactionRecord, what: str) -> None:
    if record.state is State.SUCCEEDED:
        raise JobRefused(f"{record.key} can't be {what}: {_POSTED.format(sales_id=record.sales_id)}")


def _was_held(record: TransactionRecord) -> bool:
    """Whether the void took it out of `editing`: only a release ends that."""
    before = next((entry.before for entry in reversed(record.timeline) if entry.before != State.VOIDED), "")
    return before == State.EDITING


def _state(record: TransactionRecord) -> str:
    return f"{as_words(record.state)} ({record.reason})" if record.reason else str(record.state)


def _instead(record: TransactionRecord) -> str:
    match record.state:
        case State.EDITING:
            return "; postering release releases it"
        case State.VOIDED:
            return "; postering unvoid takes a void back"
        case State.WAITING:
            return "; it becomes ready by itself when what it waits for comes"
        case _:
            return ""
