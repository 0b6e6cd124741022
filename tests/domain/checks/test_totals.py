"""Totals and counts of the header; messages name amounts as the channel's rows have them."""

from dataclasses import replace
from decimal import Decimal

from postering.domain.checks import check
from postering.domain.problems import Problem, codes_of
from postering.domain.retail_transactions.transactions import RetailTransaction
from tests.domain.transactions_examples import a_sale, a_setup, with_child, with_header, with_totals


def problems(transaction: RetailTransaction) -> tuple[Problem, ...]:
    return check(transaction, a_setup())


def codes(transaction: RetailTransaction) -> tuple[str, ...]:
    return codes_of(problems(transaction))


def test_a_wrong_gross_amount_names_both_amounts_as_the_rows_have_them() -> None:
    found = problems(with_header(a_sale(), gross=Decimal("-71.92")))[0]

    assert found.code == "GROSS_AMOUNT"
    assert (found.expected, found.found) == ("-70.40", "-71.92")
    assert "-71.92 USD" in found.message
    assert "1.52 USD apart" in found.message
    assert found.rows == (
        "RetailTransactionTable",
        "RetailTransactionSalesTrans[1]",
        "RetailTransactionMarkupTrans[0,0]",
    )
    assert "grossAmount of RetailTransactionTable to -70.40" in found.repair
    assert "tried again when a missing row comes" in found.repair


def test_a_missing_charge_row_is_seen_in_gross_and_net() -> None:
    assert codes(replace(a_sale(), charges=())) == ("GROSS_AMOUNT", "NET_AMOUNT", "NET_PLUS_TAX")


def test_tax_inside_a_charge_is_part_of_gross_and_not_of_net() -> None:
    sale = with_child(a_sale(), "charges", 0, tax_on_top=Decimal(0), tax_inside=Decimal("1.00"))
    included = with_header(sale, gross=Decimal("-69.40"), net=Decimal("-63.00"), paid=Decimal("69.40"))

    assert codes(with_child(included, "payments", 0, tendered=Decimal("69.40"))) == ()


def test_a_charge_of_a_voided_line_does_not_count() -> None:
    sale = a_sale()
    voided = replace(sale.sales[0], line=Decimal(2), status=1)
    charge = replace(sale.charges[0], sales_line=Decimal(2))

    more = replace(sale, sales=(*sale.sales, voided), charges=(*sale.charges, charge))

    assert codes(with_header(more, number_of_item_lines=Decimal(2))) == ()


def test_a_voided_line_does_not_count_but_is_one_of_the_lines_promised() -> None:
    sale = a_sale()
    voided = replace(sale.sales[0], line=Decimal(2), status=1)
    more = replace(sale, sales=(*sale.sales, voided))

    assert codes(with_header(more, number_of_item_lines=Decimal(2))) == ()
    assert codes(with_header(more, number_of_item_lines=Decimal(1))) == ("NUMBER_OF_LINES",)


def test_counts_that_are_not_given_promise_nothing() -> None:
    sale = with_header(a_sale(), number_of_items=None, number_of_item_lines=None, number_of_payment_lines=None)

    assert codes(sale) == ()


def test_a_count_of_zero_promises_that_there_is_none() -> None:
    sale = with_header(a_sale(), number_of_items=Decimal(0), number_of_payment_lines=0)

    assert codes(sale) == ("NUMBER_OF_ITEMS", "NUMBER_OF_PAYMENTS")


def test_fewer_rows_than_promised_are_not_wrong_here() -> None:
    assert codes(with_header(a_sale(), number_of_item_lines=Decimal(5), number_of_payment_lines=5)) == ()


def test_the_number_of_items_is_compared_without_its_sign() -> None:
    assert codes(with_header(a_sale(), number_of_items=Decimal(-2))) == ()


def test_a_payment_that_does_not_count_is_not_in_the_payment_amount_but_is_promised() -> None:
    sale = a_sale()
    declined = replace(sale.payments[0], line=Decimal(2), processor_status=2)
    more = replace(sale, payments=(*sale.payments, declined))

    assert codes(with_header(more, number_of_payment_lines=2)) == ()
    assert codes(with_header(more, number_of_payment_lines=1)) == ("NUMBER_OF_PAYMENTS",)


def test_an_order_without_lines_is_refused() -> None:
    empty = with_totals(replace(a_sale(), sales=(), taxes=(), discounts=(), charges=(), payments=()))

    assert codes(empty) == ("NO_LINES",)


def test_a_cancellation_without_lines_and_payments_may_have_any_totals_in_its_header() -> None:
    whole = replace(a_sale(), sales=(), taxes=(), discounts=(), charges=(), payments=())

    assert codes(with_header(whole, type=37, number_of_payment_lines=0)) == ()


def test_a_cancellation_whose_lines_are_all_voided_does_not_cancel_the_whole_order() -> None:
    voided = with_child(a_sale(), "sales", 0, status=1)

    assert "NO_LINES" in codes(with_header(voided, type=37))


def test_the_lines_of_a_cancellation_are_checked_like_all_others() -> None:
    cancelled = with_header(a_sale(), type=37)

    assert codes(cancelled) == ()
    assert codes(with_header(cancelled, net=Decimal("-1.00"))) == ("NET_AMOUNT",)
