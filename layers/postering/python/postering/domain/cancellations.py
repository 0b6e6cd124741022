"""Cancellations (type 37): the compensating document on the order that they name, whole or by line.

Without lines all that is left is cancelled, with lines those. Without payment rows what is left of the payments is
reversed: of a whole cancellation all of it, of a partial one as much as was cancelled, the last payment first. Never
more than is left, whatever was returned, refunded or cancelled before.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from postering.domain.document_parts import Charge, Delivery, OriginalLine
from postering.domain.documents import (
    DocumentKind,
    Payment,
    PaymentStatus,
    PostedOrder,
    SalesDocument,
    SalesLine,
)
from postering.domain.journal import build_journal
from postering.domain.money import EXACT, ZERO, Money, difference, minus, plain, product, rounded, size, total
from postering.domain.originals import Movement, Original, Taken
from postering.domain.payments import CUSTOMER_ACCOUNT, build_payments
from postering.domain.problems import Problem
from postering.domain.setup import Setup
from postering.domain.transactions import RetailTransaction, SalesTrans, given_date


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancellation:
    """What a cancellation becomes: its document and what it takes back, or why it can't be posted."""

    order: PostedOrder | None = None
    movements: tuple[Movement, ...] = ()
    problems: tuple[Problem, ...] = ()


def cancel(transaction: RetailTransaction, original: Original, setup: Setup, sales_id: str) -> Cancellation:
    """Compensate `original`, which is posted, as far as `transaction` says and as there is something left of it."""
    wanted = tuple(_wanted(transaction, original))
    problems = [problem for each in wanted if (problem := _more_than_left(each, original)) is not None]
    if not wanted and not _charges_left(original) and not _payments_left(original):
        problems.append(_nothing_left(original))
    if problems:
        return Cancellation(problems=tuple(problems))
    lines = tuple(_compensated(each.line, each, original) for each in wanted if each.line is not None)
    charges = _charges(transaction, wanted, original)
    document = _document(transaction, original, lines, charges, sales_id)
    payments, too_much = _payments(transaction, original, document, setup)
    if too_much:
        return Cancellation(problems=too_much)
    company = setup.company(transaction.key.company)
    assert company is not None
    paid = Money.total((payment.amount for payment in payments if payment.counts), document.currency)
    variance = _variance(transaction, original)
    return Cancellation(
        order=PostedOrder(
            document=document,
            payments=payments,
            journal=build_journal(document, payments, company, variance, transaction.header.exchange_rate),
            variance=variance,
            open=document.total - paid - variance,
        ),
        movements=tuple(_movements(transaction, lines, charges, payments)),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    """A line that is cancelled: the original's, how much of it, and the row that says so (None: all of the order)."""

    line: SalesLine | None
    quantity: Decimal
    row: SalesTrans | None = None


def _wanted(transaction: RetailTransaction, original: Original) -> Iterator[_Wanted]:
    assert original.order is not None
    if transaction.lines:
        for row in transaction.lines:
            line = original.line(row.return_line or row.line)
            yield _Wanted(line=line, quantity=size(row.quantity), row=row)
        return
    for line in original.order.document.lines:
        if left := original.quantity_left(line):
            yield _Wanted(line=line, quantity=left)


def _more_than_left(wanted: _Wanted, original: Original) -> Problem | None:
    left = original.quantity_left(wanted.line) if wanted.line is not None else ZERO
    if wanted.row is None or (wanted.quantity <= left and wanted.line is not None):
        return None
    row = wanted.row
    return Problem(
        code="RETURN_QUANTITY",
        message=(
            f"{row.name}: cancels {plain(wanted.quantity)} of line {plain(row.return_line or row.line)} of "
            f"{_named(original)}, of which {plain(left)} are left"
        ),
        expected=f"at most {plain(left)}",
        found=plain(wanted.quantity),
        rows=(row.name,),
        repair=(
            f"look at `postering show '{original.account.key}'` and correct qty or lineNum of {row.name} at the source"
        ),
    )


def _nothing_left(original: Original) -> Problem:
    return Problem(
        code="RETURN_QUANTITY",
        message=f"nothing is left to cancel of {_named(original)}",
        expected="an order of which something is left",
        found="an order that was returned or cancelled whole",
        rows=("RetailTransactionTable",),
        repair=f"nothing is to be done; `postering show '{original.account.key}'` has the order",
    )


def _named(original: Original) -> str:
    assert original.order is not None
    return f"order {original.order.document.id}"


def _compensated(line: SalesLine, wanted: _Wanted, original: Original) -> SalesLine:
    """The line with the other sign: what the row gives, else its share; all that is left of it where none stays."""
    net, tax = _share(line, wanted, original)
    sign = Decimal(-1) if line.quantity >= 0 else Decimal(1)
    return replace(
        line,
        quantity=product(wanted.quantity, sign),
        discount=Money.zero(net.currency),
        net=-net,
        tax=-tax,
        total=-(net + tax),
        taxes=(),
        tax_measures=(),
        discounts=(),
        discount_shares=(),
        exempt=None,
        unit_quantity=_unit_quantity(line, wanted, sign),
        original=_original_line(line, original),
    )


def _unit_quantity(line: SalesLine, wanted: _Wanted, sign: Decimal) -> Decimal:
    """In the selling unit: of the whole line all of it, of a part what the row says."""
    if wanted.quantity == size(line.quantity):
        return minus(line.unit_quantity)
    return product(size(wanted.row.unit_quantity), sign) if wanted.row is not None else ZERO


def _share(line: SalesLine, wanted: _Wanted, original: Original) -> tuple[Money, Money]:
    """Net and tax of what is cancelled, in the line's own sign. What rounding leaves goes with the line's last part."""
    currency, row = line.net.currency, wanted.row
    sign = Decimal(-1) if line.total.amount < 0 else Decimal(1)
    if wanted.quantity == original.quantity_left(line):
        taken = original.account.of_line(line.line)
        net = difference(line.net.amount, product(sign, total(movement.net for movement in taken)))
        tax = difference(line.tax.amount, product(sign, total(movement.tax for movement in taken)))
    elif row is not None and (row.net or row.tax):
        net, tax = product(sign, size(row.net)), product(sign, size(row.tax))
    else:
        net = _part(line.net.amount, wanted.quantity, size(line.quantity), currency)
        tax = _part(line.tax.amount, wanted.quantity, size(line.quantity), currency)
    return Money(net, currency), Money(tax, currency)


def _part(amount: Decimal, quantity: Decimal, whole: Decimal, currency: str) -> Decimal:
    if not whole:
        return ZERO
    loose = EXACT.copy()
    loose.clear_traps()
    return rounded(loose.divide(product(amount, quantity), whole), currency)


def _original_line(line: SalesLine, original: Original) -> OriginalLine:
    key = original.account.key
    return OriginalLine(transaction_id=key.transaction_id, store=key.store, terminal=key.terminal, line=line.line)


def _charges_left(original: Original) -> list[Charge]:
    assert original.order is not None
    return [
        charge
        for charge in original.order.document.charges
        if not original.account.has_charge(charge.line, charge.number)
    ]


def _charges(transaction: RetailTransaction, wanted: tuple[_Wanted, ...], original: Original) -> tuple[Charge, ...]:
    """Charges go with what they are for: a line's with the line, the header's when nothing is left of the order."""
    assert original.order is not None
    gone = {
        each.line.line
        for each in wanted
        if each.line is not None and each.quantity == original.quantity_left(each.line)
    }
    whole = not transaction.lines or all(
        line.line in gone or not original.quantity_left(line) for line in original.order.document.lines
    )
    return tuple(
        replace(
            charge,
            amount=-charge.amount,
            tax=-charge.tax,
            tax_on_top=minus(charge.tax_on_top),
            tax_inside=minus(charge.tax_inside),
            exempt=None,
        )
        for charge in _charges_left(original)
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
        header_total=Money(minus(header.gross), sold.currency),
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


def _payments_left(original: Original) -> list[tuple[Payment, Decimal]]:
    assert original.order is not None
    paid = [payment for payment in original.order.payments if payment.counts and payment.amount.amount > 0]
    change = total(p.amount.amount for p in original.order.payments if p.counts and p.amount.amount < 0)
    left = []
    for payment in paid:
        rest = original.refundable(payment.line)
        given_as_change = min(rest, size(change)) if change < 0 else ZERO
        change = total((change, given_as_change))
        if rest := difference(rest, given_as_change):
            left.append((payment, rest))
    return left


def _payments(
    transaction: RetailTransaction, original: Original, document: SalesDocument, setup: Setup
) -> tuple[tuple[Payment, ...], tuple[Problem, ...]]:
    left = _payments_left(original)
    if not transaction.payments:
        most = total(rest for _, rest in left) if not transaction.lines else size(document.total.amount)
        return tuple(_reversed(left, most, original)), ()
    rows = build_payments(transaction, setup)
    refunded = size(total(row.amount.amount for row in rows if row.counts))
    most = total(rest for _, rest in left)
    if refunded > most or any(row.counts and row.amount.amount > 0 for row in rows):
        return (), (_too_much(transaction, original, refunded, most, document.currency),)
    return tuple(_linked(rows, left)), ()


def _reversed(left: list[tuple[Payment, Decimal]], most: Decimal, original: Original) -> Iterator[Payment]:
    """Payments that give back `most`, the last payment first; numbered from 1."""
    for number, (payment, rest) in enumerate(reversed(left), start=1):
        amount = min(rest, most)
        if not amount:
            return
        most = difference(most, amount)
        yield replace(
            payment,
            line=Decimal(number),
            amount=Money(minus(amount), payment.amount.currency),
            status=_reversal_status(payment),
            payment_amount=_same_share(payment.payment_amount, amount, payment.amount.amount),
            company_amount=_same_share(payment.company_amount, amount, payment.amount.amount),
            refunds_transaction=original.account.key.transaction_id,
            refunds_line=payment.line,
            refunds_store=original.account.key.store,
            refunds_terminal=original.account.key.terminal,
            refunds_currency=payment.payment_currency,
            authorized_amount=ZERO,
            reverses=True,
        )


def _reversal_status(payment: Payment) -> PaymentStatus:
    return PaymentStatus.ON_ACCOUNT if payment.operation == CUSTOMER_ACCOUNT else PaymentStatus.REFUNDED


def _same_share(given: Decimal | None, amount: Decimal, whole: Decimal) -> Decimal | None:
    """The other currency's amount of a payment that is reversed whole; of a part, by its rate (`journal`)."""
    return minus(given) if given is not None and amount == whole else None


def _linked(rows: tuple[Payment, ...], left: list[tuple[Payment, Decimal]]) -> Iterator[Payment]:
    """The rows as given; those that name no payment are set against what is left, first come first served."""
    rest = {payment.line: amount for payment, amount in left}
    for row in rows:
        if not row.counts or row.refunds_line is not None:
            yield row
            continue
        line = next((line for line, amount in rest.items() if amount >= size(row.amount.amount)), None)
        if line is not None:
            rest[line] = difference(rest[line], size(row.amount.amount))
        yield replace(row, refunds_line=line)


def _too_much(
    transaction: RetailTransaction, original: Original, refunded: Decimal, most: Decimal, currency: str
) -> Problem:
    return Problem(
        code="REFUND_AMOUNT",
        message=(
            f"refunds {Money(refunded, currency)} of {_named(original)}, of which {Money(most, currency)} are left"
        ),
        expected=f"at most {Money(most, currency).text}",
        found=Money(refunded, currency).text,
        rows=tuple(payment.name for payment in transaction.paying),
        repair=(
            f"look at `postering show '{original.account.key}'` for what was paid and refunded; correct "
            "amountTendered of its rows of RetailTransactionPaymentTrans at the source (a refund is negative)"
        ),
    )


def _variance(transaction: RetailTransaction, original: Original) -> Money:
    """Taken back with the whole of an order of which nothing was taken back before; else what differs stays open."""
    assert original.order is not None
    whole = not (transaction.lines or transaction.payments or original.account.movements)
    return -original.order.variance if whole else Money.zero(original.order.variance.currency)


def _movements(
    transaction: RetailTransaction,
    lines: tuple[SalesLine, ...],
    charges: tuple[Charge, ...],
    payments: tuple[Payment, ...],
) -> Iterator[Movement]:
    by = transaction.key.text
    for line in lines:
        yield Movement(
            by=by,
            kind=Taken.CANCELLED,
            line=line.line,
            quantity=size(line.quantity),
            net=size(line.net.amount),
            tax=size(line.tax.amount),
        )
    for charge in charges:
        amount = size(charge.total.amount)
        yield Movement(by=by, kind=Taken.CHARGE, line=charge.line, number=charge.number, amount=amount)
    for payment in payments:
        if payment.counts and payment.refunds_line is not None:
            amount = size(payment.amount.amount)
            yield Movement(by=by, kind=Taken.REFUNDED, line=payment.refunds_line, amount=amount)
