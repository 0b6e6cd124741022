"""Which stores a selection means on a day, and what is said of names that nobody knows."""

from collections.abc import Callable
from datetime import date

import pytest

from postering.domain.setup.hierarchies import DEFAULT_HIERARCHY, SelectionError, stores_of
from postering.domain.setup.setup import Channel, Hierarchy, HierarchyNode, Setup

STORES = ("HOUSTON", "SEATTLE", "BOSTON", "OUTLET", "LOOSE")
MAY, JUNE, JULY = date(2010, 5, 31), date(2010, 6, 1), date(2010, 7, 1)


def channel(number: int, store: str) -> Channel:
    return Channel(
        id=number,
        store=store,
        company="USRT",
        currency="USD",
        time_zone="America/Chicago",
        channel_database_group="Default",
        default_customer="100001",
    )


SETUP = Setup(
    channels=tuple(channel(number, store) for number, store in enumerate(STORES, 1)),
    hierarchies=(
        Hierarchy(
            name=DEFAULT_HIERARCHY,
            nodes=(
                HierarchyNode(name="World"),
                HierarchyNode(name="West", parent="World", stores=("SEATTLE", "HOUSTON")),
                HierarchyNode(name="East", parent="World", stores=("BOSTON",)),
                HierarchyNode(
                    name="Summer",
                    parent="West",
                    stores=("OUTLET", "SEATTLE"),
                    valid_from=JUNE,
                    valid_to=date(2010, 6, 30),
                ),
                HierarchyNode(name="Beach", parent="Summer", stores=("BOSTON",)),
            ),
        ),
        Hierarchy(name="By brand", nodes=(HierarchyNode(name="Loose brand", stores=("LOOSE",)),)),
    ),
)


def selected(
    hierarchy: str | None = None,
    nodes: tuple[str, ...] = (),
    stores: tuple[str, ...] = (),
    *,
    setup: Setup = SETUP,
    on: Callable[[Channel], date] = lambda channel: JUNE,
) -> list[str]:
    return [channel.store for channel in stores_of(setup, hierarchy, nodes, stores, on)]


def test_a_node_means_every_store_below_it_in_setup_order() -> None:
    assert selected(nodes=("World",)) == ["HOUSTON", "SEATTLE", "BOSTON", "OUTLET"]
    assert selected(nodes=("East",)) == ["BOSTON"]


def test_a_store_below_two_nodes_comes_once() -> None:
    assert selected(nodes=("Summer", "West", "West")) == ["HOUSTON", "SEATTLE", "BOSTON", "OUTLET"]


def test_nodes_and_stores_are_taken_together() -> None:
    assert selected(nodes=("East",), stores=("LOOSE", "BOSTON")) == ["BOSTON", "LOOSE"]


@pytest.mark.parametrize(
    ("day", "stores"),
    [
        (MAY, []),
        (JUNE, ["SEATTLE", "BOSTON", "OUTLET"]),
        (date(2010, 6, 30), ["SEATTLE", "BOSTON", "OUTLET"]),
        (JULY, []),
    ],
)
def test_a_node_counts_from_its_first_day_to_its_last(day: date, stores: list[str]) -> None:
    assert selected(nodes=("Summer",), on=lambda channel: day) == stores


def test_below_a_node_that_is_not_valid_nothing_is_reached() -> None:
    assert selected(nodes=("West",), on=lambda channel: JULY) == ["HOUSTON", "SEATTLE"]
    assert selected(nodes=("Beach",), on=lambda channel: JULY) == ["BOSTON"]


def test_the_day_is_each_stores_own() -> None:
    def on(channel: Channel) -> date:
        return JUNE if channel.store == "OUTLET" else MAY

    assert selected(nodes=("Summer",), on=on) == ["OUTLET"]


def test_a_hierarchy_alone_means_all_of_it_and_with_stores_only_those() -> None:
    assert selected("By brand") == ["LOOSE"]
    assert selected("By brand", stores=("BOSTON",)) == ["BOSTON"]


def test_stores_need_no_hierarchy() -> None:
    assert selected(stores=("HOUSTON",), setup=Setup(channels=SETUP.channels)) == ["HOUSTON"]


def test_all_unknown_names_are_named_with_what_was_meant() -> None:
    with pytest.raises(SelectionError) as refused:
        selected(nodes=("west", "Moon", "HOUSTON"), stores=("HUSTON", "East", "BOSTON"))

    assert refused.value.problems == (
        "No channel of the setup has the store 'HUSTON'. Did you mean 'HOUSTON' or 'BOSTON'?",
        "No channel of the setup has the store 'East'. It is a node: name it under nodes.",
        "The hierarchy 'Stores by Region' has no node 'west'. Did you mean 'West'?",
        "The hierarchy 'Stores by Region' has no node 'Moon'.",
        "The hierarchy 'Stores by Region' has no node 'HOUSTON'. It is a store: name it under stores.",
    )
    assert str(refused.value).count("\n") == 4


def test_an_unknown_hierarchy_is_named() -> None:
    with pytest.raises(SelectionError, match=r"no hierarchy 'Stores by region'\. Did you mean 'Stores by Region'"):
        selected("Stores by region", stores=("BOSTON",))


def test_a_node_without_the_default_hierarchy_is_an_error() -> None:
    with pytest.raises(SelectionError, match="no hierarchy 'Stores by Region'"):
        selected(nodes=("West",), setup=Setup(channels=SETUP.channels))


def test_a_selection_of_nothing_is_for_the_caller_to_decide() -> None:
    with pytest.raises(ValueError, match="names a hierarchy, nodes or stores"):
        selected()


def test_a_ring_of_nodes_does_not_hang_a_run() -> None:
    ring = Hierarchy(
        name=DEFAULT_HIERARCHY,
        nodes=(
            HierarchyNode(name="A", parent="B", stores=("HOUSTON",)),
            HierarchyNode(name="B", parent="A", stores=("BOSTON",)),
        ),
    )

    assert selected(nodes=("A",), setup=Setup(channels=SETUP.channels, hierarchies=(ring,))) == [
        "HOUSTON",
        "BOSTON",
    ]
