"""Packages that need a person.

The causes for which an upload session waits are those of D365's warning on the schedule page (after 15 minutes).
"""

import shlex
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final

from postering.domain.inquiries.status import WARNED_AFTER, Facts, Need, WaitingPackage, began, of_selection
from postering.domain.inquiries.status_sums import age
from postering.domain.runs.runs import P_JOB, Outcome
from postering.domain.runs.sessions import SessionStatus, UploadSession
from postering.domain.texts import counted

UNKEYED_REPORTED_FOR: Final = timedelta(days=7)
"""How long rows without a key are reported: nothing here repairs them, the sender sends them again under a key."""


def waiting_packages(facts: Facts) -> Iterator[WaitingPackage]:
    """The packages that are not applied yet."""
    for session in facts.sessions:
        if session.waits:
            is_tried = facts.groups.get(session.group, False)
            suspect = session.is_suspect and is_tried
            cause, command = (
                (session.message, f"postering explain {shlex.quote(session.name)}")
                if suspect
                else _cause(session.group, session.created, session.tries, facts)
            )
            yield WaitingPackage(
                name=session.name,
                status=str(session.status),
                since=session.created,
                cause=cause,
                command=command,
                suspect=suspect,
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
        return f"the P-job's run that {began(last.begun, facts.now)} is at work, or died{tried}", "postering p-job"
    if tries:
        return f"{counted(tries, 'run')} tried it and did not come back", named
    if last.begun.outcome is Outcome.FAILED:
        return "the P-job's last run failed", named
    if last.begun.outcome is Outcome.INCOMPLETE:
        return "the P-job is behind: its last run stopped before it came to this one", named
    return f"the P-job's last run did not take it{of_selection(last.begun)}", named


def package_needs(waiting: Sequence[WaitingPackage], facts: Facts) -> Iterator[Need]:
    """Packages that wait for too long; those that runs died of, at once."""
    for one in waiting:
        if one.suspect:
            yield Need(kind="package_suspect", what=f"package {one.name}: {one.cause}", command=one.command)
        elif facts.now - one.since > WARNED_AFTER:
            what = f"package {one.name} waits for {age(facts.now - one.since)}: {one.cause}"
            yield Need(kind="package_waits", what=what, command=one.command)


def session_needs(facts: Facts) -> Iterator[Need]:
    """Sessions that could not be applied, that were overwritten, or that have rows without a key."""
    for session in facts.sessions:
        if session.status is SessionStatus.APPLY_FAILED and not is_superseded(session, facts.sessions):
            what = f"session {session.name} could not be applied: {session.message}"
            command = f"postering sessions rerun {shlex.quote(session.name)}"
            yield Need(kind="session_failed", what=what, command=command)
        if session.overwritten:
            repair = "put the original back" if session.removed is None else "retention removed its own: take it away"
            what = f"package {session.name} was overwritten after it was {session.status}: {repair}, then"
            yield Need(kind="package_overwritten", what=what, command="postering p-job")
        if session.unkeyed and session.applied and facts.now - session.applied <= UNKEYED_REPORTED_FOR:
            what = (
                f"rows of package {session.name} that name no transaction: {session.unkeyed}; let the sender send them "
                "again with their key"
            )
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
