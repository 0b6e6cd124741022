"""The recipe's choices drawn by Hypothesis: a failing example shrinks to the simplest ones."""

from collections.abc import Sequence
from functools import cache
from typing import TypeVar

from hypothesis import strategies as st

Member = TypeVar("Member")


class DrawnChoices:
    """Choices that a strategy's `draw` makes."""

    def __init__(self, draw: st.DrawFn) -> None:
        self._draw = draw

    def whole(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`; `low` is the simplest."""
        return self._draw(st.integers(min_value=low, max_value=high)) if low < high else low

    def one_of(self, members: Sequence[Member]) -> Member:
        """One of `members`; the first is the simplest."""
        return members[self._draw(_up_to(len(members) - 1))]

    def chance(self, one_in: int) -> bool:
        """True about once in so many times; "no" is the simplest."""
        return self._draw(_up_to(one_in - 1)) == one_in - 1


@cache
def _up_to(largest: int) -> st.SearchStrategy[int]:
    return st.integers(min_value=0, max_value=largest)
