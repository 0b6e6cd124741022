"""The books of a transaction, recomputed from its document's lines, its payments and its journal entries.

No total that a job wrote is used: the total is summed from lines and charges, the paid amount from the payments, the
booked amount from the entries. If two of them do not agree, the record itself is at fault.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from postering.domain.keys import TransactionKey
from postering.domain.money import ZERO, Money, amount_text, difference, plain, total
from postering.domain.reconciliation.differences import (
    DEBITS_AND_CREDITS,
    ORDERS_AND_PAYMENTS,
    PAYMENTS_AND_JOURNAL,
    Fault,
)
from postering.domain.reconciliation.figures import Figures, digest, document_figures
from postering.domain.sales_orders.documents import DocumentKind, JournalEntry, Payment, PostedOrder
from postering.domain.sales_orders.kept_payments import kept_payments
from postering.domain.setup.tables import tender_rules


@dataclass(frozen=True, slots=True, kw_only=True)
class Booked:
    """A posted document in figures: `total` is that of lines and charges, `header_total` that of the header.

    `entered` are the payments in the journal, `on_account` those on the customer's account instead. A cancellation
    counts with its own header and payment rows. What it takes back beyond them is `cancelled_gross`, of payments
    `cancelled_payments`, of these in the journal `cancelled_entered` and on the customer's account
    `cancelled_on_account`; `cancelled_variance` and `cancelled_open` are the rest of its variance and open amount.
    `received` is the amount paid in, less change: no more can be given back. `figures` are kept only of a
    cancellation, and when a difference is read again.
    """

    transaction: TransactionKey
    kind: DocumentKind
    id: str
    store: str
    business_date: date
    currency: str
    header_total: Decimal
    total: Decimal
    paid: Decimal
    received: Decimal
    variance: Decimal
    open: Decimal
    entries: int
    entered: Decimal
    on_account: Decimal
    cancelled_gross: Decimal
    cancelled_payments: Decimal
    cancelled_entered: Decimal
    cancelled_on_account: Decimal
    cancelled_variance: Decimal
    cancelled_open: Decimal
    digest: bytes
    figures: Figures | None
    faults: tuple[Fault, ...]


def booked(order: PostedOrder, receivable: str, *, detailed: bool = False) -> Booked:
    """Recompute a posted order; `receivable` is the company's receivable account in the active setup."""
    document = order.document
    figures = document_figures(order)
    of_lines = (amount for line in document.lines for amount in (line.net.amount, line.tax.amount))
    of_charges = (amount for charge in document.charges for amount in (charge.amount.amount, charge.tax.amount))
    summed = total((*of_lines, *of_charges))
    cancels = document.kind is DocumentKind.CANCELLATION
    header_total = document.header_total.amount
    entered = _entered(order, receivable)
    reversing = {payment.line for payment in order.payments if payment.reverses}
    paid = _paid(order, reversing=False)
    return Booked(
        transaction=document.transaction,
        kind=document.kind,
        id=document.id,
        store=document.store,
        business_date=document.business_date,
        currency=document.currency,
        header_total=header_total,
        total=header_total if cancels else summed,
        paid=paid,
        received=total(kept.amount for kept in kept_payments(order).values()),
        variance=ZERO if cancels else order.variance.amount,
        open=difference(header_total, paid) if cancels else order.open.amount,
        entries=len(order.journal),
        entered=total(amount for line, amount in entered.items() if line is not None and line not in reversing),
        on_account=_put_on_account(order, reversing=False),
        cancelled_gross=difference(summed, header_total) if cancels else ZERO,
        cancelled_payments=_paid(order, reversing=True),
        cancelled_entered=total(amount for line, amount in entered.items() if line in reversing),
        cancelled_on_account=_put_on_account(order, reversing=True),
        cancelled_variance=order.variance.amount if cancels else ZERO,
        cancelled_open=difference(order.open.amount, difference(header_total, paid)) if cancels else ZERO,
        digest=digest(figures),
        figures=figures if detailed or cancels else None,
        faults=(*_open_faults(order, summed), *_journal_faults(order, entered)),
    )


def _paid(order: PostedOrder, *, reversing: bool) -> Decimal:
    """The sum of the payments that count and reverse earlier ones, or of the others that count."""
    return total(p.amount.amount for p in order.payments if p.counts and p.reverses is reversing)


def _put_on_account(order: PostedOrder, *, reversing: bool) -> Decimal:
    return total(p.amount.amount for p in order.payments if _on_account(p) and p.reverses is reversing)


def _on_account(payment: Payment) -> bool:
    return payment.counts and not tender_rules(payment.operation).entry


def _open_faults(order: PostedOrder, summed: Decimal) -> Iterator[Fault]:
    """total = paid + variance + open; a quotation takes no payments and leaves nothing open.

    The total of a cancellation is that of its lines and charges, of all others that of the header.
    """
    document = order.document
    if document.kind is DocumentKind.QUOTATION:
        return
    due = Money(summed, document.currency) if document.kind is DocumentKind.CANCELLATION else document.header_total
    rest = difference(due.amount, total((order.paid.amount, order.variance.amount, order.open.amount)))
    if rest:
        yield Fault(
            ORDERS_AND_PAYMENTS,
            rest,
            f"total {due.text} is not paid {order.paid.text} + variance {order.variance.text} + open {order.open.text}",
        )


def _entered(order: PostedOrder, receivable: str) -> dict[Decimal | None, Decimal]:
    """The booked amount of each payment line, and (None) of the variance: the side against the receivable."""
    payments = {payment.line: payment for payment in order.payments}
    found: dict[Decimal | None, Decimal] = {}
    for line in dict.fromkeys(entry.payment_line for entry in order.journal):
        entries = [entry for entry in order.journal if entry.payment_line == line]
        payment = payments.get(line) if line is not None else None
        amount = payment.amount.amount if payment is not None else order.variance.amount
        legs = _legs(entries, receivable, payment.account if payment is not None else "", amount)
        found[line] = total(difference(entry.debit.amount, entry.credit.amount) for entry in legs)
    return found


def _legs(entries: Sequence[JournalEntry], receivable: str, account: str, amount: Decimal) -> Sequence[JournalEntry]:
    """The entries against the receivable, also if the setup has changed the receivable account since."""
    for legs in (
        [entry for entry in entries if entry.account != receivable],
        [entry for entry in entries if entry.account == account],
    ):
        if 0 < len(legs) < len(entries):
            return legs
    return entries[:1] if amount >= 0 else entries[1:2]


def _journal_faults(order: PostedOrder, entered: dict[Decimal | None, Decimal]) -> Iterator[Fault]:
    document, journal = order.document, order.journal
    debits = total(entry.debit.amount for entry in journal)
    credits = total(entry.credit.amount for entry in journal)
    if debits != credits:
        shown = f"debits {amount_text(debits, document.currency)}, credits {amount_text(credits, document.currency)}"
        yield Fault(DEBITS_AND_CREDITS, difference(debits, credits), f"voucher {document.id} has {shown}")
    if in_company := total(entry.company_amount.amount for entry in journal):
        why = f"the amounts of voucher {document.id} in company currency add up to {plain(in_company)}, not to 0"
        yield Fault(DEBITS_AND_CREDITS, in_company, why)
    for entry in journal:
        if wrong := _wrong_entry(entry, order):
            yield Fault(DEBITS_AND_CREDITS, ZERO, f"an entry of voucher {document.id} on {entry.account} {wrong}")
    expected = {
        payment.line: payment.amount.amount
        for payment in order.payments
        if payment.counts and payment.amount and not _on_account(payment)
    }
    for line in sorted({*expected, *(line for line in entered if line is not None)}):
        due, there = expected.get(line, ZERO), entered.get(line, ZERO)
        if due != there:
            shown = f"{amount_text(due, document.currency)}, the journal {amount_text(there, document.currency)}"
            yield Fault(
                PAYMENTS_AND_JOURNAL, difference(due, there), f"payment {plain(line)} of {document.id} has {shown}"
            )
    variance = entered.get(None, ZERO)
    if variance != order.variance.amount:
        shown = amount_text(variance, document.currency)
        why = f"variance of {document.id} is {order.variance.text}, the journal has {shown}"
        yield Fault(PAYMENTS_AND_JOURNAL, difference(order.variance.amount, variance), why)
    yield from _account_faults(order)


def _wrong_entry(entry: JournalEntry, order: PostedOrder) -> str:
    document = order.document
    if entry.voucher != document.id:
        return f"bears the voucher {entry.voucher}"
    if entry.date != document.business_date:
        return f"is dated {entry.date.isoformat()}, the document {document.business_date.isoformat()}"
    if {entry.debit.currency, entry.credit.currency} != {document.currency}:
        return f"is not in {document.currency}"
    if entry.debit.amount < 0 or entry.credit.amount < 0 or (entry.debit and entry.credit):
        return "has a negative side, or both sides"
    return ""


def _account_faults(order: PostedOrder) -> Iterator[Fault]:
    """Each payment is booked on its method's account, if its tender operation says so."""
    accounts: dict[Decimal | None, set[str]] = {}
    for entry in order.journal:
        accounts.setdefault(entry.payment_line, set()).add(entry.account)
    for payment in order.payments:
        there = accounts.get(payment.line, set())
        if there and tender_rules(payment.operation).method_account and payment.account not in there:
            yield Fault(
                PAYMENTS_AND_JOURNAL,
                payment.amount.amount,
                f"payment {plain(payment.line)} belongs on account {payment.account}, "
                f"the journal has it on {', '.join(sorted(there))}",
            )
