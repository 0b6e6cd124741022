"""One connection to the store's file: opened, checked, and every failure told in an operator's words."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final

from postering.domain.errors import StoreUnavailable
from postering.store.packing import FORM_VERSION
from postering.store.sqlite.schema import APPLICATION_ID, SCHEMA_VERSION, STATEMENTS

_VERSION: Final = SCHEMA_VERSION * 1000 + FORM_VERSION
_BUSY_SECONDS: Final = 60.0


class Connection:
    """WAL, `synchronous=FULL`: what a committed write says survives a crash of everything."""

    def __init__(self, path: Path) -> None:
        """Open the store at `path`; make it where there is none. Raises `StoreUnavailable`."""
        self.path = path
        with self._told():
            self._sqlite = sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None)
            try:
                self._prepare()
            except BaseException:
                self._sqlite.close()
                raise

    def close(self) -> None:
        """Close it; further use is an error."""
        self._sqlite.close()

    @contextmanager
    def writing(self) -> "Iterator[Connection]":
        """One write: all of what is done within it, or nothing. The only writer at that moment."""
        with self._told():
            self._sqlite.execute("BEGIN IMMEDIATE")
            try:
                yield self
            except BaseException:
                self._sqlite.execute("ROLLBACK")
                raise
            self._sqlite.execute("COMMIT")

    @contextmanager
    def reading(self) -> "Iterator[Connection]":
        """One consistent view of everything that is read within it."""
        with self._told():
            self._sqlite.execute("BEGIN")
            try:
                yield self
            finally:
                self._sqlite.execute("ROLLBACK")

    @contextmanager
    def savepoint(self) -> "Iterator[Savepoint]":
        """A part of a write that can be taken back alone."""
        self._sqlite.execute("SAVEPOINT part")
        part = Savepoint()
        try:
            yield part
        finally:
            if part.taken_back:
                self._sqlite.execute("ROLLBACK TO part")
            self._sqlite.execute("RELEASE part")

    def rows(self, statement: str, values: Sequence[object] = ()) -> list[Any]:
        """All rows of a query."""
        with self._told(), closing(self._sqlite.execute(statement, values)) as cursor:
            return cursor.fetchall()

    def row(self, statement: str, values: Sequence[object] = ()) -> Any | None:
        """The first row of a query, None where there is none."""
        with self._told(), closing(self._sqlite.execute(statement, values)) as cursor:
            return cursor.fetchone()

    def change(self, statement: str, values: Sequence[object] = ()) -> int:
        """Run a statement; how many rows it changed."""
        with self._told(), closing(self._sqlite.execute(statement, values)) as cursor:
            return cursor.rowcount

    def _prepare(self) -> None:
        self._sqlite.execute("PRAGMA synchronous = FULL")
        application, version = self._stamp()
        if (application, version) == (0, 0):
            self._create()
            application, version = self._stamp()
        if application != APPLICATION_ID:
            raise StoreUnavailable(
                f"{self.path} is not a store of Postering; set POSTERING_HOME to a folder of its own"
            )
        if version != _VERSION:
            raise StoreUnavailable(
                f"{self.path} has schema version {version}, this program works with {_VERSION}: use the program "
                "that made it, or set POSTERING_HOME to a new folder and apply the kept packages again"
            )

    def _stamp(self) -> tuple[int, int]:
        application = self._sqlite.execute("PRAGMA application_id").fetchone()[0]
        return application, self._sqlite.execute("PRAGMA user_version").fetchone()[0]

    def _create(self) -> None:
        self._sqlite.execute("PRAGMA journal_mode = WAL")
        self._sqlite.execute("BEGIN IMMEDIATE")
        try:
            if self._stamp() == (0, 0):  # another process may have been first
                if self._sqlite.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
                    self._sqlite.execute("ROLLBACK")
                    return
                for statement in STATEMENTS:
                    self._sqlite.execute(statement)
                self._sqlite.execute(f"PRAGMA application_id = {APPLICATION_ID}")
                self._sqlite.execute(f"PRAGMA user_version = {_VERSION}")
            self._sqlite.execute("COMMIT")
        except BaseException:
            if self._sqlite.in_transaction:
                self._sqlite.execute("ROLLBACK")
            raise

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.IntegrityError:
            raise
        except sqlite3.Error as error:
            raise StoreUnavailable(f"the store {self.path}: {_advice(error)}") from error


class Savepoint:
    """Says whether its part of the write is to be taken back."""

    taken_back = False

    def take_back(self) -> None:
        """Undo what was written since the savepoint began."""
        self.taken_back = True


_ADVICE: Final = (
    ("locked", "another program kept it locked for a minute; close it and run again"),
    ("readonly", "it can't be written; give this user the right to write to it and to its folder"),
    ("full", "the disk is full; make room and run again: nothing is half-done"),
    ("unable to open", "it can't be opened; see that the folder exists and that this user may write to it"),
    (
        "not a database",
        "it is no SQLite file; set POSTERING_HOME to another folder or restore it from a backup",
    ),
    ("malformed", "the file is damaged; restore it from a backup, or apply the kept packages to a new one"),
)


def _advice(error: sqlite3.Error) -> str:
    said = str(error)
    return next((f"{advice} ({said})" for sign, advice in _ADVICE if sign in said), said)
