"""The union of pieces: the same for any way of cutting and any order, conflicts decided by key and hash."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from postering.domain.retail_transactions.entities import HEADER, MARKUP, PAYMENT, SALES, TAX
from postering.domain.retail_transactions.rows import Row
from postering.domain.retail_transactions.transactions import RetailTransaction, read_transaction
from postering.domain.staging.assembly import Assembly, Decision, assemble, shown_values
from postering.domain.staging.edits import Edit
from postering.domain.staging.pieces import Piece
from tests.domain.pieces_examples import a_header, a_piece, a_row, rejected, rows_of, sound, union
from tests.domain.transactions_examples import KEY, valid_transactions

SALE = sound(a_row(SALES, lineNum=1, qty=-1, netAmount="-10.00"))
OTHER_SALE = sound(a_row(SALES, lineNum=1, qty=-2, netAmount="-10.00"))
THIRD_SALE = sound(a_row(SALES, lineNum=1, qty=-3, netAmount="-10.00"))
BAD_SALE = rejected(a_row(SALES, lineNum=1, qty="x", netAmount="-10.00"))
SALE_WITHOUT_KEY = rejected(a_row(SALES, qty=-1, netAmount="-10.0"))
SECOND_LINE = sound(a_row(SALES, lineNum=2, qty=-1))
HEAD = sound(a_header())
NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)


@st.composite
def cut_and_shuffled(draw: st.DrawFn) -> tuple[RetailTransaction, list[Row], list[list[Row]]]:
    """A transaction, its rows, and overlapping packages in any order that together bring them all."""
    transaction = draw(valid_transactions())
    rows = rows_of(transaction)
    packages = [draw(st.lists(st.sampled_from(rows), min_size=1)) for _ in range(draw(st.integers(0, 4)))]
    left = [row for row in rows if not any(row in package for package in packages)]
    if left:
        packages.append(left)
    return transaction, rows, draw(st.permutations(packages))


@given(cut_and_shuffled())
@settings(max_examples=60)
def test_the_union_is_the_same_for_any_way_of_cutting_and_any_order(
    case: tuple[RetailTransaction, list[Row], list[list[Row]]],
) -> None:
    transaction, rows, packages = case

    assembly = union(*(a_piece(*package) for package in packages))

    assert sorted(row.hash for row in assembly.rows) == sorted(row.hash for row in rows)
    assert assembly.hashes == {row.hash for row in rows}
    assert (assembly.conflicts, assembly.rejected) == ((), ())
    assert assembly.retail_transaction == transaction


def test_nothing_is_the_union_of_nothing() -> None:
    assert union() == Assembly(transaction=KEY, rows=(), as_received=(), conflicts=(), rejected=(), hashes=frozenset())
    assert union().header is None


def test_children_without_their_header_are_no_transaction_yet() -> None:
    with pytest.raises(ValueError, match="has no header row"):
        _ = union(a_piece(SALE)).retail_transaction


@pytest.mark.parametrize("codes", [["--1", "-", "1.2.3", "²", "5.", "VAT"], ["10", "010", "10.0", "9"]])
def test_children_have_one_order_whatever_their_keys_look_like(codes: list[str]) -> None:
    taxes = [sound(a_row(TAX, SaleLineNum=1, TaxCode=code)) for code in codes]

    forwards = read_transaction(KEY, [HEAD, *taxes])
    backwards = read_transaction(KEY, [HEAD, *reversed(taxes)])

    assert forwards == backwards
    assert {tax.code for tax in forwards.taxes} == set(codes)


def test_lines_are_in_the_order_of_their_numbers_not_of_their_texts() -> None:
    lines = [sound(a_row(SALES, lineNum=number)) for number in ("10", "9", "2.5", "1", "2")]

    transaction = read_transaction(KEY, [HEAD, *lines])

    assert [line.line for line in transaction.sales] == [Decimal(text) for text in ("1", "2", "2.5", "9", "10")]


# --- conflicts before posting --------------------------------------------------------------------


def test_the_first_version_stays_and_another_content_is_a_conflict() -> None:
    assembly = union(a_piece(HEAD, SALE), a_piece(OTHER_SALE))

    assert assembly.rows == (HEAD, SALE)
    (conflict,) = assembly.conflicts
    assert (conflict.row, conflict.kept, conflict.other, conflict.piece) == (SALE.name, SALE, OTHER_SALE, 1)
    assert conflict.differences == (("qty", "-1", "-2"),)


def test_each_other_version_is_a_conflict_of_its_own_and_the_same_again_is_none() -> None:
    assembly = union(a_piece(SALE), a_piece(OTHER_SALE), a_piece(SALE), a_piece(THIRD_SALE), a_piece(OTHER_SALE))

    assert [conflict.other for conflict in assembly.conflicts] == [OTHER_SALE, THIRD_SALE]


def test_two_versions_in_one_package_are_a_conflict() -> None:
    assert [conflict.other for conflict in union(a_piece(SALE, OTHER_SALE)).conflicts] == [OTHER_SALE]


def test_other_transport_columns_are_no_conflict() -> None:
    again = sound(a_row(SALES, lineNum=1, qty=-1, netAmount="-10", replicationCounterFromOrigin=9, Origin="x"))

    assert union(a_piece(SALE), a_piece(again)).conflicts == ()


def test_a_header_conflicts_like_any_row_but_not_for_its_sales_order_number() -> None:
    assert union(a_piece(HEAD), a_piece(a_header(salesOrderId="SO-1"))).conflicts == ()
    (conflict,) = union(a_piece(HEAD), a_piece(a_header(grossAmount="-1"))).conflicts
    assert conflict.row == HEADER


def test_differences_are_of_content_and_not_of_how_it_is_written() -> None:
    one = sound(a_row(SALES, lineNum=1, qty="-1.000", price="0.0000001", Partner="a"))
    other = sound(a_row(SALES, lineNum="1.0", qty="-1", price="0.0000001", transactionStatus="Voided", PARTNER="a"))
    (conflict,) = union(a_piece(one), a_piece(other)).conflicts

    assert conflict.differences == (("transactionStatus", "", "1"),)
    assert shown_values(one)["price"] == "0.0000001"


def test_differences_with_a_bad_row_are_those_of_content_too() -> None:
    bad = rejected(a_row(SALES, lineNum="1.0", qty="x", netAmount="-10"))
    (conflict,) = union(a_piece(SALE), a_piece(bad)).conflicts

    assert conflict.differences == (("qty", "-1", "x"),)


# --- bad rows ------------------------------------------------------------------------------------


def test_a_bad_row_stands_until_a_sound_one_follows_it() -> None:
    assert union(a_piece(BAD_SALE)).rejected == (BAD_SALE,)

    replaced = union(a_piece(BAD_SALE), a_piece(SALE))

    assert (replaced.rows, replaced.rejected, replaced.conflicts) == ((SALE,), (), ())


def test_several_bad_versions_are_all_replaced_by_a_sound_one() -> None:
    worse = rejected(a_row(SALES, lineNum=1, qty="y"))

    assert union(a_piece(BAD_SALE), a_piece(worse)).rejected == (BAD_SALE, worse)
    assert union(a_piece(BAD_SALE), a_piece(worse), a_piece(SALE)).rejected == ()


def test_a_bad_row_that_follows_a_sound_one_is_a_conflict() -> None:
    assembly = union(a_piece(SALE), a_piece(BAD_SALE))

    assert (assembly.rows, assembly.rejected) == ((SALE,), ())
    assert [conflict.other for conflict in assembly.conflicts] == [BAD_SALE]


def test_a_bad_and_a_sound_version_in_one_package_are_a_conflict_because_their_order_says_nothing() -> None:
    for package in ((SALE, BAD_SALE), (BAD_SALE, SALE)):
        assembly = union(a_piece(*package))
        assert assembly.rows == (SALE,)
        assert [conflict.other for conflict in assembly.conflicts] == [BAD_SALE]


def test_a_bad_row_that_comes_again_after_it_was_replaced_is_nothing_new() -> None:
    assembly = union(a_piece(BAD_SALE), a_piece(SALE), a_piece(BAD_SALE))

    assert (assembly.rejected, assembly.conflicts) == ((), ())


def test_a_row_without_its_key_stands_until_it_comes_again_with_one() -> None:
    assert union(a_piece(SALE_WITHOUT_KEY)).rejected == (SALE_WITHOUT_KEY,)
    assert union(a_piece(SALE_WITHOUT_KEY), a_piece(SALE)).rejected == ()
    assert union(a_piece(SALE_WITHOUT_KEY), a_piece(OTHER_SALE)).rejected == (SALE_WITHOUT_KEY,)
    assert union(a_piece(SALE), a_piece(SALE_WITHOUT_KEY)).rejected == (SALE_WITHOUT_KEY,)
    assert union(a_piece(SALE, SALE_WITHOUT_KEY), a_piece(SALE)).rejected == (SALE_WITHOUT_KEY,)


def test_a_row_with_an_unreadable_key_is_replaced_by_the_same_row_with_a_readable_one() -> None:
    bad = rejected(a_row(SALES, lineNum="one", qty=-1, netAmount="-10.0", replicationCounterFromOrigin=5))
    again = sound(a_row(SALES, lineNum=1, qty=-1, netAmount="-10.00", replicationCounterFromOrigin=9))

    assert union(a_piece(bad), a_piece(again)).rejected == ()
    assert union(a_piece(bad), a_piece(SECOND_LINE)).rejected == (bad,)


def test_a_sound_row_of_another_entity_mends_nothing() -> None:
    bare = rejected(a_row(MARKUP, CalculatedAmount="1"))

    assert union(a_piece(bare), a_piece(SALE)).rejected == (bare,)


# --- decisions -----------------------------------------------------------------------------------


def decide(row: Row, accepted: bool) -> Decision:
    return Decision(row=row.name, hash=row.hash, accepted=accepted)


def test_an_accepted_version_is_the_current_one() -> None:
    assembly = assemble(
        KEY,
        [a_piece(SALE), a_piece(OTHER_SALE)],
        decisions=[decide(OTHER_SALE, True), decide(SALE, False)],
    )

    assert (assembly.rows, assembly.conflicts) == ((OTHER_SALE,), ())


def test_a_version_that_was_set_aside_is_no_conflict_any_more() -> None:
    assembly = assemble(KEY, [a_piece(SALE), a_piece(OTHER_SALE)], decisions=[decide(OTHER_SALE, False)])

    assert (assembly.rows, assembly.conflicts) == ((SALE,), ())


def test_of_two_versions_accepted_one_after_the_other_the_last_one_counts() -> None:
    pieces = [a_piece(SALE), a_piece(OTHER_SALE), a_piece(THIRD_SALE)]
    decisions = [decide(SALE, False), decide(THIRD_SALE, True), decide(OTHER_SALE, True)]

    assert assemble(KEY, pieces, decisions=decisions).rows == (OTHER_SALE,)
    again = [*decisions, decide(THIRD_SALE, True)]
    assert assemble(KEY, pieces, decisions=again).rows == (THIRD_SALE,)


def test_a_new_version_after_a_decision_is_a_new_conflict() -> None:
    decisions = [decide(SALE, False), decide(OTHER_SALE, True)]
    assembly = assemble(KEY, [a_piece(SALE), a_piece(OTHER_SALE), a_piece(THIRD_SALE)], decisions=decisions)

    assert assembly.rows == (OTHER_SALE,)
    assert [(conflict.kept, conflict.other) for conflict in assembly.conflicts] == [(OTHER_SALE, THIRD_SALE)]


def test_a_bad_row_that_was_set_aside_stands_no_more() -> None:
    for bad in (BAD_SALE, SALE_WITHOUT_KEY):
        aside = Decision(row=bad.name, hash=bad.hash, accepted=False)
        assert assemble(KEY, [a_piece(bad)], decisions=[aside]).rejected == ()


# --- after posting -------------------------------------------------------------------------------


def after_posting(*late: Piece) -> Assembly:
    return assemble(KEY, [a_piece(HEAD, SALE), *late], posted_pieces=1)


def test_what_an_order_was_built_from_never_changes() -> None:
    late = [a_piece(OTHER_SALE), a_piece(SECOND_LINE), a_piece(BAD_SALE), a_piece(a_header(grossAmount=5))]

    assert after_posting(*late).rows == (HEAD, SALE)


def test_after_posting_other_content_and_new_rows_of_any_entity_are_conflicts() -> None:
    payment = sound(a_row(PAYMENT, lineNum=1, amountTendered=5))
    charge = sound(a_row(MARKUP, saleLineNum=0, markupLineNum=1))

    assembly = after_posting(a_piece(OTHER_SALE, payment, charge), a_piece(SALE))

    assert [(conflict.kept, conflict.other) for conflict in assembly.conflicts] == [
        (SALE, OTHER_SALE),
        (None, payment),
        (None, charge),
    ]
    assert assembly.conflicts[1].differences[-1] == ("amountTendered", "", "5")


def test_after_posting_bad_rows_are_conflicts_too_with_or_without_a_key() -> None:
    bad_second = rejected(a_row(SALES, lineNum=2, qty="x"))

    assembly = after_posting(a_piece(BAD_SALE), a_piece(bad_second), a_piece(SALE_WITHOUT_KEY))

    assert assembly.rejected == ()
    assert [conflict.other for conflict in assembly.conflicts] == [BAD_SALE, bad_second, SALE_WITHOUT_KEY]


def test_after_posting_a_bad_row_that_an_edit_mended_is_still_mended() -> None:
    assert BAD_SALE.key is not None
    edit = Edit(row=BAD_SALE.name, hash=BAD_SALE.hash, column="qty", before="x", after="-2", at=NOON, by="anna")
    bad_again = rejected(a_row(SALES, lineNum=1, qty="y"))

    assembly = assemble(KEY, [a_piece(HEAD, BAD_SALE), a_piece(bad_again)], edits=[edit], posted_pieces=1)

    assert [(row.name, row.values["qty"]) for row in assembly.rows[1:]] == [(BAD_SALE.name, Decimal(-2))]
    assert assembly.rejected == ()
    assert [conflict.other for conflict in assembly.conflicts] == [bad_again]


def test_the_same_rows_after_posting_are_nothing() -> None:
    assert after_posting(a_piece(SALE), a_piece(HEAD, SALE)).conflicts == ()


def test_a_conflict_of_a_posted_transaction_can_be_set_aside() -> None:
    pieces = [a_piece(HEAD, SALE), a_piece(SECOND_LINE)]

    assembly = assemble(KEY, pieces, decisions=[decide(SECOND_LINE, False)], posted_pieces=1)

    assert (assembly.rows, assembly.conflicts) == ((HEAD, SALE), ())


def test_an_equal_key_in_another_entity_is_another_row() -> None:
    payment = sound(a_row(PAYMENT, lineNum=1))

    assert union(a_piece(SALE, payment)).rows == (SALE, payment)
    assert replace(SALE, entity=PAYMENT).name == payment.name
