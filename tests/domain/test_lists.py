"""Groups of members, and lists of names that are cut."""

from hypothesis import given
from hypothesis import strategies as st

from postering.domain.lists import batched, first_lines, first_of, grouped


@given(st.lists(st.integers()), st.integers(1, 5))
def test_groups_hold_every_member_once_and_only_the_last_is_smaller(members: list[int], size: int) -> None:
    groups = list(batched(iter(members), size))

    assert [member for group in groups for member in group] == members
    assert all(len(group) == size for group in groups[:-1])
    assert all(0 < len(group) <= size for group in groups)


def test_a_list_of_names_says_how_many_more_there_are() -> None:
    assert first_of(["a", "b"], 2) == "a, b"
    assert first_of(["a", "b", "c", "d"], 2, separator="; ") == "a; b and 2 more"
    assert first_of([], 2) == ""


def test_lines_end_with_how_many_more_there_are() -> None:
    assert first_lines(["a", "b"], 2) == ("a", "b")
    assert first_lines(["a", "b", "c"], 2) == ("a", "b", "and 1 more")


def test_members_are_grouped_in_order_of_appearance() -> None:
    found = grouped([("b", 2), ("a", 1), ("b", 1)])

    assert list(found.items()) == [("b", (2, 1)), ("a", (1,))]
    assert grouped([]) == {}
