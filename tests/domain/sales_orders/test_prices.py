"""Whether prices are with tax: the header says so, and where it is silent the channel's setup."""

from dataclasses import replace

import pytest

from postering.domain.checks import check
from postering.domain.retail_transactions.transactions import RetailTransaction
from postering.domain.sales_orders.build import build_sales_order
from postering.domain.sales_orders.prices import prices_include_tax
from tests.domain.pieces_examples import rows_of
from tests.domain.transactions_examples import a_sale, a_setup, with_channel, with_child, with_header

SAYS = pytest.mark.parametrize(
    ("header", "channel", "resolved"),
    [(None, False, False), (None, True, True), (0, True, False), (1, False, True), (0, False, False), (1, True, True)],
)


def saying(header: int | None, tax_rows: bool) -> RetailTransaction:
    return with_child(with_header(a_sale(), prices_include_tax=header), "taxes", 0, included_in_price=int(tax_rows))


@SAYS
def test_the_header_decides_and_where_it_is_silent_the_channel(
    header: int | None, channel: bool, resolved: bool
) -> None:
    setup = with_channel(a_setup(), prices_include_tax=channel)
    sale = saying(header, resolved)

    assert prices_include_tax(sale, setup.channels[0]) is resolved
    assert build_sales_order(sale, setup, "ONL-000001").prices_include_tax is resolved


@SAYS
def test_tax_rows_are_held_against_what_was_resolved(header: int | None, channel: bool, resolved: bool) -> None:
    setup = with_channel(a_setup(), prices_include_tax=channel)

    assert check(saying(header, resolved), setup) == ()
    (problem,) = check(saying(header, not resolved), setup)
    assert problem.code == "TAX_INCLUDED_IN_PRICE"
    assert ("prices_include_tax" in problem.repair) is (header is None)
    assert "channels/5637144592" in problem.depends_on


def test_an_absent_flag_and_a_given_0_are_not_the_same_row() -> None:
    silent, without = rows_of(saying(None, False))[0], rows_of(saying(0, False))[0]
    assert "IsTaxIncludedInPrice" not in silent.values
    assert without.values["IsTaxIncludedInPrice"] == 0


def test_a_channel_that_the_setup_does_not_know_has_no_say() -> None:
    stranger = replace(saying(None, True), key=replace(a_sale().key, channel=1))
    assert {problem.code for problem in check(stranger, a_setup())} == {"STORE"}
