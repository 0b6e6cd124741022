"""Reconciliation of cancellations, pure: what their rows say stands in the document, and only the rest is filled in."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postering.domain.money import Money
from postering.domain.reconciliation import Compared, Sides, compare
from postering.domain.reconciliation.books import booked
from postering.domain.reconciliation.differences import Reason
from postering.domain.reconciliation.staged import staged_side
from postering.domain.retail_transactions.transactions import RetailTransaction
from postering.domain.sales_orders.documents import DocumentKind, PostedOrder, SalesDocument
from postering.domain.staging.records import PieceReference, Staged, State, TransactionRecord
from tests.domain.reconciliation.test_compare import NOW, RECEIVABLE, order_of, piece_of
from tests.domain.transactions_examples import a_sale, valid_transactions, with_header

CENT = Decimal("0.01")


def cancelling(transaction: RetailTransaction) -> RetailTransaction:
    """The same rows under a cancellation's header."""
    return with_header(transaction, type=37)


def cancellation_of(transaction: RetailTransaction, **changes: Any) -> PostedOrder:
    """The document that honours all rows of `transaction`, as a cancellation."""
    order = order_of(transaction)
    document = replace(order.document, kind=DocumentKind.CANCELLATION, cancels="ONL-000009", **changes)
    return replace(order, document=document)


def compared(transaction: RetailTransaction, order: PostedOrder, codes: Sequence[str] = ()) -> Compared:
    """The cancellation against its document."""
    piece = piece_of(transaction)
    record = TransactionRecord(
        key=transaction.key,
        state=State.SUCCEEDED,
        received=NOW,
        pieces=(PieceReference(name=piece.name, group="Default", session="monday"),),
        sales_id="ONL-000001",
        posted_pieces=1,
    )
    staged = staged_side(Staged(record=record, pieces=(piece,)), detailed=True)
    return compare(
        Sides(
            transaction=transaction.key,
            has_channel=False,
            channel=None,
            packages=None,
            staged=replace(staged, codes=tuple(codes)),
            booked=booked(order, RECEIVABLE, detailed=True),
        )
    )


def of_the_document(one: Compared) -> list[Decimal]:
    """The unexplained amounts between the rows and the document."""
    return [each.amount for each in one.unexplained if each.between == "staged and orders"]


def reasons(one: Compared) -> dict[Reason, Decimal]:
    return {each.reason: each.amount for each in one.explained}


@given(valid_transactions())
def test_a_document_that_honours_all_rows_agrees(transaction: RetailTransaction) -> None:
    one = compared(cancelling(transaction), cancellation_of(transaction))

    assert of_the_document(one) == []
    assert not {Reason.FILLED_IN, Reason.HEADER_AND_LINES} & set(reasons(one))


@given(valid_transactions(), st.data())
def test_any_amount_of_a_row_that_the_document_does_not_honour_is_found(
    transaction: RetailTransaction, data: st.DataObject
) -> None:
    order = cancellation_of(transaction)
    spoilt = [
        replace(order, document=document) for document in (*other_lines(order.document), *other_charges(order.document))
    ]
    spoilt += [replace(order, payments=order.payments[1:])] if order.payments else []

    one = compared(cancelling(transaction), data.draw(st.sampled_from(spoilt)))

    # A line that says no amount takes its share: more of it is filled in, by name.
    says_all = all(line.net or line.tax for line in transaction.lines)
    assert of_the_document(one) or (not says_all and Reason.FILLED_IN in reasons(one))


def other_lines(document: SalesDocument) -> list[SalesDocument]:
    """The document with a cent more on a line, with one more of its item, with another item, and without it."""
    first, *rest = document.lines
    dearer = replace(first, net=first.net + Money(CENT, document.currency), total=first.total)
    more, other = replace(first, quantity=first.quantity + 1), replace(first, item="99999")
    return [replace(document, lines=(line, *rest)) for line in (dearer, more, other)] + [
        replace(document, lines=tuple(rest))
    ]


def other_charges(document: SalesDocument) -> list[SalesDocument]:
    """The document with each charge left out, twice, and a cent dearer."""
    if not document.charges:
        return []
    first, *rest = document.charges
    dearer = replace(first, amount=first.amount + Money(CENT, document.currency))
    return [replace(document, charges=each) for each in (tuple(rest), (first, first, *rest), (dearer, *rest))]


def test_rows_that_left_something_out_are_filled_in_by_name() -> None:
    """Neither lines nor charges nor payments: the header says nothing, the document takes back all."""
    sale = a_sale()
    bare = replace(cancelling(sale), sales=(), taxes=(), discounts=(), charges=(), payments=())
    bare = with_header(bare, gross=Decimal(0), net=Decimal(0))
    nothing = Money.zero("USD")

    one = compared(bare, filled_in(cancellation_of(sale, header_total=nothing)))

    assert of_the_document(one) == []
    assert reasons(one)[Reason.FILLED_IN] == Decimal("-70.40")


@pytest.mark.parametrize(
    ("codes", "found"), [((), [Decimal("-20.40")]), (("GROSS_AMOUNT",), [])], ids=["blocked", "let pass"]
)
def test_a_total_that_is_neither_the_headers_nor_the_rows_is_found_unless_its_check_lets_it_pass(
    codes: Sequence[str], found: list[Decimal]
) -> None:
    sale = a_sale()
    bare = replace(cancelling(sale), sales=(), taxes=(), discounts=(), charges=(), payments=())
    bare = with_header(bare, gross=Decimal("-50"))

    one = compared(bare, filled_in(cancellation_of(sale, header_total=Money(Decimal(50), "USD"))), codes)

    assert of_the_document(one) == found
    assert (Reason.HEADER_AND_LINES in reasons(one)) is (not found)


def test_all_that_rows_could_say_leaves_nothing_to_fill_in() -> None:
    """Lines with amounts, and charges: a document of more is no filling in."""
    sale = a_sale()
    order = cancellation_of(sale)
    more = replace(order.document, lines=(*order.document.lines, replace(order.document.lines[0], item="99999")))

    one = compared(cancelling(sale), replace(order, document=more))

    assert of_the_document(one) == [Decimal("59.4")]
    assert Reason.FILLED_IN not in reasons(one)


def test_a_cancellation_that_names_its_order_by_number_alone_agrees() -> None:
    """Its header has no reference: the document takes that of the order."""
    sale = a_sale()
    by_number = replace(cancelling(sale), sales=(), taxes=(), discounts=(), charges=(), payments=())
    by_number = with_header(by_number, gross=Decimal(0), channel_reference_id="", sales_order_id="ONL-9")

    one = compared(by_number, filled_in(cancellation_of(sale, header_total=Money.zero("USD"))))

    assert of_the_document(one) == []


def filled_in(order: PostedOrder) -> PostedOrder:
    """The order with payments that the cancellation made, not its rows."""
    return replace(order, payments=tuple(replace(payment, reverses=True) for payment in order.payments))
