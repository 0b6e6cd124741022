"""What an operator does to an upload session: cancel it. (To run one again is a P-job: `p_job.rerun`.)"""

from dataclasses import replace

from postering.domain.errors import JobRefused
from postering.domain.sessions import SessionStatus, UploadSession
from postering.jobs.applying import given_back
from postering.jobs.p_job import one_session
from postering.jobs.ports import Store
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


def _message(session: UploadSession, run: Run) -> str:
    before = f"; before that: {session.message}" if session.message else ""
    staged = (
        f", {session.staged_transactions} transactions were staged by then and stay"
        if session.staged_transactions
        else ""
    )
    return f"canceled by {run.by}{staged}{before}"
