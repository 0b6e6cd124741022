"""The store on DynamoDB: all the ports of the jobs, over one table."""

import time
from collections.abc import Callable
from typing import Any

from postering.store.dynamodb.client import Calls
from postering.store.dynamodb.orders import Orders
from postering.store.dynamodb.part import CONTENT_BYTES
from postering.store.dynamodb.reading import Reading
from postering.store.dynamodb.sessions import Sessions
from postering.store.dynamodb.setups import Setups


class DynamoDBStore(Reading, Sessions, Setups, Orders):
    """One table; a store is not shared between threads."""

    def __init__(
        self,
        client: Any,
        table: str,
        *,
        content_bytes: int = CONTENT_BYTES,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Work on `table` through a botocore client of DynamoDB.

        Tests lower `content_bytes`, what one item carries of a piece or document, and watch `sleep` between tries.
        """
        super().__init__(Calls(client=client, table=table, sleep=sleep), content_bytes=content_bytes)

    def close(self) -> None:
        """Let go of the connections."""
        self._calls.client.close()
