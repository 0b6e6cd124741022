"""Retention of upload packages: which may be removed, and their removal. The sums that `reconcile` needs are kept.

The sessions record the removal before the package is removed. A crash in between leaves a package that the next removal
takes, never a package that is missing without a reason.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from postering.domain.errors import JobRefused
from postering.domain.inquiries.standing import ListFilter
from postering.domain.runs.kept_packages import KeptPackage, kept_packages
from postering.domain.runs.retention import kept_because
from postering.domain.runs.sessions import UploadSession
from postering.domain.staging.records import State
from postering.jobs.ports import Store
from postering.jobs.run import Run

_AT_REST = frozenset({State.SUCCEEDED, State.VOIDED, State.NOT_AN_ORDER})


class RemovableUploads(Protocol):
    """Packages that can be removed."""

    def is_there(self, group: str, package: str) -> bool:
        """Whether the package lies in the uploads or the quarantine."""
        ...

    def digest(self, group: str, package: str) -> str:
        """SHA-256 of the package's bytes; raises `PackageMissing`."""
        ...

    def remove(self, group: str, package: str, sha256: str) -> bool:
        """Remove the package if its bytes have this SHA-256. Returns whether no package of that name is left."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """Packages that may be removed, and packages that are old enough but kept, each with the reason."""

    removable: tuple[KeptPackage, ...]
    kept: tuple[tuple[KeptPackage, str], ...]


def removal(store: Store, uploads: RemovableUploads, before: datetime) -> Removal:
    """The packages applied by `before` (or made by then, if never applied), oldest first, and which may be removed."""
    packages = [package for package in kept_packages(store.sessions()) if _came(package) <= before]
    unfinished = frozenset(_unfinished(store)) if packages else frozenset()
    removable, kept = [], []
    for package in packages:
        why = kept_because(package, before, unfinished)
        if why:
            kept.append((package, why))
        elif uploads.is_there(package.group, package.name):
            removable.append(package)
    return Removal(removable=tuple(removable), kept=tuple(kept))


def remove_package(package: KeptPackage, store: Store, uploads: RemovableUploads, run: Run) -> None:
    """Remove one package. Raises `JobRefused` if its bytes are not those that were applied, or a session changed."""
    sessions = [store.session(session.group, session.id) for session in package.sessions]
    changed = any(
        now is None or now.version != then.version for now, then in zip(sessions, package.sessions, strict=True)
    )
    if changed:
        raise JobRefused(f"package {package.text} changed meanwhile: a P-job is at work on it; nothing was removed")
    if uploads.digest(package.group, package.name) != package.promised_sha256:
        raise _changed_bytes(package)
    for session in package.sessions:
        if session.removed is None and not store.change_session(_removed(session, run)):
            raise JobRefused(f"session {session.name} changed meanwhile; package {package.text} was not removed")
    if not uploads.remove(package.group, package.name, package.promised_sha256):
        raise _changed_bytes(package)


def _changed_bytes(package: KeptPackage) -> JobRefused:
    return JobRefused(
        f"package {package.text} was not removed: its bytes are not those that were applied (SHA-256 "
        f"{package.promised_sha256}); look at it and remove it by hand"
    )


def _removed(session: UploadSession, run: Run) -> UploadSession:
    return replace(session, version=session.version + 1, write_id=run.write_id(), removed=run.now())


def _came(package: KeptPackage) -> datetime:
    return min(session.created for session in package.sessions)


def _unfinished(store: Store) -> Iterator[tuple[str, str]]:
    """The sessions with a transaction that is not finished, or in conflict."""
    states = tuple(str(state) for state in State if state not in _AT_REST)
    for wanted in (ListFilter(states=states), ListFilter(in_conflict=True)):
        for record in store.listed(wanted, None):
            for piece in record.pieces:
                yield piece.group, piece.session
