"""Rows as CSV: RFC 4180 with a heading, UTF-8 without a byte order mark; lines end with CR LF.

A spreadsheet reads a text that begins with `=`, `+`, `-` or `@` as a formula. For this reason a text (never a number,
amount or date) gets an apostrophe in front if it begins with one of these, with one of their full-width forms, with a
tab or a line end, or with an apostrophe. A reader removes one leading apostrophe and has the original text.
"""

import csv
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from postering.domain.exports.sheets import Column, Row, Value
from postering.domain.money import Money, plain

_GUARDED: Final = frozenset("=+-@\t\r\n'＝＋－＠")


class CsvRows:
    """Writes rows to a new file."""

    def __init__(self, path: Path, columns: Sequence[Column[Any]]) -> None:
        self._stream = path.open("x", encoding="utf-8", newline="")
        self._writer = csv.writer(self._stream)
        self._writer.writerow([column.name for column in columns])

    def write(self, row: Row) -> None:
        """Write a row."""
        self._writer.writerow([csv_text(value) for value in row])

    def close(self) -> None:
        """Finish the file."""
        self._stream.close()


def csv_text(value: Value) -> str:
    """A value as the text of a field; an absent value is empty."""
    if isinstance(value, str):
        return f"'{value}" if value[:1] in _GUARDED else value
    return value_text(value)


def value_text(value: Value) -> str:
    """A value as text: amounts with their currency's digits, dates and times by ISO 8601, `true` or `false`."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case Money():
            return value.text
        case Decimal():
            return plain(value)
        case datetime() | date():
            return value.isoformat()
        case _:
            return str(value)
