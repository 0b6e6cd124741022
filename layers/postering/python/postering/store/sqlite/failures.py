"""Failures of SQLite in an operator's words: the file, the cause, the repair."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from postering.domain.errors import StoreUnavailable

_ADVICE: Final = (
    ("locked", "another program keeps it locked; close that program, or wait for it, and run again"),
    ("readonly", "it can't be written; give this user the right to write the file and its folder"),
    ("full", "the disk is full; free some space and run again: no work is half done"),
    ("unable to open", "it can't be opened; check that its folder exists and that this user may read and write in it"),
    (
        "not a database",
        "it is not a SQLite file; set POSTERING_HOME to another folder or restore the file from a backup",
    ),
    ("malformed", "the file is damaged; restore it from a backup, or apply the kept packages to a new one"),
    (
        "no such",
        "a table or column is missing: another program changed the file; restore it from a backup, or set "
        "POSTERING_HOME to a new folder and apply the kept packages again",
    ),
    (
        "I/O",
        "the disk refused to read or write; check the disk and its free space, and run again: no work is half done",
    ),
)


@contextmanager
def named_failures(path: Path) -> Iterator[None]:
    """Raise every SQLite error in this block as `StoreUnavailable`, with the file, the cause and the repair."""
    try:
        yield
    except sqlite3.Error as error:
        raise StoreUnavailable(f"the store {path}: {_advice(error)}") from error


def _advice(error: sqlite3.Error) -> str:
    said = str(error)
    return next((f"{advice} ({said})" for sign, advice in _ADVICE if sign in said), said)
