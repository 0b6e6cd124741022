"""The generator reaches every kind; a kind that it learns needs a line in the table."""

import pytest

from postering.domain.retail_transactions.transactions import RetailTransaction
from postering.domain.setup.setup_file import read_setup, write_setup
from postering.trials.generated import SHOPS, Kind, SeededChoices, made_up_setup, made_up_transactions
from tests.trials.generated.kinds import KINDS, OF_KIND


@pytest.fixture(scope="module")
def made_up() -> list[RetailTransaction]:
    return list(made_up_transactions(SeededChoices(1), 1500, "T"))


def test_every_kind_of_the_recipe_is_in_the_table() -> None:
    assert set(OF_KIND) == set(Kind)


@pytest.mark.parametrize("kind", KINDS)
def test_the_generator_reaches_every_kind(kind: str, made_up: list[RetailTransaction]) -> None:
    assert any(map(KINDS[kind], made_up))


def test_a_header_has_charges_only_where_all_its_lines_go_one_way(made_up: list[RetailTransaction]) -> None:
    for transaction in made_up:
        modes = {line.delivery_mode or transaction.header.delivery_mode for line in transaction.lines}
        assert len(modes) == 1 or all(charge.sales_line for charge in transaction.charges)


def test_pick_up_and_carry_out_have_no_address(made_up: list[RetailTransaction]) -> None:
    for transaction in made_up:
        if transaction.header.delivery_mode in {"60", "70", "Electronic"}:
            assert all(address.sales_line for address in transaction.addresses)


def test_ids_and_references_are_used_once(made_up: list[RetailTransaction]) -> None:
    orders = [each for each in made_up if each.header.type != 37]

    assert len({each.key for each in made_up}) == len(made_up)
    assert len({each.header.channel_reference_id for each in orders}) == len(orders)


def test_more_transactions_begin_with_the_same_ones() -> None:
    few = list(made_up_transactions(SeededChoices(5), 20, "T"))
    many = list(made_up_transactions(SeededChoices(5), 40, "T"))

    assert many[:20] == few
    assert few != list(made_up_transactions(SeededChoices(6), 20, "T"))


def test_the_setup_that_fits_is_sound_and_has_a_store_for_each_currency() -> None:
    setup = made_up_setup("Trial")

    assert read_setup(write_setup(setup)) == setup
    assert [channel.store for channel in setup.channels] == [shop.store for shop in SHOPS]
    assert not setup.products
    assert not setup.customers
