"""Names in a row of text, cut where they are many."""

from collections.abc import Iterable


def first_of(names: Iterable[str], most: int) -> str:
    """The first `most` names with commas, and how many more there are: `a, b and 3 more`."""
    every = tuple(names)
    more = len(every) - most
    return ", ".join(every[:most]) + (f" and {more} more" if more > 0 else "")
