"""An operator's changes to staged transactions and upload sessions."""

from dataclasses import replace

from postering.deployment.wiring import Deployment, new_run
from postering.domain.runs.sessions import UploadSession
from postering.jobs import sessions
from postering.jobs.interventions import OperatorActions


def cancel_session(at: Deployment, session_id: str) -> UploadSession:
    """Cancel an upload session."""
    return sessions.cancel_session(session_id, at.store, new_run())


def operator_actions(at: Deployment, reason: str = "", *, dry_run: bool = False) -> OperatorActions:
    """The actions of an operator on staged transactions. Their timelines keep the `reason`."""
    run = replace(new_run(), announces=bool(at.settings.events))
    return OperatorActions(store=at.store, run=run, reason=reason, dry_run=dry_run)
