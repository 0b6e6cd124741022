"""The rows of one entity's file, JSON Lines or CSV, one at a time: memory is bounded by the length of a line."""

import csv
from collections import Counter
from collections.abc import Iterator
from typing import BinaryIO, Final

from postering.channels.packages.json_objects import BYTE_ORDER_MARK, NoJsonObject, read_object
from postering.channels.packages.limits import PackageLimits
from postering.channels.packages.refusals import UnsoundPackage
from postering.domain.retail_transactions.entities import ENTITIES
from postering.domain.retail_transactions.quoted import quoted
from postering.domain.retail_transactions.values import Raw

SUFFIXES: Final = (".jsonl", ".csv")
FILE_NAMES: Final = {f"{entity}{suffix}": entity for entity in ENTITIES for suffix in SUFFIXES}
"""The entity of each file name that a package may hold; names are compared exactly."""

Attempt = tuple[int, dict[str, Raw] | UnsoundPackage]
"""The number of a row, from 1, and the row, or the reason why it cannot be read."""


def attempts(stream: BinaryIO, *, file: str, limits: PackageLimits) -> Iterator[Attempt]:
    """Every row of the file, or the reason why it is none. Empty lines at the end are no rows.

    The header row of a CSV file is not counted. A line that is too long, or an open quote, leaves the rest unreadable:
    then nothing more comes.
    """
    if file.casefold().endswith(".csv"):
        return _csv_rows(stream, file, limits)
    return _json_rows(stream, file, limits)


def sound_rows(stream: BinaryIO, *, file: str, limits: PackageLimits) -> Iterator[tuple[int, dict[str, Raw]]]:
    """Every row of the file; raises `UnsoundPackage` for the first line that is none."""
    for number, row in attempts(stream, file=file, limits=limits):
        if isinstance(row, UnsoundPackage):
            raise row
        yield number, row


def _json_rows(stream: BinaryIO, file: str, limits: PackageLimits) -> Iterator[Attempt]:
    empty = 0
    for number, line in _lines(stream, limits):
        if line is None:
            yield number, _too_long(file, number, limits)
            return
        if not line.strip():
            empty = empty or number
            continue
        if empty:
            yield (
                empty,
                UnsoundPackage("an empty line", file=file, row=empty, expected="one JSON object in each line"),
            )
            empty = 0
        try:
            yield number, read_object(line, max_depth=limits.max_json_depth)
        except NoJsonObject as wrong:
            yield number, UnsoundPackage(wrong.found, file=file, row=number, expected=wrong.expected)


def _csv_rows(stream: BinaryIO, file: str, limits: PackageLimits) -> Iterator[Attempt]:
    # The limit of the csv module is one for the process, and too low for a signature or a long text.
    csv.field_size_limit(max(csv.field_size_limit(), limits.max_line_bytes))
    records = _Records(stream, file, limits)
    try:
        header = records.next()
        wrong = _wrong_header(header, file)
        if wrong is not None or header is None:
            yield 0, wrong or _no_header(file)
            return
        empty = 0
        while (fields := records.next()) is not None:
            if not fields:
                empty = empty or records.number
                continue
            if empty:
                yield empty, _wrong_number_of_fields(file, empty, 0, len(header))
                empty = 0
            if len(fields) != len(header):
                yield records.number, _wrong_number_of_fields(file, records.number, len(fields), len(header))
            else:
                yield records.number, dict(zip(header, fields, strict=True))
    except UnsoundPackage as unreadable:
        yield records.number, unreadable


class _Records:
    """Records of a CSV file, each bounded in bytes, even if quotes spread it over several lines."""

    def __init__(self, stream: BinaryIO, file: str, limits: PackageLimits) -> None:
        self._lines = _lines(stream, limits)
        self._reader = csv.reader(self._texts(), strict=True)
        self._file = file
        self._limits = limits
        self._bytes = 0
        self.number = -1

    def next(self) -> list[str] | None:
        """The next record's fields, None after the last; counts the header row as number 0."""
        self.number += 1
        self._bytes = 0
        try:
            return next(self._reader, None)
        except csv.Error as wrong:
            raise self._refused(f"no CSV: {wrong}", "commas between fields, quotes around and doubled inside") from None

    def _texts(self) -> Iterator[str]:
        for _, line in self._lines:
            self._bytes += len(line or b"")
            if line is None or self._bytes > self._limits.max_line_bytes:
                raise _too_long(self._file, self.number, self._limits)
            try:
                text = line.decode("utf-8")
            except UnicodeDecodeError:
                raise self._refused("bytes that are no UTF-8", "text in UTF-8") from None
            if "\0" in text:
                raise self._refused("a NUL character", "text in UTF-8")
            yield text

    def _refused(self, found: str, expected: str) -> UnsoundPackage:
        return UnsoundPackage(found, file=self._file, row=self.number, expected=expected)


def _lines(stream: BinaryIO, limits: PackageLimits) -> Iterator[tuple[int, bytes | None]]:
    """Lines with their ends, numbered from 1; None for one that is too long, and nothing after it."""
    number = 0
    while line := stream.readline(limits.max_line_bytes + 1):
        number += 1
        if len(line) > limits.max_line_bytes:
            yield number, None
            return
        yield number, line.removeprefix(BYTE_ORDER_MARK) if number == 1 else line


def _wrong_header(header: list[str] | None, file: str) -> UnsoundPackage | None:
    if not header:
        return _no_header(file)
    for position, name in enumerate(header, 1):
        if not name.strip():
            return UnsoundPackage(f"column {position} of the header row has no name", file=file)
    times = Counter(name.casefold() for name in header)
    for name in header:
        if times[name.casefold()] > 1:
            found = f"the header row names the column {quoted(name)} twice"
            return UnsoundPackage(found, file=file, expected="each column once, whatever its case")
    if len(header) == 1 and any(separator in header[0] for separator in ";\t|"):
        return UnsoundPackage("the header row is one column", file=file, expected="commas between the columns")
    return None


def _no_header(file: str) -> UnsoundPackage:
    return UnsoundPackage("no header row", file=file, expected="the names of the columns in the first line")


def _wrong_number_of_fields(file: str, number: int, found: int, expected: int) -> UnsoundPackage:
    return UnsoundPackage(f"{found} fields", file=file, row=number, expected=f"{expected}, as in the header row")


def _too_long(file: str, number: int, limits: PackageLimits) -> UnsoundPackage:
    return UnsoundPackage(
        "a row that is too long", file=file, row=number, expected=f"at most {limits.max_line_bytes} bytes"
    )
