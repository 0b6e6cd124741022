"""A staged transaction against its document, figure by figure; or the reason why it is not an order."""

from collections.abc import Iterator
from decimal import Decimal

from postering.domain.money import ZERO, difference, negated, total
from postering.domain.reconciliation.books import Booked
from postering.domain.reconciliation.cancellation_differences import compare_cancellation
from postering.domain.reconciliation.differences import (
    ORDERS_AND_PAYMENTS,
    PAYMENTS_AND_JOURNAL,
    STAGED_AND_ORDERS,
    Fault,
    Findings,
    Reason,
)
from postering.domain.reconciliation.figure_differences import describe_figures, number_faults
from postering.domain.reconciliation.row_differences import listed
from postering.domain.reconciliation.staged import StagedSide
from postering.domain.sales_orders.documents import DocumentKind
from postering.domain.staging.records import State
from postering.domain.texts import as_words


def compare_order(staged: StagedSide | None, booked: Booked | None) -> Findings:
    """A transaction that succeeded has its document with its figures; another one has a reason."""
    if staged is None:
        if booked is None:
            return [], []
        why = f"{as_words(booked.kind)} {booked.id} is posted, and no transaction is staged for it"
        return [Fault(STAGED_AND_ORDERS, negated(booked.header_total), why)], []
    gross = staged.received.header.gross
    if staged.state is not State.SUCCEEDED:
        if booked is not None:
            why = f"it is {staged.state}, and {as_words(booked.kind)} {booked.id} is posted"
            return [Fault(STAGED_AND_ORDERS, difference(gross, booked.header_total), why)], []
        return [], [Fault(STAGED_AND_ORDERS, gross, _why_not_an_order(staged), Reason(as_words(staged.state)))]
    if booked is None:
        why = f"it succeeded as {staged.sales_id or 'a document without a number'}, and that document is not there"
        return [Fault(STAGED_AND_ORDERS, gross, why)], []
    if booked.kind is DocumentKind.CANCELLATION:
        unexplained, explained = compare_cancellation(staged, booked)
    else:
        unexplained, explained = _compare_document(staged, booked)
    if booked.kind is DocumentKind.QUOTATION:
        explained.append(Fault(STAGED_AND_ORDERS, gross, f"quotation {booked.id}, not an order", Reason.QUOTATION))
    if staged.edited:
        explained += _edits(staged, booked)
    if staged.received.conflicts:
        why = f"conflict: {listed(staged.received.conflicts)} came otherwise than it was posted"
        explained.append(Fault(STAGED_AND_ORDERS, ZERO, why, Reason.CONFLICT))
    return unexplained, explained


def _edits(staged: StagedSide, booked: Booked) -> list[Fault]:
    """The amount that edits changed; of an order that they moved, that it left one day (or currency) for another."""
    header, total_now = staged.received.header, booked.header_total
    why = f"edited by an operator before it was posted: {listed(staged.edited)}"
    if (header.business_date, header.currency) == (booked.business_date, booked.currency):
        return [Fault(STAGED_AND_ORDERS, difference(header.gross, total_now), why, Reason.EDITED)]
    before = f"{header.business_date or 'no date'}, {header.currency or 'no currency'}"
    after = f"{booked.business_date}, {booked.currency}"
    left, came = f"{why}; this left {before} for {after}", f"{why}; this came to {after} from {before}"
    return [
        Fault(STAGED_AND_ORDERS, header.gross, left, Reason.EDITED, header.currency),
        Fault(STAGED_AND_ORDERS, negated(total_now), came, Reason.EDITED, booked.currency),
    ]


def _compare_document(staged: StagedSide, booked: Booked) -> tuple[list[Fault], list[Fault]]:
    unexplained = [*number_faults(staged, booked), *_document_faults(staged, booked)]
    if not staged.own_difference or unexplained:
        return unexplained, []
    why = "the channel's header and lines differ, which the checks of the setup let pass"
    return [], [Fault(STAGED_AND_ORDERS, staged.own_difference, why, Reason.HEADER_AND_LINES)]


def _document_faults(staged: StagedSide, booked: Booked) -> Iterator[Fault]:
    if staged.digest != booked.digest:
        why, largest = describe_figures(booked.id, staged.figures, booked.figures)
        amount = difference(staged.received.header.gross, booked.header_total)
        yield Fault(STAGED_AND_ORDERS, amount or _line_difference(staged, booked) or largest, why)
    elif amount := _line_difference(staged, booked):
        why = f"the lines and charges of {booked.id} do not add up as those of the transaction do"
        yield Fault(STAGED_AND_ORDERS, amount, why)


def _line_difference(staged: StagedSide, booked: Booked) -> Decimal:
    """The total of the received lines less that of the document's lines."""
    return difference(difference(booked.header_total, booked.total), staged.own_difference)


def compare_payments(booked: Booked | None) -> Findings:
    """The variance and the open amounts of a document, and the faults of its payments and journal."""
    if booked is None:
        return [], []
    cancels = booked.kind is DocumentKind.CANCELLATION
    explained = []
    if variance := total((booked.variance, booked.cancelled_variance)):
        why = f"variance of {booked.id}, tolerated and posted"
        explained.append(Fault(ORDERS_AND_PAYMENTS, variance, why, Reason.VARIANCE))
    if left := total((booked.open, booked.cancelled_open)):
        why = f"{booked.id} is not wholly paid: this stays open"
        if cancels:
            why = f"{booked.id} takes back this without paying it back: it was open, or is owed"
        explained.append(Fault(ORDERS_AND_PAYMENTS, left, why, Reason.OPEN))
    if on_account := total((booked.on_account, booked.cancelled_on_account)):
        why = f"{booked.id} was put on the customer's account: the receivable stays open"
        if cancels:
            why = f"{booked.id} takes this off the customer's account"
        explained.append(Fault(PAYMENTS_AND_JOURNAL, on_account, why, Reason.ON_ACCOUNT))
    return list(booked.faults), explained


def _why_not_an_order(staged: StagedSide) -> str:
    if staged.state is State.WAITING:
        return f"waiting: {staged.reason}"
    if staged.state is State.FAILED:
        bad = f"; rejected rows: {listed(staged.received.rejected)}" if staged.received.rejected else ""
        return f"failed: {', '.join(staged.codes)}{bad}"
    if staged.state is State.PENDING:
        return "pending: the next run of Synchronize orders takes it"
    if staged.state is State.EDITING:
        return "edited, held until it is released"
    return f"{staged.state}: {staged.reason}" if staged.reason else str(staged.state)


def not_an_order(staged: StagedSide | None, booked: Booked | None) -> str:
    """The state, or `quotation`, under which a non-order counts; '' for an order."""
    if booked is not None:
        return "quotation" if booked.kind is DocumentKind.QUOTATION else ""
    return str(staged.state) if staged is not None else ""


def order_gross(staged: StagedSide | None, booked: Booked | None) -> Decimal:
    """The total of lines and charges; the header's if the received rows differ from it by as much."""
    if booked is None:
        return ZERO
    if booked.kind is DocumentKind.CANCELLATION or (staged is not None and not _line_difference(staged, booked)):
        return booked.header_total
    return booked.total
