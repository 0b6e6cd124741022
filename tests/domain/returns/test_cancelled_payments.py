"""What a cancellation gives back: of each payment and line no more than is left, whatever went before and however."""

from dataclasses import replace
from decimal import Decimal

import pytest

from postering.domain.posting.verdicts import build_order, decide
from postering.domain.problems import codes_of
from postering.domain.retail_transactions.transactions import PaymentTrans
from postering.domain.returns.accounts import Account
from postering.domain.returns.cancellations import Cancellation, compensate
from postering.domain.returns.originals import Original
from postering.domain.returns.returns import take_back
from postering.domain.sales_orders.documents import PostedOrder
from tests.domain.pieces_examples import a_piece, rows_of, union
from tests.domain.returns.cancellations_examples import a_line, after, asked, cancelled, linked, numbered, sold, tender
from tests.domain.transactions_examples import (
    CASH,
    GIFT_CARD,
    KEY,
    a_sale,
    a_setup,
    with_company,
    with_header,
    with_totals,
)


def reversal_by_rows(made: Cancellation) -> list[tuple[str, str]]:
    assert made.order is not None, made.problems
    return [(payment.operation, payment.amount.text) for payment in made.order.payments]


def returned(original: Original, *payments: PaymentTrans) -> Original:
    """After the return of one of the two items, refunded so."""
    back = with_totals(
        a_sale(
            key=replace(KEY, transaction_id="R-1"),
            sales=(a_line("1", "50.00", return_transaction_id="T-1", return_line=Decimal(1)),),
            taxes=(),
            discounts=(),
            charges=(),
            payments=numbered(payments),
        )
    )
    outcome = take_back(back, {KEY: original}, a_setup(), has_waited=True)
    assert not outcome.problems
    return replace(original, account=original.account.moved(outcome.movements[KEY], "w"))


# --- lines ---------------------------------------------------------------------------------------------------


def test_two_rows_of_one_line_take_no_more_than_is_left_of_it_together() -> None:
    once, twice = a_line("1", "50.00"), a_line("2", "100.00")

    assert codes_of(cancelled(sold(tender("100.00")), once, twice).problems) == ("RETURN_QUANTITY",)
    made = cancelled(sold(tender("100.00")), once, once)
    assert made.order is not None
    assert made.order.document.total.text == "-100.00"


@pytest.mark.parametrize("net", ["100.01", "150.00"])
def test_a_row_cancels_no_more_money_than_is_left_of_its_line(net: str) -> None:
    (problem,) = cancelled(sold(tender("100.00")), a_line("1", net)).problems

    assert (problem.code, problem.expected, problem.found) == ("REFUND_AMOUNT", "at most 100.00", net)
    assert problem.rows == ("RetailTransactionSalesTrans[1]",)


def test_what_a_row_gives_for_a_whole_line_is_honoured() -> None:
    made = cancelled(sold(tender("100.00")), a_line("2", "90.00"))

    assert reversal_by_rows(made) == [("PayCard", "-90.00")]
    assert made.order is not None
    assert (made.order.document.total.text, made.order.document.header_total.text) == ("-90.00", "0.00")


@pytest.mark.parametrize(("total", "each"), [("100.01", "50.01"), ("100.01", "50.00")])
def test_the_rounding_of_the_parts_goes_with_the_last(total: str, each: str) -> None:
    original = sold(tender(total), total=total)

    rest = after(original, cancelled(original, a_line("1", each)))
    last = cancelled(rest, a_line("1", each))

    assert last.order is not None
    assert not last.problems
    assert {last.order.document.total.text} == {"-50.00" if each == "50.01" else "-50.01"}
    assert codes_of(cancelled(after(rest, last)).problems) == ("RETURN_QUANTITY",)


# --- payments ------------------------------------------------------------------------------------------------


def test_a_refund_in_one_row_over_two_payments_is_taken_off_both() -> None:
    original = sold(tender("50.00"), tender("50.00"))

    first = cancelled(original, a_line("1", "50.00"), payments=(tender("-80.00"),))
    rest = cancelled(after(original, first))

    assert reversal_by_rows(first) == [("PayCard", "-80.00")]
    assert reversal_by_rows(rest) == [("PayCard", "-20.00")]


def test_a_refund_that_names_no_payment_is_taken_off_its_own_tender_first() -> None:
    original = sold(tender("60.00"), tender("40.00", GIFT_CARD))

    first = cancelled(original, a_line("1", "50.00"), payments=(tender("-40.00", GIFT_CARD),))

    assert reversal_by_rows(cancelled(after(original, first))) == [("PayCard", "-60.00")]


@pytest.mark.parametrize(
    ("refunds", "most"),
    [
        ((linked("-70.01", 2),), "70.00"),
        ((linked("-40.00", 2), linked("-40.00", 2)), "30.00"),
        ((linked("-50.00", 1, transaction="T-9"),), "0.00"),
        ((linked("-50.00", 7),), "0.00"),
        ((linked("-50.00", 2, refundable=Decimal("49.99")),), "49.99"),
    ],
    ids=["above its payment", "twice above it", "of another transaction", "of no payment", "above RefundableAmount"],
)
def test_a_linked_refund_of_a_cancellation_is_held_to_its_payment(refunds: tuple[PaymentTrans, ...], most: str) -> None:
    original = sold(tender("30.00", GIFT_CARD), tender("70.00"))

    (problem,) = cancelled(original, a_line("2", "100.00"), payments=refunds).problems

    assert (problem.code, problem.expected) == ("REFUND_AMOUNT", f"at most {most}")
    assert problem.rows == (f"RetailTransactionPaymentTrans[{len(refunds)}]",)


@pytest.mark.parametrize(
    ("refund", "left"),
    [((linked("-50.00"),), "-50.00"), ((tender("-50.00", CASH),), "-50.00"), ((), "-50.00")],
    ids=["linked", "to no named payment", "in goods"],
)
def test_what_a_return_settled_is_not_given_back_again(refund: tuple[PaymentTrans, ...], left: str) -> None:
    assert reversal_by_rows(cancelled(returned(sold(tender("100.00")), *refund))) == [("PayCard", left)]


def test_a_return_of_what_was_not_paid_leaves_the_deposit_to_be_given_back() -> None:
    original = sold(tender("30.00"))
    assert original.order is not None
    part_paid = replace(original.order, open=original.order.document.total - original.order.paid)

    assert reversal_by_rows(cancelled(returned(replace(original, order=part_paid)))) == [("PayCard", "-30.00")]


def test_change_came_out_of_its_own_tender() -> None:
    original = sold(tender("70.00"), tender("50.00", CASH), tender("-20.00", CASH, change=1))

    assert reversal_by_rows(cancelled(original)) == [("PayCard", "-70.00"), ("PayCash", "-30.00")]
    assert (original.refundable(Decimal(1)), original.refundable(Decimal(2))) == (Decimal(70), Decimal(30))


def test_change_beyond_its_own_tender_came_out_of_the_others() -> None:
    original = sold(tender("130.00"), tender("-30.00", CASH, change=1))

    assert reversal_by_rows(cancelled(original)) == [("PayCard", "-100.00")]


def test_a_part_of_a_payment_is_the_same_part_of_its_company_amount_however_the_rate_is_quoted() -> None:
    setup = with_company(a_setup(), currency="EUR")
    foreign = tender("100.00", company_amount=Decimal("92.00"), company_exchange_rate=Decimal("0.92"))
    original = sold(foreign, setup=setup)

    made = compensate(asked(a_line("1", "50.00")), original, setup, "ONL-000002").order

    assert made is not None
    assert [entry.company_amount.text for entry in made.journal] == ["46.00", "-46.00"]


# --- which order ---------------------------------------------------------------------------------------------


def decided(*others: Original) -> PostedOrder | str:
    """What a whole cancellation compensates, or its state."""
    cancellation = with_header(asked(), customer="100001")
    verdict = decide(union(a_piece(*rows_of(cancellation))), a_setup(), {one.account.key: one for one in others})
    if verdict.order is not None:
        return verdict.order
    assert verdict.judgement is not None
    return str(verdict.judgement.state)


def test_of_a_sale_and_a_return_that_bear_one_name_the_sale_is_cancelled() -> None:
    sale = sold(tender("100.00"))
    back = a_sale(sales=(a_line("1", "50.00"),), taxes=(), discounts=(), charges=(), payments=())
    key = replace(KEY, transaction_id="R-1")
    return_order = build_order(with_totals(replace(back, key=key)), a_setup(), "ONL-000003")
    returned_too = Original(account=Account(key=key), order=return_order)

    made = decided(returned_too, sale)

    assert isinstance(made, PostedOrder)
    assert made.document.cancels == "ONL-000001"
