"""A store on moto whose client takes planted faults; it never sleeps, it notes for how long it would."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial

import pytest

from postering.store.dynamodb import DynamoDBStore
from tests.store.adapters import a_table, moto_client
from tests.store.dynamodb.faults import FaultyClient


@dataclass
class Table:
    """A table on moto: stores on it, the faults of their client, and the pauses they made."""

    name: str
    client: FaultyClient
    pauses: list[float] = field(default_factory=list)

    def store(self, content_bytes: int = 20_000) -> DynamoDBStore:
        return DynamoDBStore(self.client, self.name, content_bytes=content_bytes, sleep=self.pauses.append)

    def items(self) -> dict[tuple[str, str], str]:
        """Key and write id ('' where it has none) of all that is there."""
        found = self.client.client.scan(TableName=self.name)["Items"]
        return {(each["pk"]["S"], each["sk"]["S"]): each.get("write_id", {}).get("S", "") for each in found}

    def remove(self, chosen: Callable[[str, str], bool]) -> int:
        """Remove items past the store; how many."""
        doomed = [key for key in self.items() if chosen(*key)]
        for pk, sk in doomed:
            self.client.client.delete_item(TableName=self.name, Key={"pk": {"S": pk}, "sk": {"S": sk}})
        return len(doomed)


@pytest.fixture
def table() -> Iterator[Table]:
    """A table in which nothing is yet."""
    with a_table(moto_client()) as name:
        yield Table(name, FaultyClient(moto_client()))


@pytest.fixture
def store(table: Table) -> DynamoDBStore:
    """The store on it."""
    return table.store()


@pytest.fixture
def small_items(table: Table) -> Callable[[], DynamoDBStore]:
    """Opens a store on it whose items carry so little that each piece and order needs several."""
    return partial(table.store, 200)
