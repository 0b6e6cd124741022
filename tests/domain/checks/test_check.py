"""`check` as a whole: valid transactions pass, every change of a field is found, a setup changes severities."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given

from postering.domain.checks import CODES, check
from postering.domain.checks.findings import Place
from postering.domain.money import EXACT, negated
from postering.domain.problems import Severity, blocking, codes_of
from postering.domain.retail_transactions.entities import ENTITIES
from postering.domain.retail_transactions.rows import Row, read_row
from postering.domain.retail_transactions.transactions import RetailTransaction, read_transaction
from postering.domain.setup.setup import Check, Customer, Product, Setup
from tests.domain.transactions_examples import (
    COMPANY,
    a_sale,
    a_setup,
    raw_rows,
    valid_transactions,
    with_channel,
    with_child,
    with_company,
    with_header,
)

Mutation = Callable[[RetailTransaction, Decimal], RetailTransaction]


@given(valid_transactions())
def test_a_valid_transaction_has_no_problem(transaction: RetailTransaction) -> None:
    assert check(transaction, a_setup(transaction.header.currency)) == ()


@given(valid_transactions())
def test_a_valid_transaction_has_no_problem_after_its_rows_were_read_from_text(
    transaction: RetailTransaction,
) -> None:
    rows = [read_row(ENTITIES[entity], raw, "here") for entity, each in raw_rows(transaction).items() for raw in each]
    sound = [row for row in rows if isinstance(row, Row)]

    again = read_transaction(transaction.key, sound)

    assert len(sound) == len(rows)
    assert again == transaction


@given(valid_transactions())
def test_total_is_always_paid_and_variance_and_open(transaction: RetailTransaction) -> None:
    place = Place.of(transaction, a_setup(transaction.header.currency))

    assert place is not None
    settled = place.settlement

    assert settled.total.amount == negated(transaction.header.gross)
    assert settled.total == settled.paid + settled.variance + settled.open


# --- severities --------------------------------------------------------------------------------------------

_FULL_SETUP = a_setup(
    products=(
        Product(
            company=COMPANY,
            item="81327",
            units=("ea",),
            barcodes=("735",),
            serial_controlled=True,
            tax_group="STD",
        ),
        Product(company=COMPANY, item="91050", serial_controlled=False),
    ),
    customers=(Customer(company=COMPANY, account="100001"),),
)
_SALE = with_child(a_sale(), "sales", 0, serial_number="S-1")
BROKEN: dict[str, RetailTransaction] = {
    "GROSS_AMOUNT": with_header(_SALE, gross=Decimal("-70.39")),
    "NET_AMOUNT": with_header(_SALE, net=Decimal("-1.00")),
    "NET_PLUS_TAX": with_child(_SALE, "sales", 0, net=Decimal("-53.00")),
    "DISCOUNT_AMOUNT": with_header(_SALE, discount=Decimal("5.00")),
    "NUMBER_OF_ITEMS": with_header(_SALE, number_of_items=Decimal(3)),
    "NUMBER_OF_LINES": with_header(_SALE, number_of_item_lines=Decimal(0)),
    "NUMBER_OF_PAYMENTS": with_header(_SALE, number_of_payment_lines=0),
    "PAYMENT_AMOUNT": with_header(_SALE, paid=Decimal("1.00")),
    "UNDER_OVER_PAYMENT": with_child(_SALE, "payments", 0, tendered=Decimal("70.39")),
    "CURRENCY_ROUNDING": with_child(_SALE, "charges", 0, amount=Decimal("10.001")),
    "NO_LINES": with_child(_SALE, "sales", 0, status=1),
    "TAX_INCLUDED_IN_PRICE": with_header(_SALE, prices_include_tax=1),
    "CHARGE_TAX_EXEMPT": with_child(_SALE, "charges", 0, exempt_reduction=Decimal("1.00")),
    "LINE_DISCOUNT": with_child(_SALE, "discounts", 0, amount=Decimal("5.00")),
    "LINE_TAX": with_child(_SALE, "taxes", 0, amount=Decimal("5.00")),
    "TAX_EXEMPT": with_child(_SALE, "sales", 0, exempt_reduction=Decimal("1.00")),
    "SIGN": with_child(_SALE, "sales", 0, quantity=Decimal(2)),
    "NEGATIVE_PRICE": with_child(_SALE, "sales", 0, price=Decimal(-1)),
    "ITEM": with_child(_SALE, "sales", 0, item="81328"),
    "BARCODE": with_child(_SALE, "sales", 0, barcode="736"),
    "UNIT": with_child(_SALE, "sales", 0, unit="box"),
    "SERIAL_NUMBER": with_child(_SALE, "sales", 0, serial_number=""),
    "SERIAL_DIMENSION": with_child(_SALE, "sales", 0, item="91050"),
    "TAX_GROUP": with_child(_SALE, "sales", 0, item_tax_group="RED"),
    "GIFT_CARD_RETURN": with_child(_SALE, "sales", 0, is_gift_card=1, quantity=Decimal(2)),
    "MODE_OF_DELIVERY": with_header(_SALE, delivery_mode="11"),
    "CHARGE_CODE": with_child(_SALE, "charges", 0, code="TOLL"),
    "CUSTOMER": with_header(_SALE, customer="100002"),
    "BUSINESS_DATE": with_header(_SALE, business_date_given=None),
    "FISCAL_DOCUMENT": _SALE,
}
CHECKED_ELSEWHERE = {"RETURN_ORIGINAL"}


def _severity(code: str, severity: Severity) -> Setup:
    return replace(_FULL_SETUP, checks=(Check(code=code, severity=severity),))


def test_every_code_whose_severity_can_be_changed_is_tried() -> None:
    assert {code.name for code in CODES.values() if not code.fixed} - CHECKED_ELSEWHERE == BROKEN.keys()


@pytest.mark.parametrize("code", BROKEN)
@pytest.mark.parametrize("severity", [Severity.BLOCK, Severity.WARN, Severity.REPORT])
def test_a_problem_has_the_severity_that_the_setup_gives_its_code(code: str, severity: Severity) -> None:
    found = [problem for problem in check(BROKEN[code], _severity(code, severity)) if problem.code == code]

    assert found
    assert {problem.severity for problem in found} == {severity}
    assert all(f"checks/{code}" in problem.depends_on for problem in found)


@pytest.mark.parametrize("code", BROKEN)
def test_a_check_that_is_off_finds_nothing(code: str) -> None:
    assert code not in codes_of(check(BROKEN[code], _severity(code, Severity.OFF)))


@pytest.mark.parametrize("code", sorted(BROKEN.keys() - {"FISCAL_DOCUMENT"}))
def test_a_code_has_its_own_severity_if_the_setup_gives_none(code: str) -> None:
    found = [problem for problem in check(BROKEN[code], _FULL_SETUP) if problem.code == code]

    assert {problem.severity for problem in found} == {CODES[code].severity}


def test_fiscal_documents_are_not_asked_for_unless_the_check_is_on() -> None:
    with_document = with_header(_SALE, fiscal_document_id="NF-1")

    assert check(_SALE, _FULL_SETUP) == ()
    assert codes_of(check(_SALE, _severity("FISCAL_DOCUMENT", Severity.BLOCK))) == ("FISCAL_DOCUMENT",)
    assert check(with_document, _severity("FISCAL_DOCUMENT", Severity.BLOCK)) == ()


def test_a_fixed_code_blocks_whatever_the_setup_says() -> None:
    setup = replace(a_setup(), checks=(Check(code="CURRENCY", severity=Severity.OFF),))
    euros = with_channel(setup, currency="EUR")

    assert [problem.severity for problem in check(a_sale(), euros)] == [Severity.BLOCK]


# --- all of them at once -----------------------------------------------------------------------------------


def test_all_problems_are_reported_at_once_in_a_stable_order() -> None:
    broken = with_child(a_sale(), "payments", 0, tender_type="77", tendered=Decimal("60.40"))
    broken = with_header(with_child(broken, "charges", 0, code="TOLL"), net=Decimal("-1.00"))

    problems = check(broken, a_setup())

    assert codes_of(problems) == (
        "NET_AMOUNT",
        "PAYMENT_AMOUNT",
        "UNDER_OVER_PAYMENT",
        "PAYMENT_METHOD",
        "CHARGE_CODE",
    )
    assert problems == check(broken, a_setup())
    assert blocking(problems) == problems


@pytest.mark.parametrize("code", BROKEN)
def test_every_problem_names_what_was_expected_its_rows_and_a_repair(code: str) -> None:
    for problem in check(BROKEN[code], _severity(code, Severity.BLOCK)):
        assert problem.message
        assert problem.expected
        assert problem.repair
        assert problem.rows
        assert all(row.startswith("RetailTransaction") for row in problem.rows)


def test_nothing_is_checked_against_the_setup_if_the_store_is_unknown() -> None:
    broken = with_child(a_sale(), "payments", 0, tender_type="77", tendered=Decimal("60.40"))
    broken = with_header(broken, delivery_mode="11", business_date_given=None, net=Decimal("-1.00"))

    found = codes_of(check(replace(broken, key=replace(broken.key, channel=7)), a_setup()))

    assert found == ("NET_AMOUNT", "PAYMENT_AMOUNT", "STORE")


def test_a_thousand_bad_lines_make_few_problems_that_name_them_all() -> None:
    sale = a_sale()
    lines = tuple(replace(sale.sales[0], line=Decimal(n), price=Decimal(-1)) for n in range(1, 1001))

    found = [
        problem
        for problem in check(replace(sale, sales=lines), with_company(a_setup()))
        if problem.code == "NEGATIVE_PRICE"
    ]

    assert len(found) == 21
    assert len({row for problem in found for row in problem.rows}) == 1000
    assert found[-1].message.startswith("980 more of the same kind")


def test_amounts_of_thirty_eight_digits_are_compared_to_the_last_one() -> None:
    sale = a_sale()
    large = Decimal("-999999999999999999999999999999999999.99")
    line = replace(sale.sales[0], net=large, gross=large, tax=Decimal(0), discount=Decimal(0), quantity=Decimal(-1))
    one = replace(sale, sales=(line,), taxes=(), discounts=(), charges=())
    header = replace(
        one.header,
        gross=large,
        net=large,
        discount=Decimal(0),
        paid=negated(large),
        number_of_items=Decimal(1),
    )
    exact = with_child(replace(one, header=header), "payments", 0, tendered=negated(large))

    assert check(exact, a_setup()) == ()
    assert codes_of(check(with_header(exact, net=EXACT.add(large, Decimal("0.01"))), a_setup())) == ("NET_AMOUNT",)
