"""Digits of amounts: by the transaction's currency, and three currencies of a payment."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from postering.domain.checks import check
from postering.domain.money import plain
from postering.domain.problems import Problem
from postering.domain.retail_transactions.transactions import RetailTransaction, TaxTransGTE
from tests.domain.transactions_examples import a_sale, a_setup, with_channel, with_child, with_company, with_header


def rounding(transaction: RetailTransaction, setup: Any = None) -> list[Problem]:
    return [p for p in check(transaction, setup or a_setup()) if p.code == "CURRENCY_ROUNDING"]


@pytest.mark.parametrize(
    ("child", "field", "column"),
    [
        ("sales", "net", "netAmount"),
        ("sales", "gross", "netAmountInclTax"),
        ("sales", "tax", "taxAmount"),
        ("sales", "discount", "discAmount"),
        ("sales", "line_discount", "lineDscAmount"),
        ("sales", "periodic_discount", "periodicDiscAmount"),
        ("sales", "total_discount", "totalDiscAmount"),
        ("sales", "tender_discount", "TenderDiscountAmount"),
        ("taxes", "amount", "Amount"),
        ("discounts", "amount", "Amount"),
        ("charges", "amount", "CalculatedAmount"),
        ("charges", "tax", "TaxAmount"),
        ("charges", "tax_on_top", "TaxAmountExclusive"),
        ("charges", "tax_inside", "TaxAmountInclusive"),
        ("payments", "tendered", "amountTendered"),
        ("payments", "authorized_amount", "AuthorizedAmount"),
        ("payments", "refundable", "RefundableAmount"),
    ],
)
def test_an_amount_of_a_row_has_the_digits_of_its_currency(child: str, field: str, column: str) -> None:
    (found,) = rounding(with_child(a_sale(), child, 0, **{field: Decimal("1.005")}))

    assert found.found == f"{column} 1.005"
    assert found.expected == "at most 2 decimals in USD"
    assert found.rows == (getattr(a_sale(), child)[0].name,)


@pytest.mark.parametrize(
    ("child", "field"),
    [
        ("sales", "price"),
        ("sales", "unit_price"),
        ("sales", "quantity"),
        ("sales", "unit_quantity"),
        ("taxes", "percentage"),
        ("taxes", "base"),
        ("discounts", "amount_per_unit"),
        ("discounts", "percentage"),
        ("charges", "value"),
        ("payments", "exchange_rate"),
    ],
)
def test_prices_rates_percentages_and_quantities_may_have_more_digits(child: str, field: str) -> None:
    assert rounding(with_child(a_sale(), child, 0, **{field: Decimal("1.00512")})) == []


def test_zeros_at_the_end_are_not_counted_as_digits() -> None:
    assert rounding(with_header(a_sale(), gross=Decimal("-70.4000"))) == []


def test_three_currencies_of_a_payment_have_their_own_digits() -> None:
    setup = with_company(with_channel(a_setup(), currency="KWD"), currency="JPY")
    sale = with_header(a_sale(), currency="KWD")
    payment = {
        "tendered": Decimal("1.001"),
        "payment_amount": Decimal("1.01"),
        "currency": "EUR",
        "company_amount": Decimal(1),
    }

    assert rounding(with_child(sale, "payments", 0, **payment), setup) == []
    (found,) = rounding(
        with_child(
            sale,
            "payments",
            0,
            **(payment | {"payment_amount": Decimal("1.001"), "company_amount": Decimal("1.1")}),
        ),
        setup,
    )
    assert found.found == "amountCur 1.001, amountMST 1.1"
    assert found.expected == "at most 2 decimals in EUR, 0 decimals in JPY"


def test_a_payment_that_does_not_count_may_have_any_digits() -> None:
    assert rounding(with_child(a_sale(), "payments", 0, tendered=Decimal("1.005"), status=1)) == []


def test_yen_have_no_decimals() -> None:
    yen = with_header(a_sale(), currency="JPY")

    assert any("0 decimals in JPY" in problem.message for problem in rounding(yen, a_setup("JPY")))


AMOUNTS = {
    "header": ("gross", "net", "discount", "total_discount", "manual_discount_amount", "paid"),
    "sales": (
        "net",
        "gross",
        "tax",
        "discount",
        "line_discount",
        "periodic_discount",
        "total_discount",
        "tender_discount",
    ),
    "taxes": ("amount",),
    "gte_taxes": ("amount",),
    "discounts": ("amount",),
    "charges": ("amount", "tax", "tax_on_top", "tax_inside"),
    "payments": ("tendered", "payment_amount", "company_amount", "authorized_amount", "refundable"),
}


@pytest.mark.parametrize(("currency", "digits"), [("JPY", 0), ("USD", 2), ("KWD", 3)])
@pytest.mark.parametrize(("place", "field"), [(place, field) for place, names in AMOUNTS.items() for field in names])
def test_every_amount_has_the_digits_of_its_currency_and_not_one_more(
    place: str, field: str, currency: str, digits: int
) -> None:
    setup = with_company(a_setup(currency), currency=currency)
    component = TaxTransGTE(sales_line=Decimal(1), component="CGST")
    sale = with_header(replace(a_sale(), gte_taxes=(component,)), currency=currency)
    if place == "gte_taxes":
        sale = with_header(sale, tax_calculation_type=1)

    def is_reported(amount: Decimal) -> bool:
        change = {field: amount}
        if place == "header":
            made = with_header(sale, **change)
        else:
            made = with_child(sale, place, 0, **change | ({"currency": ""} if place == "payments" else {}))
        described = [
            amount_reported for problem in rounding(made, setup) for amount_reported in problem.found.split(", ")
        ]
        return any(each.endswith(f" {plain(amount)}") for each in described)

    assert not is_reported(Decimal(7).scaleb(-digits))
    assert is_reported(Decimal(77).scaleb(-digits - 1))
