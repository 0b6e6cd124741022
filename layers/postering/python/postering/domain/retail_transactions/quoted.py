"""Quotes text from outside in a message."""

from typing import Final

from postering.domain.retail_transactions.card_data import masked
from postering.domain.texts import cut

_SHOWN_CHARACTERS: Final = 80


def quoted(text: object) -> str:
    """`text` in quotes: on one line, cut, with card data masked, and with every unsafe character escaped."""
    shown = cut(masked(str(text)), _SHOWN_CHARACTERS)
    return repr(shown.encode("utf-8", "backslashreplace").decode("utf-8"))
