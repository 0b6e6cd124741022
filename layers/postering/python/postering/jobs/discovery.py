"""Discovery: each package in the uploads gets a session, and a package whose file changed is read again."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace

from postering.domain.errors import PackageMissing
from postering.domain.runs.packages import ListedPackage
from postering.domain.runs.sessions import SessionStatus, UploadSession
from postering.jobs.ports import Store, Uploads
from postering.jobs.quarantine import into_quarantine
from postering.jobs.run import Run


def discover_packages(group: str, store: Store, uploads: Uploads, run: Run) -> list[str]:
    """Open a session for each package in the group's uploads that has none. Returns messages for the report."""
    discovery = _Discovery(store=store, uploads=uploads, run=run)
    discovery.discover(group)
    return discovery.messages


@dataclass(frozen=True, slots=True, kw_only=True)
class _Discovery:
    store: Store
    uploads: Uploads
    run: Run
    messages: list[str] = field(default_factory=list)

    def discover(self, group: str) -> None:
        """Open sessions for new packages, and check the packages whose file changed."""
        known = {session.id: session for session in self.store.sessions(group)}
        listed = self.uploads.listed(group)
        for package in listed:
            session = known.get(package.session)
            # A package that disappeared after it was listed is left to the next run.
            with suppress(PackageMissing):
                if session is None:
                    self.store.open_session(self._new_session(group, package))
                elif package.fingerprint != session.fingerprint:
                    self._check_changed_file(session, package)
        present = {package.session for package in listed}
        for session in known.values():
            if session.overwritten and session.id not in present:  # the refused file is gone
                self._change(session, _not_overwritten(session))
        for package in listed:
            session = known.get(package.session)
            refused = ""
            if session is not None and _belongs_in_quarantine(session, package):
                refused = into_quarantine(session, self.uploads)
            if refused:
                self.messages.append(refused)

    def _new_session(self, group: str, package: ListedPackage) -> UploadSession:
        return UploadSession(
            group=group,
            id=package.session,
            status=SessionStatus.UPLOADED,
            created=self.run.now(),
            package=package.session,
            write_id=self.run.write_id(),
            size=package.size,
            sha256=self.uploads.digest(group, package.session),
            fingerprint=package.fingerprint,
        )

    def _check_changed_file(self, session: UploadSession, package: ListedPackage) -> None:
        """Same bytes: nothing happens. Other bytes: refused if the package was applied, else read anew."""
        digest = self.uploads.digest(session.group, package.session)
        changes: dict[str, object] = {"fingerprint": package.fingerprint}
        if digest == session.sha256:
            changes |= _not_overwritten(session)
        elif session.status in {SessionStatus.APPLY_FAILED, SessionStatus.UPLOADED}:
            changes |= {
                "status": SessionStatus.UPLOADED,
                "sha256": digest,
                "size": package.size,
                "quarantined": False,
                "tries": 0,
                "retry_at": None,
                "staged_transactions": 0,
                "message": "",
            }
        else:
            changes["fingerprint"] = session.fingerprint
            changes["overwritten"] = digest
            if session.overwritten == digest:
                return
            before, overwritten = _not_overwritten(session)["message"], _refusal(session)
            changes["message"] = f"{before}; {overwritten}" if before else overwritten
            self.messages.append(f"{session.name}: {overwritten}")
        self._change(session, changes)

    def _change(self, session: UploadSession, changes: Mapping[str, object]) -> None:
        self.store.change_session(
            replace(session, version=session.version + 1, write_id=self.run.write_id(), **changes)  # type: ignore[arg-type]
        )


def _refusal(session: UploadSession) -> str:
    """Message for a session whose package was overwritten after it was applied or canceled."""
    fix = "Put the original back" if session.removed is None else "Retention removed the original: remove these bytes"
    return (
        f"the package was overwritten with other bytes after it was {session.status}: they are refused. "
        f"{fix}, and send the new content under a new session name"
    )


def _not_overwritten(session: UploadSession) -> dict[str, str]:
    """Changes of a session whose file is no longer overwritten."""
    return {"overwritten": "", "message": session.message.removesuffix(_refusal(session)).removesuffix("; ")}


def _belongs_in_quarantine(session: UploadSession, package: ListedPackage) -> bool:
    """Whether a package in the uploads is known to hold card data: the run that found it died before the move.

    Other bytes under the id of an ApplyFailed session are read first.
    """
    is_known = session.status is SessionStatus.APPLIED or (
        session.status is SessionStatus.APPLY_FAILED and package.fingerprint == session.fingerprint
    )
    return session.quarantined and is_known
