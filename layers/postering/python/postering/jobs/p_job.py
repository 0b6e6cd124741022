"""The P-job (P-0001): channel databases → upload packages → staging.

Scheduled every 5 to 10 minutes or run once. Each group's waiting packages are applied, its channel databases read,
and what they brought applied too. Running it again changes nothing.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date

from postering.domain.errors import ChannelDatabaseMissing, ChannelDatabaseUnavailable, JobRefused, PackageMissing
from postering.domain.near_names import did_you_mean
from postering.domain.runs.packages import ListedPackage
from postering.domain.runs.reports import PJobReport
from postering.domain.runs.requests import PJobRequest
from postering.domain.runs.runs import P_JOB
from postering.domain.runs.sessions import SessionStatus, StagedCounts, UploadSession
from postering.domain.setup.setup import ChannelDatabase, Setup
from postering.jobs.applying import apply_session, into_quarantine
from postering.jobs.extraction import extract
from postering.jobs.limits import Limits
from postering.jobs.ports import ChannelSource, Store, Uploads
from postering.jobs.recording import recorded
from postering.jobs.run import Run

OpenChannel = Callable[[ChannelDatabase], ChannelSource]


def run_p_job(
    request: PJobRequest,
    *,
    store: Store,
    uploads: Uploads,
    open_channel: OpenChannel,
    run: Run,
    limits: Limits,
) -> PJobReport:
    """Run it once. Raises `JobRefused` where the request names what does not exist; then nothing was done."""
    started = run.monotonic_ns()
    setup = store.setup().setup
    work = _Work(store=store, uploads=uploads, open_channel=open_channel, run=run, limits=limits)
    groups = () if request.rerun_session else chosen_groups(request.groups, setup)
    again = rerun(request.rerun_session, store, uploads, run) if request.rerun_session else None

    def worked() -> PJobReport:
        if again is not None:
            work.apply([again])
        for group in groups:
            work.pull(group, setup, request.from_date)
        return PJobReport(
            run_id=run.id,
            sessions=tuple(work.sessions.values()),
            counts=work.counts,
            messages=tuple(work.messages),
            unreachable=tuple(work.unreachable),
            complete=not work.stopped,
            duration_seconds=run.seconds_since(started),
        )

    return recorded(P_JOB, request.described, store, run, worked)


def chosen_groups(named: Sequence[str], setup: Setup) -> tuple[str, ...]:
    """The groups to run, each once; `JobRefused` names those that the setup does not know."""
    known = [group.name for group in setup.channel_database_groups]
    if not known:
        raise JobRefused(
            "there is no setup with channel database groups yet: write one and run `postering setup apply FILE`"
        )
    unknown = [group for group in named if group not in known]
    if unknown:
        raise JobRefused(
            f"no channel database group {', '.join(map(repr, unknown))} in the setup; there are: {', '.join(known)}"
        )
    return tuple(dict.fromkeys(named)) or tuple(group.name for group in setup.active_groups())


def rerun(session_id: str, store: Store, uploads: Uploads, run: Run) -> UploadSession:
    """A new session for an old one's package, which it names in `rerun_for`."""
    old = one_session(session_id, store)
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
        staged_transactions=0,
        counts=StagedCounts(),
        message="",
        overwritten="",
        applied=None,
        counters_before={},
        unkeyed=0,
        removed=None,
    )
    if not store.open_session(new):
        raise JobRefused(f"another run reruns {old.name} at this moment; look at `postering sessions`")
    return new


def one_session(session_id: str, store: Store) -> UploadSession:
    """The session that an id, or group/id, names; `JobRefused` where none or several do."""
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


@dataclass(kw_only=True)
class _Work:
    """The run under way: what it was given, and what it has done so far."""

    store: Store
    uploads: Uploads
    open_channel: OpenChannel
    run: Run
    limits: Limits

    def __post_init__(self) -> None:
        self.sessions: dict[str, UploadSession] = {}
        self.messages: list[str] = []
        self.counts = StagedCounts()
        self.unreachable: list[str] = []
        self.stopped = False

    def pull(self, group: str, setup: Setup, from_date: date | None) -> None:
        """One group: what waits in its uploads, then what its channel databases have."""
        self._discover(group)
        self.apply(self.store.waiting_sessions(group))
        for database in setup.databases(group):
            if self.stopped or self.run.must_stop():
                self.stopped = True
                return
            try:
                extraction = extract(
                    self.open_channel(database), self.store, self.uploads, self.run, self.limits, from_date
                )
            except ChannelDatabaseMissing as missing:
                # One that was never read is not there yet, and nothing is lost; one that was read is gone.
                described = self.messages if not self.store.cursor(database.name).version else self.unreachable
                described.append(str(missing))
                continue
            except ChannelDatabaseUnavailable as unavailable:
                # One channel database that is down never holds up the others; the run says so and ends with an error.
                self.unreachable.append(str(unavailable))
                continue
            self.messages += extraction.messages
            if from_date is not None:  # a look-back reads old rows unasked: only those asked for count as duplicates
                self.counts += StagedCounts(duplicates=extraction.unchanged)
            self.apply(extraction.sessions)

    def apply(self, sessions: Sequence[UploadSession]) -> None:
        """Apply each, until time is out."""
        for session in sessions:
            if self.run.must_stop():
                self.stopped = True
                return
            done, counts = apply_session(session, self.store, self.uploads, self.run, self.limits)
            self.sessions[done.name] = done
            self.counts += counts
            # One that waits although there is time is another run's: it holds up nothing here.
            self.stopped = self.stopped or (done.waits and self.run.must_stop())

    def _discover(self, group: str) -> None:
        """Open a session for every package that lies in the uploads without one; look at those that were touched."""
        known = {session.id: session for session in self.store.sessions(group)}
        listed = self.uploads.listed(group)
        for package in listed:
            session = known.get(package.session)
            # A package that was taken away since it was listed is left to the run that finds it again.
            with suppress(PackageMissing):
                if session is None:
                    self.store.open_session(self._new_session(group, package))
                elif package.fingerprint != session.fingerprint:
                    self._touched(session, package)
        lying = {package.session for package in listed}
        for session in known.values():
            if session.overwritten and session.id not in lying:  # what was refused was taken away
                self._change(session, _not_overwritten(session))
        for package in listed:
            session = known.get(package.session)
            if session is not None and _belongs_in_quarantine(session, package):
                self.note(into_quarantine(session, self.uploads))

    def note(self, message: str) -> None:
        """A message for the report."""
        if message:
            self.messages.append(message)

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

    def _touched(self, session: UploadSession, package: ListedPackage) -> None:
        """Same bytes: nothing happens. Other bytes: read anew where it could not be applied, refused where it was."""
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
                "staged_transactions": 0,
                "message": "",
            }
        else:
            changes["fingerprint"] = session.fingerprint
            changes["overwritten"] = digest
            if session.overwritten == digest:
                return
            said, overwritten = _not_overwritten(session)["message"], _refusal(session)
            changes["message"] = f"{said}; {overwritten}" if said else overwritten
            self.messages.append(f"{session.name}: {overwritten}")
        self._change(session, changes)

    def _change(self, session: UploadSession, changes: Mapping[str, object]) -> None:
        self.store.change_session(
            replace(session, version=session.version + 1, write_id=self.run.write_id(), **changes)  # type: ignore[arg-type]
        )


def _refusal(session: UploadSession) -> str:
    """What is said of other bytes under the name of a session that is done."""
    mend = "Put the original back" if session.removed is None else "Retention removed its own: take these away"
    return (
        f"the package was overwritten with other bytes after it was {session.status}: they are refused. "
        f"{mend}, and send the new content under a new session name"
    )


def _not_overwritten(session: UploadSession) -> dict[str, str]:
    """What becomes of a session whose name has no other bytes any more."""
    return {"overwritten": "", "message": session.message.removesuffix(_refusal(session)).removesuffix("; ")}


def _belongs_in_quarantine(session: UploadSession, package: ListedPackage) -> bool:
    """Whether a package that still lies in the uploads is known to hold card data: the run that knew it died.

    Other bytes under an ApplyFailed id are read anew first.
    """
    is_known = session.status is SessionStatus.APPLIED or (
        session.status is SessionStatus.APPLY_FAILED and package.fingerprint == session.fingerprint
    )
    return session.quarantined and is_known
