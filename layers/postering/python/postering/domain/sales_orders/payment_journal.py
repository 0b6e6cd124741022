"""The payment journal: double entry, per payment that counts, in the channel's currency, one voucher per document.

A positive payment debits its account and credits the receivable, a negative one the reverse. The tender operation gives
the account: the payment method's, or one of the company. A payment on the customer's account makes no entry: the
receivable stays open. A card's entry is made on authorisation, against a clearing account; capture and invoice come
later.
"""

from collections.abc import Iterable
from decimal import Decimal

from postering.domain.money import EXACT, ZERO, Money, plain, product, rounded
from postering.domain.sales_orders.documents import JournalEntry, Payment, SalesDocument
from postering.domain.setup.setup import Company
from postering.domain.setup.tables import tender_rules

_RATE_UNITS = Decimal(100)
"""D365 gives exchange rates for 100 units of the foreign currency."""


def build_journal(
    document: SalesDocument,
    payments: Iterable[Payment],
    company: Company,
    variance: Money,
    exchange_rate: Decimal,
) -> tuple[JournalEntry, ...]:
    """The entries of `payments` and of the `variance`; debits equal credits, in both currencies."""
    entries = [
        entry
        for payment in payments
        if payment.counts and payment.amount and tender_rules(payment.operation).entry
        for entry in _payment_entries(document, payment, company)
    ]
    if variance:
        in_company = _in_company_currency(variance, company, exchange_rate)
        text = f"Payment difference of {document.id}"
        entries += _pair(document, company, company.variance_account, variance, in_company, None, text)
    return tuple(entries)


def _payment_entries(document: SalesDocument, payment: Payment, company: Company) -> tuple[JournalEntry, ...]:
    of_company = tender_rules(payment.operation).company_account
    account = getattr(company, of_company) if of_company else payment.account
    text = f"{payment.method}, payment {plain(payment.line)} of {document.id}"
    in_company = in_company_currency(payment, company)
    return _pair(document, company, account, payment.amount, in_company, payment.line, text)


def _pair(
    document: SalesDocument,
    company: Company,
    account: str,
    amount: Money,
    in_company: Money,
    payment_line: Decimal | None,
    text: str,
) -> tuple[JournalEntry, JournalEntry]:
    """`account` against the receivable, the debit first. A negative amount changes the sides, never the sign."""
    debited, credited = account, company.receivable_account
    if amount.amount < 0:
        debited, credited = credited, debited
    nothing = Money.zero(amount.currency)
    sides = (
        (debited, abs(amount), nothing, abs(in_company)),
        (credited, nothing, abs(amount), -abs(in_company)),
    )
    debit, credit = (
        JournalEntry(
            voucher=document.id,
            date=document.business_date,
            payment_line=payment_line,
            account=side,
            debit=debit_amount,
            credit=credit_amount,
            company_amount=signed,
            text=text,
        )
        for side, debit_amount, credit_amount, signed in sides
    )
    return debit, credit


def in_company_currency(payment: Payment, company: Company) -> Money:
    """The booked amount of a payment in the company's currency: the given one; if it is absent or 0, by its rate.

    For a payment that a cancellation reverses, 0 is an amount too: the rest that the parts before it left.
    """
    if payment.amount.currency == company.currency and not payment.company_amount:
        return payment.amount
    if payment.company_amount or (payment.reverses and payment.company_amount is not None):
        return Money(payment.company_amount, company.currency)
    return _in_company_currency(payment.amount, company, payment.company_exchange_rate)


def _in_company_currency(amount: Money, company: Company, rate: Decimal) -> Money:
    """`amount` by `rate` per 100 units, rounded to the currency's digits; 0 if the rate is absent or 0."""
    if amount.currency == company.currency:
        return amount
    converted = EXACT.divide(product(amount.amount, rate), _RATE_UNITS) if rate else ZERO
    return Money(rounded(converted, company.currency), company.currency)
