"""What becomes of a staged transaction: a document, a failure with problems, or waiting; and its record then."""

from dataclasses import asdict, replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from postering.domain.checks import CODES
from postering.domain.money import negated, total
from postering.domain.posting.problems import duplicate_reference, out_of_numbers, retries_exhausted, too_large
from postering.domain.posting.verdicts import (
    UNNUMBERED,
    Verdict,
    build_order,
    decide,
    held_back,
    numbered,
    posted,
    reference_guard,
)
from postering.domain.problems import Problem, Severity, codes_of
from postering.domain.retail_transactions.entities import ENTITIES, ENUMS, HEADER, MARKUP, PAYMENT, SALES, FieldType
from postering.domain.retail_transactions.rows import Row, read_row
from postering.domain.retail_transactions.transactions import RetailTransaction
from postering.domain.sales_orders.documents import DocumentKind, PostedOrder
from postering.domain.setup.setup import Check, PaymentMethod, Setup
from postering.domain.staging.assembly import assemble
from postering.domain.staging.records import State
from postering.domain.staging.staging import Judgement
from tests.domain.pieces_examples import NOW, a_piece, a_row, rows_of, staged, union
from tests.domain.transactions_examples import (
    KEY,
    a_sale,
    a_setup,
    raw_rows,
    valid_transactions,
    with_company,
    with_header,
)


def decided(transaction: RetailTransaction, setup: Setup | None = None) -> Verdict:
    return decide(union(a_piece(*rows_of(transaction))), setup or a_setup(transaction.header.currency))


def order_of(verdict: Verdict) -> PostedOrder:
    assert verdict.judgement is None
    assert verdict.order is not None
    return verdict.order


def failed_with(verdict: Verdict) -> tuple[str, ...]:
    assert verdict.order is None
    assert verdict.judgement is not None
    assert verdict.judgement.state is State.FAILED
    return codes_of(verdict.judgement.problems)


def with_severity(severity: Severity, *codes: str) -> Setup:
    return a_setup(checks=tuple(Check(code=code, severity=severity) for code in codes))


# --- the way from rows to a document -------------------------------------------------------------


@given(valid_transactions())
@settings(max_examples=60)
def test_a_valid_transaction_becomes_an_order_of_its_header_s_amounts(transaction: RetailTransaction) -> None:
    verdict = decided(transaction)
    order = order_of(verdict)

    assert verdict.problems == ()
    assert order.document.total.amount == negated(transaction.header.gross)
    assert order.paid.amount == transaction.header.paid
    assert order.document.total == order.paid + order.variance + order.open
    assert total(entry.company_amount.amount for entry in order.journal) == 0


def test_what_was_received_is_judged_before_it_is_checked() -> None:
    waiting = decide(union(a_piece(a_row(SALES, lineNum=1))), a_setup())
    assert waiting.judgement == Judgement(state=State.WAITING, reason="WAITING_FOR_HEADER")

    rows = rows_of(a_sale())
    bad = a_row(MARKUP, saleLineNum=0, markupLineNum=0, CalculatedAmount="x")
    assert failed_with(decide(union(a_piece(*rows[:-2], bad)), Setup())) == ("ROW_INVALID",)


def test_all_checks_that_fail_are_reported_and_nothing_is_built() -> None:
    wrong = with_header(a_sale(), gross=Decimal("-71.40"), discount=Decimal(7), currency="EUR")

    assert set(failed_with(decided(wrong, a_setup()))) >= {"GROSS_AMOUNT", "DISCOUNT_AMOUNT", "CURRENCY"}


def test_a_warning_posts_and_stays_listed_a_report_posts_and_is_only_counted() -> None:
    wrong = with_header(a_sale(), discount=Decimal(7))

    for severity in (Severity.WARN, Severity.REPORT):
        verdict = decided(wrong, with_severity(severity, "DISCOUNT_AMOUNT"))
        assert order_of(verdict).document.total.text == "70.40"
        assert [problem.severity for problem in verdict.problems] == [severity]
        record = posted_record(verdict)
        assert codes_of(record.problems) == (("DISCOUNT_AMOUNT",) if severity is Severity.WARN else ())
    assert decided(wrong, with_severity(Severity.OFF, "DISCOUNT_AMOUNT")).problems == ()


@pytest.mark.parametrize("severity", [Severity.OFF, Severity.REPORT, Severity.WARN, Severity.BLOCK])
@pytest.mark.parametrize("day", [None, date(1900, 1, 1)])
def test_without_any_date_nothing_is_posted_whatever_the_setup_says(severity: Severity, day: date | None) -> None:
    undated = with_header(a_sale(), business_date_given=day, transaction_date=day)

    verdict = decided(undated, with_severity(severity, "BUSINESS_DATE"))

    assert failed_with(verdict) == ("BUSINESS_DATE",)
    assert len(verdict.problems) == 1


def test_a_date_in_a_closed_period_posts_where_that_is_not_checked() -> None:
    closed = with_company(
        with_severity(Severity.OFF, "BUSINESS_DATE"), open_periods=a_setup().companies[0].open_periods
    )
    late = with_header(a_sale(), business_date_given=date(2031, 1, 1))

    assert order_of(decided(late, closed)).document.business_date == date(2031, 1, 1)


def test_a_cancellation_waits_for_its_order_and_fails_where_it_never_comes() -> None:
    named = with_header(a_sale(), type=37, sales_order_id="ONL-000007")

    assembly = union(a_piece(*rows_of(named)))

    waits = decide(assembly, a_setup(), has_waited=False)
    fails = decide(assembly, a_setup())

    assert waits.order is None
    assert waits.judgement is not None
    assert (waits.judgement.state, waits.judgement.reason) == (State.WAITING, "WAITING_FOR_ORIGINAL")
    assert fails.judgement is not None
    assert [problem.code for problem in fails.judgement.problems] == ["CANCELLED_ORDER"]
    assert "sales order ONL-000007" in fails.judgement.problems[0].message


def test_a_quote_becomes_a_quotation_without_payments_or_journal() -> None:
    order = order_of(decided(with_header(a_sale(), type=31)))

    assert order.document.kind is DocumentKind.QUOTATION
    assert (order.payments, order.journal) == ((), ())


def test_a_customer_order_may_be_part_paid_and_the_rest_stays_open() -> None:
    part = with_header(a_sale(), type=33, paid=Decimal("20.40"))
    part = replace(part, payments=(replace(part.payments[0], tendered=Decimal("20.40")),))

    order = order_of(decided(part))

    assert (order.paid.text, order.open.text, order.variance.text) == ("20.40", "50.00", "0.00")
    assert len(order.journal) == 2


def test_building_what_was_not_checked_is_an_error() -> None:
    with pytest.raises(ValueError, match="was not checked"):
        build_order(a_sale(), Setup())


ANY_VALUE = {
    FieldType.STRING: st.text(st.sampled_from("aZ9-, é'\"%#|/"), min_size=1, max_size=5),
    FieldType.INTEGER: st.integers(-3, 40).map(str),
    FieldType.BIG_INTEGER: st.integers(-(2**63), 2**63 - 1).map(str),
    FieldType.DECIMAL: st.decimals(-(10**35), 10**35, places=3).map(lambda number: format(number, "f")),
    FieldType.DATE: st.dates().map(str),
    FieldType.DATETIME: st.just("2026-03-14T10:00:00Z"),
    FieldType.TIME: st.just("60"),
    FieldType.GUID: st.uuids().map(str),
}


@st.composite
def distorted(draw: st.DrawFn) -> tuple[RetailTransaction, list[Row]]:
    """A valid transaction some of whose rows have other, readable values in some columns."""
    transaction = draw(valid_transactions())
    raw = [(entity, dict(row)) for entity, rows in raw_rows(transaction).items() for row in rows]
    for _ in range(draw(st.integers(1, 6))):
        entity, row = draw(st.sampled_from(raw))
        field = draw(st.sampled_from([f for f in ENTITIES[entity].fields if f.name not in ENTITIES[entity].keys]))
        named = field.enum is not None
        values = st.sampled_from(sorted(ENUMS[field.enum or ""])) if named else ANY_VALUE[field.type]
        row[field.name] = draw(values | st.just(""))
    rows = [read_row(ENTITIES[entity], row, "here") for entity, row in raw]
    return transaction, [row for row in rows if isinstance(row, Row)]


EVERYTHING_OFF = tuple(Check(code=code.name, severity=Severity.OFF) for code in CODES.values() if not code.fixed)


@given(distorted(), st.booleans())
@settings(max_examples=150)
def test_whatever_a_row_says_there_is_a_verdict_and_every_journal_balances(
    case: tuple[RetailTransaction, list[Row]], checked: bool
) -> None:
    transaction, rows = case
    setup = a_setup(transaction.header.currency)

    verdict = decide(union(a_piece(*rows)), setup if checked else replace(setup, checks=EVERYTHING_OFF))

    assert (verdict.order is None) is not (verdict.judgement is None)
    if verdict.order is not None:
        journal = verdict.order.journal
        assert total(entry.debit.amount for entry in journal) == total(entry.credit.amount for entry in journal)
        assert total(entry.company_amount.amount for entry in journal) == 0
        settled = verdict.order.paid + verdict.order.variance + verdict.order.open
        if verdict.order.document.kind is not DocumentKind.QUOTATION:
            assert settled == verdict.order.document.header_total


# --- numbers and references ----------------------------------------------------------------------


@given(valid_transactions())
@settings(max_examples=40)
def test_a_numbered_order_has_its_number_everywhere_and_no_place_holder_left(transaction: RetailTransaction) -> None:
    order = order_of(decided(transaction))

    complete = numbered(order, "ONL-000042")

    assert UNNUMBERED not in str(asdict(complete))
    assert complete.document.id == "ONL-000042"
    assert {entry.voucher for entry in complete.journal} <= {"ONL-000042"}
    assert all(entry.text.endswith(" of ONL-000042") for entry in complete.journal)
    built = build_order(transaction, a_setup(transaction.header.currency), "ONL-000042")
    assert replace(complete, customers=()) == built
    assert numbered(numbered(order, "ONL-7"), "ONL-000042") == complete


def test_a_payment_method_may_be_named_as_the_place_holder_is() -> None:
    setup = a_setup()
    methods = tuple(replace(method, name="Bank of ? of ?") for method in setup.payment_methods)
    assert all(isinstance(method, PaymentMethod) for method in methods)

    order = numbered(order_of(decided(a_sale(), replace(setup, payment_methods=methods))), "ONL-1")

    assert order.journal[0].text == "Bank of ? of ?, payment 1 of ONL-1"


@pytest.mark.parametrize(
    ("changes", "guard"),
    [
        ({}, ("sales_order", KEY.channel, "W-1")),
        ({"type": 33}, ("sales_order", KEY.channel, "W-1")),
        ({"type": 31}, ("quotation", KEY.channel, "W-1")),
        ({"channel_reference_id": ""}, None),
    ],
)
def test_one_order_and_one_quotation_per_channel_and_reference(
    changes: dict[str, Any], guard: tuple[str, int, str] | None
) -> None:
    assert reference_guard(order_of(decided(with_header(a_sale(), **changes)))) == guard


def test_a_return_order_bears_the_reference_of_its_sale_and_is_not_guarded() -> None:
    order = order_of(decided(a_sale()))

    assert reference_guard(replace(order, document=replace(order.document, kind=DocumentKind.RETURN_ORDER))) is None


# --- records -------------------------------------------------------------------------------------


def posted_record(verdict: Verdict, *packages: list[Row]) -> Any:
    record = staged(packages or [rows_of(a_sale())]).kept
    order = numbered(order_of(verdict), "ONL-000001")
    return posted(record, order, verdict, setup_version=5, at=NOW, by="sync run-2", write_id="w")


def test_a_posted_transaction_has_its_number_and_what_its_document_was_built_from() -> None:
    rows = rows_of(a_sale())
    record = posted_record(decided(a_sale()), rows[:2], rows[2:])

    assert (record.state, record.sales_id, record.posted_pieces) == (State.SUCCEEDED, "ONL-000001", 2)
    assert (record.setup_version, record.version, record.problems) == (5, 3, ())
    assert (record.attempts, record.retry_at, record.due) == (0, None, None)
    entry = record.timeline[-1]
    assert (entry.by, entry.what, entry.before, entry.after) == (
        "sync run-2",
        "posted sales order ONL-000001",
        "pending",
        "succeeded",
    )


@pytest.mark.parametrize(
    ("judgement", "what"),
    [
        (
            Judgement(
                state=State.FAILED, problems=(Problem(code="ITEM", message="x"), Problem(code="UNIT", message="y"))
            ),
            "failed: ITEM, UNIT",
        ),
        (Judgement(state=State.WAITING, reason="WAITING_FOR_RETRY"), "waits: WAITING_FOR_RETRY"),
        (Judgement(state=State.NOT_AN_ORDER, reason="type 2 (Sales)"), "type 2 (Sales)"),
        (Judgement(state=State.PENDING), "pending"),
    ],
)
def test_what_is_held_back_says_why_on_its_timeline(judgement: Judgement, what: str) -> None:
    record = staged([rows_of(a_sale())]).kept

    held = held_back(record, judgement, setup_version=5, at=NOW, by="sync run-2", write_id="w")

    assert (held.state, held.reason, held.problems) == (judgement.state, judgement.reason, judgement.problems)
    assert (held.timeline[-1].what, held.timeline[-1].before) == (what, "pending")
    assert (held.version, held.setup_version, held.posted_pieces) == (record.version + 1, 5, 0)


def test_every_problem_of_a_run_has_a_code_of_the_list_and_says_how_to_mend_it() -> None:
    problems = [
        duplicate_reference(order_of(decided(a_sale())), "USRT/1/S//T-0"),
        out_of_numbers("USRT"),
        too_large("812 KB", KEY),
        retries_exhausted(5, "throttled", KEY),
    ]

    assert [problem.code for problem in problems] == [
        "DUPLICATE_REFERENCE",
        "NUMBER_SEQUENCE",
        "ORDER_TOO_LARGE",
        "RETRIES_EXHAUSTED",
    ]
    for problem in problems:
        assert problem.severity is Severity.BLOCK
        assert problem.message
        assert problem.expected
        assert problem.found
        assert problem.repair
    assert "USRT/1/S//T-0" in problems[0].message
    assert problems[1].depends_on == ("number_sequences/USRT",)


def test_rows_of_every_entity_that_a_sale_has_were_read() -> None:
    assembly = assemble(KEY, [a_piece(*rows_of(a_sale()))])

    assert {row.entity for row in assembly.rows} >= {HEADER, SALES, PAYMENT}
