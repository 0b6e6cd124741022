"""Rows as JSON Lines: one object per line with every column. Absent values are null; amounts and decimals are texts."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from postering.domain.exports.sheets import Column, Row, Value
from postering.operations.exporting.csv_rows import value_text


class JsonlRows:
    """Writes rows to a new file. Text outside ASCII is escaped, so that no reader breaks a line within a text."""

    def __init__(self, path: Path, columns: Sequence[Column[Any]]) -> None:
        self._stream = path.open("x", encoding="utf-8", newline="\n")
        self._names = [column.name for column in columns]

    def write(self, row: Row) -> None:
        """Write a row."""
        self._stream.write(json.dumps(dict(zip(self._names, map(_json_value, row), strict=True))) + "\n")

    def close(self) -> None:
        """Finish the file."""
        self._stream.close()


def _json_value(value: Value) -> str | int | bool | None:
    return value if value is None or isinstance(value, str | int) else value_text(value)
