"""A second kind of source, real and small, for these tests alone: a folder of files of whole transactions.

`jsonl:FOLDER` names a folder below the deployment's. Each file `*.jsonl` has a transaction on each line: its rows by
entity. A file never changes; a new one sorts behind all others, unless it came late.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from postering.domain.errors import ChannelDatabaseMissing
from postering.domain.retail_transactions.entities import HEADER
from postering.domain.runs.sources import Found, SourceRow, WholeTransaction

FILES_LOOKED_BACK = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonLinesFolder:
    """`ChannelSource` over the folder. Its cursor is the name of the last file."""

    name: str
    group: str
    folder: Path

    @contextmanager
    def snapshot(self) -> Iterator["FolderSnapshot"]:
        """The files that are there now."""
        if not self.folder.is_dir():
            raise ChannelDatabaseMissing(f"channel database {self.name}: there is no folder {self.folder}; make it")
        yield FolderSnapshot(self.name, sorted(self.folder.glob("*.jsonl")))


@dataclass(frozen=True, slots=True)
class FolderSnapshot:
    """`SourceSnapshot` of some files."""

    name: str
    files: Sequence[Path]

    @property
    def cursor(self) -> str:
        """The name of the last file; '' of an empty folder."""
        return self.files[-1].name if self.files else ""

    def since(self, cursor: str, *, look_back: bool) -> Found:
        """The transactions of the files behind the cursor, and of the last few before it."""
        if cursor and cursor not in {file.name for file in self.files}:
            message = f"channel database {self.name}: {cursor} is not there any more; all files were read and compared"
            return Found(transactions=self._transactions(self.files, ""), messages=(message,))
        first = sum(file.name <= cursor for file in self.files)
        start = max(0, first - FILES_LOOKED_BACK) if look_back else first
        return Found(transactions=self._transactions(self.files[start:], cursor))

    def dated_from(self, day: date | None, cursor: str) -> Found:
        """All transactions whose header has that business date or a later one."""
        found = self._transactions(self.files, cursor)
        return Found(transactions=(one for one in found if day is None or _is_dated_from(one, day)))

    def _transactions(self, files: Sequence[Path], cursor: str) -> Iterator[WholeTransaction]:
        """Whole ones: what several files have of a transaction comes together, as the last file has it."""
        asked = {_id(rows) for file in files for rows in _lines(file)}
        found: dict[str, list[SourceRow]] = {}
        for file in self.files:
            for number, rows in enumerate(_lines(file), 1):
                if _id(rows) in asked:
                    where = f"{self.name}: {file.name}, line {number}"
                    unread = file.name > cursor
                    found.setdefault(_id(rows), []).extend(
                        SourceRow(entity, row, where, unread) for entity, some in rows.items() for row in some
                    )
        for listed in found.values():
            yield WholeTransaction(rows=tuple(listed))


def put_file(folder: Path, number: int, transactions: Sequence[Mapping[str, Any]]) -> None:
    """Write a file that comes behind those of lower numbers."""
    text = "".join(json.dumps(rows) + "\n" for rows in transactions)
    (folder / f"{number:06d}.jsonl").write_text(text, encoding="utf-8")


def _lines(file: Path) -> Iterator[Mapping[str, Sequence[Mapping[str, Any]]]]:
    with file.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def _id(rows: Mapping[str, Sequence[Mapping[str, Any]]]) -> str:
    first = next(row for some in rows.values() for row in some)
    return str(first.get("transactionId") or first.get("TransactionId"))


def _is_dated_from(transaction: WholeTransaction, day: date) -> bool:
    dates = [str(row.raw["businessDate"]) for row in transaction.rows if row.entity == HEADER]
    return not dates or max(dates) >= day.isoformat()
