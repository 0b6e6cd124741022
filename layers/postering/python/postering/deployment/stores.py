"""The adapters of the store: which one keeps the records of a deployment, by its settings."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from postering.deployment import local_folder
from postering.deployment.settings import Settings
from postering.jobs.ports import Store
from postering.store.sqlite import SQLiteStore

ENGINE_TABLE: Final = "postering"
"""The table on a DynamoDB engine of one's own."""

OpenStore = Callable[[Path, Settings], Store]


# The SDK is loaded only if it is used: a command on the local deployment starts without it.
def _on_dynamodb_engine(_: Path, settings: Settings) -> Store:
    from postering.store.dynamodb import DynamoDBStore
    from postering.store.dynamodb.opening import dynamodb_client
    from postering.store.dynamodb.table_schema import ensure_table

    client = dynamodb_client()
    ensure_table(client, ENGINE_TABLE, settings.engine)
    return DynamoDBStore.open(client, ENGINE_TABLE)


LOCAL_STORES: Final[tuple[tuple[Callable[[Settings], bool], OpenStore], ...]] = (
    (lambda settings: bool(settings.engine), _on_dynamodb_engine),
    (lambda _: True, lambda home, _: SQLiteStore(home / local_folder.STORE)),
)
"""The adapters of a deployment on this machine: the first one that the settings choose keeps its records."""


def open_local_store(home: Path, settings: Settings) -> Store:
    """The store of the deployment in the folder `home`, made at first use.

    Raises:
        StoreUnavailable: if it cannot be opened.
    """
    open_store = next(open_store for chosen, open_store in LOCAL_STORES if chosen(settings))
    return open_store(home, settings)


def open_stack_store(table: str) -> Store:
    """The store of a stack in AWS: the DynamoDB table of this name.

    Raises:
        StoreUnavailable: if it cannot be opened.
    """
    from postering.store.dynamodb import DynamoDBStore
    from postering.store.dynamodb.opening import dynamodb_client

    return DynamoDBStore.open(dynamodb_client(), table)
