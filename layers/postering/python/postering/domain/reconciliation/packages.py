"""The packages side: what the kept packages together have of a transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from postering.domain.keys import TransactionKey
from postering.domain.reconciliation.sides import Brought, HeaderFigures, Received, received
from postering.domain.reconciliation.staged import StagedSide
from postering.domain.sessions import SessionStatus, UploadSession


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPackage:
    """A package with the sessions that it was read for (a rerun is another session of the same package)."""

    group: str
    name: str
    position: int
    sessions: tuple[UploadSession, ...]

    @property
    def text(self) -> str:
        """Group and name, as people write them."""
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
        """The SHA-256 of its bytes when it was staged; '' where nothing of it is."""
        staged = (s for s in self.sessions if s.status is SessionStatus.APPLIED or s.staged_transactions)
        return next((session.sha256 for session in staged if session.sha256), "")

    @property
    def removed(self) -> datetime | None:
        """When retention removed it; None where it did not."""
        return next((session.removed for session in self.sessions if session.removed is not None), None)

    @property
    def standing(self) -> str:
        """Why what it holds and is not staged may be missing."""
        session = self.sessions[-1]
        if any(each.waits for each in self.sessions):
            return f"in flight: session {session.name} is {session.status}, the next run of the P-job applies it"
        if session.database:
            repair = "its range is read again"
        elif session.status is SessionStatus.APPLY_FAILED:
            repair = "put a sound package in its place, or, where it is sound, `postering sessions rerun` stages it"
        else:
            repair = "`postering sessions rerun` stages it"
        return f"session {session.name} is {session.status}; {repair}"


def removed_text(package: KeptPackage) -> str:
    """That retention removed it, and what of it stands in its session."""
    session = next(one for one in package.sessions if one.removed is not None)
    return (
        f"package {package.text} was removed by retention on {session.removed:%Y-%m-%d}: it held "
        f"{session.transactions:,} transactions in {session.records:,} rows, SHA-256 {package.promised_sha256}"
    )


def kept_packages(sessions: Sequence[UploadSession]) -> tuple[KeptPackage, ...]:
    """The packages of `sessions` (oldest first), each once."""
    by_package: dict[tuple[str, str], list[UploadSession]] = {}
    for session in sessions:
        by_package.setdefault((session.group, session.package), []).append(session)
    return tuple(
        KeptPackage(group=group, name=name, position=position, sessions=tuple(of_package))
        for position, ((group, name), of_package) in enumerate(by_package.items())
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPart:
    """What one package brings of a transaction."""

    package: KeptPackage
    brought: Brought


@dataclass(frozen=True, slots=True, kw_only=True)
class PackagesSide:
    """A transaction in the packages: `received` is the union of what is staged by now, None where nothing is.

    `held_up` is what else packages hold of it, with the reason why it is not staged; `uploaded` are hashes of rows
    that only uploads brought, not a channel database.
    """

    received: Received | None
    held_up: tuple[tuple[str, HeaderFigures], ...]
    versions_held_up: frozenset[str]
    uploaded: frozenset[str]
    from_channel: bool
    packages: tuple[str, ...]
    header: HeaderFigures


def packages_side(transaction: TransactionKey, parts: Sequence[KeptPart], staged: StagedSide | None) -> PackagesSide:
    """The union of `parts`, in the order in which the store received them."""
    order = {session: number for number, session in enumerate(staged.sessions)} if staged is not None else {}
    counted: list[tuple[tuple[int, int], KeptPart]] = []
    held_up = []
    for part in parts:
        taken = [
            order[session.group, session.id]
            for session in part.package.sessions
            if (session.group, session.id) in order
        ]
        if taken or part.package.applied:
            counted.append(((min(taken, default=len(order)), part.package.position), part))
        else:
            held_up.append(part)
    counted.sort(key=lambda ranked: ranked[0])
    union = [part for _, part in counted]
    known = frozenset(version for part in union for version in part.brought.versions)
    held_up = [part for part in held_up if not part.brought.versions <= known]
    pulled = frozenset(v for part in union if part.package.from_channel for v in part.brought.versions)
    whole = (
        received(transaction, [part.brought for part in union], staged.decisions if staged is not None else ())
        if union
        else None
    )
    headers = (part.brought.header for part in held_up if part.brought.headers)
    return PackagesSide(
        received=whole,
        held_up=tuple((part.package.standing, part.brought.header) for part in held_up),
        versions_held_up=frozenset(v for part in held_up for v in part.brought.versions),
        uploaded=known - pulled,
        from_channel=bool(pulled),
        packages=tuple(part.package.text for part in union),
        header=whole.header if whole is not None else next(headers, HeaderFigures()),
    )
