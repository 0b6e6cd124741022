"""Counts, long texts and codes as a message shows them."""

from enum import StrEnum


def counted(number: int, singular: str, plural: str = "") -> str:
    """`1 session`, `2,000 sessions`; `plural` is needed only if it is not `singular` with an s."""
    return f"{number:,} {singular if number == 1 else plural or f'{singular}s'}"


def cut(text: str, most: int) -> str:
    """`text`, or its first `most` characters and `…` if it is longer."""
    return text if len(text) <= most else f"{text[:most]}…"


def as_words(code: StrEnum | str) -> str:
    """A code as words: `sales order` for `sales_order`."""
    return str(code).replace("_", " ")
