"""The common part of every format: a file to which orders are added, and its entry in a receipt."""

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
    """An unfinished file: orders are added one by one, and the file is whole when it is closed."""

    @property
    def path(self) -> Path:
        """The path of the file."""
        ...

    @property
    def kind(self) -> str:
        """The kind of its rows."""
        ...

    @property
    def rows(self) -> int:
        """The number of rows written so far; in a text of vouchers, of postings."""
        ...

    @property
    def sums(self) -> Sums:
        """The sums of the rows written so far."""
        ...

    def add(self, order: PostedOrder) -> None:
        """Write the part of an order that the file has."""
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
    """A finished file on the disk."""

    name: str
    kind: str
    rows: int
    size: int
    sha256: str
    sums: Sums

    def as_json(self) -> dict[str, object]:
        """The entry in a receipt's `files`."""
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
    """Make the closed files durable. Returns the entry of each."""
    return tuple(_finish(file) for file in files)


def _finish(file: OrderFile) -> ExportedFile:
    with file.path.open("r+b") as stream:
        os.fsync(stream.fileno())
        sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
        size = stream.tell()
    return ExportedFile(name=file.path.name, kind=file.kind, rows=file.rows, size=size, sha256=sha256, sums=file.sums)
