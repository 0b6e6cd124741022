"""What is paid, open and variance, by the kind of order and the setup of channel and company."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from postering.domain.checks import check
from postering.domain.money import Money
from postering.domain.posting.verdicts import build_order
from postering.domain.problems import Problem
from postering.domain.retail_transactions.transactions import Header, RetailTransaction, SalesTrans
from postering.domain.sales_orders.settlement import Settlement, settlement
from postering.domain.setup.setup import Setup
from tests.domain.transactions_examples import KEY, a_sale, a_setup, with_channel, with_child, with_company

TOLERANT = with_company(a_setup(), maximum_payment_difference=Decimal("0.05"))
UNPAID_ALLOWED = with_channel(TOLERANT, payment_required=False)


def order(total: str, *paid: str, type_number: int = 27, **changes: Any) -> RetailTransaction:
    """An order of `total` in the order's sign, paid by rows of cash."""
    gross = -Decimal(total)
    row = a_sale().payments[0]
    amounts = tuple(map(Decimal, paid))
    payments = tuple(
        replace(row, line=Decimal(n), tender_type="1", card_type="", tendered=amount, **changes)
        for n, amount in enumerate(amounts, 1)
    )
    header = replace(
        Header(type=type_number, currency="USD"),
        business_date_given=a_sale().header.business_date_given,
        gross=gross,
        net=gross,
        paid=sum(amounts, Decimal(0)) if not changes else Decimal(0),
    )
    line = SalesTrans(line=Decimal(1), quantity=Decimal(1 if gross > 0 else -1), net=gross, gross=gross)
    return RetailTransaction(key=KEY, header=header, sales=(line,), payments=payments)


def settled_in(transaction: RetailTransaction, setup: Setup) -> Settlement:
    return settlement(transaction, setup.channel(transaction.key.channel), setup.company(transaction.key.company))


def settled(transaction: RetailTransaction, setup: Setup) -> tuple[str, str]:
    """(variance, open); the sum is checked on the way."""
    found = settled_in(transaction, setup)
    assert found.total == found.paid + found.variance + found.open
    return found.variance.text, found.open.text


def problem(transaction: RetailTransaction, setup: Setup) -> Problem:
    (found,) = check(transaction, setup)
    assert found.code == "UNDER_OVER_PAYMENT"
    return found


def test_a_posted_order_has_the_settlement_that_its_check_saw() -> None:
    underpaid = order("100.00", "99.96")
    found, posted = settled_in(underpaid, TOLERANT), build_order(underpaid, TOLERANT)

    assert found.stands
    assert (posted.paid, posted.variance, posted.open) == (found.paid, found.variance, found.open)
    assert [entry.debit.text for entry in posted.journal if entry.payment_line is None] == ["0.04", "0.00"]


def test_total_and_paid_are_in_the_orders_sign() -> None:
    sale = settled_in(a_sale(), a_setup())
    back = settled_in(order("-40.00", "-40.00"), a_setup())

    assert (sale.total, sale.paid) == (Money(Decimal("70.40"), "USD"), Money(Decimal("70.40"), "USD"))
    assert (back.total.text, back.paid.text) == ("-40.00", "-40.00")


@pytest.mark.parametrize(
    ("total", "paid", "variance"),
    [
        ("100.00", "99.95", "0.05"),
        ("100.00", "100.05", "-0.05"),
        ("-40.00", "-39.96", "-0.04"),
        ("0.00", "0.05", "-0.05"),
    ],
)
def test_a_small_difference_is_posted_as_variance(total: str, paid: str, variance: str) -> None:
    assert settled(order(total, paid), TOLERANT) == (variance, "0.00")
    assert check(order(total, paid), TOLERANT) == ()


@pytest.mark.parametrize(
    ("total", "paid", "words"),
    [
        ("71.92", "61.92", "paid 61.92 of 71.92 USD: 10.00 USD are missing"),
        ("71.92", "72.00", "paid 72.00 of 71.92 USD: 0.08 USD too much"),
        ("-40.00", "-30.00", "refunded 30.00 of 40.00 USD: 10.00 USD are missing"),
        ("-40.00", "-50.00", "refunded 50.00 of 40.00 USD: 10.00 USD too much"),
        ("-40.00", "10.00", "paid 10.00 of -40.00 USD: 50.00 USD are missing"),
        ("0.00", "5.00", "paid 5.00 of 0.00 USD: 5.00 USD too much"),
    ],
)
def test_a_larger_difference_is_an_error_told_in_the_operators_words(total: str, paid: str, words: str) -> None:
    found = problem(order(total, paid), TOLERANT)

    assert found.message == words
    assert (found.expected, found.found) == (total, paid)
    assert {"companies/USRT", "channels/5637144592", "checks/UNDER_OVER_PAYMENT"} <= set(found.depends_on)


def test_what_an_error_would_leave_open_is_open_and_no_variance() -> None:
    assert settled(order("71.92", "61.92"), TOLERANT) == ("0.00", "10.00")


@pytest.mark.parametrize("type_number", [27, 33])
def test_what_need_not_be_paid_stays_open_and_is_never_variance(type_number: int) -> None:
    part_paid = order("100.00", "99.99", type_number=type_number)

    assert settled(part_paid, UNPAID_ALLOWED) == ("0.00", "0.01")
    assert check(part_paid, UNPAID_ALLOWED) == ()


def test_a_customer_order_may_be_part_paid_where_payment_is_required() -> None:
    assert settled(order("100.00", "20.00", type_number=33), TOLERANT) == ("0.00", "80.00")
    assert settled(order("100.00", type_number=33), TOLERANT) == ("0.00", "100.00")
    assert check(order("100.00", "20.00", type_number=33), TOLERANT) == ()


@pytest.mark.parametrize("type_number", [27, 33])
@pytest.mark.parametrize(("total", "paid"), [("100.00", "100.06"), ("-40.00", "-40.06"), ("0.00", "-0.06")])
def test_nothing_is_paid_beyond_total_and_tolerance_whatever_the_type(type_number: int, total: str, paid: str) -> None:
    assert "too much" in problem(order(total, paid, type_number=type_number), UNPAID_ALLOWED).message


@pytest.mark.parametrize("type_number", [27, 33])
def test_what_is_paid_beyond_the_total_within_tolerance_is_variance(type_number: int) -> None:
    assert settled(order("100.00", "100.05", type_number=type_number), UNPAID_ALLOWED) == ("-0.05", "0.00")


@pytest.mark.parametrize("type_number", [31, 37])
def test_quotes_and_cancellations_are_not_checked(type_number: int) -> None:
    transaction = order("100.00", "3.00", type_number=type_number)

    assert check(transaction, a_setup()) == ()
    assert settled(transaction, a_setup()) == ("0.00", "97.00")


def test_change_is_taken_off_what_is_paid() -> None:
    assert check(order("100.00", "120.00", "-20.00"), a_setup()) == ()


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ({"status": 1}, "voided"),
        ({"void_status": 2}, "voided"),
        ({"processor_status": 2}, "declined"),
        ({"processor_status": 3}, "declined"),
        ({"capture_failed": 1}, "capture failed"),
    ],
)
def test_a_payment_that_does_not_count_is_named_with_its_reason(row: dict[str, int], why: str) -> None:
    found = problem(order("100.00", "100.00", **row), a_setup())

    assert found.message == (
        "paid 0.00 of 100.00 USD: 100.00 USD are missing;"
        f" not counted: RetailTransactionPaymentTrans[1] of 100.00 ({why})"
    )
    assert found.rows == ("RetailTransactionTable", "RetailTransactionPaymentTrans[1]")


def test_amounts_have_the_digits_of_their_currency() -> None:
    yen = with_child(order("1000", "900"), "payments", 0, currency="JPY")
    yen = replace(yen, header=replace(yen.header, currency="JPY"))

    assert problem(yen, a_setup("JPY")).message == "paid 900 of 1000 JPY: 100 JPY are missing"


def test_a_transaction_of_an_unknown_store_is_settled_without_tolerance() -> None:
    nowhere = replace(order("100.00", "99.99"), key=replace(KEY, channel=7))

    assert settled(nowhere, TOLERANT) == ("0.00", "0.01")
