"""Why a package, or a folder of plain files, is refused as a whole: one message that an operator can act on."""

from typing import Final

from postering.domain.errors import PackageRefused
from postering.domain.retail_transactions.card_data import masked

SEND_AGAIN: Final = "make the package again at its source and put it in place of this one"
_SHOWN_CHARACTERS: Final = 80


class UnsoundPackage(PackageRefused):
    """A package that is refused as a whole: file, row, what was found, what was expected, what to do.

    Messages are logged and kept: they name places and numbers, and quote names only (`shown`), never a row's values.
    """

    def __init__(
        self,
        found: str,
        *,
        file: str = "",
        row: int | None = None,
        expected: str = "",
        repair: str = SEND_AGAIN,
    ) -> None:
        at = "" if row is None else f" row {row}" if row else " header row"
        place = f"{file}{at}: " if file else ""
        super().__init__(f"{place}{found}{f', expected {expected}' if expected else ''}; {repair}")
        self.file = file
        self.row = row
        self.found = found
        self.expected = expected
        self.repair = repair


def shown(text: str) -> str:
    """A name from the outside as a message may quote it: cut, card data masked, on one line."""
    cut = masked(text)
    cut = cut if len(cut) <= _SHOWN_CHARACTERS else cut[:_SHOWN_CHARACTERS] + "…"
    return repr(cut.encode("utf-8", "backslashreplace").decode("utf-8"))
