"""A store's file, read and changed without the store; the message of a store that can't be opened."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from postering.domain.errors import StoreUnavailable
from postering.store.sqlite import SQLiteStore


def run(path: Path, *statements: str) -> list[Any]:
    """Run statements on the file; the rows of the last."""
    with closing(sqlite3.connect(path, isolation_level=None)) as raw:
        return [raw.execute(statement).fetchall() for statement in statements][-1]


def refused(path: Path) -> str:
    """The message if the store can't be opened."""
    with pytest.raises(StoreUnavailable) as described:
        SQLiteStore(path, busy_seconds=0)
    assert str(path) in str(described.value)
    return str(described.value)
