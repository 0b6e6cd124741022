"""Rows as Parquet: amounts and numbers are exact decimals; dates and times keep their types. Needs pyarrow.

A decimal column has one scale: decimal128(38, 12), which every reader knows. If a value does not fit, all decimals of
the file become decimal256(76, 38), which holds any number of a transaction. The extra `parquet` installs pyarrow.
"""

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from postering.domain.errors import JobRefused
from postering.domain.exports.sheets import Column, ColumnType, Row, Value
from postering.domain.money import Money, scale

try:
    import pyarrow as pa
    import pyarrow.parquet as pq
except ModuleNotFoundError as missing:
    raise JobRefused(
        "Parquet files need pyarrow, which is not installed: run `make setup-parquet` in the checkout, or install "
        "Postering with its extra `parquet`; csv and jsonl need no other library"
    ) from missing

_ROWS_AT_ONCE: Final = 5_000
_DECIMALS: Final = frozenset({ColumnType.NUMBER, ColumnType.AMOUNT})
_NARROW_DIGITS, _NARROW_SCALE = 38, 12
_NARROW: Final = pa.decimal128(_NARROW_DIGITS, _NARROW_SCALE)
_WIDE: Final = pa.decimal256(76, 38)
_OTHERS: Final = {
    ColumnType.TEXT: pa.string(),
    ColumnType.INTEGER: pa.int64(),
    ColumnType.DATE: pa.date32(),
    ColumnType.MOMENT: pa.timestamp("us", tz="UTC"),
    ColumnType.YES_NO: pa.bool_(),
}


class ParquetRows:
    """Writes rows to a new file, a few thousand at a time."""

    def __init__(self, path: Path, columns: Sequence[Column[Any]]) -> None:
        path.open("xb").close()
        self._path = path
        self._columns = columns
        self._schema = _schema(columns, _NARROW)
        self._writer = pq.ParquetWriter(path, self._schema)
        self._rows: list[list[Any]] = []

    def write(self, row: Row) -> None:
        """Write a row."""
        values = [_plain_value(value) for value in row]
        if not self._is_wide and not all(map(_is_narrow, values)):
            self._widen()
        self._rows.append(values)
        if len(self._rows) == _ROWS_AT_ONCE:
            self._flush()

    def close(self) -> None:
        """Finish the file."""
        try:
            self._flush()
        finally:
            self._writer.close()

    @property
    def _is_wide(self) -> bool:
        return bool(self._schema == _schema(self._columns, _WIDE))

    def _flush(self) -> None:
        rows, self._rows = self._rows, []
        if rows:
            self._writer.write_batch(pa.record_batch(_arrays(rows, self._schema), schema=self._schema))

    def _widen(self) -> None:
        """Write the rows of the file again, with wider decimals."""
        self._flush()
        self._writer.close()
        narrow = self._path.with_name(f"{self._path.name}.narrow")
        self._path.rename(narrow)
        self._schema = _schema(self._columns, _WIDE)
        self._writer = pq.ParquetWriter(self._path, self._schema)
        with pq.ParquetFile(narrow) as before:
            for batch in before.iter_batches(_ROWS_AT_ONCE):
                self._writer.write_table(pa.Table.from_batches([batch]).cast(self._schema))
        narrow.unlink()


def _schema(columns: Sequence[Column[Any]], decimals: Any) -> Any:
    return pa.schema(
        [(column.name, decimals if column.type in _DECIMALS else _OTHERS[column.type]) for column in columns]
    )


def _arrays(rows: Sequence[Sequence[Any]], schema: Any) -> list[Any]:
    return [pa.array(values, type=field.type) for values, field in zip(zip(*rows, strict=True), schema, strict=True)]


def _plain_value(value: Value) -> Any:
    return value.amount if isinstance(value, Money) else value


def _is_narrow(value: Any) -> bool:
    """Whether a value fits a narrow decimal, with its digits before and after the point."""
    if not isinstance(value, Decimal):
        return True
    return scale(value) <= _NARROW_SCALE and (not value or value.adjusted() < _NARROW_DIGITS - _NARROW_SCALE)
