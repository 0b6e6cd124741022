"""The store on SQLite: all the ports of the jobs, over one file."""

from pathlib import Path
from typing import Final

from postering.store.sqlite.connection import Connection
from postering.store.sqlite.orders import Orders
from postering.store.sqlite.outbox import Outbox
from postering.store.sqlite.reading import Reading
from postering.store.sqlite.runs import Runs
from postering.store.sqlite.sessions import Sessions
from postering.store.sqlite.setups import Setups
from postering.store.sqlite.transactions import Transactions

_BUSY_SECONDS: Final = 60.0


class SQLiteStore(Transactions, Sessions, Setups, Orders, Outbox, Runs, Reading):
    """A store with one file and one connection. Threads can't share it: each thread or process opens its own."""

    def __init__(self, path: Path, *, busy_seconds: float = _BUSY_SECONDS) -> None:
        """Open the store at `path`, and make it if there is none. Raises `StoreUnavailable`.

        A write waits up to `busy_seconds` for another program's write.
        """
        super().__init__(Connection(path, busy_seconds))

    def close(self) -> None:
        """Close the file."""
        self._connection.close()
