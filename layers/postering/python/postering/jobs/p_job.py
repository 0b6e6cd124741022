"""The P-job (P-0001): channel databases → upload packages → staging.

It runs every 5 to 10 minutes, or once. For each group it applies the waiting packages, reads the channel databases
and applies the packages that these reads made. A second run over the same input changes nothing.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from postering.domain.errors import ChannelDatabaseMissing, ChannelDatabaseUnavailable, JobRefused
from postering.domain.runs.reports import PJobReport
from postering.domain.runs.requests import PJobRequest
from postering.domain.runs.runs import P_JOB
from postering.domain.runs.sessions import StagedCounts, UploadSession
from postering.domain.setup.setup import ChannelDatabase, Setup
from postering.jobs.applying import apply_session
from postering.jobs.discovery import discover_packages
from postering.jobs.extraction import extract
from postering.jobs.limits import Limits
from postering.jobs.ports import ChannelSource, Store, Uploads
from postering.jobs.recording import record_run
from postering.jobs.run import Run
from postering.jobs.sessions import reopen_session

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
    """Run the P-job once. Raises `JobRefused` if the request names a group or session that does not exist."""
    started = run.monotonic_ns()
    setup = store.setup().setup
    pulling = _Pulling(store=store, uploads=uploads, open_channel=open_channel, run=run, limits=limits)
    groups = () if request.rerun_session else chosen_groups(request.groups, setup)
    reopened = reopen_session(request.rerun_session, store, uploads, run) if request.rerun_session else None

    def pull_and_report() -> PJobReport:
        if reopened is not None:
            pulling.apply([reopened])
        for group in groups:
            pulling.pull_group(group, setup, request.from_date)
        pulling.apply_suspects()
        return PJobReport(
            run_id=run.id,
            sessions=tuple(pulling.sessions.values()),
            counts=pulling.counts,
            messages=tuple(pulling.messages),
            unreachable=tuple(pulling.unreachable),
            complete=not pulling.stopped,
            duration_seconds=run.seconds_since(started),
        )

    return record_run(P_JOB, request.described, store, run, pull_and_report)


def chosen_groups(named: Sequence[str], setup: Setup) -> tuple[str, ...]:
    """The groups to run, each once. Raises `JobRefused` with the names that are not in the setup."""
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


@dataclass(kw_only=True)
class _Pulling:
    """A run of the P-job: its ports, and its results so far."""

    store: Store
    uploads: Uploads
    open_channel: OpenChannel
    run: Run
    limits: Limits

    def __post_init__(self) -> None:
        self.sessions: dict[str, UploadSession] = {}
        self.suspects: list[UploadSession] = []
        self.messages: list[str] = []
        self.counts = StagedCounts()
        self.unreachable: list[str] = []
        self.stopped = False

    def pull_group(self, group: str, setup: Setup, from_date: date | None) -> None:
        """Apply the waiting packages of a group, then read its channel databases and apply their packages."""
        self.messages += discover_packages(group, self.store, self.uploads, self.run)
        waiting = self.store.waiting_sessions(group)
        suspects = [session for session in waiting if session.is_suspect]
        self.suspects += suspects
        self.apply([session for session in waiting if not session.is_suspect])
        for database in setup.databases(group):
            if self.stopped or self.run.must_stop():
                self.stopped = True
                return
            try:
                extraction = extract(
                    self.open_channel(database),
                    self.store,
                    self.uploads,
                    self.run,
                    self.limits,
                    from_date,
                    look_back=not _waits_as_suspect(database, suspects),
                )
            except ChannelDatabaseMissing as missing:
                # A database that was never read does not exist yet, and nothing is lost. One that was read is gone.
                never_read = not self.store.cursor(database.name).version
                (self.messages if never_read else self.unreachable).append(str(missing))
                continue
            except ChannelDatabaseUnavailable as unavailable:
                # A channel database that is down never holds up the others. The report names it as a failure.
                self.unreachable.append(str(unavailable))
                continue
            self.messages += extraction.messages
            if extraction.refused:
                self.unreachable.append(extraction.refused)
            if from_date is not None:  # rows that only the look-back reads do not count as duplicates
                self.counts += StagedCounts(duplicates=extraction.unchanged)
            self.apply(extraction.sessions)

    def apply_suspects(self) -> None:
        """Apply the packages on which runs were killed, one by one, if their pause is over."""
        for session in sorted(self.suspects, key=lambda one: (one.tries, one.created, one.name)):
            if self.limits.pauses.is_over(session.retry_at, self.run.now()):
                self.apply([session])
            else:
                self.messages.append(f"session {session.name}: {session.message}")

    def apply(self, sessions: Sequence[UploadSession]) -> None:
        """Apply each session, until the run must stop."""
        for session in sessions:
            if self.run.must_stop():
                self.stopped = True
                return
            done, counts = apply_session(session, self.store, self.uploads, self.run, self.limits)
            self.sessions[done.name] = done
            self.counts += counts
            # If a session still waits although there is time, another run has it: this run goes on.
            self.stopped = self.stopped or (done.waits and self.run.must_stop())


def _waits_as_suspect(database: ChannelDatabase, suspects: Sequence[UploadSession]) -> bool:
    """Whether an extraction of the database is a suspect: looking back would find its rows new again."""
    return any(session.database == database.name and not session.rerun_for for session in suspects)
