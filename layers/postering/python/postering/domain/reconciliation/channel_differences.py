"""A transaction in its channel database against the packages: the rows that differ, and the reasons."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from postering.domain.money import negated
from postering.domain.reconciliation.differences import CHANNEL_AND_PACKAGES, Fault, Findings, Reason
from postering.domain.reconciliation.package_differences import REMOVED
from postering.domain.reconciliation.packages import PackagesSide
from postering.domain.reconciliation.row_differences import amount_difference, describe_rows, listed
from postering.domain.reconciliation.sides import Received, RowId, name_of
from postering.domain.retail_transactions.entities import HEADER

_WHY: Final = {
    Reason.CONFLICT: "conflict: the channel has another version, which is not accepted, of",
    Reason.IN_FLIGHT: "pulled, and in flight:",
    Reason.UNREAD: "in a package that is not read yet:",
    Reason.NOT_APPLIED: "in a package that was not applied:",
    Reason.NOT_PULLED: "not yet pulled, the next run of the P-job reads it:",
    Reason.UPLOADED: "uploaded in a package, not in the channel:",
}

_Reasons = Mapping[Reason, list[RowId]]
"""The rows that differ, by the reason that explains it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelSide:
    """A transaction in its channel database; `fresh` are rows above the counter that was read last."""

    received: Received
    fresh: frozenset[RowId]


def compare_channel(channel: ChannelSide | None, packages: PackagesSide | None) -> Findings:
    """A row of the channel is in the packages in the same version, or has a reason; and the other way round."""
    union = packages.received if packages is not None else None
    if channel is None:
        return [], [_only_in_packages(packages, union)] if packages is not None and union is not None else []
    if union is not None and channel.received.same_as(union):
        return [], []
    wrong, reasons = _rows(channel, packages, union)
    amount = amount_difference(channel.received, union, wrong)
    if wrong:
        why = describe_rows(wrong, channel.received, union, "the channel", "the packages")
        if union is None:
            why = "it is in the channel, not above the counter that was read last, and in no package"
        return [Fault(CHANNEL_AND_PACKAGES, amount, why)], []
    if not reasons:
        return [], []
    return [], [Fault(CHANNEL_AND_PACKAGES, amount, "; ".join(_described(reasons)), _main_reason(reasons))]


def _only_in_packages(packages: PackagesSide, union: Received) -> Fault:
    amount = negated(union.header.gross)
    if packages.from_channel:
        why = "purged from the channel database since it was pulled"
        return Fault(CHANNEL_AND_PACKAGES, amount, why, Reason.PURGED)
    why = "it came in an uploaded package, the channel database never had it"
    return Fault(CHANNEL_AND_PACKAGES, amount, why, Reason.UPLOADED)


def compare_removed(channel: ChannelSide, packages: PackagesSide | None, staged: Received) -> Findings:
    """The channel against the staged rows, in place of a package that retention removed."""
    union = packages.received if packages is not None else None
    # Rows that only the store has may have been uploaded in the package that is gone.
    missing, reasons = _rows(channel, packages, staged)
    wrong = [row for row in missing if row in channel.received.rows]
    if wrong:
        why = describe_rows(
            wrong, channel.received, staged, "the channel", "the store (its package was removed by retention)"
        )
        return [Fault(CHANNEL_AND_PACKAGES, amount_difference(channel.received, staged, wrong), why)], []
    if union is not None and channel.received.same_as(union):
        return [], []
    amount = amount_difference(channel.received, union, ())
    why = "; ".join((REMOVED, *_described(reasons)))
    return [], [Fault(CHANNEL_AND_PACKAGES, amount, why, Reason.REMOVED)]


def _rows(channel: ChannelSide, packages: PackagesSide | None, union: Received | None) -> tuple[list[RowId], _Reasons]:
    """The rows that differ without a reason, and the others by their reasons."""
    there: Mapping[RowId, str] = union.rows if union is not None else {}
    known = set(there.values()) | (union.others if union is not None else frozenset())
    held_up: Mapping[str, Reason] = packages.versions_held_up if packages is not None else {}
    uploaded = packages.uploaded if packages is not None else frozenset()
    rows = channel.received.rows
    wrong: list[RowId] = []
    reasons: dict[Reason, list[RowId]] = {}
    for row, version in rows.items():
        if there.get(row) == version:
            continue
        if version in known:
            reasons.setdefault(Reason.CONFLICT, []).append(row)
        elif version in held_up:
            reasons.setdefault(held_up[version], []).append(row)
        elif row in channel.fresh:
            reasons.setdefault(Reason.NOT_PULLED, []).append(row)
        else:
            wrong.append(row)
    present = set(rows.values())
    for row, version in there.items():
        if row not in rows and version not in present:
            if version in uploaded:
                reasons.setdefault(Reason.UPLOADED, []).append(row)
            else:
                wrong.append(row)
    return wrong, reasons


def _described(reasons: _Reasons) -> list[str]:
    return [f"{_WHY[reason]} {listed(map(name_of, rows))}" for reason, rows in reasons.items()]


def _main_reason(reasons: _Reasons) -> Reason:
    """The reason of the header, which moves the sums; else the first."""
    of_header = (reason for reason, rows in reasons.items() if any(entity == HEADER for entity, _ in rows))
    return next(of_header, next(iter(reasons)))
