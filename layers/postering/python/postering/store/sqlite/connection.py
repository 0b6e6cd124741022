"""One connection to the store's file: atomic writes, and consistent views for reading."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from postering.store.sqlite.failures import named_failures
from postering.store.sqlite.opening import open_connection


@dataclass(slots=True)
class Savepoint:
    """A part of a write that can be rolled back alone."""

    taken_back: bool = False

    def roll_back(self) -> None:
        """Undo, at the end of the savepoint, everything written since it began."""
        self.taken_back = True


Values = Sequence[object] | Mapping[str, object]
"""The values of a statement's `?` in order, or of its `:names`."""


class Connection:
    """A connection. It raises every failure of the file as `StoreUnavailable`."""

    def __init__(self, path: Path, busy_seconds: float) -> None:
        """Open the store at `path`, and make it if there is none. Raises `StoreUnavailable`."""
        self._path = path
        self._busy_seconds = busy_seconds
        with named_failures(path):
            self._sqlite = open_connection(path, busy_seconds)

    def close(self) -> None:
        """Close the connection; further use is an error."""
        self._sqlite.close()

    @contextmanager
    def writing(self) -> "Iterator[Connection]":
        """One atomic write. No other writer works during it."""
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
        """One consistent view for all reads in this block."""
        with named_failures(self._path):
            self._sqlite.execute("BEGIN")
            try:
                yield self
            finally:
                self._end()

    @contextmanager
    def snapshot(self) -> "Iterator[Connection]":
        """A separate connection with one consistent view, for a long read: this connection can write meanwhile."""
        with closing(Connection(self._path, self._busy_seconds)) as other, other.reading():
            yield other

    @contextmanager
    def savepoint(self) -> Iterator[Savepoint]:
        """A part of a write that can be rolled back alone. An exception in it ends the whole write."""
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
        """The first row of a query, None if there is none."""
        with named_failures(self._path), closing(self._sqlite.execute(statement, values)) as cursor:
            return cursor.fetchone()

    def each(self, statement: str, values: Values = ()) -> Iterator[Any]:
        """The rows of a query one by one, for results that are too large for memory."""
        with named_failures(self._path), closing(self._sqlite.execute(statement, values)) as cursor:
            yield from cursor

    def change(self, statement: str, values: Values = ()) -> int:
        """Run a statement, and return the number of rows that it changed."""
        with named_failures(self._path), closing(self._sqlite.execute(statement, values)) as cursor:
            return cursor.rowcount

    def _end(self) -> None:
        # If the disk is full or fails, SQLite has rolled the transaction back already.
        if self._sqlite.in_transaction:
            self._sqlite.execute("ROLLBACK")
