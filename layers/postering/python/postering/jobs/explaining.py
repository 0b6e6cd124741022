"""Reads for `explain`, if it is asked for an upload session, or for an id that is not staged."""

from datetime import datetime

from postering.domain.inquiries.not_staged import NotStaged, ReadSoFar
from postering.domain.inquiries.session_story import SessionStory
from postering.domain.runs.runs import P_JOB
from postering.domain.runs.sessions import SessionStatus
from postering.jobs.ports import Store, Uploads


def session_story(named: str, store: Store) -> SessionStory | None:
    """The story of the session with this id, or group/id. None if there is none, or several."""
    group, _, session_id = named.rpartition("/")
    known = {each.name: each.active for each in store.setup().setup.channel_database_groups}
    if group:
        one = store.session(group, session_id)
        found = [one] if one is not None else []
    else:
        found = [each for each in (store.session(each, named) for each in known) if each is not None]
    if len(found) != 1:
        return None
    (session,) = found
    unkeyed = store.unkeyed_rows(session.group, session.id)
    return SessionStory(session=session, unkeyed=unkeyed, active=known.get(session.group))


def not_staged(asked: str, store: Store, uploads: Uploads, now: datetime) -> NotStaged:
    """Why an id may not be staged: counters of the channels, packages that wait, and sessions that failed."""
    setup = store.setup().setup
    groups = {each.name: each.active for each in setup.channel_database_groups}
    sessions = store.sessions()
    taken_up = {(session.group, session.package) for session in sessions}
    cursors = [(database, store.cursor(database.name)) for database in setup.channel_databases]
    return NotStaged(
        asked=asked,
        now=now,
        groups=groups,
        databases=tuple(
            ReadSoFar(
                database=database.name,
                group=database.group,
                was_read=cursor.version > 0,
                highest=max(cursor.highest.values(), default=None),
                at=cursor.at,
            )
            for database, cursor in cursors
        ),
        sessions=tuple(
            session for session in sessions if session.waits or session.status is SessionStatus.APPLY_FAILED
        ),
        uploaded=tuple(
            f"{group}/{package.session}"
            for group in groups
            for package in uploads.listed(group)
            if (group, package.session) not in taken_up
        ),
        unkeyed=sum(session.unkeyed for session in sessions),
        near=tuple(store.near(asked, 3)),
        failures=next((last.ended.failures for last in store.last_runs() if last.job == P_JOB and last.ended), ()),
    )
