"""Cancellations (type 37): the compensating document on the order that they name, whole or by line.

Without lines all that is left is cancelled, with lines those. Without payment rows what is left of the payments is
reversed: of a whole cancellation all of it, of a partial one as much as was cancelled (`reversals`). Never more than is
left, whatever was returned, refunded or cancelled before.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from postering.domain.money import Money, absolute, negated
from postering.domain.problems import Problem
from postering.domain.repairs import commands as repairs
from postering.domain.retail_transactions.transactions import RetailTransaction, given_date
from postering.domain.returns.accounts import Movement, Taken
from postering.domain.returns.cancelled_lines import compensated_lines, line_movement, wanted_lines
from postering.domain.returns.cancelled_payments import Reversal, given_back, payments_left, reverse
from postering.domain.returns.originals import Original
from postering.domain.sales_orders.document_parts import Charge, Delivery
from postering.domain.sales_orders.documents import DocumentKind, PostedOrder, SalesDocument, SalesLine
from postering.domain.sales_orders.payment_journal import build_journal
from postering.domain.setup.setup import Setup


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancellation:
    """What a cancellation becomes: its document and what it takes back, or why it can't be posted."""

    order: PostedOrder | None = None
    movements: tuple[Movement, ...] = ()
    problems: tuple[Problem, ...] = ()


def cancel(transaction: RetailTransaction, original: Original, setup: Setup, sales_id: str) -> Cancellation:
    """Compensate `original`, which is posted, as far as `transaction` says and as there is something left of it."""
    if problem := _other_currency(transaction, original):
        return Cancellation(problems=(problem,))
    wanted = tuple(wanted_lines(transaction, original))
    lines, rest, problems = compensated_lines(wanted, original, transaction.key.text)
    if not wanted and not _charges_left(original) and not payments_left(original):
        problems.append(_nothing_left(original))
    if problems:
        return Cancellation(problems=tuple(problems))
    charges = _charges(transaction, lines, rest)
    document = _document(transaction, original, lines, charges, sales_id)
    company = setup.company(transaction.key.company)
    assert company is not None
    if transaction.payments:
        reversal = given_back(transaction, original, setup)
    else:
        reversal = reverse(original, absolute(document.total.amount) if transaction.lines else None, company.currency)
    if reversal.problems:
        return Cancellation(problems=reversal.problems)
    payments = reversal.payments
    paid = Money.total((payment.amount for payment in payments if payment.counts), document.currency)
    variance = _variance(transaction, original)
    return Cancellation(
        order=PostedOrder(
            document=document,
            payments=payments,
            journal=build_journal(document, payments, company, variance, _sold(original).exchange_rate),
            variance=variance,
            open=document.total - paid - variance,
        ),
        movements=tuple(_movements(transaction.key.text, lines, charges, reversal)),
    )


def _nothing_left(original: Original) -> Problem:
    return Problem(
        code="RETURN_QUANTITY",
        message=f"nothing is left to cancel of order {_sold(original).id}",
        expected="an order of which something is left",
        found="an order that was returned or cancelled whole",
        rows=("RetailTransactionTable",),
        repair=f"nothing is to be done; {repairs.look_at(original.account.key)} has the order",
    )


def _other_currency(transaction: RetailTransaction, original: Original) -> Problem | None:
    """`REFUND_AMOUNT` where the cancellation gives amounts in another currency than the order's."""
    sold, header = _sold(original), transaction.header
    gives = transaction.lines or transaction.paying or header.gross
    if not gives or not header.currency or header.currency == sold.currency:
        return None
    return Problem(
        code="REFUND_AMOUNT",
        message=f"order {sold.id} is in {sold.currency}, and is cancelled with amounts in {header.currency}",
        expected=f"amounts in {sold.currency}",
        found=f"amounts in {header.currency}",
        rows=("RetailTransactionTable",),
        repair=(
            f"look at {repairs.look_at(original.account.key)} and correct the order that RetailTransactionTable names, "
            "or its currency and amounts, at the source"
        ),
    )


def _sold(original: Original) -> SalesDocument:
    assert original.order is not None
    return original.order.document


def _charges_left(original: Original) -> list[Charge]:
    assert original.order is not None
    return [
        charge
        for charge in original.order.document.charges
        if not original.account.has_charge(charge.line, charge.number)
    ]


def _charges(transaction: RetailTransaction, lines: tuple[SalesLine, ...], rest: Original) -> tuple[Charge, ...]:
    """Charges go with what they are for: a line's with the line, the header's when nothing is left of the order."""
    assert rest.order is not None
    left = {line.line for line in rest.order.document.lines if rest.quantity_left(line)}
    gone = {line.line for line in lines} - left
    whole = not transaction.lines or not left
    return tuple(
        replace(
            charge,
            amount=-charge.amount,
            tax=-charge.tax,
            tax_on_top=negated(charge.tax_on_top),
            tax_inside=negated(charge.tax_inside),
            exempt=None,
        )
        for charge in _charges_left(rest)
        if whole or charge.line in gone
    )


def _document(
    transaction: RetailTransaction,
    original: Original,
    lines: tuple[SalesLine, ...],
    charges: tuple[Charge, ...],
    sales_id: str,
) -> SalesDocument:
    assert original.order is not None
    sold, header = original.order.document, transaction.header
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
        header_total=Money(negated(header.gross), sold.currency),
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
    """Taken back with the whole of an order of which nothing was taken back before; else what differs stays open."""
    assert original.order is not None
    whole = not (transaction.lines or transaction.payments or original.account.movements)
    return -original.order.variance if whole else Money.zero(original.order.variance.currency)


def _movements(
    by: str, lines: tuple[SalesLine, ...], charges: tuple[Charge, ...], reversal: Reversal
) -> Iterator[Movement]:
    for line in lines:
        yield line_movement(line, by)
    for charge in charges:
        amount = absolute(charge.total.amount)
        yield Movement(by=by, kind=Taken.CHARGE, line=charge.line, number=charge.number, amount=amount)
    for refunded in reversal.refunded:
        yield Movement(
            by=by,
            kind=Taken.REFUNDED,
            line=refunded.line,
            amount=refunded.amount,
            company_amount=refunded.company_amount,
        )
