"""Payments, the payment journal and created customers as rows of an export. Amounts are positive for a sale.

Tokens of payment connectors are never exported.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from postering.domain.exports.sheets import Sheet, amount, day, number, summed, text, yes_no
from postering.domain.money import ZERO, Money
from postering.domain.sales_orders.document_parts import Address
from postering.domain.sales_orders.documents import CreatedCustomer, JournalEntry, Payment, PostedOrder, SalesDocument
from postering.domain.setup.tables import tender_rules


class AccountRole(StrEnum):
    """The role of an account in an entry, by the document itself: a later change of the setup changes nothing."""

    RECEIVABLE = "receivable"
    PAYMENT = "payment"
    GIFT_CARD = "gift_card"
    VARIANCE = "variance"


@dataclass(frozen=True, slots=True)
class PaymentOfOrder:
    """A payment and its document."""

    document: SalesDocument
    payment: Payment


@dataclass(frozen=True, slots=True)
class EntryOfOrder:
    """A journal entry, its document, and the role of its account."""

    document: SalesDocument
    entry: JournalEntry
    role: AccountRole


@dataclass(frozen=True, slots=True)
class CustomerOfOrder:
    """A customer and the document with which it was created."""

    document: SalesDocument
    customer: CreatedCustomer


def entries_of(order: PostedOrder) -> Iterator[EntryOfOrder]:
    """The journal of an order, each entry with the role of its account.

    A positive payment (or variance) debits its own account and credits the receivable, a negative one the reverse.
    """
    payments = {payment.line: payment for payment in order.payments}
    for entry in order.journal:
        payment = payments.get(entry.payment_line) if entry.payment_line is not None else None
        booked = payment.amount if payment is not None else order.variance
        role = AccountRole.VARIANCE
        if payment is not None:
            role = AccountRole(tender_rules(payment.operation).role)
        is_receivable = bool(entry.credit) == (booked.amount >= 0)
        yield EntryOfOrder(order.document, entry, AccountRole.RECEIVABLE if is_receivable else role)


def _payments(order: PostedOrder) -> Iterator[PaymentOfOrder]:
    return (PaymentOfOrder(order.document, payment) for payment in order.payments)


def _customers(order: PostedOrder) -> Iterator[CustomerOfOrder]:
    return (CustomerOfOrder(order.document, customer) for customer in order.customers)


def _own_amount(payment: Payment) -> Money | None:
    return Money(payment.payment_amount, payment.payment_currency) if payment.payment_amount is not None else None


def _paid(source: PaymentOfOrder) -> Money:
    return source.payment.amount if source.payment.counts else Money.zero(source.payment.amount.currency)


_NO_ADDRESS: Final = Address(
    line=ZERO,
    name="",
    attention="",
    street="",
    city="",
    county="",
    state="",
    zip_code="",
    country="",
    email="",
    phone="",
)


def _address(source: CustomerOfOrder) -> Address:
    return source.customer.address or _NO_ADDRESS


PAYMENTS: Final[Sheet[PaymentOfOrder]] = Sheet(
    kind="payments",
    holds="a row per payment of those documents, also if it does not count",
    sources=_payments,
    columns=(
        text("company", "the company", lambda s: s.document.company),
        text("document", "the number of its document", lambda s: s.document.id),
        text("kind", "the kind of its document", lambda s: str(s.document.kind)),
        text("store", "the store", lambda s: s.document.store),
        day("business_date", "the business date", lambda s: s.document.business_date),
        text("currency", "the currency of `amount` and `paid`", lambda s: s.payment.amount.currency),
        number("line", "the line number", lambda s: s.payment.line),
        text("method", "the payment method's name", lambda s: s.payment.method),
        text("operation", "its tender operation", lambda s: s.payment.operation),
        text("tender_type", "the tender type", lambda s: s.payment.tender_type),
        text("card_type", "the card type", lambda s: s.payment.card_type),
        text("account", "the method's account", lambda s: s.payment.account),
        summed("amount", "the tendered amount; negative for a refund or change", lambda s: s.payment.amount),
        text(
            "status",
            "`authorized`, `captured`, `refunded`, `change`, `on_account`, `voided`, `declined` or `capture_failed`",
            lambda s: str(s.payment.status),
        ),
        yes_no("counts", "no if it is voided, declined, or its capture failed", lambda s: s.payment.counts),
        summed("paid", "`amount` if it counts, else 0", _paid),
        text("payment_currency", "the currency of the payment", lambda s: s.payment.payment_currency),
        amount("payment_amount", "the amount in it, as the channel gave it", lambda s: _own_amount(s.payment)),
        number("exchange_rate", "to that currency, as the channel gave it", lambda s: s.payment.exchange_rate),
        number("company_amount", "in the company's currency, as given", lambda s: s.payment.company_amount),
        number("company_exchange_rate", "and its rate", lambda s: s.payment.company_exchange_rate),
        text("reference", "gift card, loyalty card, credit voucher or masked card", lambda s: s.payment.reference),
        text("authorization", "the authorisation code", lambda s: s.payment.authorization),
        text("refunds_transaction", "the sale whose payment it refunds", lambda s: s.payment.refunds_transaction),
        number("refunds_line", "and the payment's line", lambda s: s.payment.refunds_line),
        yes_no("reverses", "made by a cancellation without payments of its own", lambda s: s.payment.reverses),
        yes_no("prepayment", "whether it is a prepayment", lambda s: s.payment.prepayment),
    ),
)

JOURNAL: Final[Sheet[EntryOfOrder]] = Sheet(
    kind="journal",
    holds="a row per side of each double entry; a voucher's debits equal its credits",
    sources=entries_of,
    columns=(
        text("company", "the company", lambda s: s.document.company),
        text("voucher", "the voucher: the number of its document", lambda s: s.entry.voucher),
        text("kind", "the kind of its document", lambda s: str(s.document.kind)),
        text("store", "the store", lambda s: s.document.store),
        day("date", "the business date", lambda s: s.entry.date),
        number("payment_line", "the payment that it books; empty: the variance", lambda s: s.entry.payment_line),
        text("role", "of the account: `receivable`, `payment`, `gift_card` or `variance`", lambda s: str(s.role)),
        text("account", "the account", lambda s: s.entry.account),
        summed("debit", "never negative", lambda s: s.entry.debit),
        summed("credit", "never negative", lambda s: s.entry.credit),
        text("currency", "the currency of both", lambda s: s.entry.debit.currency),
        amount("amount_mst", "in the company's currency, debit positive", lambda s: s.entry.company_amount),
        text("currency_mst", "the company's currency", lambda s: s.entry.company_amount.currency),
        text("text", "the text of the entry", lambda s: s.entry.text),
    ),
)

CUSTOMERS: Final[Sheet[CustomerOfOrder]] = Sheet(
    kind="customers",
    holds="a row per customer that was created with one of those documents",
    sources=_customers,
    columns=(
        text("company", "the company", lambda s: s.customer.company),
        text("account", "the account", lambda s: s.customer.account),
        text("name", "the name", lambda s: s.customer.name),
        text("email", "the e-mail address", lambda s: s.customer.email),
        text("phone", "the telephone", lambda s: s.customer.phone),
        text("street", "the street", lambda s: _address(s).street),
        text("street_number", "its number", lambda s: _address(s).street_number),
        text("city", "the city", lambda s: _address(s).city),
        text("zip_code", "the postal code", lambda s: _address(s).zip_code),
        text("state", "the state", lambda s: _address(s).state),
        text("country", "the country", lambda s: _address(s).country),
        text("document", "the document with which it was created", lambda s: s.document.id),
        day("business_date", "the business date of that", lambda s: s.document.business_date),
        text("store", "the store of that", lambda s: s.document.store),
    ),
)
