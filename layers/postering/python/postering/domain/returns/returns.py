"""Returns: the movements on their originals, held against what is left of each by quantity, value and tender."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from postering.domain.keys import TransactionKey
from postering.domain.money import ZERO, Money, absolute, product, total
from postering.domain.problems import Problem
from postering.domain.retail_transactions.transactions import PaymentTrans, RetailTransaction, SalesTrans
from postering.domain.returns import return_problems
from postering.domain.returns.accounts import Movement, Taken
from postering.domain.returns.links import names_itself, refunded_key, returned_key
from postering.domain.returns.originals import Original, Originals
from postering.domain.returns.payments_left import refund_in_company
from postering.domain.sales_orders.documents import Payment, PostedOrder, SalesLine
from postering.domain.sales_orders.payment_journal import in_company_currency
from postering.domain.sales_orders.payments import build_payments
from postering.domain.setup.setup import Setup


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnOutcome:
    """The movements of a return by original, its problems, and whether it has to wait for an original.

    `missing` are originals that are not there, the return itself included where it names itself: rows that name them
    are posted without the link.
    """

    movements: Mapping[TransactionKey, tuple[Movement, ...]]
    problems: tuple[Problem, ...] = ()
    waits: bool = False
    missing: frozenset[TransactionKey] = frozenset()


def take_back(transaction: RetailTransaction, originals: Originals, setup: Setup, *, has_waited: bool) -> ReturnOutcome:
    """The movements of `transaction` on its originals, held against what is left of each.

    It waits for an original that is staged and not posted, however long. It waits for one that is missing, voided or a
    non-order until `has_waited`; then that is `RETURN_ORIGINAL`, and so is at once a return that names itself.
    """
    missing = frozenset(key for key, original in originals.items() if not original.is_posted)
    if any(originals[key].may_come or not has_waited for key in missing):
        return ReturnOutcome(movements={}, waits=True)
    problems = [return_problems.original_missing(key, originals[key], transaction, setup) for key in sorted(missing)]
    if names_itself(transaction, setup):
        problems.append(return_problems.names_itself(transaction, setup))
        missing |= {transaction.key}
    movements: dict[TransactionKey, list[Movement]] = {}
    for line in transaction.lines:
        key = returned_key(line, transaction, setup)
        if key is not None and key in originals:
            before = movements.setdefault(key, [])
            movement, problem = _return_line(line, transaction, originals[key].after(before))
            before.append(movement)
            problems.append(problem)
    payments = build_payments(transaction, setup)
    in_company = {payment.line: _in_company(payment, transaction, setup) for payment in payments}
    for row in transaction.paying:
        key = refunded_key(row, transaction, setup)
        if key is not None and key in originals:
            before = movements.setdefault(key, [])
            movement, problem = _refund(row, transaction, originals[key].after(before), in_company[row.line])
            before.append(movement)
            problems.append(problem)
        elif row.tendered < 0 and row.refundable and absolute(row.tendered) > absolute(row.refundable):
            problems.append(return_problems.above_refundable(row, transaction))
    return ReturnOutcome(
        movements={key: tuple(each) for key, each in movements.items()},
        problems=tuple(problem for problem in problems if problem is not None),
        missing=missing,
    )


def without_links(
    order: PostedOrder, transaction: RetailTransaction, outcome: ReturnOutcome, setup: Setup
) -> PostedOrder:
    """The order without the links, of lines and of refunds, to originals that are not there."""
    if not outcome.missing:
        return order
    lines_to_free = {
        line.line for line in transaction.lines if returned_key(line, transaction, setup) in outcome.missing
    }
    payments_to_free = {
        row.line for row in transaction.paying if refunded_key(row, transaction, setup) in outcome.missing
    }
    lines = tuple(replace(line, original=None) if line.line in lines_to_free else line for line in order.document.lines)
    return replace(
        order,
        document=replace(order.document, lines=lines),
        payments=tuple(
            _without_link(payment) if payment.line in payments_to_free else payment for payment in order.payments
        ),
    )


def _without_link(payment: Payment) -> Payment:
    return replace(
        payment,
        refunds_transaction="",
        refunds_line=None,
        refunds_store="",
        refunds_terminal="",
        refunds_currency="",
    )


def _return_line(
    line: SalesTrans, transaction: RetailTransaction, original: Original
) -> tuple[Movement, Problem | None]:
    """The movement of a line, and its problem against `original` as the lines before it leave that."""
    sold = _sold_line(line, original)
    problem = _more_than_left(line, transaction, original, sold) if original.is_posted else None
    movement = Movement(
        by=transaction.key.text,
        kind=Taken.RETURNED,
        line=sold.line if sold is not None else line.return_line,
        quantity=absolute(line.quantity),
        net=absolute(line.net),
        tax=absolute(line.tax),
    )
    return movement, problem


def _sold_line(line: SalesTrans, original: Original) -> SalesLine | None:
    """The original's line: by number, else the one with this item that has most left."""
    if line.return_line:
        return original.line(line.return_line)
    lines = original.order.document.lines if original.order is not None else ()
    same_item = [sold for sold in lines if sold.item == line.item and sold.variant == line.variant]
    return max(same_item, key=original.quantity_left, default=None)


def _more_than_left(
    line: SalesTrans, transaction: RetailTransaction, original: Original, sold: SalesLine | None
) -> Problem | None:
    """`RETURN_QUANTITY`, else `REFUND_AMOUNT`: a line may be returned for less than was paid, not for more."""
    left = original.quantity_left(sold) if sold is not None and sold.quantity > 0 else ZERO
    if sold is None or absolute(line.quantity) > left:
        return return_problems.too_much_returned(line, original, left, transaction.key)
    returned, most = (
        Money(total((line.net, line.tax)), transaction.header.currency),
        Money.total((Money(amount, sold.net.currency) for amount in original.value_left(sold)), sold.net.currency),
    )
    if not returned:
        return None
    if returned.currency != most.currency:
        return return_problems.line_in_other_currency(line, transaction, original)
    sign = Decimal(-1) if sold.total.amount < 0 else Decimal(1)
    if absolute(returned.amount) <= product(sign, most.amount):
        return None
    return return_problems.value_above_left(line, original, original.value_left(sold), transaction)


def _refund(
    row: PaymentTrans, transaction: RetailTransaction, original: Original, in_company: Money | None
) -> tuple[Movement, Problem | None]:
    """The movement of a refund, and its problem against `original` as the refunds before it leave that.

    `in_company` is its amount in the company's currency, None where that is not known.
    """
    amount = absolute(row.tendered)
    is_same_company = original.account.key.company == transaction.key.company
    problem: Problem | None = None
    company_amount: Decimal | None = None
    if original.order is not None and original.is_posted:
        if original.order.document.currency != transaction.header.currency:
            problem = return_problems.refund_in_other_currency(row, transaction, original)
        elif amount > (left := _refundable(row, original)):
            problem = return_problems.too_much_refunded(row, original, (amount, left), transaction)
        if in_company is not None and is_same_company:
            company_amount = refund_in_company(original, row.linked_line, amount, in_company)
    elif row.refundable and amount > absolute(row.refundable):
        problem = return_problems.too_much_refunded(row, original, (amount, absolute(row.refundable)), transaction)
    movement = Movement(
        by=transaction.key.text,
        kind=Taken.REFUNDED,
        line=row.linked_line,
        amount=amount,
        company_amount=company_amount,
    )
    return movement, problem


def _refundable(row: PaymentTrans, original: Original) -> Decimal:
    """The rest of the payment that a refund names, at most the rest that the channel gives."""
    left = original.refundable(row.linked_line)
    return min(left, absolute(row.refundable)) if row.refundable else left


def _in_company(payment: Payment, transaction: RetailTransaction, setup: Setup) -> Money | None:
    company = setup.company(transaction.key.company)
    return in_company_currency(payment, company) if company is not None else None
