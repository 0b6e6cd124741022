"""Checks that are off, with the reason: missing master data, or a severity in the setup."""

from dataclasses import replace

import pytest

from postering.domain.checks import CODES, CheckOff, checks_off
from postering.domain.problems import Severity
from postering.domain.setup.setup import Check, Product, Setup
from tests.domain.checks.violations import full_setup
from tests.domain.transactions_examples import COMPANY, a_sale, a_setup, with_company

OF_PRODUCTS = {"ITEM", "BARCODE", "UNIT", "SERIAL_NUMBER", "SERIAL_DIMENSION", "TAX_GROUP"}
WHOLE = Product(
    company=COMPANY, item="81327", units=("ea",), barcodes=("735",), serial_controlled=False, tax_group="STD"
)
FULL = replace(full_setup(a_sale()), products=(WHOLE,))
NEED_MASTER_DATA = OF_PRODUCTS | {"CUSTOMER", "BUSINESS_DATE"}


def off(setup: Setup) -> dict[str, str]:
    """The company of each code that is off; no reason is empty."""
    found = checks_off(setup)
    assert all(each.why for each in found)
    assert list(dict.fromkeys(each.code for each in found)) == [c for c in CODES if c in {each.code for each in found}]
    return {each.code: each.company for each in found}


def test_only_checks_off_by_default_are_off_if_all_master_data_is_given() -> None:
    assert off(FULL) == {"FISCAL_DOCUMENT": ""}


def test_checks_that_need_master_data_are_off_everywhere_without_it() -> None:
    bare = with_company(a_setup(), open_periods=())

    assert off(bare) == dict.fromkeys(NEED_MASTER_DATA | {"FISCAL_DOCUMENT"}, "")


@pytest.mark.parametrize(
    ("lacks", "codes"),
    [
        ({"units": ()}, {"UNIT"}),
        ({"barcodes": ()}, {"BARCODE"}),
        ({"tax_group": ""}, {"TAX_GROUP"}),
        ({"serial_controlled": None}, {"SERIAL_NUMBER", "SERIAL_DIMENSION"}),
    ],
)
def test_a_check_of_a_field_that_no_product_gives_is_off(lacks: dict[str, object], codes: set[str]) -> None:
    setup = replace(FULL, products=(replace(WHOLE, **lacks),))  # type: ignore[arg-type]

    assert off(setup).keys() == codes | {"FISCAL_DOCUMENT"}
    another = replace(FULL, products=(*setup.products, replace(WHOLE, item="91050")))
    assert off(another) == {"FISCAL_DOCUMENT": ""}


def test_a_company_is_named_if_another_one_has_the_master_data_that_it_lacks() -> None:
    second = replace(FULL.companies[0], id="DEMF", open_periods=())

    found = off(replace(FULL, companies=(*FULL.companies, second)))

    assert found == dict.fromkeys(NEED_MASTER_DATA, "DEMF") | {"FISCAL_DOCUMENT": ""}


def test_the_severity_in_the_setup_is_the_first_reason() -> None:
    switched = (
        Check(code="ITEM", severity=Severity.OFF),
        Check(code="CUSTOMER", severity=Severity.WARN),
        Check(code="FISCAL_DOCUMENT", severity=Severity.BLOCK),
    )

    found = checks_off(replace(FULL, products=(), checks=switched))

    (item,) = [each for each in found if each.code == "ITEM"]
    assert item == CheckOff(code="ITEM", company="", why='[[checks]] of the setup gives ITEM severity = "off"')
    assert not {"CUSTOMER", "FISCAL_DOCUMENT"} & {each.code for each in found}
    assert item.as_json() == {"code": "ITEM", "company": "", "why": item.why}
