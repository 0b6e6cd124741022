"""The adapters that the contract is tried on. A further one is one more entry of `ADAPTERS`: the suite stays.

DynamoDB is tried on moto, in this process; on a real engine too where `POSTERING_TEST_ENGINE` names its address
(`make test-engine`).
"""

import atexit
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

from postering.jobs.ports import Store
from postering.store.dynamodb import DynamoDBStore
from postering.store.dynamodb.table_schema import create_table
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


_SMALL_CONTENT_BYTES = 20_000
"""So small that a large piece or order of the suite needs several items."""

_numbers = count(1)


@contextmanager
def _moto(folder: Path) -> Iterator[Opener]:
    yield from _opener(moto_client())


@contextmanager
def _engine(folder: Path) -> Iterator[Opener]:
    yield from _opener(dynamodb_client(os.environ["POSTERING_TEST_ENGINE"]))


def _opener(client: Any) -> Iterator[Opener]:
    with a_table(client) as table:
        yield lambda: DynamoDBStore(client, table, content_bytes=_SMALL_CONTENT_BYTES)


@contextmanager
def a_table(client: Any) -> Iterator[str]:
    """A table of its own for each deployment, so that none ever holds many items."""
    table = f"postering-{os.getpid()}-{next(_numbers)}"
    create_table(client, table)
    yield table
    client.delete_table(TableName=table)


@cache
def moto_client() -> Any:
    """One moto for all tests of this process: starting it costs a second."""
    from moto import mock_aws

    mock = mock_aws()
    mock.start()
    atexit.register(mock.stop)
    return dynamodb_client(None)


def dynamodb_client(endpoint: str | None) -> Any:
    """A client of the engine at `endpoint`; None: of whatever stands in for AWS in this process."""
    import boto3

    return boto3.client(
        "dynamodb",
        region_name="eu-west-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
        endpoint_url=endpoint,
    )


ADAPTERS = (
    Adapter(name="sqlite", made=_sqlite),
    Adapter(name="moto", made=_moto),
    *([Adapter(name="engine", made=_engine)] if "POSTERING_TEST_ENGINE" in os.environ else []),
)
