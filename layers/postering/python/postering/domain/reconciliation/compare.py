"""One transaction compared over its five sides: its differences, explained or not."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from postering.domain.keys import TransactionKey
from postering.domain.money import negated
from postering.domain.reconciliation.books import Booked
from postering.domain.reconciliation.differences import (
    CHANNEL_AND_PACKAGES,
    PACKAGES_AND_STAGED,
    Difference,
    Fault,
    Findings,
)
from postering.domain.reconciliation.order_differences import compare_order, compare_payments, not_an_order, order_gross
from postering.domain.reconciliation.packages import PackagesSide
from postering.domain.reconciliation.row_differences import amount_difference, describe_rows, differing_rows, listed
from postering.domain.reconciliation.sides import HeaderFigures, Received, RowId, name_of
from postering.domain.reconciliation.staged import StagedSide

REMOVED: Final = "retention removed the package that brought it; what the package held stands in its session"

_CONFLICT: Final = "conflict: the channel has another version, which is not accepted, of"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelSide:
    """A transaction in its channel database; `fresh` are rows above the counter that was read last."""

    received: Received
    fresh: frozenset[RowId]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sides:
    """A transaction on its five sides; orders, payments and journal are one value. None: the side does not have it.

    `has_channel`: its store has a channel database; `damaged`: packages that could not be trusted or read; `removed`:
    retention removed a package that brought some of it.
    """

    transaction: TransactionKey
    has_channel: bool
    channel: ChannelSide | None
    packages: PackagesSide | None
    staged: StagedSide | None
    booked: Booked | None
    damaged: frozenset[str] = frozenset()
    removed: bool = False

    @property
    def dates(self) -> frozenset[date]:
        """Its business date on each side that has one."""
        headers = (
            self.channel.received.header if self.channel else None,
            self.packages.header if self.packages else None,
            self.staged.received.header if self.staged else None,
        )
        found = {header.business_date for header in headers if header is not None}
        booked = {self.booked.business_date} if self.booked else set()
        return frozenset(day for day in (*found, *booked) if day is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """A transaction compared: its figures on each side (None: it is not there) and its differences.

    `not_an_order` is the state, or `quotation`, of a non-order; `order_gross` is the order's total. `edited`: it was
    posted with an operator's edits, so that order and staged transaction may differ. `removed`: retention removed a
    package that brought some of it, so that packages and staged transaction may differ.
    """

    transaction: TransactionKey
    has_channel: bool
    channel: HeaderFigures | None
    packages: HeaderFigures | None
    staged: HeaderFigures | None
    not_an_order: str
    booked: Booked | None
    order_gross: Decimal
    edited: bool
    removed: bool
    unexplained: tuple[Difference, ...]
    explained: tuple[Difference, ...]


def compare(sides: Sides) -> Compared:
    """Check every identity on this transaction."""
    staged, booked = sides.staged, sides.booked
    currency = _currency(sides)
    unexplained: list[Fault] = []
    explained: list[Fault] = []
    for unexplained_here, explained_here in (
        _channel_and_packages(sides),
        _packages_and_staged(sides),
        compare_order(staged, booked),
        compare_payments(booked),
    ):
        unexplained += unexplained_here
        explained += explained_here
    return Compared(
        transaction=sides.transaction,
        has_channel=sides.has_channel,
        channel=sides.channel.received.header if sides.channel else None,
        packages=_packages_header(sides),
        staged=staged.received.header if staged else None,
        not_an_order=not_an_order(staged, booked),
        booked=booked,
        order_gross=order_gross(staged, booked),
        edited=staged is not None and bool(staged.edited),
        removed=sides.removed,
        unexplained=_differences(sides.transaction, currency, unexplained),
        explained=_differences(sides.transaction, currency, explained),
    )


def _packages_header(sides: Sides) -> HeaderFigures | None:
    """The figures of the packages; None if they do not have it, or retention removed the one with the header."""
    union = sides.packages.received if sides.packages is not None else None
    if union is None or (sides.removed and union.header.business_date is None and not union.header.currency):
        return None
    return union.header


def _channel_and_packages(sides: Sides) -> Findings:
    channel, packages = sides.channel, sides.packages
    union = packages.received if packages is not None else None
    if sides.removed and sides.staged is not None and channel is not None:
        return _channel_and_removed(channel, packages, sides.staged.received)
    if channel is None:
        if packages is None or union is None or not sides.has_channel:
            return [], []
        why = (
            "purged from the channel database since it was pulled"
            if packages.from_channel
            else "it came in an uploaded package, the channel database never had it"
        )
        return [], [Fault(CHANNEL_AND_PACKAGES, negated(union.header.gross), why)]
    if union is not None and channel.received.same_as(union):
        return [], []
    wrong, reasons = _channel_rows(channel, packages, union)
    amount = amount_difference(channel.received, union, wrong)
    if wrong:
        why = describe_rows(wrong, channel.received, union, "the channel", "the packages")
        if union is None:
            why = "it is in the channel, not above the counter that was read last, and in no package"
        return [Fault(CHANNEL_AND_PACKAGES, amount, why)], []
    return [], [Fault(CHANNEL_AND_PACKAGES, amount, "; ".join(reasons))] if reasons else []


def _channel_and_removed(channel: ChannelSide, packages: PackagesSide | None, staged: Received) -> Findings:
    """The channel against the staged rows, in place of a package that retention removed."""
    union = packages.received if packages is not None else None
    # Rows that only the store has may have been uploaded in the package that is gone.
    missing, reasons = _channel_rows(channel, packages, staged)
    wrong = [row for row in missing if row in channel.received.rows]
    if wrong:
        why = describe_rows(
            wrong, channel.received, staged, "the channel", "the store (its package was removed by retention)"
        )
        return [Fault(CHANNEL_AND_PACKAGES, amount_difference(channel.received, staged, wrong), why)], []
    if union is not None and channel.received.same_as(union):
        return [], []
    amount = amount_difference(channel.received, union, ())
    return [], [Fault(CHANNEL_AND_PACKAGES, amount, "; ".join((REMOVED, *reasons)))]


def _channel_rows(
    channel: ChannelSide, packages: PackagesSide | None, union: Received | None
) -> tuple[list[RowId], list[str]]:
    """The rows that differ without a reason, and the reasons of the others."""
    there: Mapping[RowId, str] = union.rows if union is not None else {}
    known = set(there.values()) | (union.others if union is not None else frozenset())
    held_up = packages.versions_held_up if packages is not None else frozenset()
    uploaded = packages.uploaded if packages is not None else frozenset()
    rows = channel.received.rows
    wrong: list[RowId] = []
    reasons: dict[str, list[str]] = {}
    for row, version in rows.items():
        if there.get(row) == version:
            continue
        if version in known:
            reasons.setdefault("conflict: the channel has another version, which is not accepted, of", []).append(
                name_of(row)
            )
        elif version in held_up:
            reasons.setdefault("pulled, and in flight:", []).append(name_of(row))
        elif row in channel.fresh:
            reasons.setdefault("not yet pulled, the next run of the P-job reads it:", []).append(name_of(row))
        else:
            wrong.append(row)
    present = set(rows.values())
    for row, version in there.items():
        if row not in rows and version not in present:
            if version in uploaded:
                reasons.setdefault("uploaded in a package, not in the channel:", []).append(name_of(row))
            else:
                wrong.append(row)
    return wrong, [f"{why} {listed(names)}" for why, names in reasons.items()]


def _packages_and_staged(sides: Sides) -> Findings:
    staged, packages = sides.staged, sides.packages
    union = packages.received if packages is not None else None
    explained = [
        Fault(PACKAGES_AND_STAGED, header.gross, why)
        for why, header in (packages.held_up if packages is not None else ())
    ]
    if staged is None:
        if union is None or packages is None:
            return [], explained
        why = f"it is in package {listed(packages.packages)}, which is applied, and is not staged"
        return [Fault(PACKAGES_AND_STAGED, union.header.gross, why)], explained
    if sides.removed and not staged.faults:
        return _removed_and_staged(union, staged.received, explained)
    if union is None:
        damaged = f"; {listed(sorted(sides.damaged))} can't be trusted or read" if sides.damaged else ""
        why = f"it is staged, and no kept package has it{damaged}"
        return [Fault(PACKAGES_AND_STAGED, negated(staged.received.header.gross), why)], explained
    if not staged.faults and union.same_as(staged.received):
        return [], explained
    wrong = differing_rows(union, staged.received)
    reasons = [*staged.faults]
    if wrong:
        reasons.append(describe_rows(wrong, union, staged.received, "the packages", "the store"))
    if changed := sides.damaged & set(packages.packages if packages is not None else ()):
        reasons.append(f"package {listed(sorted(changed))} is not what was staged")
    if not wrong and union.others != staged.received.others:
        reasons.append("the packages and the store do not know the same other versions of its rows")
    return [Fault(PACKAGES_AND_STAGED, amount_difference(union, staged.received, wrong), "; ".join(reasons))], explained


def _removed_and_staged(union: Received | None, staged: Received, explained: list[Fault]) -> Findings:
    """The packages that are left against the staged rows: they may lack rows, and have none that staging lacks."""
    if union is None:
        return [], [*explained, Fault(PACKAGES_AND_STAGED, negated(staged.header.gross), REMOVED)]
    if union.same_as(staged):
        return [], explained
    known = {*staged.rows.values(), *staged.others}
    wrong = [row for row, version in union.rows.items() if version not in known]
    if wrong or not union.others <= known:
        why = (
            describe_rows(wrong, union, staged, "the packages", "the store")
            or "the packages have versions that are not staged"
        )
        return [Fault(PACKAGES_AND_STAGED, amount_difference(union, staged, wrong), why)], explained
    return [], [*explained, Fault(PACKAGES_AND_STAGED, amount_difference(union, staged, ()), REMOVED)]


def _currency(sides: Sides) -> str:
    headers = (
        sides.staged.received.header if sides.staged else None,
        sides.packages.header if sides.packages else None,
        sides.channel.received.header if sides.channel else None,
    )
    named = [header.currency for header in headers if header is not None and header.currency]
    if named:
        return named[0]
    return sides.booked.currency if sides.booked is not None else ""


def _differences(transaction: TransactionKey, currency: str, faults: Iterable[Fault]) -> tuple[Difference, ...]:
    return tuple(
        Difference(transaction=transaction, between=between, amount=amount, currency=currency, why=why)
        for between, amount, why in faults
    )
