"""What a return takes back of its original: no more value than is left, in its currency, and nothing of itself."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from postering.domain.money import EXACT, digits_of, negated
from postering.domain.posting.verdicts import build_order
from postering.domain.problems import Severity, codes_of
from postering.domain.retail_transactions.transactions import Header, RetailTransaction, SalesTrans
from postering.domain.returns.cancellations import compensate
from postering.domain.returns.originals import Original
from postering.domain.returns.returns import take_back, without_links
from postering.domain.setup.setup import Check
from tests.domain.returns.returns_examples import BACK, MODEST, a_cancellation, posted, refund, taken
from tests.domain.transactions_examples import DAY, KEY, a_sale, a_setup, valid_transactions, with_child

# --- by value ------------------------------------------------------------------------------------------------


def valued(quantity: str, net: str, tax: str = "0", line: int = 1, **more: Any) -> SalesTrans:
    """A returned line of T-1, whose line 1 sold two items for 54.00 net and 5.40 tax."""
    named: dict[str, Any] = {"return_transaction_id": KEY.transaction_id, "return_line": Decimal(1)} | more
    given: dict[str, Any] = {"quantity": Decimal(quantity), "net": Decimal(net), "tax": Decimal(tax)} | named
    return SalesTrans(line=Decimal(line), item="81327", **given)


def a_return_of(*lines: SalesTrans, name: str = "R-1", **header: Any) -> RetailTransaction:
    given: dict[str, Any] = {"type": 27, "currency": "USD", "business_date_given": DAY} | header
    return RetailTransaction(key=replace(KEY, transaction_id=name), header=Header(**given), sales=lines)


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        ((valued("1", "27.00", "2.70"),), None),
        ((valued("1", "10.00", "1.00"),), None),
        ((valued("1", "59.40"),), None),
        ((valued("1", "59.40", "0.01"),), ("59.41", "59.40", "RetailTransactionSalesTrans[1]")),
        ((valued("1", "900.00"),), ("900.00", "59.40", "RetailTransactionSalesTrans[1]")),
        ((valued("1", "900.00", return_line=Decimal(0)),), ("900.00", "59.40", "RetailTransactionSalesTrans[1]")),
        (
            (valued("1", "40.00"), valued("1", "19.41", line=2)),
            ("19.41", "19.40", "RetailTransactionSalesTrans[2]"),
        ),
    ],
    ids=["its share", "less", "all of it", "a cent more", "many times more", "by its item", "two rows of one line"],
)
def test_a_line_is_not_returned_for_more_than_is_left_of_its_value(
    lines: tuple[SalesTrans, ...], found: tuple[str, str, str] | None
) -> None:
    problems = taken(a_return_of(*lines), posted(a_sale())).problems

    assert codes_of(problems) == (("REFUND_AMOUNT",) if found else ())
    for problem in problems:
        assert found == (problem.found, problem.expected.removeprefix("at most "), problem.rows[0])
        assert problem.severity is Severity.BLOCK
        assert "of transaction T-1" in problem.message
        assert "postering show" in problem.repair


def test_the_value_of_what_was_returned_or_cancelled_before_is_not_returned_again() -> None:
    original = posted(a_sale())
    first = taken(a_return_of(valued("1", "50.00")), original)
    after = replace(original, account=original.account.moved(first.movements[KEY], "w"))

    assert taken(a_return_of(valued("1", "9.40"), name="R-2"), after).problems == ()
    (problem,) = taken(a_return_of(valued("1", "9.41"), name="R-2"), after).problems
    assert (problem.found, problem.expected) == ("9.41", "at most 9.40")
    assert "net 4.00, tax 5.40" in problem.message


def test_of_more_than_is_left_by_quantity_the_value_is_not_told_as_well() -> None:
    assert codes_of(taken(a_return_of(valued("3", "900.00")), posted(a_sale())).problems) == ("RETURN_QUANTITY",)


@MODEST
@given(valid_transactions(kinds=("sale",)), st.integers(min_value=1, max_value=5))
def test_whatever_was_sold_is_returned_for_all_of_its_value_and_not_for_a_unit_more(
    sale: RetailTransaction, units: int
) -> None:
    line = next(line for line in sale.lines if line.quantity < 0)
    unit = Decimal(1).scaleb(-digits_of(sale.header.currency))
    back = a_return_of(
        valued(str(negated(line.quantity)), str(negated(line.net)), str(negated(line.tax)), return_line=line.line),
        currency=sale.header.currency,
    )
    assume(line.net <= 0 and line.tax <= 0)
    back = with_child(back, "sales", 0, return_transaction_id=sale.key.transaction_id)
    more = with_child(back, "sales", 0, net=EXACT.add(negated(line.net), EXACT.multiply(unit, Decimal(units))))

    assert taken(back, posted(sale)).problems == ()
    assert codes_of(taken(more, posted(sale)).problems) == ("REFUND_AMOUNT",)


# --- in another currency -------------------------------------------------------------------------------------


def in_dollars(refunds: bool, **line: Any) -> RetailTransaction:
    row = replace(refund("-10.00"), linked_transaction_id=KEY.transaction_id, linked_line=Decimal(1))
    return replace(a_return_of(valued("1", **({"net": "10.00"} | line))), payments=(row,) if refunds else ())


def in_yen() -> Original:
    """What was sold in another currency."""
    return posted(a_sale(header=replace(a_sale().header, currency="JPY")))


def test_what_was_sold_in_another_currency_is_neither_returned_by_value_nor_refunded() -> None:
    line, row = taken(in_dollars(True), in_yen()).problems

    assert (line.code, line.rows) == ("REFUND_AMOUNT", ("RetailTransactionSalesTrans[1]",))
    assert (row.code, row.rows) == ("REFUND_AMOUNT", ("RetailTransactionPaymentTrans[1]",))
    for problem in (line, row):
        assert (problem.expected, problem.found) == ("an amount in JPY", "10.00 USD")
        assert "JPY" in problem.message
        assert "10.00 USD" in problem.message


def test_what_was_sold_in_another_currency_is_held_by_quantity() -> None:
    assert taken(in_dollars(False, net="0"), in_yen()).problems == ()
    assert codes_of(taken(a_return_of(valued("3", "10.00")), in_yen()).problems) == ("RETURN_QUANTITY",)


def test_an_order_is_not_cancelled_with_amounts_in_another_currency() -> None:
    whole = a_cancellation()

    assert compensate(whole, in_yen(), a_setup("JPY"), "ONL-000002").problems == ()
    (problem,) = compensate(
        replace(whole, payments=(refund("-10.00"),)), in_yen(), a_setup("JPY"), "ONL-000002"
    ).problems
    assert (problem.code, problem.expected, problem.found) == ("REFUND_AMOUNT", "amounts in JPY", "amounts in USD")


# --- itself --------------------------------------------------------------------------------------------------


def naming_itself() -> RetailTransaction:
    row = replace(refund("-10.00"), linked_transaction_id="R-1", linked_line=Decimal(1))
    back = a_return_of(valued("1", "10.00", return_transaction_id="R-1"), customer="100001")
    return replace(back, payments=(row,))


@pytest.mark.parametrize("severity", [Severity.WARN, Severity.BLOCK])
def test_a_return_that_names_itself_has_no_original(severity: Severity) -> None:
    setup = a_setup(checks=(Check(code="RETURN_ORIGINAL", severity=severity),))

    outcome = take_back(naming_itself(), {}, setup, has_waited=False)

    (problem,) = outcome.problems
    assert (problem.code, problem.severity, problem.found) == ("RETURN_ORIGINAL", severity, "the transaction itself")
    assert problem.rows == ("RetailTransactionSalesTrans[1]", "RetailTransactionPaymentTrans[1]")
    assert "names itself" in problem.message
    assert ("postering edit" in problem.repair) is (severity is Severity.BLOCK)
    assert not outcome.movements
    assert not outcome.waits
    assert outcome.missing == frozenset({BACK})


def test_a_return_that_names_itself_is_posted_without_the_links() -> None:
    order = build_order(naming_itself(), a_setup())

    loose = without_links(order, naming_itself(), take_back(naming_itself(), {}, a_setup(), has_waited=True), a_setup())

    assert [line.original for line in loose.document.lines] == [None]
    assert [(row.refunds_transaction, row.refunds_line) for row in loose.payments] == [("", None)]
    assert loose.journal == order.journal


def test_a_return_that_names_itself_is_not_told_where_originals_are_not_looked_for() -> None:
    off = a_setup(checks=(Check(code="RETURN_ORIGINAL", severity=Severity.OFF),))

    outcome = take_back(naming_itself(), {}, off, has_waited=True)

    assert (outcome.problems, outcome.missing) == ((), frozenset({BACK}))
