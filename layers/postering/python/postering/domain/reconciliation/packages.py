"""The packages side: a transaction as all kept packages together have it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from postering.domain.keys import TransactionKey
from postering.domain.reconciliation.differences import Reason
from postering.domain.reconciliation.sides import Brought, HeaderFigures, Received, received
from postering.domain.reconciliation.staged import StagedSide
from postering.domain.runs.kept_packages import KeptPackage


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPart:
    """The rows that one package brings of a transaction."""

    package: KeptPackage
    brought: Brought


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldUp:
    """The rows of a transaction in a package that is not staged, by the figures of their header (if they have it)."""

    reason: Reason
    why: str
    header: HeaderFigures
    has_header: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PackagesSide:
    """A transaction in the packages: `received` is the union of the packages that are staged, None if none is.

    `held_up` are its rows in packages that are not staged, with the reason; `uploaded` are hashes of rows that only
    uploads brought, not a channel database.
    """

    received: Received | None
    held_up: tuple[HeldUp, ...]
    versions_held_up: Mapping[str, Reason]
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
        held_up=tuple(map(_held_up, held_up)),
        versions_held_up={version: _held_up(part).reason for part in held_up for version in part.brought.versions},
        uploaded=known - pulled,
        from_channel=bool(pulled),
        packages=tuple(part.package.text for part in union),
        header=whole.header if whole is not None else next(headers, HeaderFigures()),
    )


def _held_up(part: KeptPart) -> HeldUp:
    return HeldUp(
        reason=_standing(part.package),
        why=part.package.standing,
        header=part.brought.header,
        has_header=bool(part.brought.headers),
    )


def _standing(package: KeptPackage) -> Reason:
    if not package.sessions:
        return Reason.UNREAD
    return Reason.IN_FLIGHT if package.waits else Reason.NOT_APPLIED
