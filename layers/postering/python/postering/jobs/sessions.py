"""An operator's actions on an upload session: rerun it, cancel it, or open one in the quarantine."""

from contextlib import suppress
from dataclasses import replace

from postering.domain.errors import JobRefused, PackageMissing
from postering.domain.near_names import did_you_mean
from postering.domain.runs.sessions import SessionStatus, StagedCounts, UploadSession
from postering.jobs.applying import given_back
from postering.jobs.ports import Store, Uploads
from postering.jobs.run import Run

_ATTEMPTS = 20


def one_session(session_id: str, store: Store) -> UploadSession:
    """The session with this id, or group/id. Raises `JobRefused` if there is none, or several."""
    group, _, name = session_id.rpartition("/")
    there = store.sessions(group or None)
    found = [s for s in there if s.id == (name if group else session_id)]
    if len(found) == 1:
        return found[0]
    if not found:
        near = did_you_mean(session_id, [s.name if group else s.id for s in there])
        hint = near or "`postering sessions` lists them."
        raise JobRefused(f"there is no upload session {session_id!r}. {hint}")
    raise JobRefused(
        f"{session_id!r} names several upload sessions: {', '.join(session.name for session in found)}; "
        "name one with its group"
    )


def reopen_session(session_id: str, store: Store, uploads: Uploads, run: Run) -> UploadSession:
    """A new session for the package of an old one, which it names. A suspect is returned itself, to be tried now."""
    old = one_session(session_id, store)
    if old.is_suspect:
        return old
    if old.removed is not None:
        try:
            uploads.digest(old.group, old.package)
        except PackageMissing:
            raise JobRefused(
                f"the package of session {old.name} was removed by retention on {old.removed:%Y-%m-%d}: there is "
                "nothing to run again; all of it was applied before"
            ) from None
    taken = {session.id for session in store.sessions(old.group)}
    number = next(n for n in range(1, len(taken) + 2) if f"{old.package}-rerun-{n}" not in taken)
    new = replace(
        old,
        id=f"{old.package}-rerun-{number}",
        status=SessionStatus.UPLOADED,
        created=run.now(),
        version=1,
        write_id=run.write_id(),
        quarantined=old.quarantined and old.status is not SessionStatus.APPLY_FAILED,
        rerun_for=old.id,
        sha256="" if old.status is SessionStatus.APPLY_FAILED else old.sha256,
        tries=0,
        retry_at=None,
        staged_transactions=0,
        counts=StagedCounts(),
        message="",
        overwritten="",
        applied=None,
        counters_before={},
        position_before="",
        reached_before=0,
        unkeyed=0,
        removed=None,
    )
    if not store.open_session(new):
        raise JobRefused(f"another run reruns {old.name} at this moment; look at `postering sessions`")
    return new


def cancel_session(session_id: str, store: Store, run: Run) -> UploadSession:
    """Cancel a session that waits or ended ApplyFailed. Its staged transactions stay staged.

    The range of an extraction is given back: the next P-job reads it from the channel database again. A session that
    is Canceled already does not change. Raises `JobRefused` if the session is Applied.
    """
    for _ in range(_ATTEMPTS):
        session = one_session(session_id, store)
        if session.status is SessionStatus.CANCELED:
            return session
        if not (session.waits or session.status is SessionStatus.APPLY_FAILED):
            raise JobRefused(
                f"session {session.name} is {session.status}: its transactions are staged, and what is staged is never "
                "taken back; only a session that waits or that ended ApplyFailed can be canceled"
            )
        canceled = replace(
            session,
            status=SessionStatus.CANCELED,
            version=session.version + 1,
            write_id=run.write_id(),
            message=_message(session, run),
        )
        # An ApplyFailed session gave its range back when it failed; later reads must not be given back with it.
        cursor = given_back(session, store, run) if session.waits else None
        if store.change_session(canceled, cursor=cursor):
            return canceled
    raise JobRefused(f"session {session_id} kept changing: a P-job is at work on it; try again when it has ended")


def open_in_quarantine(group: str, package: str, store: Store, uploads: Uploads, run: Run) -> None:
    """Move a package with card data from the uploads to the quarantine, where the P-job applies it.

    Its session is opened first, because a package in the quarantine without a session is never found. If a P-job has
    opened one already, nothing is done: that P-job moves the package.
    """
    listed = next((each for each in uploads.listed(group) if each.session == package), None)
    if listed is None:
        return
    with suppress(PackageMissing):  # a P-job was first
        opened = store.open_session(
            UploadSession(
                group=group,
                id=package,
                status=SessionStatus.UPLOADED,
                created=run.now(),
                package=package,
                write_id=run.write_id(),
                size=listed.size,
                sha256=uploads.digest(group, package),
                fingerprint=listed.fingerprint,
                quarantined=True,
            )
        )
        if opened:
            uploads.quarantine(group, package)


def _message(session: UploadSession, run: Run) -> str:
    before = f"; before that: {session.message}" if session.message else ""
    staged = (
        f", {session.staged_transactions} transactions were staged by then and stay"
        if session.staged_transactions
        else ""
    )
    return f"canceled by {run.by}{staged}{before}"
