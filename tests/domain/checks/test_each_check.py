"""Each check: a valid transaction passes it, each violation is found with its code, a setup changes its severity."""

import re
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from postering.domain.checks import CODES, check
from postering.domain.money import digits_of
from postering.domain.problems import Severity, blocking, codes_of, listed
from postering.domain.retail_transactions.entities import ENTITIES
from postering.domain.retail_transactions.transactions import RetailTransaction
from postering.domain.setup.setup import Check
from postering.domain.setup.setup_file import SetupError, read_setup
from tests.domain.checks.violations import VIOLATIONS, Violation, full_setup
from tests.domain.transactions_examples import a_sale, valid_transactions, with_header

MODEST = settings(
    max_examples=8,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),  # the change says what broke: nothing to shrink
    suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow],
)

OF_ORIGINALS = {"RETURN_ORIGINAL", "RETURN_LINE", "RETURN_QUANTITY", "REFUND_AMOUNT", "CANCELLED_ORDER"}
"""Held in `test_taking_back`: they need the original."""

OF_RUNS = {
    "NUMBER_SEQUENCE",
    "DUPLICATE_REFERENCE",
    "CONTENT_CONFLICT",
    "ORDER_TOO_LARGE",
    "ROW_INVALID",
    "CARD_DATA",
    "RETRIES_EXHAUSTED",
    "INTERNAL_ERROR",
}
"""No checks of a transaction: staging and runs find them (tests of jobs, rows, staging, verdicts)."""

OFF_BY_DEFAULT = {"FISCAL_DOCUMENT"}

ALL = [(code, violation) for code, violations in VIOLATIONS.items() for violation in violations]
SWITCHED = sorted(code for code in VIOLATIONS if not CODES[code].fixed)


def test_every_code_has_violations_or_is_found_elsewhere() -> None:
    assert VIOLATIONS.keys() | OF_ORIGINALS | OF_RUNS | OFF_BY_DEFAULT == CODES.keys()
    assert not VIOLATIONS.keys() & (OF_ORIGINALS | OF_RUNS | OFF_BY_DEFAULT)


@settings(max_examples=50)
@given(valid_transactions())
def test_a_valid_transaction_passes_every_check_with_all_master_data_given(transaction) -> None:  # type: ignore[no-untyped-def]
    assert check(transaction, full_setup(transaction)) == ()


@pytest.mark.parametrize(("code", "violation"), ALL, ids=[f"{code}: {each.name}" for code, each in ALL])
@MODEST
@given(data=st.data())
def test_a_single_violation_is_found_with_exactly_its_code(
    code: str, violation: Violation, data: st.DataObject
) -> None:
    transaction = data.draw(valid_transactions(kinds=violation.kinds))
    unit = Decimal(data.draw(st.sampled_from((1, -1, 1000)))).scaleb(-digits_of(transaction.header.currency))

    broken, setup = violation.of(transaction, full_setup(transaction), unit)
    problems = check(broken, setup)

    assert {code} <= set(codes_of(problems)) <= {code} | violation.also
    assert {problem.severity for problem in problems if problem.code == code} == {CODES[code].severity}
    for problem in problems:
        assert problem.message
        assert problem.expected
        assert problem.rows
        assert all(row.startswith("RetailTransaction") for row in problem.rows)
        assert _names_what_to_fix(problem.repair), problem.repair


def _names_what_to_fix(repair: str) -> bool:
    """Whether a repair names a column and its entity, or the table of the setup with a line to write."""
    words = set(re.findall(r"\w+", repair))
    column = any(name in words and words & {field.name for field in ENTITIES[name].fields} for name in ENTITIES)
    return column or bool(re.search(r"\[\[\w+\]\]", repair) and re.search(r"^ +\w+ = ", repair, re.MULTILINE))


@pytest.mark.parametrize("code", SWITCHED)
@MODEST
@given(data=st.data())
def test_the_severity_of_its_code_decides_the_effect_of_a_violation(code: str, data: st.DataObject) -> None:
    violation = data.draw(st.sampled_from(VIOLATIONS[code]))
    transaction = data.draw(valid_transactions(kinds=violation.kinds))
    unit = Decimal(1).scaleb(-digits_of(transaction.header.currency))
    broken, setup = violation.of(transaction, full_setup(transaction), unit)

    def found(severity: Severity) -> set[tuple[bool, bool]]:
        problems = check(broken, replace(setup, checks=(Check(code=code, severity=severity),)))
        own = [problem for problem in problems if problem.code == code]
        assert {problem.severity for problem in own} <= {severity}
        assert all(f"checks/{code}" in problem.depends_on for problem in own)
        return {(problem in blocking(own), problem in listed(own)) for problem in own}

    assert found(Severity.BLOCK) == {(True, True)}
    assert found(Severity.WARN) == {(False, True)}
    assert found(Severity.REPORT) == {(False, False)}
    assert found(Severity.OFF) == set()


@pytest.mark.parametrize("code", sorted(code.name for code in CODES.values() if code.fixed))
def test_a_setup_that_names_a_fixed_code_is_refused(code: str) -> None:
    with pytest.raises(SetupError, match=code):
        read_setup({"checks": [{"code": code, "severity": "warn"}]}, CODES)


@pytest.mark.parametrize("severity", [Severity.BLOCK, Severity.WARN, Severity.REPORT])
@given(transaction=valid_transactions())
@settings(max_examples=20)
def test_a_fiscal_document_is_asked_for_if_the_check_is_on(severity: Severity, transaction: RetailTransaction) -> None:
    full = full_setup(transaction)
    without = with_header(transaction, fiscal_document_id="")
    on = replace(full, checks=(Check(code="FISCAL_DOCUMENT", severity=severity),))

    (found,) = check(without, on)
    assert (found.code, found.severity) == ("FISCAL_DOCUMENT", severity)
    assert "checks/FISCAL_DOCUMENT" in found.depends_on
    assert check(with_header(transaction, fiscal_document_id="NF-1"), on) == ()
    assert check(without, full) == ()


def test_a_charge_that_a_header_wrongly_counts_is_named_with_its_voided_line() -> None:
    sale = a_sale()
    voided = replace(sale.sales[0], line=Decimal(2), status=1)
    charge = replace(
        sale.charges[0], sales_line=Decimal(2), amount=Decimal("3.00"), tax=Decimal(0), tax_on_top=Decimal(0)
    )
    with_both = with_header(
        replace(sale, sales=(*sale.sales, voided), charges=(*sale.charges, charge)),
        number_of_item_lines=Decimal(2),
        gross=Decimal("-73.40"),
    )

    problems = {problem.code: problem for problem in check(with_both, full_setup(with_both))}

    assert problems.keys() == {"GROSS_AMOUNT", "NET_PLUS_TAX", "UNDER_OVER_PAYMENT"}
    assert "RetailTransactionMarkupTrans[2,0] of 3.00" in problems["GROSS_AMOUNT"].message
    assert "RetailTransactionMarkupTrans[2,0]" in problems["GROSS_AMOUNT"].rows
