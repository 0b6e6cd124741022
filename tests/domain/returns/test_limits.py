"""Checks that need the original: what is left passes, one unit more does not, and a severity where there is one."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from postering.domain.money import EXACT, digits_of, negated
from postering.domain.posting.verdicts import decide
from postering.domain.problems import Problem, Severity, blocking, codes_of, listed
from postering.domain.retail_transactions.transactions import Header, PaymentTrans, RetailTransaction, SalesTrans
from postering.domain.returns.accounts import Account
from postering.domain.returns.cancellations import compensate
from postering.domain.returns.originals import Original
from tests.domain.pieces_examples import a_piece, rows_of, union
from tests.domain.returns.returns_examples import BACK, MODEST, a_cancellation, posted, refund, taken
from tests.domain.transactions_examples import DAY, KEY, a_sale, a_setup, valid_transactions, with_child, with_header


def a_return(sale: RetailTransaction) -> RetailTransaction:
    """All of the sale's first line and of its first payment, named as the originals."""
    if any(row.tendered < 0 for row in sale.paying):
        assume(False)  # what went out as change is not left
    line = next(line for line in sale.lines if line.quantity < 0)
    payment = next((row for row in sale.paying if row.tendered > 0), None)
    if payment is None:
        assume(False)
    assert payment is not None
    return RetailTransaction(
        key=BACK,
        header=Header(type=27, currency=sale.header.currency, business_date_given=DAY),
        sales=(
            SalesTrans(
                line=Decimal(1),
                item=line.item,
                variant=line.variant,
                quantity=negated(line.quantity),
                return_transaction_id=sale.key.transaction_id,
                return_line=line.line,
            ),
        ),
        payments=(
            PaymentTrans(
                line=Decimal(1),
                tendered=negated(payment.tendered),
                linked_transaction_id=sale.key.transaction_id,
                linked_line=payment.line,
            ),
        ),
    )


@MODEST
@given(valid_transactions(kinds=("sale",)))
def test_all_that_was_sold_and_paid_may_be_taken_back_once(sale: RetailTransaction) -> None:
    original, back = posted(sale), a_return(sale)

    first = taken(back, original)
    moved = replace(original, account=original.account.moved(first.movements[sale.key], "w"))
    second = taken(back, moved)

    assert first.problems == ()
    assert codes_of(second.problems) == ("RETURN_QUANTITY", "REFUND_AMOUNT")


RETURNS: dict[str, tuple[str, int, dict[str, Any], str]] = {
    # what is wrong: child, row, its columns, the code
    "qty": ("sales", 0, {"quantity": "more"}, "RETURN_QUANTITY"),
    "returnLineNum": ("sales", 0, {"return_line": Decimal(999)}, "RETURN_QUANTITY"),
    "amountTendered": ("payments", 0, {"tendered": "more"}, "REFUND_AMOUNT"),
    "LinkedPaymentLineNumber": ("payments", 0, {"linked_line": Decimal(999)}, "REFUND_AMOUNT"),
    "RefundableAmount": ("payments", 0, {"refundable": "unit"}, "REFUND_AMOUNT"),
}


@pytest.mark.parametrize("name", RETURNS)
@MODEST
@given(data=st.data())
def test_a_single_violation_of_what_is_left_is_found_with_its_code(name: str, data: st.DataObject) -> None:
    sale = data.draw(valid_transactions(kinds=("sale",)))
    child, index, columns, code = RETURNS[name]
    unit = Decimal(1).scaleb(-digits_of(sale.header.currency))
    back = a_return(sale)
    row = getattr(back, child)[index]
    assume(name != "RefundableAmount" or row.tendered < negated(unit))
    more = {"quantity": lambda given: EXACT.add(given, unit), "tendered": lambda given: EXACT.subtract(given, unit)}
    changes = {
        field: more[field](getattr(row, field)) if value == "more" else unit if value == "unit" else value
        for field, value in columns.items()
    }

    (problem,) = taken(with_child(back, child, index, **changes), posted(sale)).problems

    assert problem.code == code
    assert problem.severity is Severity.BLOCK
    assert problem.rows == (row.name,)
    assert "postering show" in problem.repair
    assert row.name in problem.repair


@pytest.mark.parametrize("code", ["RETURN_LINE", "REFUND"])
def test_what_names_no_original_is_held_against_none(code: str) -> None:
    sale = a_sale()
    child, column = (
        ("sales", "return_transaction_id") if code == "RETURN_LINE" else ("payments", "linked_transaction_id")
    )
    free = with_child(a_return(sale), child, 0, **{column: ""})

    assert taken(free, posted(sale)).problems == ()


@pytest.mark.parametrize(("refundable", "codes"), [("70.40", ()), ("70.39", ("REFUND_AMOUNT",)), ("0", ())])
def test_a_refund_that_names_no_payment_is_not_above_its_refundable_amount(
    refundable: str, codes: tuple[str, ...]
) -> None:
    free = with_child(
        a_return(a_sale()), "payments", 0, linked_transaction_id="", refundable=Decimal(refundable), is_linked_refund=1
    )

    found = taken(free, posted(a_sale())).problems

    assert codes_of(found) == codes
    assert all(problem.rows == ("RetailTransactionPaymentTrans[1]",) for problem in found)


def missing(**severity: Severity) -> tuple[Problem, ...]:
    return taken(a_return(a_sale()), Original(account=Account(key=KEY)), **severity).problems


@pytest.mark.parametrize(
    ("severity", "blocks", "lists"),
    [(Severity.BLOCK, 1, 1), (Severity.WARN, 0, 1), (Severity.REPORT, 0, 0)],
)
def test_an_original_that_is_not_there_has_the_severity_of_its_code(
    severity: Severity, blocks: int, lists: int
) -> None:
    found = missing(RETURN_ORIGINAL=severity)

    assert codes_of(found) == ("RETURN_ORIGINAL",)
    assert (len(blocking(found)), len(listed(found))) == (blocks, lists)
    assert found[0].rows == ("RetailTransactionSalesTrans[1]", "RetailTransactionPaymentTrans[1]")
    assert '[[companies]] with id = "USRT"' in found[0].repair


def test_an_original_that_is_not_there_warns_by_default_and_is_not_looked_for_where_that_is_off() -> None:
    assert [problem.severity for problem in missing()] == [Severity.WARN]
    assert missing(RETURN_ORIGINAL=Severity.OFF) == ()


# --- cancellations -------------------------------------------------------------------------------------------


def cancelled_line(quantity: str, line: int = 1, item: str = "81327", **more: Any) -> SalesTrans:
    return SalesTrans(line=Decimal(line), item=item, quantity=Decimal(quantity), **more)


@pytest.mark.parametrize(
    ("rows", "codes"),
    [
        ({}, ()),
        ({"sales": (cancelled_line("2"),)}, ()),
        ({"sales": (cancelled_line("3"),)}, ("RETURN_QUANTITY",)),
        ({"sales": (cancelled_line("1", line=7),)}, ()),
        ({"sales": (cancelled_line("1", line=7, return_line=Decimal(1)),)}, ()),
        ({"sales": (cancelled_line("1", return_line=Decimal(7)),)}, ("RETURN_LINE",)),
        ({"sales": (cancelled_line("1", item="OTHER"),)}, ("RETURN_LINE",)),
        ({"sales": (cancelled_line("1", item="OTHER", return_line=Decimal(1)),)}, ("RETURN_LINE",)),
        ({"sales": (cancelled_line("1", item=""),)}, ("RETURN_LINE",)),
        ({"payments": (refund("-70.40"),)}, ()),
        ({"payments": (refund("-70.41"),)}, ("REFUND_AMOUNT",)),
        ({"payments": (refund("70.40"),)}, ("REFUND_AMOUNT",)),
    ],
)
def test_a_cancellation_takes_no_more_than_is_left(rows: dict[str, Any], codes: tuple[str, ...]) -> None:
    cancelled = compensate(replace(a_cancellation(), **rows), posted(a_sale()), a_setup(), "ONL-000002")

    assert codes_of(cancelled.problems) == codes
    assert (cancelled.order is None) == bool(codes)


def test_nothing_is_cancelled_twice() -> None:
    original = posted(a_sale())
    first = compensate(a_cancellation(), original, a_setup(), "ONL-000002")
    moved = replace(original, account=original.account.moved(first.movements[original.account.key], "w"))

    assert codes_of(compensate(a_cancellation(), moved, a_setup(), "ONL-000003").problems) == ("RETURN_QUANTITY",)


def test_the_cancellation_of_an_order_that_never_came_names_both_its_columns() -> None:
    cancellation = replace(with_header(a_cancellation(), customer="100001"), key=KEY)

    verdict = decide(union(a_piece(*rows_of(cancellation))), a_setup())

    (problem,) = verdict.problems
    assert (problem.code, problem.severity) == ("CANCELLED_ORDER", Severity.BLOCK)
    assert "salesOrderId or ChannelReferenceId of RetailTransactionTable" in problem.repair
