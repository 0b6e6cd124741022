"""What every format has in common: a file that takes orders, and what a receipt says of it."""

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Protocol

from postering.domain.exports.sheets import Row, Sheet
from postering.domain.money import ZERO, Money, amount_text, total
from postering.domain.sales_orders.documents import PostedOrder

Sums = dict[str, dict[str, Decimal]]
"""Column → currency → sum."""


class OrderFile(Protocol):
    """A file in the making: takes orders one by one, is whole when it is closed."""

    @property
    def path(self) -> Path:
        """Where it is made."""
        ...

    @property
    def kind(self) -> str:
        """What its rows are."""
        ...

    @property
    def rows(self) -> int:
        """Rows written so far (of a text of vouchers: postings)."""
        ...

    @property
    def sums(self) -> Sums:
        """Of the rows written so far."""
        ...

    def add(self, order: PostedOrder) -> None:
        """Write what the file holds of an order."""
        ...

    def close(self) -> None:
        """Finish the file, also after a failure."""
        ...


class RowWriter(Protocol):
    """Writes rows in one format."""

    def write(self, row: Row) -> None:
        """Write a row."""
        ...

    def close(self) -> None:
        """Finish the file, also after a failure."""
        ...


class SheetFile:
    """An `OrderFile` of a sheet's rows, in the format of its writer."""

    def __init__(self, path: Path, sheet: Sheet[Any], writer: RowWriter) -> None:
        self.path = path
        self.kind = sheet.kind
        self.rows = 0
        self._sheet = sheet
        self._writer = writer
        self._summed = [(place, column.name) for place, column in enumerate(sheet.columns) if column.summed]
        self.sums: Sums = {name: {} for _, name in self._summed}

    def add(self, order: PostedOrder) -> None:
        """Write the rows of an order."""
        for row in self._sheet.rows(order):
            self._writer.write(row)
            self.rows += 1
            for place, name in self._summed:
                if isinstance(amount := row[place], Money):
                    add_to(self.sums[name], amount)

    def close(self) -> None:
        """Finish the file."""
        self._writer.close()


def add_to(sums: dict[str, Decimal], amount: Money) -> None:
    """Add an amount to the sum of its currency."""
    sums[amount.currency] = total((sums.get(amount.currency, ZERO), amount.amount))


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedFile:
    """A file that is whole and on the disk."""

    name: str
    kind: str
    rows: int
    size: int
    sha256: str
    sums: Sums

    def as_json(self) -> dict[str, object]:
        """A member of a receipt's `files`."""
        return {
            "name": self.name,
            "kind": self.kind,
            "rows": self.rows,
            "bytes": self.size,
            "sha256": self.sha256,
            "sums": {
                column: {currency: amount_text(sums[currency], currency) for currency in sorted(sums)}
                for column, sums in self.sums.items()
            },
        }


def finish(files: Sequence[OrderFile]) -> tuple[ExportedFile, ...]:
    """What the closed files are, each made durable."""
    return tuple(_finish(file) for file in files)


def _finish(file: OrderFile) -> ExportedFile:
    with file.path.open("r+b") as stream:
        os.fsync(stream.fileno())
        sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
        size = stream.tell()
    return ExportedFile(name=file.path.name, kind=file.kind, rows=file.rows, size=size, sha256=sha256, sums=file.sums)
