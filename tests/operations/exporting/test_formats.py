"""What is read back from CSV, JSON Lines and Parquet is what was exported, whatever is in it."""

import csv
import json
import tempfile
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from postering.domain.exports.catalogue import SHEETS
from postering.domain.exports.sheets import Column, ColumnType, Row, Sheet
from postering.domain.money import Money
from postering.operations.exporting import parquet_rows
from postering.operations.exporting.csv_rows import CsvRows, csv_text
from postering.operations.exporting.jsonl_rows import JsonlRows
from postering.operations.exporting.parquet_rows import ParquetRows
from tests.operations.exporting.row_strategies import plain_row, rows_of

Writer = type[CsvRows] | type[JsonlRows] | type[ParquetRows]


def written(writer: Writer, sheet: Sheet[Any], rows: Sequence[Row], folder: str) -> Path:
    path = Path(folder) / "rows"
    made = writer(path, sheet.columns)
    for row in rows:
        made.write(row)
    made.close()
    assert [found.name for found in path.parent.iterdir()] == ["rows"]
    return path


def read_text(column: Column[Any], text: str | None) -> Any:
    """A value of a CSV file, by the type of its column as docs/export.md says."""
    if text is None or text == "":
        return None
    match column.type:
        case ColumnType.TEXT:
            return text.removeprefix("'")
        case ColumnType.INTEGER:
            return int(text)
        case ColumnType.NUMBER | ColumnType.AMOUNT:
            return Decimal(text)
        case ColumnType.DATE:
            return date.fromisoformat(text)
        case ColumnType.MOMENT:
            return datetime.fromisoformat(text)
        case _:
            return {"true": True, "false": False}[text]


sheets = st.sampled_from(tuple(SHEETS.values()))
filled = sheets.flatmap(lambda sheet: st.tuples(st.just(sheet), rows_of(sheet)))


@given(case=filled)
def test_csv_reads_back(case: tuple[Sheet[Any], list[Row]]) -> None:
    sheet, rows = case
    with tempfile.TemporaryDirectory() as folder:
        path = written(CsvRows, sheet, rows, folder)
        with path.open(encoding="utf-8", newline="") as stream:
            heading, *found = list(csv.reader(stream, strict=True))

    assert heading == [column.name for column in sheet.columns]
    read = [tuple(read_text(c, text) for c, text in zip(sheet.columns, row, strict=True)) for row in found]
    assert read == [plain_row(row) for row in rows]


@given(case=filled)
def test_no_text_of_a_csv_file_is_a_formula(case: tuple[Sheet[Any], list[Row]]) -> None:
    sheet, rows = case

    for row in rows:
        for column, value in zip(sheet.columns, row, strict=True):
            if column.type is ColumnType.TEXT:
                assert csv_text(value)[:1] not in {*"=+-@\t\r\n＝＋－＠"}


@pytest.mark.parametrize(
    ("value", "field"),
    [
        ("=HYPERLINK(1)", "'=HYPERLINK(1)"),
        ("-5", "'-5"),
        ("'s-Hertogenbosch", "''s-Hertogenbosch"),
        ("O'Neill", "O'Neill"),
        (Money(Decimal("-5"), "USD"), "-5.00"),
        (Money(Decimal("5"), "JPY"), "5"),
        (Decimal("-2"), "-2"),
        (Decimal("1E+2"), "100"),
        (True, "true"),
        (None, ""),
        (date(2026, 3, 14), "2026-03-14"),
        (datetime(2026, 3, 14, 12, tzinfo=UTC), "2026-03-14T12:00:00+00:00"),
    ],
)
def test_a_field_of_a_csv_file(value: Any, field: str) -> None:
    assert csv_text(value) == field


def test_a_csv_file_ends_its_lines_as_the_standard_says(tmp_path: Path) -> None:
    sheet = SHEETS["customers"]
    path = written(CsvRows, sheet, [tuple(['Müller, "A"\r\nB'] + [None] * (len(sheet.columns) - 1))], str(tmp_path))

    heading, rest = path.read_bytes().decode("utf-8").split("\r\n", 1)
    assert heading == ",".join(column.name for column in sheet.columns)
    assert rest == '"Müller, ""A""\r\nB"' + "," * (len(sheet.columns) - 1) + "\r\n"


@given(case=filled)
def test_json_lines_read_back(case: tuple[Sheet[Any], list[Row]]) -> None:
    sheet, rows = case
    with tempfile.TemporaryDirectory() as folder:
        content = written(JsonlRows, sheet, rows, folder).read_text(encoding="utf-8")

    assert len(content.splitlines()) == len(rows)
    found = [json.loads(line, parse_float=pytest.fail) for line in content.splitlines()]
    assert [list(row) for row in found] == [[column.name for column in sheet.columns]] * len(rows)
    assert [tuple(_typed(c, row[c.name]) for c in sheet.columns) for row in found] == [plain_row(row) for row in rows]


def _typed(column: Column[Any], value: Any) -> Any:
    texts = {ColumnType.NUMBER, ColumnType.AMOUNT, ColumnType.DATE, ColumnType.MOMENT}
    return read_text(column, value) if column.type in texts else value


@given(case=filled)
def test_parquet_reads_back_with_exact_decimals(case: tuple[Sheet[Any], list[Row]]) -> None:
    sheet, rows = case
    with tempfile.TemporaryDirectory() as folder:
        table = pq.read_table(written(ParquetRows, sheet, rows, folder), memory_map=False)

    assert table.column_names == [column.name for column in sheet.columns]
    assert [tuple(row.values()) for row in table.to_pylist()] == [plain_row(row) for row in rows]
    for field, column in zip(table.schema, sheet.columns, strict=True):
        assert not pa.types.is_floating(field.type)
        assert pa.types.is_decimal(field.type) == (column.type in {ColumnType.NUMBER, ColumnType.AMOUNT})


def test_parquet_is_made_wider_where_a_later_row_needs_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet_rows, "_ROWS_AT_ONCE", 2)
    sheet = SHEETS["journal"]
    place = [column.name for column in sheet.columns].index("debit")
    amounts = ["1.00", "-2.5", "3", "4", "5", "0.0000000000001", "99999999999999999999999999999999999999"]
    rows: list[Row] = [
        (*[None] * place, Money(Decimal(amount), "USD"), *[None] * (len(sheet.columns) - place - 1))
        for amount in amounts
    ]

    narrow = pq.read_table(written(ParquetRows, sheet, rows[:5], str(tmp_path)))
    (tmp_path / "rows").unlink()
    wide = pq.read_table(written(ParquetRows, sheet, rows, str(tmp_path)))

    assert narrow.schema.field("debit").type == pa.decimal128(38, 12)
    assert wide.schema.field("debit").type == pa.decimal256(76, 38)
    assert wide.column("debit").to_pylist() == [Decimal(amount) for amount in amounts]


@pytest.mark.parametrize("writer", [CsvRows, JsonlRows, ParquetRows])
def test_a_file_that_is_there_is_not_written_over(writer: Writer, tmp_path: Path) -> None:
    path = tmp_path / "rows"
    path.write_text("mine", encoding="utf-8")

    with pytest.raises(FileExistsError):
        writer(path, SHEETS["orders"].columns)
    assert path.read_text(encoding="utf-8") == "mine"
