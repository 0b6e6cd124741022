"""The verdict of Synchronize orders: a staged transaction becomes a document, fails, or waits."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from postering.domain.checks import check_in_place
from postering.domain.checks.dates import BUSINESS_DATE, business_date
from postering.domain.checks.findings import Place
from postering.domain.keys import TransactionKey
from postering.domain.money import Money
from postering.domain.problems import Problem, Severity, Waiting, blocking, codes_of, listed
from postering.domain.retail_transactions.transactions import RetailTransaction
from postering.domain.retail_transactions.types import ASYNC_CANCELLATION
from postering.domain.returns.accounts import Movement
from postering.domain.returns.cancellations import cancel
from postering.domain.returns.originals import Originals
from postering.domain.returns.returns import take_back, without_links
from postering.domain.sales_orders.build import build_sales_order, kind_of
from postering.domain.sales_orders.customers import Customers, customers_to_create
from postering.domain.sales_orders.documents import DocumentKind, PostedOrder
from postering.domain.sales_orders.payment_journal import build_journal
from postering.domain.sales_orders.payments import build_payments
from postering.domain.setup.setup import Setup
from postering.domain.staging.assembly import Assembly
from postering.domain.staging.records import State, TransactionRecord
from postering.domain.staging.staging import Judgement, judge
from postering.domain.texts import as_words

UNNUMBERED = "?"
"""The number of a document that has none yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The result for one transaction: an `order` (not numbered yet), or the `judgement` that holds it back.

    `problems` are all that were found, those that are only reported included; `taken_back` are the order's movements by
    original, to be written on their accounts together with it.
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
    """Check a transaction against itself, the setup and its `originals`, and build its document.

    `originals` has every one that it names (`named_originals`), of a cancellation those that bear the name;
    `customers` are those of `unknown_customers` that a job has created; `has_waited` says that it waits no longer for a
    missing original.
    """
    judgement = judge(assembly)
    if judgement.state is not State.PENDING:
        return Verdict(judgement=judgement, problems=judgement.problems)
    transaction = assembly.retail_transaction
    created = customers or {}
    place = Place.of(transaction, setup, frozenset(each.account for each in created))
    problems = _dated(transaction, place, check_in_place(transaction, setup, place))
    if transaction.header.type == ASYNC_CANCELLATION:
        return _cancellation(transaction, setup, problems, originals or {}, has_waited)
    outcome = take_back(transaction, originals or {}, setup, has_waited=has_waited)
    problems = (*problems, *outcome.problems)
    if blocking(problems):
        return _failed(problems)
    if outcome.waits:
        return _waiting(problems)
    order = without_links(_order(transaction, setup, place, UNNUMBERED), transaction, outcome, setup)
    order = replace(order, customers=customers_to_create(transaction, order.document, setup, created))
    return Verdict(order=order, problems=problems, taken_back=outcome.movements)


def _cancellation(
    transaction: RetailTransaction,
    setup: Setup,
    problems: tuple[Problem, ...],
    originals: Originals,
    has_waited: bool,
) -> Verdict:
    if blocking(problems):
        return _failed(problems)
    cancellation = cancel(transaction, originals, setup, UNNUMBERED, has_waited=has_waited)
    problems = (*problems, *cancellation.problems)
    if cancellation.waits:
        return _waiting(problems)
    if cancellation.order is None:
        return _failed(problems)
    return Verdict(order=cancellation.order, problems=problems, taken_back=cancellation.movements)


def _failed(problems: tuple[Problem, ...]) -> Verdict:
    return Verdict(judgement=Judgement(state=State.FAILED, problems=listed(problems)), problems=problems)


def _waiting(problems: tuple[Problem, ...]) -> Verdict:
    return Verdict(judgement=Judgement(state=State.WAITING, reason=Waiting.FOR_ORIGINAL), problems=problems)


def _dated(transaction: RetailTransaction, place: Place | None, problems: tuple[Problem, ...]) -> tuple[Problem, ...]:
    """`problems`, with `BUSINESS_DATE` blocking if there is no date to post on, whatever its severity in the setup."""
    if transaction.header.business_date is not None or place is None:
        return problems
    others = (problem for problem in problems if problem.code != "BUSINESS_DATE")
    return (*others, *BUSINESS_DATE.with_severity(business_date(transaction, place), Severity.BLOCK))


def build_order(transaction: RetailTransaction, setup: Setup, sales_id: str = UNNUMBERED) -> PostedOrder:
    """The document with payments and journal of a transaction that passed its checks."""
    return _order(transaction, setup, Place.of(transaction, setup), sales_id)


def _order(transaction: RetailTransaction, setup: Setup, place: Place | None, sales_id: str) -> PostedOrder:
    if place is None:
        raise ValueError(f"{transaction.key} was not checked")
    document = build_sales_order(transaction, setup, sales_id)
    if kind_of(transaction) is DocumentKind.QUOTATION:
        nothing = Money.zero(document.currency)
        return PostedOrder(document=document, payments=(), journal=(), variance=nothing, open=nothing)
    payments, settled = build_payments(transaction, setup), place.settlement
    rate = transaction.header.exchange_rate
    return PostedOrder(
        document=document,
        payments=payments,
        journal=build_journal(document, payments, place.company, settled.variance, rate),
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
    """The key that no other transaction may hold: one sales order and one quotation per channel and reference."""
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
        what=f"posted {as_words(document.kind)} {document.id}{_and_created(order)}",
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
    """The record of a transaction that fails, waits, or is a non-order."""
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
