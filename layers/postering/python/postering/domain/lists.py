"""Members in groups, and names in one line of text, cut if they are many."""

import itertools
import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

_Key = TypeVar("_Key")
_Member = TypeVar("_Member")

if sys.version_info >= (3, 12):
    batched = itertools.batched
else:

    def batched(members: Iterable[_Member], size: int) -> Iterator[tuple[_Member, ...]]:
        """Groups of `size` members in their order, the last one with the rest: `itertools.batched` of Python 3.12."""
        iterator = iter(members)
        while group := tuple(itertools.islice(iterator, size)):
            yield group


def grouped(pairs: Iterable[tuple[_Key, _Member]]) -> dict[_Key, tuple[_Member, ...]]:
    """The second members by the first ones; groups in order of their first member, members in their own order."""
    groups: dict[_Key, list[_Member]] = {}
    for key, member in pairs:
        groups.setdefault(key, []).append(member)
    return {key: tuple(group) for key, group in groups.items()}


def first_of(names: Iterable[str], most: int, separator: str = ", ") -> str:
    """The first `most` names, and how many more there are: `a, b and 3 more`."""
    every = tuple(names)
    more = len(every) - most
    return separator.join(every[:most]) + (f" and {more} more" if more > 0 else "")


def first_lines(lines: Sequence[str], most: int) -> tuple[str, ...]:
    """The first `most` lines, and a last one with how many more there are."""
    more = len(lines) - most
    return tuple(lines) if more <= 0 else (*lines[:most], f"and {more} more")
