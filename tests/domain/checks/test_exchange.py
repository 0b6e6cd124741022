"""Payments in another currency: their amounts fit the two rates, however the rates are quoted."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from postering.domain.checks import check
from postering.domain.checks.exchange import agree
from postering.domain.money import DIGITS, Money, digits_of, product, rounded
from postering.domain.problems import Problem
from tests.domain.transactions_examples import a_sale, a_setup, with_channel, with_child, with_company


def problems(**payment: Any) -> tuple[Problem, ...]:
    """Of a sale of 70.40 USD whose payment is changed; the company's currency is EUR."""
    return check(with_child(a_sale(), "payments", 0, **payment), with_company(a_setup(), currency="EUR"))


def paid(amount: str, rate: str, currency: str = "DKK", **more: Any) -> tuple[Problem, ...]:
    return problems(currency=currency, payment_amount=Decimal(amount), exchange_rate=Decimal(rate), **more)


@pytest.mark.parametrize(
    ("amount", "rate"),
    [
        ("524.59", "13.42"),  # of 100 kroner, in dollars: D365
        ("524.59", "0.1342"),  # of 1 krone
        ("524.59", "7.4516"),  # kroner for 1 dollar
        ("524.59", "745.16"),  # kroner for 100 dollars
    ],
)
def test_a_rate_may_be_quoted_for_1_or_100_units_direct_or_indirect(amount: str, rate: str) -> None:
    assert paid(amount, rate) == ()


@pytest.mark.parametrize(("amount", "rate"), [("624.59", "13.42"), ("524.59", "15"), ("-524.59", "13.42")])
def test_an_amount_that_does_not_fit_its_rate_is_reported_with_both_amounts_and_the_rate(
    amount: str, rate: str
) -> None:
    (found,) = paid(amount, rate)

    assert found.code == "PAYMENT_AMOUNT"
    assert found.rows == ("RetailTransactionPaymentTrans[1]",)
    for described in (f"{amount} DKK", "70.40 USD", f"exchRate {rate}"):
        assert described in found.message
    assert "amountCur, amountTendered or exchRate of RetailTransactionPaymentTrans[1]" in found.repair


@pytest.mark.parametrize(
    "payment",
    [
        {"payment_amount": None, "exchange_rate": Decimal(13)},
        {"payment_amount": Decimal(0), "exchange_rate": Decimal(13)},
        {"payment_amount": Decimal("1.00"), "exchange_rate": Decimal(0)},
        {"payment_amount": Decimal("1.00"), "company_amount": Decimal("1.00")},
        {"company_amount": None, "company_exchange_rate": Decimal(13)},
        {"company_amount": Decimal("1.00"), "company_exchange_rate": Decimal(0)},
    ],
)
def test_an_absent_amount_or_rate_promises_nothing(payment: dict[str, Any]) -> None:
    assert problems(currency="DKK", **payment) == ()


def test_the_company_s_amount_may_come_from_the_channel_s_or_from_the_payment_s() -> None:
    of_channel = {"company_amount": Decimal("64.77"), "company_exchange_rate": Decimal(92)}
    of_payment = {"company_amount": Decimal("70.30"), "company_exchange_rate": Decimal("13.4")}

    assert paid("524.59", "13.42", "DKK", **of_channel) == ()
    assert paid("524.59", "13.42", "DKK", **(of_payment | {"company_amount": Decimal("70.30")})) == ()
    (found,) = paid("524.59", "13.42", "DKK", **(of_channel | {"company_amount": Decimal("64.79")}))
    assert found.code == "PAYMENT_AMOUNT"
    for described in ("64.79 EUR", "70.40 USD", "exchRateMST 92"):
        assert described in found.message


def test_in_the_channel_s_own_currency_the_two_amounts_are_one() -> None:
    assert problems(currency="USD", payment_amount=Decimal("70.4"), exchange_rate=Decimal(7)) == ()
    assert problems(currency="", payment_amount=Decimal("70.4"), company_amount=Decimal("9.99")) == ()
    (found,) = problems(currency="USD", payment_amount=Decimal("70.41"), exchange_rate=Decimal(100))
    assert (found.code, found.expected, found.found) == ("PAYMENT_AMOUNT", "70.40", "70.41")


def test_the_company_s_amount_is_the_tendered_one_if_company_and_channel_have_one_currency() -> None:
    sale = with_child(a_sale(), "payments", 0, company_amount=Decimal("70.40"), company_exchange_rate=Decimal(100))
    assert check(sale, a_setup()) == ()
    for wrong in ("704.00", "-70.40"):
        (found,) = check(with_child(sale, "payments", 0, company_amount=Decimal(wrong)), a_setup())
        assert (found.code, found.expected, found.found) == ("PAYMENT_AMOUNT", "70.40", wrong)
        assert "amountMST" in found.message


def test_a_payment_in_the_channel_s_currency_is_held_to_the_company_s_rate() -> None:
    given = {"currency": "USD", "company_exchange_rate": Decimal(92)}
    assert problems(company_amount=Decimal("64.77"), **given) == ()
    (found,) = problems(company_amount=Decimal("647.70"), **given)
    assert found.code == "PAYMENT_AMOUNT"
    assert "exchRateMST 92" in found.message


def test_a_payment_that_does_not_count_is_not_held_to_its_rate() -> None:
    sale = a_sale()
    refused = replace(
        sale.payments[0],
        line=Decimal(2),
        currency="DKK",
        payment_amount=Decimal(1),
        exchange_rate=Decimal(13),
        processor_status=2,
    )
    both = replace(sale, payments=(*sale.payments, refused))

    assert [problem.code for problem in check(both, a_setup())] == ["NUMBER_OF_PAYMENTS"]


CURRENCIES = st.sampled_from(("USD", "JPY", "KWD", "EUR"))


@settings(max_examples=200)
@given(
    st.integers(min_value=-(10**9), max_value=10**9),
    CURRENCIES,
    CURRENCIES,
    st.decimals(min_value="0.0001", max_value=100_000, places=4),
    st.sampled_from((1, 100)),
    st.booleans(),
)
def test_a_rounded_amount_fits_its_rate_and_one_that_is_two_units_off_does_not(
    units: int, own: str, other: str, rate: Decimal, quoted_for: int, turned: bool
) -> None:
    amount = Decimal(units).scaleb(-digits_of(own))
    exchanged = rounded(product(product(amount, rate), Decimal(1).scaleb(-2 if quoted_for == 100 else 0)), other)
    left, right = Money(amount, own), Money(exchanged, other)

    assert agree(*((right, left) if turned else (left, right)), rate)
    assert agree(-left, -right, rate)
    if abs(units) > 100 and abs(exchanged) > 1:
        assert not agree(left, -right, rate)


COARSE = sorted(currency for currency, digits in DIGITS.items() if digits <= 2)


@given(st.decimals(min_value="1.1", max_value="1.9", places=4), st.sampled_from(COARSE))
def test_two_units_of_the_currency_are_seen(rate: Decimal, currency: str) -> None:
    one, made = Money(Decimal(1), "USD"), Money(rounded(rate, currency), currency)
    two_units = Money(Decimal((0, (2,), -digits_of(currency))), currency)

    assert agree(one, made, rate)
    assert not agree(one, made + two_units, rate)


def test_channel_and_payment_in_currencies_of_other_digits() -> None:
    dinars = with_channel(a_setup(), currency="KWD")
    sale = a_sale()
    row = {"currency": "USD", "payment_amount": Decimal("70.40"), "exchange_rate": Decimal("30.7")}
    changed = replace(sale, header=replace(sale.header, currency="KWD"))

    def codes(tendered: str) -> set[str]:
        return {p.message for p in check(with_child(changed, "payments", 0, tendered=Decimal(tendered), **row), dinars)}

    assert not any("exchRate" in message for message in codes("21.613"))
    assert any("exchRate" in message for message in codes("21.633"))
