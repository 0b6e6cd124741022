"""Reversals: the payments that a cancellation gives back, never more than is left of each.

Without payment rows the payments of the order are reversed, the first one first. A row names the payment that it gives
back; one that names none is set against payments of its own tender, then against any.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from postering.domain.money import ZERO, Money, absolute, difference, negated, share, total
from postering.domain.problems import Problem
from postering.domain.retail_transactions.transactions import PaymentTrans, RetailTransaction
from postering.domain.returns import cancellation_problems
from postering.domain.returns.links import refunded_key
from postering.domain.returns.originals import Original
from postering.domain.returns.payments_left import part_in_company, payments_left, refund_in_company
from postering.domain.sales_orders.documents import Payment, PaymentStatus
from postering.domain.sales_orders.payment_journal import in_company_currency
from postering.domain.sales_orders.payments import build_payments
from postering.domain.setup.setup import Setup
from postering.domain.setup.tables import tender_rules


@dataclass(frozen=True, slots=True, kw_only=True)
class Refunded:
    """An amount given back of one payment of the original, and its part in the company's currency; without sign."""

    line: Decimal
    amount: Decimal
    company_amount: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reversal:
    """The payments of a cancellation, and the parts that they give back of the original's; or the problems."""

    payments: tuple[Payment, ...] = ()
    refunded: tuple[Refunded, ...] = ()
    problems: tuple[Problem, ...] = ()


def reversal_of_rest(original: Original, after: Original, company_currency: str) -> Reversal:
    """The payments that give back the amount paid beyond what is owed of the order `after` the cancellation.

    They are taken from the payments of the order in their order, and numbered from 1.
    """
    left = payments_left(original)
    paid = total(payment.amount.amount for payment in left)
    owed = max(ZERO, difference(paid, max(ZERO, after.owed)))
    whole = {payment.line: payment for payment in original.posted.payments}
    payments: list[Payment] = []
    refunded: list[Refunded] = []
    for payment in left:
        amount = min(payment.amount.amount, owed)
        if amount <= 0:
            break
        owed = difference(owed, amount)
        part = Refunded(
            line=payment.line, amount=amount, company_amount=part_in_company(original, payment.line, amount)
        )
        payments.append(_reversed(whole[payment.line], part, len(payments) + 1, original, company_currency))
        refunded.append(part)
    return Reversal(payments=tuple(payments), refunded=tuple(refunded))


def _reversed(payment: Payment, part: Refunded, number: int, original: Original, company_currency: str) -> Payment:
    key, on_account = original.account.key, not tender_rules(payment.operation).entry
    return replace(
        payment,
        line=Decimal(number),
        amount=Money(negated(part.amount), payment.amount.currency),
        status=PaymentStatus.ON_ACCOUNT if on_account else PaymentStatus.REFUNDED,
        payment_amount=_same_share(payment.payment_amount, part.amount, payment, payment.payment_currency),
        company_amount=_company_amount(payment, part, company_currency, on_account=on_account),
        refunds_transaction=key.transaction_id,
        refunds_line=payment.line,
        refunds_store=key.store,
        refunds_terminal=key.terminal,
        refunds_currency=payment.payment_currency,
        authorized_amount=ZERO,
        reverses=True,
    )


def _same_share(given: Decimal | None, amount: Decimal, payment: Payment, currency: str) -> Decimal | None:
    """The part of an amount in another currency that `amount` is of the payment."""
    if given is None:
        return None
    return negated(share(given, amount, payment.amount.amount, currency))


def _company_amount(payment: Payment, part: Refunded, currency: str, *, on_account: bool) -> Decimal | None:
    """The part's amount in the company's currency; the channel's own if nothing was booked."""
    if not payment.company_amount and (on_account or payment.amount.currency == currency):
        return payment.company_amount
    return negated(part.company_amount) if part.company_amount is not None else None


def reversal_by_rows(transaction: RetailTransaction, original: Original, setup: Setup) -> Reversal:
    """The payment rows of a cancellation, held against what is left in all and of the payment that each names."""
    rows = tuple(zip(transaction.payments, build_payments(transaction, setup), strict=True))
    giving = [(row, payment) for row, payment in rows if payment.counts and payment.amount]
    left = {payment.line: payment for payment in payments_left(original)}
    most = total(payment.amount.amount for payment in left.values())
    refunded = negated(total(payment.amount.amount for _, payment in giving))
    if refunded > most or any(payment.amount.amount > 0 for _, payment in giving):
        return Reversal(problems=(cancellation_problems.too_much_refunded(transaction, original, refunded, most),))
    rest = {line: payment.amount.amount for line, payment in left.items()}
    problems: list[Problem] = []
    taken: dict[Decimal, tuple[Refunded, ...]] = {}
    for row, _ in giving:
        if _names_a_payment(row):
            most_of_row = _left_of_row(row, transaction, original, rest, setup)
            if absolute(row.tendered) > most_of_row:
                problems.append(cancellation_problems.too_much_of_payment(row, original, most_of_row, transaction))
                continue
            rest[row.linked_line] = difference(rest[row.linked_line], absolute(row.tendered))
            taken[row.line] = (Refunded(line=row.linked_line, amount=absolute(row.tendered)),)
    if problems:
        return Reversal(problems=tuple(problems))
    for row, payment in giving:
        if not _names_a_payment(row):
            taken[row.line] = tuple(_spread(payment, left.values(), rest))
    return Reversal(
        payments=tuple(_linked(payment, taken.get(payment.line, ())) for _, payment in rows),
        refunded=tuple(
            _valued(part, payment, original, setup) for _, payment in giving for part in taken[payment.line]
        ),
    )


def _valued(part: Refunded, payment: Payment, original: Original, setup: Setup) -> Refunded:
    """The part of a refund with its share of the company amount that the row gives."""
    company = setup.company(original.account.key.company)
    assert company is not None
    worth = in_company_currency(payment, company)
    given = Money(share(worth.amount, part.amount, absolute(payment.amount.amount), worth.currency), worth.currency)
    return replace(part, company_amount=refund_in_company(original, part.line, part.amount, given))


def _names_a_payment(row: PaymentTrans) -> bool:
    return bool(row.linked_transaction_id) or row.is_linked_refund == 1


def _left_of_row(
    row: PaymentTrans, transaction: RetailTransaction, original: Original, rest: dict[Decimal, Decimal], setup: Setup
) -> Decimal:
    """The rest of the payment that a row names; 0 of a payment of another transaction."""
    if row.linked_transaction_id and refunded_key(row, transaction, setup) != original.account.key:
        return ZERO
    left = rest.get(row.linked_line, ZERO)
    return min(left, absolute(row.refundable)) if row.refundable else left


def _spread(payment: Payment, left: Iterable[Payment], rest: dict[Decimal, Decimal]) -> Iterator[Refunded]:
    """The parts of a refund that names no payment: of payments of its own tender first, of one if one suffices."""
    amount = absolute(payment.amount.amount)

    def order(paid: Payment) -> tuple[bool, bool, bool]:
        return paid.tender_type != payment.tender_type, paid.card_type != payment.card_type, rest[paid.line] < amount

    for paid in sorted(left, key=order):
        if part := min(rest[paid.line], amount):
            rest[paid.line] = difference(rest[paid.line], part)
            amount = difference(amount, part)
            yield Refunded(line=paid.line, amount=part)


def _linked(payment: Payment, taken: tuple[Refunded, ...]) -> Payment:
    """The row's payment, linked to the payment that it gives back if there is exactly one."""
    return replace(payment, refunds_line=taken[0].line) if len(taken) == 1 else payment
