"""A transaction in the packages against the store: the rows that differ, and the packages that are not staged."""

from typing import Final

from postering.domain.money import ZERO, difference, negated
from postering.domain.reconciliation.differences import PACKAGES_AND_STAGED, Fault, Findings, Reason
from postering.domain.reconciliation.packages import HeldUp, PackagesSide
from postering.domain.reconciliation.row_differences import amount_difference, describe_rows, differing_rows, listed
from postering.domain.reconciliation.sides import Received
from postering.domain.reconciliation.staged import StagedSide

REMOVED: Final = "retention removed the package that brought it; what the package held stands in its session"


def compare_packages(
    packages: PackagesSide | None, staged: StagedSide | None, damaged: frozenset[str], *, removed: bool
) -> Findings:
    """The rows of the packages that are applied are those that are staged; the rows of others have a reason.

    `damaged` are packages that could not be trusted or read; `removed`: retention removed one that brought some of it.
    """
    union = packages.received if packages is not None else None
    explained = [_held_up(part, union) for part in (packages.held_up if packages is not None else ())]
    if staged is None:
        if union is None or packages is None:
            return [], explained
        why = f"it is in package {listed(packages.packages)}, which is applied, and is not staged"
        return [Fault(PACKAGES_AND_STAGED, union.header.gross, why)], explained
    if removed and not staged.faults:
        return _removed_and_staged(union, staged.received, explained)
    if union is None:
        untrusted = f"; {listed(sorted(damaged))} can't be trusted or read" if damaged else ""
        why = f"it is staged, and no kept package has it{untrusted}"
        return [Fault(PACKAGES_AND_STAGED, negated(staged.received.header.gross), why)], explained
    if not staged.faults and union.same_as(staged.received):
        return [], explained
    wrong = differing_rows(union, staged.received)
    reasons = [*staged.faults]
    if wrong:
        reasons.append(describe_rows(wrong, union, staged.received, "the packages", "the store"))
    if changed := damaged & set(packages.packages if packages is not None else ()):
        reasons.append(f"package {listed(sorted(changed))} is not what was staged")
    if not wrong and union.others != staged.received.others:
        reasons.append("the packages and the store do not know the same other versions of its rows")
    return [Fault(PACKAGES_AND_STAGED, amount_difference(union, staged.received, wrong), "; ".join(reasons))], explained


def _held_up(part: HeldUp, union: Received | None) -> Fault:
    """The rows in a package that is not staged; if the header is staged already, only what its total changes."""
    amount = part.header.gross
    if union is not None:
        amount = difference(amount, union.header.gross) if part.has_header else ZERO
    return Fault(PACKAGES_AND_STAGED, amount, part.why, part.reason)


def _removed_and_staged(union: Received | None, staged: Received, explained: list[Fault]) -> Findings:
    """The packages that are left against the staged rows: they may lack rows, and have none that staging lacks."""
    if union is None:
        return [], [*explained, Fault(PACKAGES_AND_STAGED, negated(staged.header.gross), REMOVED, Reason.REMOVED)]
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
    return [], [*explained, Fault(PACKAGES_AND_STAGED, amount_difference(union, staged, ()), REMOVED, Reason.REMOVED)]
