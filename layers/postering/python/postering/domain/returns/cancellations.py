"""Cancellations (type 37): the compensating document on the order that they name, whole or by line.

It is built from its own rows. Only rows that it leaves out wholly are filled in: without lines all lines that are left,
and without charges too all charges that are left; without payments the amount paid beyond what is still owed of the
order afterwards. Never more than is left, after all returns, refunds and cancellations before.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from postering.domain.checks.totals import GROSS_AMOUNT
from postering.domain.keys import TransactionKey
from postering.domain.money import Money
from postering.domain.problems import Problem, Severity, blocking
from postering.domain.retail_transactions.transactions import RetailTransaction, given_date
from postering.domain.returns import cancellation_problems
from postering.domain.returns.accounts import Movement, Taken
from postering.domain.returns.cancelled_charges import cancelled_charges
from postering.domain.returns.cancelled_lines import cancelled_lines, compensating_lines, line_movement
from postering.domain.returns.cancelled_payments import Reversal, reversal_by_rows, reversal_of_rest
from postering.domain.returns.originals import Original, Originals
from postering.domain.returns.payments_left import payments_left
from postering.domain.sales_orders.document_parts import Charge, Delivery
from postering.domain.sales_orders.documents import DocumentKind, PostedOrder, SalesDocument, SalesLine, amount_paid
from postering.domain.sales_orders.payment_journal import build_journal
from postering.domain.sales_orders.settlement import Settlement
from postering.domain.setup.setup import Setup


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancellation:
    """The document of a cancellation with its movements by original; or its problems.

    `waits` says that the order that it names may still come.
    """

    order: PostedOrder | None = None
    movements: Mapping[TransactionKey, tuple[Movement, ...]] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    waits: bool = False


def cancel(
    transaction: RetailTransaction, originals: Originals, setup: Setup, sales_id: str, *, has_waited: bool
) -> Cancellation:
    """Compensate the posted one of `originals`, which has every order that bears the name.

    It waits for an order that is staged and not posted, however long, and for a missing one until `has_waited`; then
    that is `CANCELLED_ORDER`.
    """
    original = _posted(originals)
    if original is not None:
        return compensate(transaction, original, setup, sales_id)
    if not has_waited or any(one.may_come for one in originals.values()):
        return Cancellation(waits=True)
    return Cancellation(problems=(cancellation_problems.order_missing(transaction),))


def _posted(originals: Originals) -> Original | None:
    """The posted order to cancel: a sale before a return of the same name; none while the sale may still come."""
    posted = [one for one in originals.values() if one.is_posted]
    sales = [one for one in posted if one.order is not None and one.order.document.kind is DocumentKind.SALES_ORDER]
    if not sales and any(one.may_come for one in originals.values()):
        return None
    return next(iter((*sales, *posted)), None)


def compensate(transaction: RetailTransaction, original: Original, setup: Setup, sales_id: str) -> Cancellation:
    """Compensate `original`, which is posted: the rows of `transaction`, or all that is left."""
    sold, header = original.posted.document, transaction.header
    gives = transaction.lines or transaction.paying or header.gross
    if gives and header.currency and header.currency != sold.currency:
        return Cancellation(problems=(cancellation_problems.other_currency(transaction, original, sold.currency),))
    wanted = tuple(cancelled_lines(transaction, original))
    lines, rest, found = compensating_lines(wanted, original, transaction.key)
    if not wanted and not original.charges_left and not payments_left(original) and not transaction.live_charges:
        found.append(cancellation_problems.nothing_left(original, transaction.key))
    if found:
        return Cancellation(problems=tuple(found))
    of_rows = {each.row.line: line.line for each, line in zip(wanted, lines, strict=True) if each.row is not None}
    charges, given_back, wrong_charges = cancelled_charges(transaction, rest, of_rows)
    document = _document(transaction, original, lines, charges, sales_id)
    problems = (*wrong_charges, *_header_problems(transaction, document, setup))
    if blocking(problems):
        return Cancellation(problems=problems)
    company = setup.company(transaction.key.company)
    assert company is not None
    if transaction.payments:
        reversal = reversal_by_rows(transaction, original, setup)
    else:
        reversal = reversal_of_rest(original, rest.after(given_back), company.currency)
    if reversal.problems:
        return Cancellation(problems=(*problems, *reversal.problems))
    payments = reversal.payments
    paid = amount_paid(payments, document.currency)
    settled = Settlement.of(document.total, paid, _variance(transaction, original))
    return Cancellation(
        order=PostedOrder(
            document=document,
            payments=payments,
            journal=build_journal(document, payments, company, settled.variance, sold.exchange_rate),
            variance=settled.variance,
            open=settled.open,
        ),
        movements={
            original.account.key: tuple(_movements(transaction.key.text, lines, given_back, reversal)),
        },
        problems=problems,
    )


def _header_problems(transaction: RetailTransaction, document: SalesDocument, setup: Setup) -> tuple[Problem, ...]:
    """`GROSS_AMOUNT` of a cancellation whose lines were filled in.

    Its header has the total of the document, or of the rows that it brought. With lines of its own the check of all
    transactions holds.
    """
    severity = GROSS_AMOUNT.severity_in(setup)
    rows = Money.total((charge.total for charge in document.charges), document.currency)
    brought = rows if transaction.live_charges else Money.zero(document.currency)
    if transaction.lines or document.header_total in {document.total, brought} or severity is Severity.OFF:
        return ()
    problem = cancellation_problems.header_differs(transaction, document.total, brought)
    return GROSS_AMOUNT.with_severity(iter((problem,)), severity)


def _document(
    transaction: RetailTransaction,
    original: Original,
    lines: tuple[SalesLine, ...],
    charges: tuple[Charge, ...],
    sales_id: str,
) -> SalesDocument:
    sold, header = original.posted.document, transaction.header
    assert header.business_date is not None
    return SalesDocument(
        kind=DocumentKind.CANCELLATION,
        id=sales_id,
        transaction=transaction.key,
        company=transaction.key.company,
        channel=transaction.key.channel,
        store=transaction.key.store,
        currency=sold.currency,
        business_date=header.business_date,
        customer=sold.customer,
        channel_reference_id=header.channel_reference_id or sold.channel_reference_id,
        prices_include_tax=sold.prices_include_tax,
        header_total=Money(header.order_total, sold.currency),
        lines=lines,
        charges=charges,
        delivery=Delivery(),
        comment=header.comment,
        cancels=sold.id,
        receipt_id=header.receipt_id,
        transaction_date=given_date(header.transaction_date),
        transaction_time=header.transaction_time,
        begun_at=header.begun_at,
        staff=header.staff,
        exchange_rate=header.exchange_rate,
    )


def _variance(transaction: RetailTransaction, original: Original) -> Money:
    """The order's variance is taken back if all of it is, at once; else the difference stays open."""
    variance = original.posted.variance
    whole = not (transaction.lines or transaction.live_charges or transaction.payments or original.account.movements)
    return -variance if whole else Money.zero(variance.currency)


def _movements(
    by: str, lines: tuple[SalesLine, ...], charges: tuple[Movement, ...], reversal: Reversal
) -> Iterator[Movement]:
    for line in lines:
        yield line_movement(line, by)
    yield from charges
    for refunded in reversal.refunded:
        yield Movement(
            by=by,
            kind=Taken.REFUNDED,
            line=refunded.line,
            amount=refunded.amount,
            company_amount=refunded.company_amount,
        )
