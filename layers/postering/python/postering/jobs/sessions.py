"""What an operator does to an upload session: cancel it, or open one for a package that belongs in the quarantine.

To run one again is a P-job: `p_job.rerun`.
"""

from contextlib import suppress
from dataclasses import replace

from postering.domain.errors import JobRefused, PackageMissing
from postering.domain.runs.sessions import SessionStatus, UploadSession
from postering.jobs.applying import given_back
from postering.jobs.p_job import one_session
from postering.jobs.ports import Store, Uploads
from postering.jobs.run import Run

_ATTEMPTS = 20


def cancel_session(session_id: str, store: Store, run: Run) -> UploadSession:
    """Cancel a session that waits or that could not be applied; what it staged so far stays staged.

    What an extraction read is given back: the next P-job reads that range of its channel database again. Raises
    `JobRefused` for a session that is Applied; nothing happens to one that is Canceled already.
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
        # An ApplyFailed session gave its range back when it failed; what was read since may not be given back with it.
        cursor = given_back(session, store, run) if session.waits else None
        if store.change_session(canceled, cursor=cursor):
            return canceled
    raise JobRefused(f"session {session_id} kept changing: a P-job is at work on it; try again when it has ended")


def open_in_quarantine(group: str, package: str, store: Store, uploads: Uploads, run: Run) -> None:
    """Move a package with card data that lies in the uploads to the quarantine, from where the P-job applies it.

    Its session is opened first: one that lies in the quarantine without a session would never be found. Nothing is
    done where a P-job has taken it up already, which moves it itself.
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
