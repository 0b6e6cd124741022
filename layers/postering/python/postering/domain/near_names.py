"""Near names: the known names that somebody may have meant who wrote an unknown one."""

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Final

from postering.domain.lists import first_of

_LISTED: Final = 30


def near_names(name: str, known: Iterable[str]) -> tuple[str, ...]:
    """Up to three known names that look like `name`, the nearest first; only one if just the case differs."""
    by_folded = {one.casefold(): one for one in sorted(known)}
    if only := by_folded.get(name.casefold()):
        return (only,)
    near = get_close_matches(name.casefold(), by_folded, n=3, cutoff=0.6)
    return tuple(by_folded[one] for one in near)


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """`Did you mean 'West'?` with the near names; empty if there are none."""
    near = near_names(name, known)
    return f"Did you mean {' or '.join(repr(one) for one in near)}?" if near else ""


def near_or_all(name: str, known: Iterable[str]) -> str:
    """`Did you mean 'West'?` with the near names; `There are: North, South.` if none is near."""
    there = tuple(known)
    return did_you_mean(name, there) or f"There are: {first_of(there, _LISTED) or 'none'}."
