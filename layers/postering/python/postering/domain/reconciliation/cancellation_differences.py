"""A staged cancellation against its document: its own rows are honoured, the rest may be filled in, by name."""

from typing import Final

from postering.domain.money import amount_text, difference, negated, total
from postering.domain.reconciliation.books import Booked
from postering.domain.reconciliation.differences import STAGED_AND_ORDERS, Fault, Reason
from postering.domain.reconciliation.figure_differences import describe_figures, number_faults
from postering.domain.reconciliation.staged import StagedSide

_PASSED: Final = "GROSS_AMOUNT"
"""The check of the header's total: where the setup lets it pass, it stays listed on the transaction."""


def compare_cancellation(staged: StagedSide, booked: Booked) -> tuple[list[Fault], list[Fault]]:
    """Its figures are those of its rows, its total is that of its header: else the rows left out what was filled in."""
    unexplained = list(number_faults(staged, booked))
    rows, document = staged.figures or {}, booked.figures or {}
    names = (*rows, *(name for name in document if name.startswith("payment ")))
    why, largest = describe_figures(booked.id, staged.figures, booked.figures, names)
    if why:
        amount = difference(staged.received.header.gross, booked.header_total) or largest
        unexplained.append(Fault(STAGED_AND_ORDERS, amount, why))
    if not booked.cancelled_gross or unexplained:
        return unexplained, []
    apart = _header_difference(staged, booked)
    return ([apart], []) if apart.reason is Reason.UNEXPLAINED else ([], [apart])


def _header_difference(staged: StagedSide, booked: Booked) -> Fault:
    """The document's lines and charges do not add up to the header's total: why not."""
    amount = negated(booked.cancelled_gross)
    currency = booked.currency
    header = amount_text(booked.header_total, currency)
    whole = amount_text(total((booked.header_total, booked.cancelled_gross)), currency)
    if staged.may_be_filled_in and not staged.own_difference:
        filled = amount_text(booked.cancelled_gross, currency)
        why = f"cancellation {booked.id} takes back {whole}: its rows say {header}, {filled} of its order was filled in"
        return Fault(STAGED_AND_ORDERS, amount, why, Reason.FILLED_IN)
    why = f"cancellation {booked.id} takes back {whole}, its header says {header}"
    if _PASSED in staged.codes:
        return Fault(STAGED_AND_ORDERS, amount, f"{why}, which {_PASSED} lets pass", Reason.HEADER_AND_LINES)
    return Fault(STAGED_AND_ORDERS, amount, why)
