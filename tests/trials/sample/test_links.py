"""Which sale a return is linked to, and whether its refund is, on made-up invoices."""

from decimal import Decimal
from typing import Any

import pytest

from postering.trials.sample.online_retail import Row, channel_rows
from tests.trials.sample.made_up import Invoices, of, row


def linked(rows: dict[str, list[Row]]) -> list[tuple[Any, ...]]:
    return [
        (line["returnTransactionId"], line["returnLineNum"]) if "returnTransactionId" in line else ()
        for line in of(rows, "SalesTrans")
        if line["transactionId"].startswith("C")
    ]


SALE = row("536361", time="2010-12-20 10:00:00")


def returned(**changes: Any) -> str:
    return row(**{"number": "C536400", "quantity": -2, "time": "2010-12-20 11:00:00", **changes})


def test_a_return_is_linked_to_its_sale_and_refunded_where_that_was_paid(invoices: Invoices) -> None:
    rows = channel_rows(invoices(SALE, returned(number="C536401", price="10.0")))

    assert linked(rows) == [("536361", 1)]
    refund = of(rows, "PaymentTrans")[1]
    assert (refund["IsLinkedRefund"], refund["LinkedPaymentTransactionId"]) == (1, "536361")
    assert (refund["cardTypeId"], refund["amountTendered"]) == ("VISA", Decimal("-23.50"))


@pytest.mark.parametrize(
    "other",
    [
        {"customer": "17851.0"},
        {"customer": ""},
        {"code": "22303"},
        {"price": "10.01"},
        {"quantity": -3},
        {"quantity": 1},
        {"time": "2010-12-20 10:00:00"},
    ],
)
def test_a_return_of_something_else_is_not_linked(invoices: Invoices, other: dict[str, Any]) -> None:
    rows = channel_rows(invoices(SALE, returned(**other)))

    assert linked(rows) == [()]
    assert of(rows, "SalesTrans")[1]["returnNoSale"] == 1
    assert "IsLinkedRefund" not in of(rows, "PaymentTrans")[1]


def test_a_return_without_a_customer_is_not_linked_to_a_sale_without_one(invoices: Invoices) -> None:
    rows = channel_rows(invoices(row(customer=""), returned(customer="")))

    assert linked(rows) == [()]


def test_the_latest_sale_is_returned_first_and_no_line_twice(invoices: Invoices) -> None:
    later = row("536362", time="2010-12-20 10:30:00")

    rows = channel_rows(invoices(SALE, later, returned(), returned(number="C536401"), returned(number="C536402")))

    assert linked(rows) == [("536362", 1), ("536361", 1), ()]


def test_part_of_a_line_can_be_returned_and_then_the_rest(invoices: Invoices) -> None:
    rows = channel_rows(invoices(SALE, returned(quantity=-1), returned(quantity=-1, number="C536401")))

    assert linked(rows) == [("536361", 1), ("536361", 1)]


def test_a_return_of_two_sales_has_no_linked_refund(invoices: Invoices) -> None:
    rows = channel_rows(invoices(SALE, row("536362", code="22303"), returned(), returned(code="22303")))

    assert linked(rows) == [("536361", 1), ("536362", 1)]
    assert "IsLinkedRefund" not in of(rows, "PaymentTrans")[2]


def test_a_return_of_a_sale_with_two_payments_has_no_linked_refund(invoices: Invoices) -> None:
    rows = channel_rows(invoices(row("536367"), returned()))

    assert linked(rows) == [("536367", 1)]
    assert "IsLinkedRefund" not in of(rows, "PaymentTrans")[2]
