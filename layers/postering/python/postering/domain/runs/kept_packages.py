"""Packages by the sessions that read them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from postering.domain.runs.sessions import SessionStatus, UploadSession


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPackage:
    """A package with the sessions that read it (a rerun is another session of the same package).

    If none did, `unread` says what happens to it.
    """

    group: str
    name: str
    position: int
    sessions: tuple[UploadSession, ...]
    unread: str = ""

    @property
    def text(self) -> str:
        """Group and name, as people write them: `group/name`."""
        return f"{self.group}/{self.name}"

    @property
    def applied(self) -> bool:
        """Whether all of it is staged."""
        return any(session.status is SessionStatus.APPLIED for session in self.sessions)

    @property
    def from_channel(self) -> bool:
        """Whether it was pulled from a channel database, not uploaded."""
        return any(session.database for session in self.sessions)

    @property
    def promised_sha256(self) -> str:
        """The SHA-256 of its bytes when it was staged; '' if none of it is."""
        staged = (s for s in self.sessions if s.status is SessionStatus.APPLIED or s.staged_transactions)
        return next((session.sha256 for session in staged if session.sha256), "")

    @property
    def removed(self) -> datetime | None:
        """When retention removed it; None if it did not."""
        return next((session.removed for session in self.sessions if session.removed is not None), None)

    @property
    def waits(self) -> bool:
        """Whether the P-job has still to read it."""
        return any(session.waits for session in self.sessions)

    @property
    def standing(self) -> str:
        """The reason why rows that it holds may not be staged."""
        if not self.sessions:
            return f"package {self.text} is not read yet: {self.unread}"
        session = self.sessions[-1]
        if self.waits:
            return f"in flight: session {session.name} is {session.status}, the next run of the P-job applies it"
        if session.database:
            repair = "its range is read again"
        elif session.status is SessionStatus.APPLY_FAILED:
            repair = "put a sound package in its place, or, if it is sound, `postering sessions rerun` stages it"
        else:
            repair = "`postering sessions rerun` stages it"
        return f"session {session.name} is {session.status}; {repair}"


def removed_text(package: KeptPackage) -> str:
    """The message that retention removed it, with the facts that its session keeps."""
    session = next(one for one in package.sessions if one.removed is not None)
    return (
        f"package {package.text} was removed by retention on {session.removed:%Y-%m-%d}: it held "
        f"{session.transactions:,} transactions in {session.records:,} rows, SHA-256 {package.promised_sha256}"
    )


def kept_packages(
    sessions: Sequence[UploadSession], lying: Mapping[tuple[str, str], str] | None = None
) -> tuple[KeptPackage, ...]:
    """The packages of `sessions` (oldest first), each once; then those in the uploads that have none yet.

    `lying` are the packages in the uploads, by group and name, with what happens to one that was not read.
    """
    by_package: dict[tuple[str, str], list[UploadSession]] = {}
    for session in sessions:
        by_package.setdefault((session.group, session.package), []).append(session)
    lying = lying or {}
    for package in lying:
        by_package.setdefault(package, [])
    return tuple(
        KeptPackage(
            group=group,
            name=name,
            position=position,
            sessions=tuple(of_package),
            unread=lying.get((group, name), ""),
        )
        for position, ((group, name), of_package) in enumerate(by_package.items())
    )
