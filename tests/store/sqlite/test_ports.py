"""The SQLite store has the shape of every port: mypy holds the signatures, this test the names."""

from contextlib import closing
from pathlib import Path

import pytest

from postering.jobs.ports import OrderBook, Records, SessionStore, SetupStore, Store, TransactionStore
from postering.store.sqlite import SQLiteStore


@pytest.mark.parametrize("port", [TransactionStore, SessionStore, SetupStore, OrderBook, Records, Store])
def test_the_store_serves_every_verb_of_the_port(tmp_path: Path, port: type) -> None:
    store: Store = SQLiteStore(tmp_path / "store.db")
    with closing(store):
        verbs = [name for name in vars(port) if not name.startswith("_")]
        assert verbs
        assert all(callable(getattr(store, verb)) for verb in verbs)
