"""The refusal of a whole package, or of a folder of plain files: one message that an operator can act on."""

from typing import Final

from postering.domain.errors import PackageRefused

SEND_AGAIN: Final = "make the package again at its source and put it in place of this one"


class UnsoundPackage(PackageRefused):
    """A package that is refused as a whole: file, row, found, expected, repair.

    Messages are logged and kept: they name places and numbers, and quote names (`quoted`), never the values of a row.
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
