"""What an operator writes becomes edits: by entity, row and column, with values checked like input."""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from postering.domain.errors import JobRefused
from postering.domain.retail_transactions.entities import ENTITIES, HEADER, MARKUP, SALES, TAX
from postering.domain.retail_transactions.rows import read_row
from postering.domain.staging.assembly import Assembly, Decision, assemble
from postering.domain.staging.edit_parsing import Change, edits_of, is_change, parse_change
from postering.domain.staging.edits import Edit
from postering.domain.staging.pieces import Piece, pieces_of
from tests.domain.transactions_examples import KEY, a_sale, raw_rows

AT = datetime(2026, 3, 15, 9, 0, tzinfo=UTC)


def piece(**changed: Mapping[str, object]) -> Piece:
    """The whole sale, with columns of the first row of an entity changed."""
    raw = raw_rows(a_sale())
    rows = [
        read_row(ENTITIES[entity], {**row, **(changed.get(entity, {}) if number == 0 else {})}, entity)
        for entity, some in raw.items()
        for number, row in enumerate(some)
    ]
    return pieces_of(rows)[0][KEY]


def edits(assembly: Assembly, *texts: str) -> tuple[Edit, ...]:
    return edits_of(assembly, map(parse_change, texts), at=AT, by="anna", reason="wrong price")


def edited(*texts: str, **changed: Mapping[str, object]) -> Assembly:
    """The sale as it is with edits made of `texts`."""
    pieces = [piece(**changed)]
    return assemble(KEY, pieces, edits=edits(assemble(KEY, pieces), *texts))


def value(assembly: Assembly, entity: str, column: str) -> object:
    return next(row for row in assembly.rows if row.entity == entity).values.get(column)


SALE = assemble(KEY, [piece()])


@pytest.mark.parametrize(
    ("text", "change"),
    [
        ("businessDate=2026-03-15", Change(entity=HEADER, key=(), column="businessDate", value="2026-03-15")),
        ("comment=", Change(entity=HEADER, key=(), column="comment", value="")),
        ("comment=a=b", Change(entity=HEADER, key=(), column="comment", value="a=b")),
        (f"{SALES}[2].qty=-1", Change(entity=SALES, key=("2",), column="qty", value="-1")),
        (f"{TAX}[2, VAT].Amount=1.99", Change(entity=TAX, key=("2", "VAT"), column="Amount", value="1.99")),
        (f"{HEADER}.comment=x", Change(entity=HEADER, key=(), column="comment", value="x")),
    ],
)
def test_a_change_names_entity_row_column_and_value(text: str, change: Change) -> None:
    assert is_change(text)
    assert parse_change(text) == change


@pytest.mark.parametrize("text", ["T-1", "USRT/5637144592/HOUSTON-ONLINE//T-1", "=1", f"{SALES}[2]", "a.b.c=1", ""])
def test_what_has_no_field_and_value_is_no_change(text: str) -> None:
    assert not is_change(text)
    with pytest.raises(ValueError, match="FIELD=VALUE"):
        parse_change(text)


def test_an_edit_keeps_what_was_there_and_who_changed_it_when_and_why() -> None:
    (edit,) = edits(SALE, f"{SALES}[1].qty=-3")
    row = next(row for row in SALE.rows if row.entity == SALES)
    assert edit == Edit(
        row=f"{SALES}[1]",
        hash=row.hash,
        column="qty",
        before="-2",
        after="-3",
        at=AT,
        by="anna",
        reason="wrong price",
    )


@pytest.mark.parametrize(
    "named", [f"{SALES}[1.0000].QTY=-3", "retailtransactionsalestrans[1].qty=-3", "SalesTrans[1].Qty=-3.000"]
)
def test_rows_and_columns_are_found_whatever_their_case_and_numbers_whatever_their_zeros(named: str) -> None:
    assert value(edited(named), SALES, "qty") == Decimal(-3)


def test_edited_values_take_the_place_of_received_ones_which_are_kept() -> None:
    assembly = edited("comment=left at the door", f"{TAX}[1,VAT].Amount=5.41")
    assert value(assembly, HEADER, "comment") == "left at the door"
    assert value(assembly, TAX, "Amount") == Decimal("5.41")
    received = {row.name: row for row in assembly.as_received}
    assert received[f"{TAX}[1,VAT]"] == next(row for row in SALE.rows if row.entity == TAX)
    assert assembly.hashes == SALE.hashes


def test_an_edit_may_empty_a_field_and_name_an_enum() -> None:
    assert value(edited("currency="), HEADER, "currency") is None
    assert value(edited("type=AsyncCustomerOrder"), HEADER, "type") == 33


def test_the_last_edit_of_a_field_counts() -> None:
    pieces = [piece()]
    first = edits(assemble(KEY, pieces), "comment=one")
    then = edits(assemble(KEY, pieces, edits=first), "comment=two")
    assert then[0].before == "one"
    assert value(assemble(KEY, pieces, edits=(*first, *then)), HEADER, "comment") == "two"


def test_what_is_so_already_makes_no_edit() -> None:
    assert edits(SALE, f"{SALES}[1].qty=-2.00", "currency=USD") == ()


def test_a_change_and_its_taking_back_leave_the_rows_as_they_came() -> None:
    pieces = [piece()]
    there = edits(assemble(KEY, pieces), f"{SALES}[1].price=1.00")
    back = edits(assemble(KEY, pieces, edits=there), f"{SALES}[1].price=30.00")
    assert assemble(KEY, pieces, edits=(*there, *back)).rows == SALE.rows


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("busines_date=2026-03-15", "Did you mean 'businessDate'"),
        ("RetailTransactionSaleTrans[1].qty=1", f"Did you mean '{SALES}'"),
        (f"{SALES}[7].qty=1", f"there are: {SALES}[1]"),
        (f"{SALES}.qty=1", f"name the row by its lineNum; there are: {SALES}[1]"),
        (f"{TAX}[1].Amount=1", f"there are: {TAX}[1,VAT]"),
        ("RetailTransactionInfocodeTrans[1].information=x", "the missing row has to be sent"),
        ("businessDate=2026-02-30", "expected a date that exists"),
        ("type=999", "expected one of RetailTransactionType"),
        (f"{SALES}[1].qty=1e3", "without exponent"),
        (f"custAccount={'9' * 39}", "at most 38 characters, found 39"),
        ("transactionId=T-2", "part of the row's key"),
        (f"{SALES}[1].lineNum=2", "part of the row's key"),
        ("replicationCounterFromOrigin=7", "how the row travelled"),
        ("comment=4111 1111 1111 1111", "card data, which is never kept"),
    ],
)
def test_what_can_not_be_edited_is_told_with_what_can(text: str, said: str) -> None:
    with pytest.raises(JobRefused) as refused:
        edits(SALE, text)
    assert said in str(refused.value)
    assert "4111 1111" not in str(refused.value)


def test_a_field_is_named_once_in_one_command() -> None:
    with pytest.raises(JobRefused, match="changed twice"):
        edits(SALE, "comment=a", "COMMENT=b")


def test_a_row_that_was_rejected_becomes_sound_when_all_that_is_wrong_is_edited() -> None:
    bad = {SALES: {"qty": "two", "price": "thirty"}}
    assembly = assemble(KEY, [piece(**bad)])
    assert [row.name for row in assembly.rejected] == [f"{SALES}[1]"]

    half = edited(f"{SALES}[1].qty=-2", **bad)
    assert [row.name for row in half.rejected] == [f"{SALES}[1]"]
    whole = edited(f"{SALES}[1].qty=-2", f"{SALES}[1].price=30", **bad)

    assert whole.rejected == ()
    assert whole.retail_transaction == SALE.retail_transaction
    assert {row.name for row in whole.as_received} == {row.name for row in SALE.rows}


def test_masked_card_data_must_be_edited_away_itself() -> None:
    bad = {HEADER: {"comment": "4111 1111 1111 1111"}}
    other = edited("currency=EUR", **bad)
    assert [row.name for row in other.rejected] == [HEADER]
    emptied = edited("comment=", **bad)
    assert emptied.rejected == ()
    assert value(emptied, HEADER, "comment") is None


def test_a_column_that_d365_does_not_have_can_only_be_emptied() -> None:
    bad: dict[str, dict[str, object]] = {MARKUP: {"cvv": "123"}}
    assembly = assemble(KEY, [piece(**bad)])
    (row,) = assembly.rejected
    with pytest.raises(JobRefused, match=r"can only be emptied \(cvv=\)"):
        edits(assembly, f"{row.name}.cvv=1")
    assert edited(f"{row.name}.cvv=", **bad).rejected == ()


def test_an_edit_belongs_to_the_version_that_it_was_made_on() -> None:
    """Where the other version of the row is accepted, the edit of the first applies no more."""
    pieces = [piece(), piece(**{HEADER: {"comment": "second"}})]
    first = edits(assemble(KEY, pieces[:1]), "comment=edited")
    kept = assemble(KEY, pieces, edits=first)
    other = kept.conflicts[0].other
    accepted = [Decision(row=HEADER, hash=other.hash, accepted=True)]
    after = assemble(KEY, pieces, edits=first, decisions=accepted)
    assert value(kept, HEADER, "comment") == "edited"
    assert value(after, HEADER, "comment") == "second"
    assert (len(kept.edits), len(after.edits)) == (1, 0)
