"""One connection to the store's file: writes that are whole or nothing, and consistent views to read from."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from postering.store.sqlite.failures import named_failures
from postering.store.sqlite.opening import open_connection


@dataclass(slots=True)
class Savepoint:
    """A part of a write; says whether it is to be taken back."""

    taken_back: bool = False

    def roll_back(self) -> None:
        """Undo, at its end, what was written since the savepoint began."""
        self.taken_back = True


Values = Sequence[object] | Mapping[str, object]
"""What a statement's `?` stand for, in order, or its `:names`."""


class Connection:
    """Every failure of the file is raised as `StoreUnavailable`."""

    def __init__(self, path: Path, busy_seconds: float) -> None:
        """Open the store at `path`; make it where there is none. Raises `StoreUnavailable`."""
        self._path = path
        self._busy_seconds = busy_seconds
        with named_failures(path):
            self._sqlite = open_connection(path, busy_seconds)

    def close(self) -> None:
        """Close it; further use is an error."""
        self._sqlite.close()

    @contextmanager
    def writing(self) -> "Iterator[Connection]":
        """One write: all of what is done within it, or nothing. The only writer at that moment."""
        with named_failures(self._path):
            self._sqlite.execute("BEGIN IMMEDIATE")
            try:
                yield self
                self._sqlite.execute("COMMIT")
            except BaseException:
                self._end()
                raise

    @contextmanager
    def reading(self) -> "Iterator[Connection]":
        """One consistent view of everything that is read within it."""
        with named_failures(self._path):
            self._sqlite.execute("BEGIN")
            try:
                yield self
            finally:
                self._end()

    @contextmanager
    def snapshot(self) -> "Iterator[Connection]":
        """One consistent view for a long read, of its own: this connection can write meanwhile."""
        with closing(Connection(self._path, self._busy_seconds)) as other, other.reading():
            yield other

    @contextmanager
    def savepoint(self) -> Iterator[Savepoint]:
        """A part of a write that can be taken back alone. What is raised within it ends the whole write."""
        self._sqlite.execute("SAVEPOINT part")
        part = Savepoint()
        yield part
        if part.taken_back:
            self._sqlite.execute("ROLLBACK TO part")
        self._sqlite.execute("RELEASE part")

    def rows(self, statement: str, values: Values = ()) -> list[Any]:
        """All rows of a query."""
        with named_failures(self._path), closing(self._sqlite.execute(statement, values)) as cursor:
            return cursor.fetchall()

    def row(self, statement: str, values: Values = ()) -> Any | None:
        """The first row of a query, None where there is none."""
        with named_failures(self._path), closing(self._sqlite.execute(statement, values)) as cursor:
            return cursor.fetchone()

    def each(self, statement: str, values: Values = ()) -> Iterator[Any]:
        """The rows of a query one by one, for more than memory should hold."""
        with named_failures(self._path), closing(self._sqlite.execute(statement, values)) as cursor:
            yield from cursor

    def change(self, statement: str, values: Values = ()) -> int:
        """Run a statement; how many rows it changed."""
        with named_failures(self._path), closing(self._sqlite.execute(statement, values)) as cursor:
            return cursor.rowcount

    def _end(self) -> None:
        # Where the disk is full or fails, SQLite itself has taken the transaction back already.
        if self._sqlite.in_transaction:
            self._sqlite.execute("ROLLBACK")
