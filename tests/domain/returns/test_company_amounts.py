"""Parts of a payment in the company's currency: an order and all that takes it back leave not a cent on the books."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from postering.domain.posting.verdicts import build_order
from postering.domain.retail_transactions.transactions import RetailTransaction, SalesTrans
from postering.domain.returns.accounts import Account
from postering.domain.returns.cancellations import compensate
from postering.domain.returns.originals import Original
from postering.domain.sales_orders.documents import PostedOrder
from postering.domain.setup.setup import Setup
from tests.domain.returns.cancellations_examples import a_line, after, asked, numbered, sold, tender
from tests.domain.transactions_examples import (
    CARD,
    CASH,
    KEY,
    a_sale,
    a_setup,
    with_company,
    with_header,
    with_totals,
)

CENT = Decimal("0.01")


def in_euros(original: Original, *made: PostedOrder) -> dict[str, Decimal]:
    """What the journals of an order and of what took it back add up to, by account."""
    assert original.order is not None
    sums: dict[str, Decimal] = {}
    for entry in (entry for order in (original.order, *made) for entry in order.journal):
        sums[entry.account] = sums.get(entry.account, Decimal(0)) + entry.company_amount.amount
    return sums


def taken_off(original: Original, asked: RetailTransaction, setup: Setup) -> tuple[Original, PostedOrder]:
    made = compensate(asked, original, setup, "ONL-000002")
    assert made.order is not None, made.problems
    return after(original, made), made.order


@st.composite
def paid_in_parts(draw: st.DrawFn) -> tuple[Setup, Original]:
    """A sale in dollars, of a company with books in euros: rates given or applied, the first payment with change."""
    setup = with_company(a_setup(), currency="EUR")
    rates = st.decimals(min_value="0.0001", max_value="300", places=4)
    rows = []
    for number in range(draw(st.integers(1, 3))):
        amount = draw(st.integers(1, 20_000)) * CENT
        change = draw(st.integers(0, int(amount / CENT) - 1)) * CENT if number == 0 else Decimal(0)
        rate = draw(rates)
        for each in (amount + change, -change):
            given = {"company_amount": (each * rate / 100).quantize(CENT)} if draw(st.booleans()) else {}
            if each:
                rows.append(tender(str(each), CASH if number == 0 else CARD, company_exchange_rate=rate, **given))
    whole = sum((row.tendered for row in rows), Decimal(0))
    return setup, sold(*rows, total=str(whole), setup=setup)


@settings(max_examples=80, deadline=None)
@given(paid_in_parts(), st.lists(st.integers(1, 5_000), max_size=5))
def test_an_order_and_all_that_takes_it_back_leave_nothing_on_any_account(
    paid: tuple[Setup, Original], parts: list[int]
) -> None:
    setup, original = paid
    rest, made = original, []
    for number, cents in enumerate(parts):
        assert rest.order is not None
        left = rest.value_left(rest.order.document.lines[0])[0]
        if cents * CENT < left:
            row = SalesTrans(line=Decimal(1), item="81327", quantity=Decimal("0.1"), net=cents * CENT)
            rest, order = taken_off(rest, asked(row, name=f"C-{number}"), setup)
            made.append(order)
    _, order = taken_off(rest, asked(name="C-9"), setup)

    assert set(in_euros(original, *made, order).values()) <= {Decimal(0)}


@pytest.mark.parametrize("parts", [("33.33", "33.33"), ("0.01", "0.01"), ("99.98", "0.01")])
def test_what_rounding_leaves_of_the_parts_goes_with_the_last(parts: tuple[str, str]) -> None:
    setup = with_company(a_setup(), currency="EUR")
    original = rest = sold(tender("100.00", company_amount=Decimal("66.67")), setup=setup)
    made = []
    for net in parts:
        rest, order = taken_off(rest, asked(a_line("0.5", net)), setup)
        made.append(order)
    _, last = taken_off(rest, asked(), setup)

    assert set(in_euros(original, *made, last).values()) == {Decimal(0)}


def test_a_refund_at_the_rate_of_the_sale_leaves_its_rounding_to_the_last_part() -> None:
    setup = with_company(a_setup(), currency="EUR")
    original = sold(tender("100.00", company_amount=Decimal("33.33")), setup=setup)
    row = tender("-50.00", company_amount=Decimal("-16.66"))

    rest, first = taken_off(original, asked(a_line("1", "50.00"), payments=(row,)), setup)
    _, last = taken_off(rest, asked(), setup)

    assert [movement.company_amount for movement in rest.account.of_payment(Decimal(1))] == [Decimal("16.66")]
    assert set(in_euros(original, first, last).values()) == {Decimal(0)}


def test_a_refund_at_another_rate_leaves_its_exchange_difference_on_the_books() -> None:
    setup = with_company(a_setup(), currency="EUR")
    original = sold(tender("100.00", company_amount=Decimal("92.00")), setup=setup)
    row = tender("-50.00", company_amount=Decimal("-55.00"))

    rest, first = taken_off(original, asked(a_line("1", "50.00"), payments=(row,)), setup)
    _, last = taken_off(rest, asked(), setup)

    assert [entry.company_amount.text for entry in last.journal] == ["46.00", "-46.00"]
    assert in_euros(original, first, last) == {"112250": Decimal("-9.00"), "130100": Decimal("9.00")}


def test_a_movement_that_is_older_than_its_company_amount_counts_as_its_share() -> None:
    setup = with_company(a_setup(), currency="EUR")
    original = sold(tender("100.00", company_amount=Decimal("92.00")), setup=setup)
    rest, _ = taken_off(original, asked(a_line("1", "50.00")), setup)
    older = tuple(replace(movement, company_amount=None) for movement in rest.account.movements)

    _, last = taken_off(replace(rest, account=replace(rest.account, movements=older)), asked(), setup)

    assert [entry.company_amount.text for entry in last.journal] == ["46.00", "-46.00"]


def test_a_variance_is_taken_back_at_the_rate_of_the_order() -> None:
    setup = with_company(a_setup(), currency="EUR", maximum_payment_difference=Decimal(1))
    sale = a_sale(sales=(a_line("-2", "-100.00"),), taxes=(), discounts=(), charges=(), payments=())
    sale = replace(with_header(sale, exchange_rate=Decimal(92)), payments=numbered((tender("99.50"),)))
    order = build_order(with_header(with_totals(sale), paid=Decimal("99.50")), setup, "ONL-000001")
    original = Original(account=Account(key=KEY), order=order)
    assert order.variance.text == "0.50"

    _, whole = taken_off(original, asked(), setup)

    assert set(in_euros(original, whole).values()) == {Decimal(0)}
