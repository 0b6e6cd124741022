"""Near names: what somebody may have meant who wrote an unknown name."""

from postering.domain.near_names import did_you_mean, near_or_all


def test_a_near_name_is_proposed_whatever_its_case() -> None:
    assert did_you_mean("west", ["North", "West"]) == "Did you mean 'West'?"


def test_all_names_are_listed_if_none_is_near() -> None:
    assert near_or_all("Wset", ["North", "West"]) == "Did you mean 'West'?"
    assert near_or_all("Q", ["North", "West"]) == "There are: North, West."
    assert near_or_all("Q", iter([])) == "There are: none."


def test_a_long_list_is_cut() -> None:
    assert near_or_all("Q", (f"OR-{number}" for number in range(5_000))).endswith("OR-29 and 4970 more.")
