"""The choices of the recipe: made by a seed for the command, by Hypothesis' `draw` for tests.

The first member of a sequence, the lower end of a range and "no" are the simplest: what a shrinking search goes to.
"""

from collections.abc import Sequence
from random import Random
from typing import Protocol, TypeVar

Member = TypeVar("Member")


class Choices(Protocol):
    """Makes the choices of the recipe."""

    def whole(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both included."""
        ...

    def one_of(self, members: Sequence[Member]) -> Member:
        """One of `members`, which are not empty; a member that is there twice is twice as likely."""
        ...

    def chance(self, one_in: int) -> bool:
        """True once in `times` times."""
        ...


class SeededChoices:
    """Choices by a seed: the same on every machine."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)  # noqa: S311  nothing here is secret

    def whole(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both included."""
        return self._random.randint(low, high)

    def one_of(self, members: Sequence[Member]) -> Member:
        """One of `members`."""
        return members[self._random.randrange(len(members))]

    def chance(self, one_in: int) -> bool:
        """True once in `times` times."""
        return self._random.randrange(one_in) == 0
