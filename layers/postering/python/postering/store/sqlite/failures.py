"""Failures of SQLite in an operator's words: which file, what is the matter, what to do."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from postering.domain.errors import StoreUnavailable

_ADVICE: Final = (
    ("locked", "another program keeps it locked; close that program, or wait for it, and run again"),
    ("readonly", "it can't be written; give this user the right to write to it and to its folder"),
    ("full", "the disk is full; make room and run again: nothing is half-done"),
    ("unable to open", "it can't be opened; see that its folder exists and that this user may read and write in it"),
    ("not a database", "it is no SQLite file; set POSTERING_HOME to another folder or restore it from a backup"),
    ("malformed", "the file is damaged; restore it from a backup, or apply the kept packages to a new one"),
    (
        "no such",
        "a table or column is missing: another program changed the file; restore it from a backup, or set "
        "POSTERING_HOME to a new folder and apply the kept packages again",
    ),
    ("I/O", "the disk refused to read or write; see that it is well and has room, and run again: nothing is half-done"),
)


@contextmanager
def named_failures(path: Path) -> Iterator[None]:
    """Raise `StoreUnavailable` for what SQLite raises within it."""
    try:
        yield
    except sqlite3.Error as error:
        raise StoreUnavailable(f"the store {path}: {_advice(error)}") from error


def _advice(error: sqlite3.Error) -> str:
    said = str(error)
    return next((f"{advice} ({said})" for sign, advice in _ADVICE if sign in said), said)
