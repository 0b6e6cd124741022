"""Where the recipe's choices come from: a seed for the command, Hypothesis' `draw` for tests.

The first member of a sequence, the lower end of a range and "no" are the simplest: what a shrinking search goes to.
"""

from collections.abc import Sequence
from random import Random
from typing import Protocol, TypeVar

Member = TypeVar("Member")


class Choices(Protocol):
    """All that the recipe leaves open."""

    def whole(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both included."""
        ...

    def one_of(self, members: Sequence[Member]) -> Member:
        """One of `members`, of which there is at least one; what stands twice is twice as likely."""
        ...

    def chance(self, one_in: int) -> bool:
        """True once in so many times."""
        ...


class SeededChoices:
    """Choices that a seed decides: the same ones on every machine."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)  # noqa: S311  nothing here is secret

    def whole(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both included."""
        return self._random.randint(low, high)

    def one_of(self, members: Sequence[Member]) -> Member:
        """One of `members`."""
        return members[self._random.randrange(len(members))]

    def chance(self, one_in: int) -> bool:
        """True once in so many times."""
        return self._random.randrange(one_in) == 0
