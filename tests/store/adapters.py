"""The adapters that the contract is tried on. A second one is one more entry of `ADAPTERS`: the suite stays."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from postering.jobs.ports import Store
from postering.store.sqlite import SQLiteStore

Opener = Callable[[], Store]
"""Opens one store: each call a connection of its own to the same records."""


@dataclass(frozen=True, kw_only=True)
class Adapter:
    """One kind of store. `made` gives, for an empty folder, the opener of a store in which nothing is yet."""

    name: str
    made: Callable[[Path], AbstractContextManager[Opener]]


@dataclass
class Deployment:
    """One store that can be opened several times; all that was opened is closed at the end."""

    opener: Opener
    open_stores: list[Store] = field(default_factory=list)

    def opened(self) -> Store:
        store = self.opener()
        self.open_stores.append(store)
        return store

    def reopened(self, store: Store) -> Store:
        """The same store after it was let go: what it shows now was kept."""
        self.open_stores.remove(store)
        store.close()
        return self.opened()

    def close(self) -> None:
        for store in self.open_stores:
            store.close()


@contextmanager
def fresh(adapter: Adapter) -> Iterator[Deployment]:
    """A store in which nothing is yet, for one example of a property."""
    with tempfile.TemporaryDirectory() as folder, adapter.made(Path(folder)) as opener:
        deployment = Deployment(opener)
        try:
            yield deployment
        finally:
            deployment.close()


@contextmanager
def _sqlite(folder: Path) -> Iterator[Opener]:
    yield lambda: SQLiteStore(folder / "store.db")


ADAPTERS = (Adapter(name="sqlite", made=_sqlite),)
