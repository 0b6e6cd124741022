"""Checks against the setup: an empty name is not checked, and a missing one is reported once, with all its rows."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from postering.domain.checks import check
from postering.domain.problems import Problem, codes_of
from postering.domain.retail_transactions.transactions import RetailTransaction
from postering.domain.setup.setup import Customer, PaymentMethod, Product, Setup, TenderOperation
from tests.domain.transactions_examples import (
    COMPANY,
    a_sale,
    a_setup,
    with_channel,
    with_child,
    with_company,
    with_header,
)


def only(transaction: RetailTransaction, setup: Setup | None = None) -> Problem:
    (found,) = check(transaction, setup or a_setup())
    return found


def codes(transaction: RetailTransaction, setup: Setup | None = None) -> tuple[str, ...]:
    return codes_of(check(transaction, setup or a_setup()))


def test_a_transaction_that_names_no_store_is_known_by_its_channel() -> None:
    assert codes(replace(a_sale(), key=replace(a_sale().key, store=""))) == ()


def test_an_unknown_channel_is_a_store_problem_that_its_line_heals() -> None:
    found = only(replace(a_sale(), key=replace(a_sale().key, channel=7)))

    assert found.code == "STORE"
    assert found.depends_on == ("channels/7", "companies/USRT")


def test_a_store_or_company_other_than_the_channels_is_reported_as_such() -> None:
    store = only(replace(a_sale(), key=replace(a_sale().key, store="BOSTON")))
    company = only(replace(a_sale(), key=replace(a_sale().key, company="DEMF")))

    assert (store.code, store.expected, store.found) == ("STORE", "store HOUSTON-ONLINE", "store BOSTON")
    assert (company.code, company.expected, company.found) == ("STORE", "company USRT", "company DEMF")


def test_stores_are_compared_exactly_case_included() -> None:
    assert codes(replace(a_sale(), key=replace(a_sale().key, store="houston-online"))) == ("STORE",)


def test_lines_and_charges_without_a_currency_have_the_headers() -> None:
    assert codes(with_child(with_child(a_sale(), "sales", 0, currency=""), "charges", 0, currency="")) == ()


def test_a_header_without_a_currency_is_not_guessed() -> None:
    assert codes(with_header(a_sale(), currency="")) == ("CURRENCY",)


def test_a_payment_may_be_in_a_currency_of_its_own() -> None:
    assert codes(with_child(a_sale(), "payments", 0, currency="DKK", payment_amount=Decimal("500.00"))) == ()


def test_all_rows_of_another_currency_are_one_problem() -> None:
    euros = with_header(with_child(a_sale(), "sales", 0, currency="EUR"), currency="EUR")

    found = only(euros)

    assert (found.code, found.expected, found.found) == ("CURRENCY", "USD", "EUR")
    assert found.rows == ("RetailTransactionTable", "RetailTransactionSalesTrans[1]")


def test_an_unmapped_tender_is_one_problem_with_its_rows_and_amount() -> None:
    sale = a_sale()
    row = replace(sale.payments[0], tender_type="77", card_type="", tendered=Decimal("35.20"))
    twice = replace(sale, payments=(row, replace(row, line=Decimal(2))))

    found = only(with_header(twice, number_of_payment_lines=2))

    assert (found.code, found.found) == ("PAYMENT_METHOD", "77")
    assert "70.40 USD cannot be posted" in found.message
    assert found.rows == ("RetailTransactionPaymentTrans[1]", "RetailTransactionPaymentTrans[2]")
    assert found.depends_on == ("payment_methods/USRT/77",)


def test_a_payment_that_does_not_count_needs_no_payment_method() -> None:
    sale = a_sale()
    voided = replace(sale.payments[0], line=Decimal(2), tender_type="77", void_status=1)

    assert codes(with_header(replace(sale, payments=(*sale.payments, voided)), number_of_payment_lines=2)) == ()


def test_a_payment_of_nothing_needs_a_payment_method_too() -> None:
    sale = a_sale()
    nothing = replace(sale.payments[0], line=Decimal(2), tender_type="77", tendered=Decimal(0))
    more = with_header(replace(sale, payments=(*sale.payments, nothing)), number_of_payment_lines=2)

    assert codes(more) == ("PAYMENT_METHOD",)


def test_a_card_type_without_a_row_of_its_own_takes_the_row_without_one() -> None:
    dankort = with_child(a_sale(), "payments", 0, card_type="DANKORT")
    any_card = PaymentMethod(
        company=COMPANY, tender_type="2", name="Cards", operation=TenderOperation.PAY_CARD, account="112250"
    )
    setup = a_setup()

    found = only(dankort)
    assert (found.code, found.expected) == ("CARD_TYPE", "a card type of tender type 2: VISA, MASTER")
    assert codes(dankort, replace(setup, payment_methods=(*setup.payment_methods, any_card))) == ()


def test_a_mode_of_delivery_that_names_nothing_is_not_checked() -> None:
    assert codes(with_header(with_child(a_sale(), "sales", 0, delivery_mode=""), delivery_mode="")) == ()


def test_an_unknown_mode_of_delivery_is_one_problem_with_all_its_rows() -> None:
    found = only(with_header(with_child(a_sale(), "sales", 0, delivery_mode="11"), delivery_mode="11"))

    assert found.code == "MODE_OF_DELIVERY"
    assert found.rows == ("RetailTransactionTable", "RetailTransactionSalesTrans[1]")
    assert found.depends_on == ("checks/MODE_OF_DELIVERY", "modes_of_delivery/USRT/11")


def test_a_charge_without_a_code_is_not_checked() -> None:
    assert codes(with_child(a_sale(), "charges", 0, code="")) == ()


def test_fact_names_of_codes_with_a_slash_are_escaped() -> None:
    found = only(with_child(a_sale(), "charges", 0, code="A/B"))

    assert found.depends_on == ("checks/CHARGE_CODE", "charge_codes/USRT/A%2FB")


def test_customers_are_checked_once_any_are_given() -> None:
    known = a_setup(customers=(Customer(company=COMPANY, account="100001"),))
    stranger = with_child(with_header(a_sale(), customer=""), "sales", 0, customer="200002")

    assert codes(stranger) == ()
    assert codes(a_sale(), known) == ()
    assert only(stranger, known).rows == ("RetailTransactionSalesTrans[1]",)
    assert only(stranger, known).depends_on == (
        "checks/CUSTOMER",
        "customers/USRT/200002",
        "customers/USRT",
    )


def test_a_customer_who_is_made_by_the_job_need_not_be_known() -> None:
    known = a_setup(customers=(Customer(company=COMPANY, account="100001"),))
    new = with_header(a_sale(), customer="B5F7", async_customer="B5F7")

    assert codes(new, known) == ()


def test_a_business_date_in_no_open_period_is_refused() -> None:
    found = only(with_header(a_sale(), business_date_given=date(2027, 1, 1)))

    assert (found.code, found.expected, found.found) == (
        "BUSINESS_DATE",
        "a date within 2026-01-01 to 2026-12-31",
        "2027-01-01",
    )
    assert found.depends_on == ("checks/BUSINESS_DATE", "open_periods/USRT")


def test_every_date_is_open_if_no_period_is_given() -> None:
    later = with_header(a_sale(), business_date_given=date(2027, 1, 1))

    assert codes(later, with_company(a_setup(), open_periods=())) == ()


def test_an_empty_business_date_means_the_transaction_date() -> None:
    sale = with_header(a_sale(), business_date_given=date(1900, 1, 1), transaction_date=date(2026, 5, 1))

    assert codes(sale) == ()


def test_no_date_at_all_is_refused_even_if_every_date_is_open() -> None:
    every_day = with_company(a_setup(), open_periods=())

    assert codes(with_header(a_sale(), business_date_given=None), every_day) == ("BUSINESS_DATE",)
    assert codes(with_header(a_sale(), business_date_given=date(1900, 1, 1)), every_day) == ("BUSINESS_DATE",)
    both_empty = with_header(a_sale(), business_date_given=date(1900, 1, 1), transaction_date=date(1900, 1, 1))
    assert codes(both_empty, every_day) == ("BUSINESS_DATE",)


def test_items_are_checked_once_products_of_the_company_are_given() -> None:
    others = a_setup(products=(Product(company="DEMF", item="1"),))
    ours = a_setup(products=(Product(company=COMPANY, item="1"),))

    assert codes(a_sale(), others) == ()
    found = only(a_sale(), ours)
    assert (found.code, found.found) == ("ITEM", "81327")
    assert found.depends_on == ("checks/ITEM", "products/USRT/81327", "products/USRT")


def test_lines_with_the_same_unknown_item_are_one_problem() -> None:
    sale = a_sale()
    lines = tuple(replace(sale.sales[0], line=Decimal(n), item="9") for n in (1, 2))
    products = a_setup(products=(Product(company=COMPANY, item="1"),))

    found = [p for p in check(replace(sale, sales=lines), products) if p.code == "ITEM"]

    assert [problem.rows for problem in found] == [("RetailTransactionSalesTrans[1]", "RetailTransactionSalesTrans[2]")]


def test_a_field_that_a_product_leaves_out_is_not_checked() -> None:
    bare = a_setup(products=(Product(company=COMPANY, item="81327"),))
    line = with_child(a_sale(), "sales", 0, barcode="7", unit="box", serial_number="S", item_tax_group="RED")

    assert codes(line, bare) == ()


def test_a_field_that_a_line_leaves_out_is_not_checked_against_the_product() -> None:
    full = a_setup(products=(Product(company=COMPANY, item="81327", units=("ea",), barcodes=("7",), tax_group="STD"),))

    assert codes(with_child(a_sale(), "sales", 0, barcode="", unit="", item_tax_group=""), full) == ()


def test_a_channel_in_another_currency_asks_for_it_everywhere() -> None:
    found = only(a_sale(), with_channel(a_setup(), currency="EUR"))

    assert found.rows == (
        "RetailTransactionTable",
        "RetailTransactionSalesTrans[1]",
        "RetailTransactionMarkupTrans[0,0]",
    )
    assert found.depends_on == ("channels/5637144592",)
