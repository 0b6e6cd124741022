"""Phase 2 of the P-job: the package of an upload session is checked as a whole and staged; then it is Applied.

`Applied` is written after all transactions of the session, over the version of the session that was read. If a run
crashes before that, the next run reads the package again, and transactions that are staged already are duplicates.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from typing import Final

from postering.domain.errors import PackageMissing, PackageRefused, StoreUnavailable
from postering.domain.lists import batched
from postering.domain.retail_transactions.rows import UnkeyedRow
from postering.domain.runs.cursors import ChannelCursor
from postering.domain.runs.sessions import SessionStatus, StagedCounts, UploadSession
from postering.domain.staging.pieces import Piece, pieces_of
from postering.domain.staging.records import PieceReference, Staged, State
from postering.domain.staging.staging import Staging, stage, stage_broken
from postering.jobs.defects import log_defect
from postering.jobs.limits import Limits
from postering.jobs.ports import ReadPackage, Store, Uploads
from postering.jobs.quarantine import has_card_data, into_quarantine, shows_card_data
from postering.jobs.run import Run

_IN_QUARANTINE: Final = "it holds card data: the package lies in the quarantine"


class AnotherWasFirst(Exception):
    """Another run, or an operator, changed the session: this run leaves it alone."""


def apply_session(
    session: UploadSession, store: Store, uploads: Uploads, run: Run, limits: Limits
) -> tuple[UploadSession, StagedCounts]:
    """Stage the session's package. Returns the session as it then is, and the counts of this run."""
    counted = StagedCounts()
    try:
        session = _count_try(session, store, run, limits)
        try:
            with uploads.read(session.group, session.package) as package:
                _same_bytes(session, package)
                pieces, unkeyed = pieces_of(package.rows())
                session = _changed(store, session, run, transactions=len(pieces), records=package.records)
                for staged_now, batch in _batches(
                    tuple(pieces.values()), session.staged_transactions, limits.staged_at_once
                ):
                    if run.must_stop():
                        return _came_back(session, store, run, limits), counted
                    counts = _stage_batch(batch, session, store, run, limits)
                    counted += counts
                    session = _came_back(
                        replace(session, staged_transactions=staged_now, counts=session.counts + counts),
                        store,
                        run,
                        limits,
                    )
                    run.progress(f"staging {session.name}", staged_now, len(pieces))
                return _applied(session, pieces.values(), unkeyed, store, uploads, run, limits, counted)
        except PackageMissing as missing:
            return _apply_failed(session, str(missing), store, run), counted
        except PackageRefused as refused:
            return _refused(session, refused, store, uploads, run), counted
    except AnotherWasFirst:
        return store.session(session.group, session.id) or session, counted


def _count_try(session: UploadSession, store: Store, run: Run, limits: Limits) -> UploadSession:
    """Count the try before reading, because a run that is killed writes nothing afterwards.

    From `session_tries` on, the session becomes a suspect: its message says how many runs did not end and when it is
    tried next. It is never given up, because a kill does not prove that the package is at fault.
    """
    tries = session.tries + 1
    if tries < limits.session_tries:
        return _changed(store, session, run, tries=tries)
    retry_at = run.now() + limits.pauses.after(tries - limits.session_tries + 1)
    message = (
        f"{tries} runs began to apply this package and none of them ended: look at its size, and at the memory and "
        f"time limits of the function; it is tried again by itself from {retry_at:%Y-%m-%d %H:%M} UTC on"
    )
    return _changed(store, session, run, tries=tries, retry_at=retry_at, message=message)


def _came_back(session: UploadSession, store: Store, run: Run, limits: Limits) -> UploadSession:
    """The session after this run survived it: its tries are cleared."""
    back = replace(session, tries=0, retry_at=None, message="" if session.is_suspect else session.message)
    return _changed_with_range(session, back, store, run, limits)


def _same_bytes(session: UploadSession, package: ReadPackage) -> None:
    if session.sha256 and package.sha256 != session.sha256:
        raise PackageRefused(
            f"{session.group}/{session.package}.zip was changed since it was uploaded: "
            f"its SHA-256 is {package.sha256}, it was {session.sha256}; put the original back and rerun the session"
        )


def _stage_batch(
    batch: Sequence[Piece], session: UploadSession, store: Store, run: Run, limits: Limits
) -> StagedCounts:
    """Stage each piece. If another run changed a transaction meanwhile, it is decided again on its new state."""
    reference_of = {piece.transaction: _reference(piece, session) for piece in batch}
    counts = StagedCounts()
    left = list(batch)
    for _ in range(limits.write_attempts):
        there = store.staged([piece.transaction for piece in left])
        decided = [_decide(piece, reference_of[piece.transaction], there.get(piece.transaction), run) for piece in left]
        to_write = [staging for staging in decided if staging.record is not None]
        written = store.stage(to_write) if to_write else ()
        lost = {staging.piece.transaction for staging, done in zip(to_write, written, strict=True) if not done}
        for staging in decided:
            if staging.piece.transaction not in lost:
                counts += _counted(staging)
        left = [piece for piece in left if piece.transaction in lost]
        if not left:
            return counts
    raise StoreUnavailable(
        f"transactions of {session.name} that kept changing under this run: {len(left)}; run the P-job again"
    )


def _reference(piece: Piece, session: UploadSession) -> PieceReference:
    return PieceReference(name=piece.name, group=session.group, session=session.id)


def _decide(piece: Piece, reference: PieceReference, there: Staged | None, run: Run) -> Staging:
    record, pieces = (there.record, there.pieces) if there is not None else (None, ())
    now, write_id = run.now(), run.write_id()
    try:
        staging = stage(piece, reference, record, pieces, at=now, by=run.by, write_id=write_id)
    except Exception as error:  # one transaction never holds up another
        log_defect(error, piece.transaction)
        staging = stage_broken(piece, reference, record, error, at=now, by=run.by, write_id=write_id)
    if run.announces and staging.record is not None:
        return replace(staging, record=staging.record.announced(record))
    return staging


def _counted(staging: Staging) -> StagedCounts:
    record = staging.record
    if record is None:
        return StagedCounts(duplicates=1)
    return StagedCounts(
        staged=int(staging.brought_rows and not staging.brought_rejected),
        conflicts=int(staging.brought_conflicts),
        rejected=int(staging.brought_rejected),
        waiting=int(record.state is State.WAITING),
    )


def _applied(
    session: UploadSession,
    pieces: Collection[Piece],
    unkeyed: Sequence[UnkeyedRow],
    store: Store,
    uploads: Uploads,
    run: Run,
    limits: Limits,
    counted: StagedCounts,
) -> tuple[UploadSession, StagedCounts]:
    card_data = session.quarantined or has_card_data(pieces, unkeyed)
    without_key = StagedCounts(rejected=len(unkeyed))
    done = replace(
        session,
        status=SessionStatus.APPLIED,
        applied=run.now(),
        tries=0,
        retry_at=None,
        counts=session.counts + without_key,
        quarantined=card_data,
        unkeyed=len(unkeyed),
        message=_applied_message(unkeyed, card_data),
    )
    done = _changed_with_range(session, done, store, run, limits, unkeyed)
    if card_data:
        into_quarantine(done, uploads)
    return done, counted + without_key


def _refused(
    session: UploadSession, refused: PackageRefused, store: Store, uploads: Uploads, run: Run
) -> UploadSession:
    """Fail the session of an unsound package, and keep the package; one with card data goes to the quarantine.

    Rows that can't be read can't be searched: an unsound package in the uploads may still hold card data.
    """
    if not (session.quarantined or shows_card_data(session, uploads)):
        return _apply_failed(session, str(refused), store, run)
    failed = _apply_failed(replace(session, quarantined=True), f"{refused}; {_IN_QUARANTINE}", store, run)
    into_quarantine(failed, uploads)
    return failed


def _applied_message(unkeyed: Sequence[UnkeyedRow], card_data: bool) -> str:
    parts = []
    if unkeyed:
        parts.append(f"rows that name no transaction: {len(unkeyed)}; the first: {unkeyed[0].problems[0].message}")
    if card_data:
        parts.append(_IN_QUARANTINE)
    return "; ".join(parts)


def _apply_failed(session: UploadSession, message: str, store: Store, run: Run) -> UploadSession:
    """Fail the session with a message; if it is an extraction, its range of counters is given back."""
    failed = replace(
        session,
        status=SessionStatus.APPLY_FAILED,
        version=session.version + 1,
        write_id=run.write_id(),
        message=message,
        retry_at=None,
    )
    if not store.change_session(failed, cursor=given_back(session, store, run)):
        raise AnotherWasFirst
    return failed


def given_back(session: UploadSession, store: Store, run: Run) -> ChannelCursor | None:
    """The cursor of the source, set back to before the session's extraction. None if it is no extraction."""
    if not session.database or session.rerun_for:
        return None
    return store.cursor(session.database).set_back(session.cursor_before, run.now())


def _changed_with_range(
    before: UploadSession,
    after: UploadSession,
    store: Store,
    run: Run,
    limits: Limits,
    unkeyed: Sequence[UnkeyedRow] = (),
) -> UploadSession:
    """Write `after`; if it is an extraction that was a suspect, its range of counters is given back with it.

    Meanwhile `p_job` read its channel database without a look-back: rows committed late may lie in that range.
    """
    was_suspect = before.is_suspect and before.tries > limits.session_tries
    changed = replace(after, version=before.version + 1, write_id=run.write_id())
    for _ in range(limits.write_attempts):
        cursor = given_back(before, store, run) if was_suspect else None
        if store.change_session(changed, cursor=cursor, unkeyed=unkeyed):
            return changed
        there = store.session(before.group, before.id)
        if cursor is None or there is None or there.version != before.version:
            break
    raise AnotherWasFirst


def _changed(store: Store, session: UploadSession, run: Run, **changes: object) -> UploadSession:
    changed = replace(session, version=session.version + 1, write_id=run.write_id(), **changes)  # type: ignore[arg-type]
    if not store.change_session(changed):
        raise AnotherWasFirst
    return changed


def _batches(pieces: Sequence[Piece], start: int, size: int) -> Iterator[tuple[int, Sequence[Piece]]]:
    """Batches of the pieces that are not staged yet, each with the count of staged pieces after it."""
    staged = start
    for batch in batched(pieces[start:], size):
        staged += len(batch)
        yield staged, batch
