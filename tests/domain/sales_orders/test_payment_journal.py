"""The payment journal: the examples of the accountants word for word, and that it always balances."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postering.domain.money import Money, negated, total
from postering.domain.posting.verdicts import build_order
from postering.domain.retail_transactions.transactions import Header, PaymentTrans, RetailTransaction, SalesTrans
from postering.domain.sales_orders.documents import JournalEntry, PostedOrder
from postering.domain.setup.setup import Setup
from tests.domain.transactions_examples import (
    ACCOUNT,
    CARD,
    CASH,
    DAY,
    GIFT_CARD,
    KEY,
    a_setup,
    valid_transactions,
    with_company,
)

Line = tuple[str, str, str]
"""Dr or Cr, account, amount."""


def a_payment(amount: str, tender: str = CARD, card: str = "VISA", **more: Any) -> PaymentTrans:
    return PaymentTrans(tender_type=tender, card_type=card if tender == CARD else "", tendered=Decimal(amount), **more)


def an_order(
    total_amount: str, *payments: PaymentTrans, setup: Setup | None = None, currency: str = "USD", **header: Any
) -> PostedOrder:
    """One line of this total, paid like this."""
    gross = negated(Decimal(total_amount))
    quantity = Decimal(1) if gross > 0 else Decimal(-1)
    numbered_rows = tuple(replace(payment, line=Decimal(number)) for number, payment in enumerate(payments, 1))
    transaction = RetailTransaction(
        key=KEY,
        header=Header(type=27, currency=currency, business_date_given=DAY, gross=gross, net=gross, **header),
        sales=(SalesTrans(line=Decimal(1), quantity=quantity, net=gross, gross=gross),),
        payments=numbered_rows,
    )
    return build_order(transaction, setup or a_setup(currency), "ONL-000001")


def lines(order: PostedOrder) -> list[Line]:
    return [
        ("Dr", entry.account, entry.debit.text) if entry.debit else ("Cr", entry.account, entry.credit.text)
        for entry in order.journal
    ]


TOLERANT = with_company(a_setup(), maximum_payment_difference=Decimal("0.01"))


# --- the examples --------------------------------------------------------------------------------


def test_a_sale_by_card() -> None:
    assert lines(an_order("100", a_payment("100"))) == [("Dr", "112250", "100.00"), ("Cr", "130100", "100.00")]


def test_a_sale_by_gift_card_and_card() -> None:
    assert lines(an_order("100", a_payment("30", GIFT_CARD), a_payment("70"))) == [
        ("Dr", "250600", "30.00"),
        ("Cr", "130100", "30.00"),
        ("Dr", "112250", "70.00"),
        ("Cr", "130100", "70.00"),
    ]


def test_a_refund() -> None:
    assert lines(an_order("-40", a_payment("-40"))) == [("Dr", "130100", "40.00"), ("Cr", "112250", "40.00")]


def test_cash_with_change() -> None:
    assert lines(an_order("100", a_payment("120", CASH), a_payment("-20", CASH, change=1))) == [
        ("Dr", "110110", "120.00"),
        ("Cr", "130100", "120.00"),
        ("Dr", "130100", "20.00"),
        ("Cr", "110110", "20.00"),
    ]


def test_a_cent_too_little_within_the_tolerance() -> None:
    order = an_order("100", a_payment("99.99"), setup=TOLERANT)

    assert lines(order) == [
        ("Dr", "112250", "99.99"),
        ("Cr", "130100", "99.99"),
        ("Dr", "618900", "0.01"),
        ("Cr", "130100", "0.01"),
    ]
    assert [entry.payment_line for entry in order.journal] == [Decimal(1), Decimal(1), None, None]
    assert (order.variance.text, order.open.text) == ("0.01", "0.00")


def test_a_cent_too_much_within_the_tolerance_is_the_reverse() -> None:
    order = an_order("100", a_payment("100.01"), setup=TOLERANT)

    assert lines(order)[2:] == [("Dr", "130100", "0.01"), ("Cr", "618900", "0.01")]
    assert order.variance.text == "-0.01"


# --- other payments ------------------------------------------------------------------------------


def test_what_is_put_on_the_customer_s_account_makes_no_entry() -> None:
    order = an_order("100", a_payment("60", ACCOUNT), a_payment("40"))

    assert lines(order) == [("Dr", "112250", "40.00"), ("Cr", "130100", "40.00")]
    assert order.paid.text == "100.00"


def test_a_payment_of_nothing_is_a_payment_and_no_entry() -> None:
    order = an_order("0", a_payment("0"))

    assert (order.journal, len(order.payments)) == ((), 1)


@pytest.mark.parametrize(
    "row", [{"status": 1}, {"void_status": 2}, {"processor_status": 2}, {"processor_status": 3}, {"capture_failed": 1}]
)
def test_a_row_that_does_not_count_makes_no_entry(row: dict[str, Any]) -> None:
    order = an_order("100", a_payment("100"), a_payment("55", **row))

    assert len(order.journal) == 2
    assert len(order.payments) == 2


def test_a_refund_to_a_gift_card_credits_the_liability() -> None:
    assert lines(an_order("-40", a_payment("-40", GIFT_CARD))) == [
        ("Dr", "130100", "40.00"),
        ("Cr", "250600", "40.00"),
    ]


def test_equal_payments_are_not_netted_and_each_has_its_own_entries() -> None:
    order = an_order("0", a_payment("50"), a_payment("-50"))

    assert lines(order) == [
        ("Dr", "112250", "50.00"),
        ("Cr", "130100", "50.00"),
        ("Dr", "130100", "50.00"),
        ("Cr", "112250", "50.00"),
    ]


def test_a_quotation_has_no_payments_and_no_journal() -> None:
    transaction = RetailTransaction(
        key=KEY,
        header=Header(type=31, currency="USD", business_date_given=DAY, gross=Decimal(-100)),
        payments=(replace(a_payment("100"), line=Decimal(1)),),
    )
    order = build_order(transaction, a_setup(), "Q-1")

    assert (order.payments, order.journal, order.variance.text, order.open.text) == ((), (), "0.00", "0.00")


def test_an_entry_bears_the_document_s_number_the_business_date_and_what_it_is_for() -> None:
    debit, credit = an_order("100", a_payment("100")).journal

    assert {debit.voucher, credit.voucher} == {"ONL-000001"}
    assert {debit.date, credit.date} == {DAY}
    assert {debit.text, credit.text} == {"PayCard VISA, payment 1 of ONL-000001"}


# --- the company's currency ----------------------------------------------------------------------


def company_amounts(order: PostedOrder) -> list[str]:
    return [str(entry.company_amount) for entry in order.journal]


def test_in_the_company_s_own_currency_both_amounts_are_equal() -> None:
    assert company_amounts(an_order("100", a_payment("100"))) == ["100.00 USD", "-100.00 USD"]


def test_the_company_amount_is_as_the_channel_gave_it_with_the_side_s_sign() -> None:
    order = an_order("100", a_payment("100", company_amount=Decimal("108.33")), currency="EUR")
    refund = an_order("-40", a_payment("-40", company_amount=Decimal("-43.33")), currency="EUR")

    assert company_amounts(order) == ["108.33 USD", "-108.33 USD"]
    assert company_amounts(refund) == ["43.33 USD", "-43.33 USD"]
    assert lines(refund)[0] == ("Dr", "130100", "40.00")


def test_without_a_company_amount_the_rate_per_hundred_makes_it() -> None:
    order = an_order("9.99", a_payment("9.99", company_exchange_rate=Decimal("108.335")), currency="EUR")

    assert company_amounts(order) == ["10.82 USD", "-10.82 USD"]


@pytest.mark.parametrize("amount", [None, Decimal(0), Decimal("-0.00")])
def test_an_absent_or_zero_rate_promises_nothing(amount: Decimal | None) -> None:
    order = an_order("10", a_payment("10", company_amount=amount), currency="EUR")

    assert company_amounts(order) == ["0.00 USD", "0.00 USD"]


@pytest.mark.parametrize(("paid", "amounts"), [("99.99", ["0.01", "-0.01"]), ("100.01", ["0.01", "-0.01"])])
def test_a_variance_is_converted_by_the_header_s_rate_and_never_is_minus_zero(paid: str, amounts: list[str]) -> None:
    setup = with_company(a_setup("EUR"), maximum_payment_difference=Decimal("0.01"))
    order = an_order("100", a_payment(paid), setup=setup, currency="EUR", exchange_rate=Decimal("108"))
    tiny = an_order("100", a_payment(paid), setup=setup, currency="EUR", exchange_rate=Decimal("10"))

    assert [entry.company_amount.text for entry in order.journal[2:]] == amounts
    assert [str(entry.company_amount.amount) for entry in tiny.journal[2:]] == ["0.00", "0.00"]


# --- what always holds ---------------------------------------------------------------------------


def assert_balanced(journal: tuple[JournalEntry, ...]) -> None:
    assert total(entry.debit.amount for entry in journal) == total(entry.credit.amount for entry in journal)
    assert total(entry.company_amount.amount for entry in journal) == 0
    for entry in journal:
        assert entry.debit.amount >= 0
        assert entry.credit.amount >= 0
        assert bool(entry.debit) != bool(entry.credit)
        assert entry.company_amount.amount * (1 if entry.debit else -1) >= 0
        assert not any(
            money.amount.is_signed() and not money for money in (entry.debit, entry.credit, entry.company_amount)
        )


@given(valid_transactions())
def test_the_journal_of_every_valid_transaction_balances_in_both_currencies(transaction: RetailTransaction) -> None:
    order = build_order(transaction, a_setup(transaction.header.currency), "ONL-000001")

    assert_balanced(order.journal)
    posted = [p for p in order.payments if p.counts and p.amount and p.operation != "PayCustomerAccount"]
    assert [entry.payment_line for entry in order.journal[::2]] == [payment.line for payment in posted]
    receivable = total(
        negated(entry.debit.amount) if entry.debit else entry.credit.amount
        for entry in order.journal
        if entry.account == "130100"
    )
    assert receivable == total(payment.amount.amount for payment in posted)
    assert order.paid.amount == transaction.header.paid
    assert order.document.total == order.paid + order.variance + order.open


HUGE = st.integers(-(10**38) + 1, 10**38 - 1).map(lambda units: Decimal(f"{units}e-2"))


@given(
    st.lists(st.tuples(HUGE, st.sampled_from([CASH, CARD, ACCOUNT, GIFT_CARD]), st.none() | HUGE), max_size=5),
    st.sampled_from(["USD", "EUR", "JPY", "KWD"]),
    HUGE,
    st.integers(0, 10**38 - 1).map(lambda units: Decimal(f"{units}e-10")),
)
def test_amounts_of_38_digits_balance_to_the_last_one(
    rows: list[tuple[Decimal, str, Decimal | None]], currency: str, gross: Decimal, rate: Decimal
) -> None:
    setup = with_company(a_setup(currency), maximum_payment_difference=Decimal("1e38"))
    payments = [
        a_payment(str(amount), tender, company_amount=company, company_exchange_rate=rate)
        for amount, tender, company in rows
    ]

    order = an_order(format(gross, "f"), *payments, setup=setup, currency=currency, exchange_rate=rate)

    assert_balanced(order.journal)
    assert order.paid == Money.total((Money(amount, currency) for amount, *_ in rows), currency)
    assert order.document.header_total == order.paid + order.variance + order.open
