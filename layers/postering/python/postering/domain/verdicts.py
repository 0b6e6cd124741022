"""Synchronize orders decided: whether a staged transaction becomes a document, fails, or waits."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from postering.domain.assembly import Assembly
from postering.domain.cancellations import cancel
from postering.domain.checks import check
from postering.domain.checks.against_setup import business_date
from postering.domain.checks.findings import Place
from postering.domain.checks.settlement import settlement
from postering.domain.customers import Customers, created_customers
from postering.domain.documents import DocumentKind, PostedOrder
from postering.domain.journal import build_journal
from postering.domain.keys import TransactionKey
from postering.domain.money import Money
from postering.domain.originals import Movement, Originals, TakingBack, returned_key, take_back
from postering.domain.payments import build_payments
from postering.domain.problems import CODES, Problem, Severity, Waiting, blocking, codes_of, listed
from postering.domain.records import State, TransactionRecord
from postering.domain.sales_orders import build_sales_order, kind_of
from postering.domain.setup import Setup
from postering.domain.staging import ASYNC_CANCELLATION, Judgement, judge
from postering.domain.transactions import RetailTransaction

UNNUMBERED = "?"
"""The number of a document that has not got one yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What becomes of one transaction: an `order` (not numbered yet), or the `judgement` that holds it back.

    `problems` are all that were found, those that are only reported included; `taken_back` is what the order takes
    back of its originals, to be written on their accounts together with it.
    """

    order: PostedOrder | None = None
    judgement: Judgement | None = None
    problems: tuple[Problem, ...] = ()
    taken_back: Mapping[TransactionKey, tuple[Movement, ...]] = field(default_factory=dict)


def decide(
    assembly: Assembly,
    setup: Setup,
    originals: Originals | None = None,
    customers: Customers | None = None,
    *,
    has_waited: bool = True,
) -> Verdict:
    """Judge what was received, check it against itself, the setup and its `originals`, and build what it becomes.

    `originals` has every one that it names (`named_originals`), of a cancellation those that bear the name;
    `customers` those of `customers_asked` that a job has created; `has_waited` says that a missing original is no
    longer waited for.
    """
    judgement = judge(assembly)
    if judgement.state is not State.PENDING:
        return Verdict(judgement=judgement, problems=judgement.problems)
    transaction = assembly.retail_transaction
    created = customers or {}
    problems = _dated(transaction, setup, check(transaction, setup, frozenset(each.account for each in created)))
    if transaction.header.type == ASYNC_CANCELLATION:
        return _cancellation(transaction, setup, problems, originals or {}, has_waited)
    taking = take_back(transaction, originals or {}, setup, has_waited=has_waited)
    problems = (*problems, *taking.problems)
    if blocking(problems):
        return _failed(problems)
    if taking.waits:
        return _waiting(problems)
    order = unlinked(build_order(transaction, setup), transaction, taking, setup)
    order = replace(order, customers=created_customers(transaction, order.document, setup, created))
    return Verdict(order=order, problems=problems, taken_back=taking.movements)


def _cancellation(
    transaction: RetailTransaction,
    setup: Setup,
    problems: tuple[Problem, ...],
    originals: Originals,
    has_waited: bool,
) -> Verdict:
    if blocking(problems):
        return _failed(problems)
    original = next((one for one in originals.values() if one.is_posted), None)
    if original is None:
        if not has_waited or any(one.may_come for one in originals.values()):
            return _waiting(problems)
        return _failed((*problems, cancelled_order(transaction)))
    cancellation = cancel(transaction, original, setup, UNNUMBERED)
    problems = (*problems, *cancellation.problems)
    if cancellation.order is None:
        return _failed(problems)
    taken_back = {original.account.key: cancellation.movements}
    return Verdict(order=cancellation.order, problems=problems, taken_back=taken_back)


def _failed(problems: tuple[Problem, ...]) -> Verdict:
    return Verdict(judgement=Judgement(state=State.FAILED, problems=listed(problems)), problems=problems)


def _waiting(problems: tuple[Problem, ...]) -> Verdict:
    return Verdict(judgement=Judgement(state=State.WAITING, reason=Waiting.FOR_ORIGINAL), problems=problems)


def unlinked(order: PostedOrder, transaction: RetailTransaction, taking: TakingBack, setup: Setup) -> PostedOrder:
    """The order without the links to originals that are not there."""
    if not taking.unlinked:
        return order
    loose = {line.line for line in transaction.lines if returned_key(line, transaction, setup) in taking.unlinked}
    lines = tuple(replace(line, original=None) if line.line in loose else line for line in order.document.lines)
    return replace(order, document=replace(order.document, lines=lines))


def _dated(transaction: RetailTransaction, setup: Setup, problems: tuple[Problem, ...]) -> tuple[Problem, ...]:
    """`problems`, with the one that blocks where there is no date to post on, whatever the setup says of its code."""
    place = Place.of(transaction, setup)
    if transaction.header.business_date is not None or place is None:
        return problems
    others = (problem for problem in problems if problem.code != "BUSINESS_DATE")
    return (*others, *business_date(transaction, place))


def build_order(transaction: RetailTransaction, setup: Setup, sales_id: str = UNNUMBERED) -> PostedOrder:
    """The document with payments and journal of a transaction that passed its checks."""
    document = build_sales_order(transaction, setup, sales_id)
    company = setup.company(transaction.key.company)
    if company is None:
        raise ValueError(f"{transaction.key} was not checked")
    if kind_of(transaction) is DocumentKind.QUOTATION:
        nothing = Money.zero(document.currency)
        return PostedOrder(document=document, payments=(), journal=(), variance=nothing, open=nothing)
    payments = build_payments(transaction, setup)
    settled = settlement(transaction, setup)
    return PostedOrder(
        document=document,
        payments=payments,
        journal=build_journal(document, payments, company, settled.variance, transaction.header.exchange_rate),
        variance=settled.variance,
        open=settled.open,
    )


def numbered(order: PostedOrder, sales_id: str) -> PostedOrder:
    """The same order with its number, on the document and on every voucher."""
    return replace(
        order,
        document=replace(order.document, id=sales_id),
        journal=tuple(
            replace(entry, voucher=sales_id, text=f"{entry.text.removesuffix(order.document.id)}{sales_id}")
            for entry in order.journal
        ),
    )


def reference_guard(order: PostedOrder) -> tuple[str, int, str] | None:
    """What no other transaction may hold: one sales order, and one quotation, per channel and reference."""
    document = order.document
    if document.kind not in {DocumentKind.SALES_ORDER, DocumentKind.QUOTATION} or not document.channel_reference_id:
        return None
    return (str(document.kind), document.channel, document.channel_reference_id)


def posted(
    record: TransactionRecord,
    order: PostedOrder,
    verdict: Verdict,
    *,
    setup_version: int,
    at: datetime,
    by: str,
    write_id: str,
) -> TransactionRecord:
    """The record of a transaction that became `order`."""
    document = order.document
    return record.changed(
        at=at,
        by=by,
        what=f"posted {str(document.kind).replace('_', ' ')} {document.id}{_and_created(order)}",
        state=State.SUCCEEDED,
        write_id=write_id,
        reason="",
        problems=listed(verdict.problems),
        sales_id=document.id,
        posted_pieces=len(record.pieces),
        setup_version=setup_version,
        attempts=0,
        retry_at=None,
    )


def _and_created(order: PostedOrder) -> str:
    return "".join(f", created customer {customer.account}" for customer in order.customers)


def held_back(
    record: TransactionRecord,
    judgement: Judgement,
    *,
    setup_version: int,
    at: datetime,
    by: str,
    write_id: str,
) -> TransactionRecord:
    """The record of a transaction that fails, waits, or turns out to be none to post."""
    codes = codes_of(judgement.problems)
    said = {
        State.FAILED: f"failed: {', '.join(codes)}",
        State.WAITING: f"waits: {judgement.reason}",
    }.get(judgement.state, judgement.reason or str(judgement.state))
    return record.changed(
        at=at,
        by=by,
        what=said,
        state=judgement.state,
        write_id=write_id,
        reason=judgement.reason,
        problems=judgement.problems,
        setup_version=setup_version,
    )


def cancelled_order(transaction: RetailTransaction) -> Problem:
    """The order that a cancellation names is not there, and never was posted."""
    header = transaction.header
    named = (
        f"sales order {header.sales_order_id}" if header.sales_order_id else f"reference {header.channel_reference_id}"
    )
    return Problem(
        code="CANCELLED_ORDER",
        message=f"the order that is cancelled, {named} of channel {transaction.key.channel}, is not there",
        expected="an order that is posted",
        found="none",
        rows=("RetailTransactionTable",),
        repair=(
            "see that the order reaches the uploads, or correct salesOrderId or ChannelReferenceId of "
            "RetailTransactionTable at the source; "
            "as soon as the order is posted the next run cancels it"
        ),
        depends_on=(f"companies/{transaction.key.company}",),
    )


def duplicate_reference(order: PostedOrder, taken_by: str) -> Problem:
    """Another transaction has posted this channel and reference."""
    document = order.document
    kind = str(document.kind).replace("_", " ")
    return Problem(
        code="DUPLICATE_REFERENCE",
        severity=Severity.BLOCK,
        message=(
            f"reference {document.channel_reference_id} of channel {document.channel} has a {kind} already, "
            f"from transaction {taken_by}"
        ),
        expected=f"one {kind} per channel and reference",
        found=f"a second one; the first is of {taken_by}",
        rows=("RetailTransactionTable",),
        repair=(
            f"compare both with `postering show '{taken_by}'` and `postering show '{document.transaction}'`; if they "
            "are the same sale nothing is to be done, else give this one its own ChannelReferenceId of "
            "RetailTransactionTable at its source"
        ),
    )


def out_of_numbers(company: str) -> Problem:
    """The company's number sequence has run out."""
    return Problem(
        code="NUMBER_SEQUENCE",
        message=f"the number sequence of company {company} has run out",
        expected="a number left in the sequence",
        found="none",
        rows=("RetailTransactionTable",),
        repair=(
            f'in the setup file, in [[companies]] with id = "{company}", raise `largest` in number_sequence (and give '
            "its format another # where all are full), then run: postering setup apply FILE. "
            "The next run tries again what failed for want of it."
        ),
        depends_on=(f"number_sequences/{company}",),
    )


def too_large(detail: str) -> Problem:
    """The order does not fit one atomic write."""
    return Problem(
        code="ORDER_TOO_LARGE",
        message=f"the order does not fit one atomic write: {detail}",
        expected=CODES["ORDER_TOO_LARGE"].meaning,
        found=detail,
        rows=("RetailTransactionTable",),
        repair="split the order in the channel and send its parts as transactions of their own",
    )


def retries_exhausted(attempts: int, detail: str, key: TransactionKey) -> Problem:
    """A failure that was taken for a passing one did not pass."""
    return Problem(
        code="RETRIES_EXHAUSTED",
        message=f"the store refused the order {attempts} times: {detail}",
        expected="a write that goes through",
        found=detail,
        rows=("RetailTransactionTable",),
        repair=f"see that the store is well, then run it again with `postering sync-orders --transaction '{key}'`",
    )
