"""The store on DynamoDB: all the ports of the jobs, over one table."""

import time
from collections.abc import Callable
from typing import Any, Final, Self

from postering.domain.errors import StoreUnavailable
from postering.store.dynamodb.client import Calls
from postering.store.dynamodb.orders import Orders
from postering.store.dynamodb.outbox import Outbox
from postering.store.dynamodb.part import CONTENT_BYTES, NEW, raw_key
from postering.store.dynamodb.reading import Reading
from postering.store.dynamodb.runs import Runs
from postering.store.dynamodb.sessions import Sessions
from postering.store.dynamodb.setups import Setups
from postering.store.dynamodb.tables import FormItem
from postering.store.packing import FORM_VERSION

TABLE_VERSION: Final = 1000 + FORM_VERSION
"""The version of keys and attributes (thousands) and of the records packed in them."""


class DynamoDBStore(Reading, Sessions, Setups, Orders, Outbox, Runs):
    """A store with one table. Threads can't share it."""

    def __init__(
        self,
        client: Any,
        table: str,
        *,
        content_bytes: int = CONTENT_BYTES,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Work on `table` through a botocore client of DynamoDB.

        Tests lower `content_bytes`, the largest content of one item, and replace `sleep` between tries.
        """
        super().__init__(Calls(client=client, table=table, sleep=sleep), content_bytes=content_bytes)

    @classmethod
    def open(cls, client: Any, table: str) -> Self:
        """Open the store on `table`. A new table gets the version of this form.

        Raises:
            StoreUnavailable: the table does not exist, can't be used, or holds another version.
        """
        store = cls(client, table)
        try:
            store.check_version()
        except BaseException:
            store.close()
            raise
        return store

    def check_version(self) -> None:
        """Check that the table holds records of the version that this program reads and writes."""
        key = raw_key("form", "VERSION")
        found = self._calls.get([key])
        if not found:
            self._calls.put(FormItem(pk="form", sk="VERSION", version=TABLE_VERSION).serialize(), NEW)
            found = self._calls.get([key])
        version = int(found[0]["version"]["N"])
        if version != TABLE_VERSION:
            raise StoreUnavailable(
                f"table {self._calls.table} holds records of version {version}, this program works with "
                f"{TABLE_VERSION}: deploy the program that made them, or name another table in POSTERING_TABLE"
            )

    def close(self) -> None:
        """Close the connections."""
        self._calls.client.close()
