"""Repairs: a setup file takes the lines that they offer as they are, and the problem is gone."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from postering.domain.checks import check
from postering.domain.problems import Problem, codes_of
from postering.domain.retail_transactions.transactions import RetailTransaction
from postering.domain.setup.setup import Customer, Product, Setup
from postering.domain.setup.setup_file import parse_setup_text, read_setup, write_setup
from postering.domain.setup.toml import setup_toml
from tests.domain.transactions_examples import COMPANY, a_sale, a_setup, with_child, with_company, with_header
from tests.pasting import printed

FULL = a_setup(
    products=(
        Product(
            company=COMPANY,
            item="81327",
            units=("ea",),
            barcodes=("735",),
            serial_controlled=True,
            tax_group="STD",
        ),
    ),
    customers=(Customer(company=COMPANY, account="100001"),),
)
SALE = with_child(a_sale(), "sales", 0, serial_number="S-1")


def pasted(setup: Setup, problem: Problem) -> Setup:
    """The setup with the lines of the problem's repair: added, or written into the table that it names."""
    command = next(each for each in printed(problem.repair) if each.is_setup)
    text = command.pasted(setup_toml(write_setup(setup)))
    return read_setup(parse_setup_text(text.encode(), "setup.toml"))


@pytest.mark.parametrize(
    ("code", "broken"),
    [
        ("STORE", replace(SALE, key=replace(SALE.key, channel=7, store="BOSTON"))),
        ("STORE", replace(SALE, key=replace(SALE.key, channel=7, store=""))),
        ("STORE", replace(SALE, key=replace(SALE.key, channel=7, company="DEMF", store='A "B"'))),
        ("STORE", replace(SALE, key=replace(SALE.key, store="BOSTON"))),
        ("PAYMENT_METHOD", with_child(SALE, "payments", 0, tender_type="9")),
        ("PAYMENT_METHOD", with_child(SALE, "payments", 0, tender_type="9", card_type="")),
        ("PAYMENT_METHOD", with_child(SALE, "payments", 0, tender_type="9", gift_card="GC-1")),
        ("PAYMENT_METHOD", with_child(SALE, "payments", 0, tender_type="9", loyalty_card="L-1")),
        ("PAYMENT_METHOD", with_child(SALE, "payments", 0, tender_type="9", credit_voucher="C-1")),
        ("CARD_TYPE", with_child(SALE, "payments", 0, card_type="DANKORT")),
        ("CARD_TYPE", with_child(SALE, "payments", 0, card_type="")),
        ("MODE_OF_DELIVERY", with_header(SALE, delivery_mode="11")),
        ("CHARGE_CODE", with_child(SALE, "charges", 0, code='FREIGHT "NEXT DAY"\\')),
        ("CUSTOMER", with_header(SALE, customer="100002")),
        ("BUSINESS_DATE", with_header(SALE, business_date_given=date(2028, 2, 29))),
        ("ITEM", with_child(SALE, "sales", 0, item="91050")),
        ("UNIT", with_child(SALE, "sales", 0, unit="box")),
        ("BARCODE", with_child(SALE, "sales", 0, barcode="736")),
        ("TAX_GROUP", with_child(SALE, "sales", 0, item_tax_group="RED")),
        ("SERIAL_NUMBER", with_child(SALE, "sales", 0, serial_number="")),
    ],
)
def test_the_lines_of_a_repair_fit_the_setup_file_and_fix_the_problem(code: str, broken: RetailTransaction) -> None:
    (problem,) = check(broken, FULL)
    assert problem.code == code

    fixed = pasted(FULL, problem)

    assert code not in codes_of(check(broken, fixed))
    assert "postering setup apply FILE" in problem.repair
    assert set(problem.depends_on) & (fixed.facts().keys() | {f"checks/{code}"})


def test_a_store_that_has_another_channel_gets_the_channels_id_and_no_second_channel() -> None:
    broken = replace(SALE, key=replace(SALE.key, channel=7))

    (problem,) = check(broken, FULL)

    assert codes_of(check(broken, pasted(FULL, problem))) == ()


def test_a_store_of_another_channel_is_not_taken_from_it() -> None:
    other = replace(FULL.channels[0], id=7, store="BOSTON")
    broken = replace(SALE, key=replace(SALE.key, store="BOSTON"))

    (problem,) = check(broken, replace(FULL, channels=(*FULL.channels, other)))

    assert problem.repair.startswith("At the source, correct Channel or store")


def test_a_repair_makes_a_fact_change_that_its_problem_depends_on() -> None:
    (problem,) = check(with_child(SALE, "payments", 0, tender_type="9"), FULL)

    fixed = pasted(FULL, problem)

    assert fixed.facts()["payment_methods/USRT/9"]
    assert "payment_methods/USRT/9" not in FULL.facts()


def test_a_gift_card_method_says_which_account_the_company_needs_for_it() -> None:
    setup = with_company(a_setup(), gift_card_liability_account="")

    (problem,) = check(with_child(a_sale(), "payments", 0, tender_type="9", gift_card="GC-1"), setup)

    assert 'operation = "PayGiftCertificate"' in problem.repair
    assert "gift_card_liability_account" in problem.repair


def test_a_name_that_no_setup_can_have_is_to_be_corrected_at_its_source() -> None:
    (problem,) = check(with_child(a_sale(), "payments", 0, tender_type=" 9"), a_setup())

    assert problem.repair.startswith("At the source, correct tenderType of RetailTransactionPaymentTrans[1]")


def test_a_payment_difference_may_be_allowed_by_the_company_or_left_open_by_the_channel() -> None:
    short = with_header(with_child(a_sale(), "payments", 0, tendered=Decimal("60.40")), paid=Decimal("60.40"))

    (problem,) = check(short, a_setup())

    assert 'maximum_payment_difference = "10.00"' in problem.repair
    assert "payment_required = false" in problem.repair
    assert "At the source, correct amountTendered" in problem.repair


def test_a_tax_group_that_differs_between_lines_of_one_item_is_corrected_on_the_line() -> None:
    (line,) = SALE.sales
    other = replace(line, line=Decimal(2), item_tax_group="RED")
    two = replace(SALE, sales=(replace(line, item_tax_group="STD"), other))

    (problem,) = [each for each in check(two, FULL) if each.code == "TAX_GROUP"]

    (command,) = printed(problem.repair)
    assert command.words[0] == "edit"
    assert "RetailTransactionSalesTrans[2].TaxItemGroup=STD" in command.words
