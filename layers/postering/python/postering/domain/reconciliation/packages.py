"""The packages side: a transaction as all kept packages together have it."""

from collections.abc import Sequence
from dataclasses import dataclass

from postering.domain.keys import TransactionKey
from postering.domain.reconciliation.sides import Brought, HeaderFigures, Received, received
from postering.domain.reconciliation.staged import StagedSide
from postering.domain.runs.kept_packages import KeptPackage


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPart:
    """The rows that one package brings of a transaction."""

    package: KeptPackage
    brought: Brought


@dataclass(frozen=True, slots=True, kw_only=True)
class PackagesSide:
    """A transaction in the packages: `received` is the union of the packages that are staged, None if none is.

    `held_up` are its rows in packages that are not staged, with the reason; `uploaded` are hashes of rows that only
    uploads brought, not a channel database.
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
