"""The formats: how a file of each is named and opened."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from postering.domain.exports.catalogue import SHEETS
from postering.domain.exports.payments_and_journal import JOURNAL
from postering.domain.exports.sheets import Column
from postering.operations.exporting.csv_rows import CsvRows
from postering.operations.exporting.jsonl_rows import JsonlRows
from postering.operations.exporting.ledger_texts import beancount_file, ledger_file
from postering.operations.exporting.order_files import OrderFile, RowWriter, SheetFile

FORMATS: Final = ("csv", "jsonl", "parquet", "beancount", "ledger")
"""The names of the formats. A file's name ends with its format."""

_TEXTS: Final[Mapping[str, Callable[[Path], OrderFile]]] = {"beancount": beancount_file, "ledger": ledger_file}


def kinds_of(format: str) -> tuple[str, ...]:
    """The kinds that a format has: all kinds, or only the journal for plain-text accounting."""
    return (JOURNAL.kind,) if format in _TEXTS else tuple(SHEETS)


def open_file(format: str, kind: str, folder: Path, ending: str) -> OrderFile:
    """A new file of a kind in `folder`, named `<kind><ending>.<format>`."""
    path = folder / f"{kind}{ending}.{format}"
    if format in _TEXTS:
        return _TEXTS[format](path)
    return SheetFile(path, SHEETS[kind], _row_writer(format)(path, SHEETS[kind].columns))


def check_installed(format: str) -> None:
    """Raise `JobRefused` if the format needs a library that is not installed."""
    if format == "parquet":
        import postering.operations.exporting.parquet_rows  # noqa: F401  # loaded only to write Parquet


def _row_writer(format: str) -> Callable[[Path, Sequence[Column[Any]]], RowWriter]:
    if format == "parquet":
        from postering.operations.exporting.parquet_rows import ParquetRows

        return ParquetRows
    return CsvRows if format == "csv" else JsonlRows
