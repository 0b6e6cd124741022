"""The start of a page: a sort order (a time, a place in the queue) and a name, as one text that sorts the same way."""

from typing import Final

_BETWEEN: Final = "\n"  # sorts before everything that an order may hold


def page_start(order: str, name: str) -> str:
    """The text of an order and a name."""
    return f"{order}{_BETWEEN}{name}"


def split_page_start(text: str | None) -> tuple[str, str]:
    """The order and the name; two empty texts, which sort first, if there is no text."""
    order, _, name = (text or "").partition(_BETWEEN)
    return order, name
