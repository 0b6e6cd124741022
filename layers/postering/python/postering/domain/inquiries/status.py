"""Is all well: what needs a person, judged over plain values; each thing in one line with the command that goes on.

The causes for which an upload session waits are those of D365's warning on the schedule page (after 15 minutes).
"""

import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from postering.domain.checks import CODES
from postering.domain.inquiries.standing import Standing, Unfinished
from postering.domain.inquiries.status_sums import CodeSums, Numbers, age, codes_of, counted
from postering.domain.problems import Waiting
from postering.domain.runs.runs import JOBS, P_JOB, SYNC_ORDERS, JobRun, LastRuns, Outcome
from postering.domain.runs.sessions import SessionStatus, UploadSession
from postering.domain.staging.records import State

WARNED_AFTER: Final = timedelta(minutes=15)
"""How long a package may wait, a transaction be pending or a run be at work before somebody should look (D365's)."""

ROWS_MISSING_AFTER: Final = timedelta(days=1)
"""How long a transaction may wait for its own rows before somebody should ask the channel for them."""

UNKEYED_TOLD_FOR: Final = timedelta(days=7)
"""How long rows without a key are told: nothing here repairs them, the sender sends them again under a key."""

_OWN_ROWS: Final = frozenset({Waiting.FOR_HEADER, Waiting.FOR_LINES, Waiting.FOR_PAYMENTS})


@dataclass(frozen=True, slots=True, kw_only=True)
class Uploaded:
    """A package that lies in the uploads and no P-job has taken up yet."""

    group: str
    package: str
    size: int
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """When a job runs next by itself. `next` is None where it does not; `told` says by what, or why not."""

    described: str
    minutes: int | None = None
    next: datetime | None = None
    enabled: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known at the moment `now`. `groups` are those of the setup: whether each is active."""

    now: datetime
    setup_version: int
    groups: Mapping[str, bool]
    runs: tuple[LastRuns, ...]
    planned: Mapping[str, Planned]
    sessions: tuple[UploadSession, ...]
    uploaded: tuple[Uploaded, ...]
    standing: Standing
    numbers: tuple[Numbers, ...]

    def run_of(self, job: str) -> LastRuns | None:
        """The last runs of `job`."""
        return next((last for last in self.runs if last.job == job), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """Something that needs a person: what, and the command that goes on. `kind` names it for programs."""

    kind: str
    what: str
    command: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingPackage:
    """A package that is not applied yet: since when, and why it waits."""

    name: str
    status: str
    since: datetime
    cause: str
    command: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """What is known, and what of it needs a person."""

    facts: Facts
    needs: tuple[Need, ...]
    waiting: tuple[WaitingPackage, ...]
    codes: tuple[CodeSums, ...]

    @property
    def well(self) -> bool:
        """Whether nothing needs a person."""
        return not self.needs


def judge(facts: Facts) -> Status:
    """What needs a person: the broken ground first, then what holds up packages, then what holds up transactions."""
    waiting = tuple(sorted(_waiting(facts), key=lambda one: (one.since, one.name)))
    codes = codes_of(facts.standing.unfinished)
    needs = (
        *_setup(facts),
        *(need for job in JOBS for need in _job(job, facts)),
        *_numbers(facts),
        *_packages(waiting, facts),
        *_sessions(facts),
        *_transactions(facts, codes),
    )
    return Status(facts=facts, needs=needs, waiting=waiting, codes=codes)


def _setup(facts: Facts) -> Iterator[Need]:
    if not facts.setup_version:
        yield Need(
            kind="no_setup",
            what="there is no setup yet: neither job can run",
            command="postering setup apply FILE",
        )


def _job(job: str, facts: Facts) -> Iterator[Need]:
    last = facts.run_of(job)
    if last is None:
        return
    command = f"postering {job}"
    if last.begun.ended is None and facts.now - last.begun.started > WARNED_AFTER:
        what = f"{job}: the run that {_began(last.begun, facts.now)} never ended: it is still at work, or died"
        yield Need(kind="run_never_ended", what=f"{what}; another run takes up its work", command=command)
    if last.ended is not None and last.begun.ended is not None and last.ended.failures:
        failed = "failed" if last.ended.outcome is Outcome.FAILED else "could not do everything"
        what = f"{job}: the last run {failed}: {'; '.join(last.ended.failures)}"
        yield Need(kind="run_failed", what=what, command=command)


def _began(run: JobRun, now: datetime) -> str:
    return f"began {age(now - run.started)} ago"


def _numbers(facts: Facts) -> Iterator[Need]:
    repair = "raise `largest` of its number sequence in the setup file, then"
    for one in facts.numbers:
        if one.left == 0:
            what = f"company {one.company} has no sales order number left: nothing of it is posted; {repair}"
            yield Need(kind="numbers_exhausted", what=what, command="postering setup apply FILE")
        elif one.few:
            what = f"company {one.company} has only {counted(one.left, 'sales order number')} left; {repair}"
            yield Need(kind="numbers_few", what=what, command="postering setup apply FILE")


def _waiting(facts: Facts) -> Iterator[WaitingPackage]:
    for session in facts.sessions:
        if session.waits:
            cause, command = _cause(session.group, session.created, session.tries, facts)
            yield WaitingPackage(
                name=session.name, status=str(session.status), since=session.created, cause=cause, command=command
            )
    for one in facts.uploaded:
        cause, command = _cause(one.group, one.since, 0, facts)
        name = f"{one.group}/{one.package}"
        yield WaitingPackage(name=name, status="not taken up", since=one.since, cause=cause, command=command)


def _cause(group: str, since: datetime, tries: int, facts: Facts) -> tuple[str, str]:
    """Why a package of `group` waits since then, and the command that goes on."""
    named = f"postering p-job --group {shlex.quote(group)}"
    if group not in facts.groups:
        return f"group {group} is not in the setup: add it, then", "postering setup apply FILE"
    if not facts.groups[group]:
        return f"group {group} is not active in the setup; this takes it once:", named
    last = facts.run_of(P_JOB)
    if last is None or (last.begun.started < since and last.begun.ended is not None):
        return f"no P-job ran since ({facts.planned[P_JOB].described})", "postering p-job"
    if last.begun.ended is None:
        tried = f"; {counted(tries, 'run')} tried it and did not come back" if tries > 1 else ""
        return f"the P-job's run that {_began(last.begun, facts.now)} is at work, or died{tried}", "postering p-job"
    if tries:
        return f"{counted(tries, 'run')} tried it and did not come back", named
    if last.begun.outcome is Outcome.FAILED:
        return "the P-job's last run failed", named
    if last.begun.outcome is Outcome.INCOMPLETE:
        return "the P-job is behind: its last run stopped before it came to this one", named
    return f"the P-job's last run did not take it{_of(last.begun)}", named


def _of(run: JobRun) -> str:
    return f" (it was of {run.selection})" if run.selection else ""


def _packages(waiting: Sequence[WaitingPackage], facts: Facts) -> Iterator[Need]:
    for one in waiting:
        if facts.now - one.since > WARNED_AFTER:
            what = f"package {one.name} waits for {age(facts.now - one.since)}: {one.cause}"
            yield Need(kind="package_waits", what=what, command=one.command)


def _sessions(facts: Facts) -> Iterator[Need]:
    for session in facts.sessions:
        if session.status is SessionStatus.APPLY_FAILED and not is_superseded(session, facts.sessions):
            what = f"session {session.name} could not be applied: {session.message}"
            command = f"postering sessions rerun {shlex.quote(session.name)}"
            yield Need(kind="session_failed", what=what, command=command)
        if session.overwritten:
            mend = "put the original back" if session.removed is None else "retention removed its own: take it away"
            what = f"package {session.name} was overwritten after it was {session.status}: {mend}, then"
            yield Need(kind="package_overwritten", what=what, command="postering p-job")
        if session.unkeyed and session.applied and facts.now - session.applied <= UNKEYED_TOLD_FOR:
            rows = counted(session.unkeyed, "row")
            what = f"{rows} of package {session.name} name no transaction: let the sender send them again under a key"
            yield Need(
                kind="rows_without_key",
                what=what,
                command=f"postering sessions show {shlex.quote(session.name)}",
            )


def is_superseded(failed: UploadSession, sessions: Sequence[UploadSession]) -> bool:
    """Whether an ApplyFailed session needs nobody any more.

    Its package was run again (and that session speaks for itself), or, where it was read from a channel database, that
    range was given back and a later session of the same database is applied.
    """
    later = sessions[sessions.index(failed) + 1 :]
    return any(
        (one.group == failed.group and one.package == failed.package)
        or (failed.database and one.database == failed.database and one.status is SessionStatus.APPLIED)
        for one in later
    )


def _transactions(facts: Facts, codes: Sequence[CodeSums]) -> Iterator[Need]:
    yield from _pending(facts)
    by_code: dict[tuple[str, str], list[Unfinished]] = {}
    for one in facts.standing.unfinished:
        for code in one.codes or ("",):
            by_code.setdefault((one.state, code), []).append(one)
    described: dict[tuple[str, ...], list[CodeSums]] = {}
    for sums in codes:
        those = by_code[sums.state, sums.code]
        if sums.state == State.FAILED:  # codes that the same transactions have are one thing to look at
            described.setdefault(tuple(one.transaction_id for one in those), []).append(sums)
    for together in described.values():
        yield _failed(together, by_code[together[0].state, together[0].code])
    for sums in codes:
        those = by_code[sums.state, sums.code]
        if sums.state == State.WAITING and sums.code in _OWN_ROWS:
            late = [one for one in those if facts.now - one.received > ROWS_MISSING_AFTER]
            if late:
                what = (
                    f"{counted(len(late), 'transaction')} for more than a day {sums.code}: ask the channel for the rows"
                )
                yield Need(kind="rows_missing", what=what, command=_look_at(late, sums))
    held = [one for one in facts.standing.unfinished if one.state == State.EDITING]
    if held:
        named = shlex.quote(held[0].transaction_id)
        what = f"{counted(len(held), 'transaction')} edited, and held until somebody releases"
        command = f"postering release {named}" if len(held) == 1 else "postering transactions --state editing"
        yield Need(kind="transactions_held", what=what, command=command)
    if facts.standing.in_conflict:
        what = f"{counted(facts.standing.in_conflict, 'transaction')} came again with other content"
        yield Need(kind="conflicts", what=f"{what}: accept or dismiss it", command="postering conflicts")


def _failed(together: Sequence[CodeSums], those: Sequence[Unfinished]) -> Need:
    """Transactions that failed with the same codes."""
    first = together[0]
    amounts = f", {first.amounts_text}" if first.amounts else ""
    meant = [CODES[sums.code].meaning for sums in together if sums.code in CODES]
    should = f" (what should hold: {meant[0]})" if len(together) == 1 and meant else ""
    named = ", ".join(sums.code for sums in together)
    what = f"{counted(len(those), 'transaction')} failed with {named}{amounts}{should}"
    return Need(kind="transactions_failed", what=what, command=_look_at(those, first))


def _pending(facts: Facts) -> Iterator[Need]:
    """Ready for too long: nothing else is the matter with these than that no run took them."""
    oldest = facts.standing.oldest_pending
    last = facts.run_of(SYNC_ORDERS)
    if oldest is None or facts.now - oldest <= WARNED_AFTER:
        return
    if last is None or (last.begun.started < oldest and last.begun.ended is not None):
        cause = f"Synchronize orders did not run since ({facts.planned[SYNC_ORDERS].described})"
    elif last.begun.ended is None:
        cause = f"the run that {_began(last.begun, facts.now)} is at work, or died"
    elif last.begun.outcome is Outcome.INCOMPLETE:
        cause = "Synchronize orders is behind: its last run stopped before the end"
    else:
        cause = f"the last run of Synchronize orders did not take them{_of(last.begun)}"
    count = counted(facts.standing.states.get(State.PENDING, 0), "transaction")
    what = f"{count} pending, the oldest for {age(facts.now - oldest)}: {cause}"
    yield Need(kind="transactions_pending", what=what, command="postering sync-orders")


def _look_at(those: Sequence[Unfinished], sums: CodeSums) -> str:
    if len(those) == 1:
        return f"postering explain {shlex.quote(those[0].transaction_id)}"
    return f"postering transactions --state {sums.state} --code {sums.code}"
