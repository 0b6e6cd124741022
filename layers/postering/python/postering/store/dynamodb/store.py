"""The store on DynamoDB: all the ports of the jobs, over one table."""

from typing import Any

from postering.store.dynamodb.client import Calls
from postering.store.dynamodb.orders import Orders
from postering.store.dynamodb.part import CONTENT_BYTES
from postering.store.dynamodb.reading import Reading
from postering.store.dynamodb.sessions import Sessions
from postering.store.dynamodb.setups import Setups


class DynamoDBStore(Reading, Sessions, Setups, Orders):
    """One table; a store is not shared between threads."""

    def __init__(self, client: Any, table: str, *, content_bytes: int = CONTENT_BYTES) -> None:
        """Work on `table` through a botocore client of DynamoDB; `content_bytes` is lowered by tests."""
        super().__init__(Calls(client=client, table=table), content_bytes=content_bytes)

    def close(self) -> None:
        """Let go of the connections."""
        self._calls.client.close()
