"""Retention: the packages that may be removed, and the reasons why the others are kept.

A package is removed only if all of it was applied long enough ago and everything it brought is finished: until then
its bytes are the evidence. Its sessions stay, with counts and SHA-256, and `reconcile` reports the removal.
"""

from collections.abc import Collection
from datetime import datetime

from postering.domain.runs.kept_packages import KeptPackage
from postering.domain.runs.sessions import SessionStatus


def applied_last(package: KeptPackage) -> datetime | None:
    """When the package was applied last; None if it never was."""
    return max((session.applied for session in package.sessions if session.applied is not None), default=None)


def kept_because(package: KeptPackage, before: datetime, unfinished: Collection[tuple[str, str]]) -> str:
    """The reason why the package may not be removed; '' if it may.

    `before` is the latest time of its last applying. `unfinished` has (group, id) of the sessions that brought a
    transaction that is pending, waiting, failed, held in editing or in conflict.
    """
    sessions = package.sessions
    applied = applied_last(package)
    if any(session.waits for session in sessions):
        return "a session of it waits for the P-job"
    if applied is None or not any(session.status is SessionStatus.APPLIED for session in sessions):
        return "it was never applied"
    if any(session.overwritten for session in sessions):
        return "it was overwritten: its bytes are not those that were applied"
    if not any(session.sha256 for session in sessions):
        return "its SHA-256 is not known"
    if applied > before:
        return "it is younger"
    if any((session.group, session.id) in unfinished for session in sessions):
        return "it brought transactions that are not finished, or in conflict"
    return ""
