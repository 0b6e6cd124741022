"""Reconciliation, pure: what any valid transaction becomes agrees with it, and any figure that is changed is found."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postering.domain.money import Money, total
from postering.domain.posting.verdicts import build_order, numbered
from postering.domain.problems import Severity
from postering.domain.reconciliation import ChannelSide, Sides, compare, reconciliation
from postering.domain.reconciliation.books import booked
from postering.domain.reconciliation.packages import KeptPart, packages_side
from postering.domain.reconciliation.sides import brought, received
from postering.domain.reconciliation.staged import staged_side
from postering.domain.retail_transactions.entities import ENTITIES, HEADER, SALES
from postering.domain.retail_transactions.rows import Row, read_row
from postering.domain.retail_transactions.transactions import RetailTransaction
from postering.domain.runs.kept_packages import kept_packages
from postering.domain.runs.sessions import SessionStatus, UploadSession
from postering.domain.sales_orders.documents import PostedOrder
from postering.domain.setup.setup import Check
from postering.domain.staging.pieces import Piece, pieces_of
from postering.domain.staging.records import PieceReference, Staged, State, TransactionRecord
from tests.domain.transactions_examples import a_sale, a_setup, raw_rows, valid_transactions, with_header

NOW = datetime(2026, 3, 14, tzinfo=UTC)
RECEIVABLE = "130100"


def piece_of(transaction: RetailTransaction, rows: Mapping[str, Any] | None = None) -> Piece:
    read = [
        read_row(ENTITIES[entity], row, f"{entity} row")
        for entity, some in (rows or raw_rows(transaction)).items()
        for row in some
    ]
    pieces, _ = pieces_of(read)
    return pieces[transaction.key]


def order_of(transaction: RetailTransaction) -> PostedOrder:
    setup = a_setup(transaction.header.currency, checks=(Check(code="GROSS_AMOUNT", severity=Severity.WARN),))
    return numbered(build_order(transaction, setup), "ONL-000001")


def session(**changes: Any) -> UploadSession:
    return UploadSession(
        **{
            "group": "Default",
            "id": "monday",
            "package": "monday",
            "status": SessionStatus.APPLIED,
            "created": NOW,
            "database": "houston",
            **changes,
        }
    )


def sides_of(transaction: RetailTransaction, **changes: Any) -> Sides:
    """A transaction that is posted, the same on all sides, unless `changes` give another piece or order."""
    piece = piece_of(transaction)
    in_store, in_package = changes.pop("staged", piece), changes.pop("package", piece)
    in_channel = changes.pop("channel", piece)
    order = changes.pop("order", None) or order_of(transaction)
    record = TransactionRecord(
        key=transaction.key,
        state=State.SUCCEEDED,
        received=NOW,
        pieces=(PieceReference(name=piece.name, group="Default", session="monday"),),
        sales_id="ONL-000001",
        posted_pieces=1,
    )
    staged = staged_side(Staged(record=record, pieces=(in_store,)), detailed=True)
    (package,) = kept_packages([session()])
    part = KeptPart(package=package, brought=brought(in_package.all_rows, detailed=True))
    channel = received(transaction.key, [brought(in_channel.all_rows, detailed=True)])
    return Sides(
        transaction=transaction.key,
        has_channel=True,
        channel=ChannelSide(received=channel, fresh=frozenset()),
        packages=packages_side(transaction.key, [part], staged),
        staged=staged,
        booked=booked(order, RECEIVABLE, detailed=True),
        **changes,
    )


def with_row(piece: Piece, entity: str, column: str, value: Any) -> Piece:
    """The piece with one value changed by hand, the row's hash left as it was."""
    rows = list(piece.rows)
    at = next(n for n, row in enumerate(rows) if row.entity == entity)
    rows[at] = replace(rows[at], values={**rows[at].values, column: value})
    return replace(piece, rows=tuple(rows))


@given(valid_transactions())
def test_any_valid_transaction_agrees_with_what_it_became(transaction: RetailTransaction) -> None:
    one = compare(sides_of(transaction))

    result = reconciliation([one])

    assert result.unexplained == ()
    (row,) = result.rows
    assert row.channel == row.packages == row.staged
    assert row.staged.gross == row.orders.gross
    assert row.orders.gross == total((row.orders.payments, row.variance, row.open))
    assert row.orders.payments == total((row.entered, row.on_account))


@given(valid_transactions(), st.data())
def test_any_amount_of_the_document_that_is_changed_is_found(
    transaction: RetailTransaction, data: st.DataObject
) -> None:
    order = order_of(transaction)
    cent = Money(Decimal("0.01"), order.document.currency)
    at = data.draw(st.integers(min_value=0, max_value=len(order.document.lines) - 1))
    field = data.draw(st.sampled_from(["net", "tax", "total", "discount"]))
    lines = list(order.document.lines)
    lines[at] = replace(lines[at], **{field: getattr(lines[at], field) + cent})
    spoilt = replace(order, document=replace(order.document, lines=tuple(lines)))

    one = compare(sides_of(transaction, order=spoilt))

    assert [found.between for found in one.unexplained] == ["staged and orders"]
    assert one.unexplained[0].amount.copy_abs() == Decimal("0.01")


@given(valid_transactions(), st.data())
def test_any_side_of_any_entry_that_is_changed_is_found(transaction: RetailTransaction, data: st.DataObject) -> None:
    order = order_of(transaction)
    if not order.journal:
        return
    at = data.draw(st.integers(min_value=0, max_value=len(order.journal) - 1))
    side = data.draw(st.sampled_from(["debit", "credit", "company_amount"]))
    entries = list(order.journal)
    amount = getattr(entries[at], side)
    entries[at] = replace(entries[at], **{side: amount + Money(Decimal("0.01"), amount.currency)})

    one = compare(sides_of(transaction, order=replace(order, journal=tuple(entries))))

    assert "debits and credits" in [found.between for found in one.unexplained]


@pytest.mark.parametrize("field", ["variance", "open"])
def test_a_variance_or_an_open_amount_that_is_changed_is_found(field: str) -> None:
    order = order_of(a_sale())
    changes: dict[str, Any] = {field: Money(Decimal("0.01"), "USD")}
    spoilt = replace(order, **changes)

    betweens = [found.between for found in compare(sides_of(a_sale(), order=spoilt)).unexplained]

    assert "orders and payments" in betweens


def test_a_payment_that_was_changed_is_found_against_its_row_and_its_entry() -> None:
    order = order_of(a_sale())
    (payment,) = order.payments
    spoilt = replace(order, payments=(replace(payment, amount=Money(Decimal("70.41"), "USD")),))

    betweens = {found.between for found in compare(sides_of(a_sale(), order=spoilt)).unexplained}

    assert betweens == {"staged and orders", "orders and payments", "payments and journal"}


def test_an_entry_on_another_account_is_found() -> None:
    order = order_of(a_sale())
    debit, credit = order.journal
    spoilt = replace(order, journal=(replace(debit, account="999999"), credit))

    (one,) = compare(sides_of(a_sale(), order=spoilt)).unexplained

    assert "belongs on account 112250, the journal has it on 130100, 999999" in one.why


def test_a_receivable_account_that_the_setup_changed_since_is_no_difference() -> None:
    now = booked(order_of(a_sale()), "140000")

    assert (now.entered, now.faults) == (Decimal("70.40"), ())


def test_another_voucher_number_is_found() -> None:
    order = order_of(a_sale())
    spoilt = replace(order, document=replace(order.document, id="ONL-000009"))

    said = " ".join(one.why for one in compare(sides_of(a_sale(), order=spoilt)).unexplained)

    assert "the transaction says it became ONL-000001, the document is ONL-000009" in said
    assert "bears the voucher ONL-000001" in said


@pytest.mark.parametrize(("entity", "column"), [(SALES, "netAmount"), (SALES, "price"), (HEADER, "discAmount")])
def test_a_staged_value_that_was_changed_is_found_whether_or_not_its_hash_was(entity: str, column: str) -> None:
    sale = a_sale()
    spoilt = with_row(piece_of(sale), entity, column, Decimal("-12.34"))
    rows = {name: [dict(row) for row in some] for name, some in raw_rows(sale).items()}
    rows[entity][0][column] = "-12.34"
    covered_up = piece_of(sale, rows)

    for piece, said in ((spoilt, "do not fit its hash"), (covered_up, "the rows that its name promises")):
        one = compare(sides_of(sale, staged=piece))
        (found,) = [found for found in one.unexplained if found.between == "packages and staged"]
        assert said in found.why
        assert column in found.why


def test_texts_that_differ_are_not_shown() -> None:
    sale = a_sale()
    spoilt = with_row(piece_of(sale), HEADER, "custAccount", "Jane Doe")

    said = " ".join(one.why for one in compare(sides_of(sale, staged=spoilt)).unexplained)

    assert "custAccount is 100001" not in said
    assert "Jane Doe" not in said
    assert "custAccount is another text in the packages, another text in the store" in said


def test_a_difference_of_the_channels_own_that_the_setup_let_pass_is_explained() -> None:
    sale = with_header(a_sale(), gross=Decimal("-70.41"))

    one = compare(sides_of(sale))
    (row,) = reconciliation([one]).rows

    assert one.unexplained == ()
    assert ("staged and orders", Decimal("0.01")) in [(found.between, found.amount) for found in one.explained]
    assert (row.staged.gross, row.orders.gross) == (Decimal("70.41"), Decimal("70.41"))


def test_a_version_that_only_a_later_package_has_is_a_conflict_on_both_sides() -> None:
    sale = a_sale()
    other = replace(sale, header=replace(sale.header, comment="changed"))
    first, second = piece_of(sale), piece_of(other)
    record = TransactionRecord(
        key=sale.key,
        state=State.SUCCEEDED,
        received=NOW,
        pieces=(
            PieceReference(name=first.name, group="Default", session="tuesday"),
            PieceReference(name=second.name, group="Default", session="monday"),
        ),
        sales_id="ONL-000001",
        posted_pieces=1,
    )
    staged = staged_side(Staged(record=record, pieces=(first, second)))
    packages = kept_packages([session(), session(id="tuesday", package="tuesday")])
    parts = [
        KeptPart(package=package, brought=brought(piece.all_rows))
        for package, piece in zip(packages, (second, first), strict=True)
    ]
    sides = Sides(
        transaction=sale.key,
        has_channel=False,
        channel=None,
        packages=packages_side(sale.key, parts, staged),
        staged=staged,
        booked=booked(order_of(sale), RECEIVABLE),
    )

    one = compare(sides)

    # The session that came first is not the one that was staged first: the store's order decides.
    assert one.unexplained == ()
    assert [found.why for found in one.explained] == [f"conflict: {HEADER} came otherwise than it was posted"]


def test_a_row_of_an_unreadable_key_is_compared_as_it_came() -> None:
    raw = {**raw_rows(a_sale())[SALES][0], "lineNum": "one"}
    bad = read_row(ENTITIES[SALES], raw, "here")
    assert not isinstance(bad, Row)
    pieces, _ = pieces_of([bad])
    piece = pieces[a_sale().key]
    record = TransactionRecord(
        key=piece.transaction,
        state=State.FAILED,
        received=NOW,
        pieces=(PieceReference(name=piece.name, group="Default", session="monday"),),
    )
    (package,) = kept_packages([session()])
    part = KeptPart(package=package, brought=brought(piece.all_rows))
    (rejected,) = piece.rejected
    spoilt = replace(piece, rejected=(replace(rejected, raw={**rejected.raw, "netAmount": "-54.01"}),))

    found = {}
    for name, kept in (("sound", piece), ("spoilt", spoilt)):
        staged = staged_side(Staged(record=record, pieces=(kept,)))
        packages = packages_side(piece.transaction, [part], staged)
        one = compare(
            Sides(
                transaction=piece.transaction,
                has_channel=False,
                channel=None,
                packages=packages,
                staged=staged,
                booked=None,
            )
        )
        found[name] = [difference.between for difference in one.unexplained]

    assert found == {"sound": [], "spoilt": ["packages and staged"]}
