"""Staging decided: the state that follows from all that came, whatever came first."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from postering.domain.problems import Problem, Waiting
from postering.domain.retail_transactions.entities import ENUMS, HEADER, MARKUP, PAYMENT, SALES, TAX
from postering.domain.retail_transactions.rows import Row
from postering.domain.retail_transactions.transactions import RetailTransaction
from postering.domain.staging.records import PieceReference, State, Summary, TransactionRecord
from postering.domain.staging.staging import VOIDED_BY_OPERATOR, internal_error, judge, stage_broken, summary_of
from tests.domain.pieces_examples import (
    BY,
    NOW,
    Desk,
    a_header,
    a_piece,
    a_row,
    rejected,
    rows_of,
    sound,
    staged,
    union,
)
from tests.domain.transactions_examples import KEY, a_sale, valid_transactions

HEAD = sound(a_header(numberOfItemLines=2, numberOfPaymentLines=1, grossAmount="-20.00", ChannelReferenceId="W-1"))
LINE_1 = sound(a_row(SALES, lineNum=1, qty=-1))
LINE_2 = sound(a_row(SALES, lineNum=2, qty=-1))
PAID = sound(a_row(PAYMENT, lineNum=1, amountTendered="20"))
WHOLE = (HEAD, LINE_1, LINE_2, PAID)
OTHER_LINE_1 = sound(a_row(SALES, lineNum=1, qty=-3))
BAD_LINE_1 = rejected(a_row(SALES, lineNum=1, qty="x"))
CARD_LINE_1 = rejected(a_row(SALES, lineNum=1, qty=-1, comment="4111111111111111"))
LATE_TAX = sound(a_row(TAX, SaleLineNum=1, TaxCode="VAT", Amount=1))


@st.composite
def cut_and_shuffled(draw: st.DrawFn) -> tuple[RetailTransaction, list[list[Row]]]:
    transaction = draw(valid_transactions())
    rows = rows_of(transaction)
    packages = [draw(st.lists(st.sampled_from(rows), min_size=1, unique_by=id)) for _ in range(draw(st.integers(0, 4)))]
    left = [row for row in rows if not any(row in package for package in packages)]
    packages += [left] if left else []
    return transaction, draw(st.permutations(packages))


@given(cut_and_shuffled())
@settings(max_examples=60)
def test_the_final_state_is_the_same_for_any_way_of_cutting_and_any_order(
    case: tuple[RetailTransaction, list[list[Row]]],
) -> None:
    transaction, packages = case
    desk = Desk()
    known: set[str] = set()
    for package in packages:
        staging = desk.bring(*package)
        new = {row.hash for row in package} - known
        known |= new
        assert (staging.record is None) is (not new)
        assert staging.brought_rows is bool(new)
        assert not staging.brought_conflicts
        assert not staging.brought_rejected
        assert desk.kept.state in {State.WAITING, State.PENDING}

    at_once = staged([rows_of(transaction)]).kept
    assert (desk.kept.state, desk.kept.reason, desk.kept.problems) == (State.PENDING, "", ())
    assert (desk.kept.summary, desk.kept.conflicts, desk.kept.rejected) == (at_once.summary, 0, 0)
    assert desk.assembly.retail_transaction == transaction


@given(cut_and_shuffled(), st.randoms(use_true_random=False))
@settings(max_examples=25)
def test_bringing_anything_of_it_again_is_a_duplicate_and_writes_nothing(
    case: tuple[RetailTransaction, list[list[Row]]], chance: object
) -> None:
    _, packages = case
    desk = staged(packages)
    before = desk.kept

    for package in packages:
        again = desk.bring(*package)
        assert again.record is None
        assert again.expected_version == before.version
        assert {again.brought_rows, again.brought_conflicts, again.brought_rejected} == {False}
    assert desk.kept is before


# --- waiting -------------------------------------------------------------------------------------


def test_a_whole_transaction_is_pending_at_once() -> None:
    desk = Desk()
    staging = desk.bring(*WHOLE)

    assert (desk.kept.state, desk.kept.version, staging.expected_version) == (State.PENDING, 1, 0)
    assert desk.kept.summary == Summary(
        type=27,
        channel_reference_id="W-1",
        business_date=date(2026, 3, 14),
        currency="USD",
        total=Decimal("20.00"),
    )
    assert desk.kept.due == f"0#{desk.kept.received.isoformat()}"


def test_children_wait_for_their_header_and_become_ready_by_themselves() -> None:
    desk = staged([[LINE_1], [PAID], [LINE_2]])
    assert (desk.kept.state, desk.kept.codes) == (State.WAITING, ("WAITING_FOR_HEADER",))
    assert desk.kept.summary == Summary()
    assert desk.kept.due is None

    desk.bring(HEAD)

    assert desk.kept.state is State.PENDING
    assert desk.kept.reason == ""
    assert desk.kept.summary.total == Decimal("20.00")


def test_a_header_waits_for_the_lines_and_then_for_the_payments_that_it_promises() -> None:
    desk = staged([[HEAD]])
    assert desk.kept.reason == Waiting.FOR_LINES
    desk.bring(LINE_2)
    assert desk.kept.reason == Waiting.FOR_LINES
    desk.bring(LINE_1)
    assert desk.kept.reason == Waiting.FOR_PAYMENTS
    desk.bring(PAID)
    assert desk.kept.state is State.PENDING


def test_an_absent_count_promises_nothing_and_zero_is_a_count() -> None:
    assert judge(union(a_piece(a_header()))).state is State.PENDING
    assert judge(union(a_piece(a_header(numberOfItemLines=0, numberOfPaymentLines=0)))).state is State.PENDING
    assert judge(union(a_piece(a_header(numberOfItemLines=""), LINE_1))).state is State.PENDING
    assert judge(union(a_piece(a_header(numberOfPaymentLines=1)))).reason == Waiting.FOR_PAYMENTS


def test_more_rows_than_promised_wait_for_nothing() -> None:
    assert judge(union(a_piece(a_header(numberOfItemLines=1), LINE_1, LINE_2))).state is State.PENDING


def test_voided_lines_count_and_the_same_row_twice_counts_once() -> None:
    voided = a_row(SALES, lineNum=2, transactionStatus=1)
    promising = a_header(numberOfItemLines=2)

    assert judge(union(a_piece(promising, LINE_1, voided))).state is State.PENDING
    assert judge(union(a_piece(promising, LINE_1), a_piece(LINE_1))).reason == Waiting.FOR_LINES


# --- what is no order ----------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ENUMS["RetailTransactionType"].values())
def test_only_online_orders_quotes_customer_orders_and_cancellations_are_orders(kind: int) -> None:
    judgement = judge(union(a_piece(a_header(type=kind))))

    if kind in {27, 31, 33, 37}:
        assert judgement.state is State.PENDING
    else:
        assert judgement.state is State.NOT_AN_ORDER
        assert judgement.reason.startswith(f"type {kind} (")


def test_a_header_without_type_is_no_order_and_says_so() -> None:
    judgement = judge(union(a_piece(a_header(type=None))))

    assert (judgement.state, judgement.reason.partition(" is ")[0]) == (State.NOT_AN_ORDER, "a header without type")


@pytest.mark.parametrize("status", ENUMS["RetailEntryStatus"].values())
def test_voided_cancelled_and_training_entries_are_voided(status: int) -> None:
    judgement = judge(union(a_piece(a_header(entryStatus=status))))

    assert judgement.state is (State.VOIDED if status in {1, 4, 6} else State.PENDING)
    assert judgement.reason.startswith(f"entryStatus {status} (") is (status in {1, 4, 6})


def test_void_and_no_order_are_decided_before_waiting() -> None:
    assert judge(union(a_piece(a_header(entryStatus=1, numberOfItemLines=5)))).state is State.VOIDED
    assert judge(union(a_piece(a_header(type=2, numberOfItemLines=5)))).state is State.NOT_AN_ORDER
    assert judge(union(a_piece(a_header(type=2, entryStatus=6)))).state is State.VOIDED


# --- conflicts -----------------------------------------------------------------------------------


def test_other_content_before_posting_fails_with_a_conflict_and_keeps_the_first() -> None:
    desk = staged([WHOLE])
    staging = desk.bring(OTHER_LINE_1)

    assert (desk.kept.state, desk.kept.codes, desk.kept.conflicts) == (State.FAILED, ("CONTENT_CONFLICT",), 1)
    (problem,) = desk.kept.problems
    assert problem.rows == ("RetailTransactionSalesTrans[1]",)
    assert problem.message == "RetailTransactionSalesTrans[1] came again with other content: qty: -1 → -3"
    assert (staging.brought_conflicts, staging.brought_rows) == (True, False)
    assert LINE_1 in desk.assembly.rows
    assert desk.kept.due is None


def test_transport_columns_are_not_told_as_differences() -> None:
    other = a_row(SALES, lineNum=1, qty=-3, replicationCounterFromOrigin=8, Origin="x", ValidationStep="y")
    desk = staged([WHOLE, [other]])

    assert desk.kept.problems[0].found == "qty: -1 → -3"


def test_a_conflict_and_new_rows_in_one_package_are_both_counted() -> None:
    desk = staged([WHOLE])
    staging = desk.bring(OTHER_LINE_1, LATE_TAX)

    assert (staging.brought_conflicts, staging.brought_rows) == (True, True)
    assert desk.kept.timeline[-1].what == "staged 2 new rows, 1 in conflict from session Default/S2"


def test_a_conflict_keeps_it_failed_whatever_else_comes() -> None:
    desk = staged([WHOLE, [OTHER_LINE_1], [LATE_TAX], [LINE_1], [OTHER_LINE_1]])

    assert (desk.kept.state, desk.kept.codes) == (State.FAILED, ("CONTENT_CONFLICT",))


def test_conflicts_come_before_what_is_no_order_and_before_waiting() -> None:
    desk = staged([[a_header(type=2)], [a_header(type=27)]])
    assert desk.kept.state is State.FAILED

    desk = staged([[LINE_1], [OTHER_LINE_1]])
    assert (desk.kept.state, desk.kept.codes) == (State.FAILED, ("CONTENT_CONFLICT",))


# --- bad rows ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("bad", "code"), [(BAD_LINE_1, "ROW_INVALID"), (CARD_LINE_1, "CARD_DATA")])
def test_a_bad_row_fails_its_transaction_alone_with_its_code_until_a_sound_one_replaces_it(bad: Row, code: str) -> None:
    desk = Desk()
    staging = desk.bring(HEAD, bad, LINE_2, PAID)
    assert (desk.kept.state, desk.kept.codes, desk.kept.rejected) == (State.FAILED, (code,), 1)
    assert desk.kept.problems[0].rows == ("RetailTransactionSalesTrans[1]",)
    assert staging.brought_rejected

    staging = desk.bring(LINE_1)

    assert (desk.kept.state, desk.kept.problems, desk.kept.rejected) == (State.PENDING, (), 0)
    assert (staging.brought_rows, staging.brought_rejected, staging.brought_conflicts) == (True, False, False)


def test_a_bad_row_is_told_alone_also_beside_a_conflict_and_keeps_it_failed() -> None:
    bad = rejected(a_row(SALES, lineNum=2, qty="x"))
    desk = staged([[HEAD, LINE_1, PAID], [OTHER_LINE_1, bad], [LATE_TAX]])

    assert (desk.kept.state, desk.kept.codes) == (State.FAILED, ("ROW_INVALID",))
    assert (desk.kept.conflicts, desk.kept.rejected) == (1, 1)


def test_a_bad_row_after_a_sound_one_is_a_conflict_that_says_what_is_wrong_with_it() -> None:
    desk = staged([WHOLE])
    staging = desk.bring(CARD_LINE_1)

    assert (desk.kept.state, desk.kept.codes) == (State.FAILED, ("CONTENT_CONFLICT",))
    assert (staging.brought_rejected, staging.brought_conflicts) == (True, True)
    assert "holds card data" in desk.kept.problems[0].message
    assert "4111111111111111" not in str(desk.kept)


def test_a_bad_header_fails_and_is_replaced_like_any_row() -> None:
    desk = staged([[a_header(grossAmount="x"), LINE_1]])
    assert desk.kept.codes == ("ROW_INVALID",)

    desk.bring(a_header(grossAmount="-1"))

    assert desk.kept.state is State.PENDING


# --- a state that was there ----------------------------------------------------------------------


def in_state(desk: Desk, state: State, **changes: object) -> TransactionRecord:
    record = desk.kept.changed(at=NOW, by="sync run-2", what="for a test", state=state, write_id="x", **changes)
    desk.record = record
    return record


FAILED_CHECK = Problem(code="LINE_TAX", message="a tax row is missing")


def test_a_new_row_makes_a_failed_transaction_pending_again() -> None:
    desk = staged([WHOLE])
    in_state(desk, State.FAILED, problems=(FAILED_CHECK,), setup_version=3)

    desk.bring(LATE_TAX)

    assert (desk.kept.state, desk.kept.problems) == (State.PENDING, ())
    assert desk.kept.due is not None


def test_nothing_new_leaves_a_failed_transaction_failed() -> None:
    desk = staged([WHOLE])
    before = in_state(desk, State.FAILED, problems=(FAILED_CHECK,))

    assert desk.bring(*WHOLE).record is None
    assert desk.kept is before


def test_a_new_row_makes_one_that_waits_for_another_try_pending_and_forgets_the_tries() -> None:
    desk = staged([WHOLE])
    in_state(desk, State.WAITING, reason=Waiting.FOR_RETRY, attempts=4, retry_at=NOW)

    desk.bring(LATE_TAX)

    assert (desk.kept.state, desk.kept.reason) == (State.PENDING, "")
    assert (desk.kept.attempts, desk.kept.retry_at) == (0, None)


@pytest.mark.parametrize(
    "late", [OTHER_LINE_1, LATE_TAX, BAD_LINE_1, CARD_LINE_1, a_header(entryStatus=1), a_row(MARKUP, saleLineNum=0)]
)
def test_a_posted_transaction_never_changes_and_what_comes_later_is_listed_as_conflict(late: Row) -> None:
    desk = staged([WHOLE])
    posted = in_state(desk, State.SUCCEEDED, sales_id="ONL-1", posted_pieces=1)

    staging = desk.bring(late)

    assert (desk.kept.state, desk.kept.sales_id, desk.kept.posted_pieces) == (State.SUCCEEDED, "ONL-1", 1)
    assert (desk.kept.conflicts, desk.kept.rejected) == (1, 0)
    assert (desk.kept.summary, desk.kept.problems) == (posted.summary, posted.problems)
    assert staging.brought_conflicts
    assert not staging.brought_rows
    assert [row.hash for row in desk.assembly.rows] == [row.hash for row in WHOLE]


def test_the_same_rows_after_posting_are_a_duplicate() -> None:
    desk = staged([WHOLE])
    in_state(desk, State.SUCCEEDED, sales_id="ONL-1", posted_pieces=1)

    assert desk.bring(LINE_1, HEAD).record is None


@pytest.mark.parametrize(("state", "reason"), [(State.EDITING, ""), (State.VOIDED, VOIDED_BY_OPERATOR)])
@pytest.mark.parametrize("late", [OTHER_LINE_1, LATE_TAX, BAD_LINE_1])
def test_what_is_edited_or_voided_by_an_operator_stays_so(state: State, reason: str, late: Row) -> None:
    desk = staged([WHOLE])
    in_state(desk, state, reason=reason)

    desk.bring(late)

    assert (desk.kept.state, desk.kept.reason) == (state, reason)
    assert len(desk.kept.pieces) == 2
    assert desk.kept.conflicts == (0 if late is LATE_TAX else 1)
    assert desk.kept.timeline[-1].before == desk.kept.timeline[-1].after == str(state)


def test_a_header_that_comes_after_the_void_is_seen_in_lists() -> None:
    desk = staged([[LINE_1]])
    in_state(desk, State.VOIDED, reason=VOIDED_BY_OPERATOR)

    desk.bring(HEAD)

    assert desk.kept.state is State.VOIDED
    assert desk.kept.summary.total == Decimal("20.00")


def test_an_entry_that_was_voided_by_the_channel_is_judged_again_by_each_new_row() -> None:
    desk = staged([[a_header(entryStatus=1)], [LINE_1]])

    assert desk.kept.state is State.VOIDED
    assert len(desk.kept.timeline) == 2


def test_every_change_is_on_the_timeline_and_raises_the_version() -> None:
    desk = staged([[LINE_1], [HEAD, LINE_2], [PAID]])

    assert [(entry.before, entry.after) for entry in desk.kept.timeline] == [
        ("", "waiting"),
        ("waiting", "waiting"),
        ("waiting", "pending"),
    ]
    assert [entry.what for entry in desk.kept.timeline] == [
        "staged 1 new row from session Default/S1",
        "staged 2 new rows from session Default/S2",
        "staged 1 new row from session Default/S3",
    ]
    assert {entry.by for entry in desk.kept.timeline} == {BY}
    assert desk.kept.version == 3
    assert [piece.session for piece in desk.kept.pieces] == ["S1", "S2", "S3"]
    assert desk.kept.received == desk.kept.timeline[0].at


# --- lists ---------------------------------------------------------------------------------------


def test_a_summary_is_in_the_order_s_sign_and_takes_the_transaction_date_where_there_is_no_business_date() -> None:
    header = sound(a_header(businessDate="1900-01-01", transDate="2026-03-13", grossAmount="5"))

    assert summary_of(header).total == Decimal(-5)
    assert summary_of(header).business_date == date(2026, 3, 13)
    assert summary_of(sound(a_header(businessDate="", transDate="1900-01-01"))).business_date is None
    assert summary_of(None) == Summary()


# --- the program's own failures ------------------------------------------------------------------


def failure() -> Exception:
    try:
        raise KeyError("Karen Berg, 4111111111111111")
    except KeyError as error:
        return error


def broken(desk: Desk, *rows: Row) -> TransactionRecord | None:
    piece = a_piece(*rows)
    reference = PieceReference(name=piece.name, group="Default", session="S9")
    staging = stage_broken(piece, reference, desk.record, failure(), at=NOW, by=BY, write_id="w")
    assert staging.expected_version == (desk.record.version if desk.record else 0)
    return staging.record


def test_a_piece_on_which_the_program_failed_is_kept_and_fails_its_transaction() -> None:
    record = broken(Desk(), *WHOLE)

    assert record is not None
    assert (record.state, record.codes, len(record.pieces)) == (State.FAILED, ("INTERNAL_ERROR",), 1)
    assert record.timeline[-1].after == "failed"


def test_the_program_s_failure_leaves_a_posted_transaction_posted() -> None:
    desk = staged([WHOLE])
    in_state(desk, State.SUCCEEDED, sales_id="ONL-1", posted_pieces=1)

    record = broken(desk, LATE_TAX)

    assert record is not None
    assert (record.state, record.sales_id, record.problems) == (State.SUCCEEDED, "ONL-1", ())
    assert len(record.pieces) == 2


def test_failing_on_the_same_piece_again_changes_nothing() -> None:
    desk = Desk()
    desk.record = broken(desk, *WHOLE)

    assert broken(desk, *WHOLE) is None


def test_an_internal_error_names_the_place_and_no_data() -> None:
    problem = internal_error(failure(), KEY)

    assert problem.message == f"the program failed on this transaction: {problem.found}"
    assert problem.found.startswith("KeyError in failure, line ")
    assert "Karen" not in str(problem)
    assert internal_error(ValueError("x"), KEY).found == "ValueError in an unknown place"


def test_a_sale_is_ready_as_it_comes_from_the_channel() -> None:
    sale = replace(a_sale(), key=a_sale().key)

    assert staged([rows_of(sale)]).kept.state is State.PENDING
    assert {row.entity for row in rows_of(sale)} >= {HEADER, SALES, PAYMENT, TAX, MARKUP}
