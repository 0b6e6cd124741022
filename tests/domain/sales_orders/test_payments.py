"""From payment rows to payments: one per row, with method, operation and status."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given

from postering.domain.money import Money, total
from postering.domain.retail_transactions.transactions import PaymentTrans, RetailTransaction
from postering.domain.sales_orders.documents import Payment, PaymentStatus
from postering.domain.sales_orders.payments import build_payments
from tests.domain.transactions_examples import ACCOUNT, CARD, CASH, GIFT_CARD, a_sale, a_setup, valid_transactions


def pay(**columns: Any) -> Payment:
    row = {"line": Decimal(1), "tender_type": CARD, "card_type": "VISA", "tendered": Decimal(10), **columns}
    (payment,) = build_payments(a_sale(payments=(PaymentTrans(**row),)), a_setup())
    return payment


@given(valid_transactions())
def test_there_is_one_payment_per_row_and_those_that_count_make_what_is_paid(transaction: RetailTransaction) -> None:
    payments = build_payments(transaction, a_setup(transaction.header.currency))

    assert [payment.line for payment in payments] == [row.line for row in transaction.payments]
    assert total(payment.amount.amount for payment in payments if payment.counts) == transaction.header.paid
    assert [payment.counts for payment in payments] == [row.counts for row in transaction.payments]


@given(valid_transactions())
def test_the_three_amounts_are_as_the_channel_gave_them(transaction: RetailTransaction) -> None:
    payments = build_payments(transaction, a_setup(transaction.header.currency))

    for payment, row in zip(payments, transaction.payments, strict=True):
        assert payment.amount == Money(row.tendered, transaction.header.currency)
        assert (payment.payment_amount, payment.payment_currency) == (row.payment_amount, row.currency)
        assert payment.company_amount == row.company_amount


@pytest.mark.parametrize(
    ("columns", "status"),
    [
        ({}, PaymentStatus.AUTHORIZED),
        ({"captured": 1}, PaymentStatus.CAPTURED),
        ({"tendered": Decimal(0)}, PaymentStatus.AUTHORIZED),
        ({"tendered": Decimal(-10)}, PaymentStatus.REFUNDED),
        ({"tendered": Decimal(-10), "captured": 1}, PaymentStatus.REFUNDED),
        ({"tender_type": CASH, "card_type": ""}, PaymentStatus.CAPTURED),
        ({"tender_type": CASH, "card_type": "", "tendered": Decimal(-2), "change": 1}, PaymentStatus.CHANGE),
        ({"tender_type": GIFT_CARD, "card_type": ""}, PaymentStatus.CAPTURED),
        ({"tender_type": ACCOUNT, "card_type": ""}, PaymentStatus.ON_ACCOUNT),
        ({"tender_type": ACCOUNT, "card_type": "", "tendered": Decimal(-5)}, PaymentStatus.ON_ACCOUNT),
        ({"status": 1}, PaymentStatus.VOIDED),
        ({"void_status": 1}, PaymentStatus.VOIDED),
        ({"void_status": 3, "processor_status": 2}, PaymentStatus.VOIDED),
        ({"processor_status": 2}, PaymentStatus.DECLINED),
        ({"processor_status": 3}, PaymentStatus.DECLINED),
        ({"processor_status": 1}, PaymentStatus.AUTHORIZED),
        ({"capture_failed": 1}, PaymentStatus.CAPTURE_FAILED),
        ({"capture_failed": 1, "captured": 1}, PaymentStatus.CAPTURE_FAILED),
    ],
)
def test_a_payment_has_the_status_of_its_row(columns: dict[str, Any], status: PaymentStatus) -> None:
    payment = pay(**columns)

    assert payment.status is status
    assert payment.counts is (
        status not in {PaymentStatus.VOIDED, PaymentStatus.DECLINED, PaymentStatus.CAPTURE_FAILED}
    )


def test_the_method_is_that_of_tender_and_card_type() -> None:
    assert [(pay(card_type=card).method, pay(card_type=card).account) for card in ("VISA", "MASTER")] == [
        ("PayCard VISA", "112250"),
        ("PayCard MASTER", "112251"),
    ]
    assert pay(tender_type=CASH, card_type="VISA").method == "PayCash"


def test_a_row_that_does_not_count_may_have_a_tender_that_nobody_knows() -> None:
    payment = pay(tender_type="77", status=1)

    assert (payment.method, payment.operation, payment.account, payment.tender_type) == ("", "", "", "77")


def test_a_payment_without_currency_is_in_the_order_s() -> None:
    assert pay(currency="").payment_currency == "USD"
    assert pay(currency="DKK", payment_amount=Decimal("70.1")).payment_currency == "DKK"


@pytest.mark.parametrize("linked", [{"is_linked_refund": 1}, {}])
def test_a_refund_names_the_payment_that_it_gives_back(linked: dict[str, int]) -> None:
    refund = pay(tendered=Decimal(-10), linked_transaction_id="T-0", linked_line=Decimal(2), **linked)

    assert (refund.refunds_transaction, refund.refunds_line) == ("T-0", Decimal(2))
    assert (pay().refunds_transaction, pay().refunds_line) == ("", None)


def test_the_reference_is_the_gift_card_loyalty_card_voucher_or_masked_account() -> None:
    row = {"gift_card": "G", "loyalty_card": "L", "credit_voucher": "V", "card_or_account": "****1111"}

    for name in list(row):
        assert pay(**row).reference == row.pop(name)
    assert pay().reference == ""


def test_an_order_without_payments_has_none() -> None:
    assert build_payments(replace(a_sale(), payments=()), a_setup()) == ()


def test_a_linked_refund_that_names_no_payment_names_no_line() -> None:
    assert pay(tendered=Decimal(-10), is_linked_refund=1).refunds_line is None
    assert pay(tendered=Decimal(-10), linked_transaction_id="T-1", linked_line=Decimal(2)).refunds_line == Decimal(2)
    assert pay(tendered=Decimal(-10), linked_line=Decimal(2)).refunds_line is None
