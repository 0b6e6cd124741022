"""Where a deployment keeps its records: the local file of its folder, or a DynamoDB table that the folder names.

A folder stands for the deployment in either case, so that a process of its own needs no more than its path.
"""

import hashlib
import json
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict, dataclass, replace
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any, Final

from postering.store.dynamodb import DynamoDBStore
from postering.store.dynamodb.table_schema import create_table
from postering.store.sqlite import SQLiteStore
from tests.faults.boundaries import Boundary, Watched, WatchedClient
from tests.faults.workload import WORKLOADS, Workload
from tests.store.adapters import dynamodb_client, moto_client

MOTO: Final = "moto"
_CONTENT_BYTES: Final = 1_000
"""So small that the large order of the workload needs several items."""
_ITEMS_AT_ONCE: Final = 25
_OF_RUNS: Final = ("runs", "run", "outbox", "event")
"""Tables, or what the keys of items begin with."""
_tables = count(1)


@dataclass(frozen=True)
class Place:
    """A deployment's folder, its workload, and where it is not its own file: table and engine (an address, or moto)."""

    home: Path
    workload_name: str = "whole"
    engine: str = ""
    table: str = ""

    @property
    def workload(self) -> Workload:
        """What is put into it."""
        return WORKLOADS[self.workload_name]

    def store(self, boundary: Boundary) -> tuple[Any, Any]:
        """The store as it is, and as the jobs get it: each call of it, or of its client, is a boundary."""
        if not self.engine:
            kept = SQLiteStore(self.home / "postering.db")
            return kept, Watched(kept, "store", boundary)
        client = WatchedClient(client_of(self.engine), boundary)
        return self._opened(client_of(self.engine)), self._opened(client)

    def content(self) -> str:
        """A digest of every record and every package, but what runs note of themselves: equal where nothing changed."""
        digest = hashlib.sha256()
        for record in self.records(but=_OF_RUNS):
            digest.update(record.encode())
        for path in sorted(self.home.glob("*/*/*")):
            digest.update(f"{path.relative_to(self.home)} {path.stat().st_size}".encode())
        return digest.hexdigest()

    def records(self, but: tuple[str, ...] = ()) -> Iterator[str]:
        """Everything in the store but some kinds, past its code."""
        if self.engine:
            items = (item for item in _items(self) if item["pk"]["S"].partition("#")[0] not in but)
            yield from sorted(json.dumps(item, sort_keys=True, default=str) for item in items)
            return
        with closing(sqlite3.connect(self.home / "postering.db")) as connection:
            names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            for name in sorted({*names} - {*but}):
                yield from sorted(map(repr, connection.execute(f"SELECT * FROM {name}")))

    def _opened(self, client: Any) -> DynamoDBStore:
        return DynamoDBStore(client, self.table, content_bytes=_CONTENT_BYTES, sleep=lambda _: None)


def place_of(home: Path) -> Place:
    """The place that the folder stands for."""
    return Place(home, **json.loads((home / "place.json").read_text()))


def made_place(home: Path, workload: str, engine: str) -> Place:
    """An empty one."""
    home.mkdir()
    return _noted(_with_table(Place(home, workload, engine)))


def copied(home: Path, to: Path) -> Path:
    """A copy of a deployment that is closed."""
    source = place_of(home)
    shutil.copytree(home, to)
    if source.engine:
        copy = _noted(_with_table(replace(source, home=to)))
        puts = [{"PutRequest": {"Item": item}} for item in _items(source)]
        for start in range(0, len(puts), _ITEMS_AT_ONCE):
            left = {copy.table: puts[start : start + _ITEMS_AT_ONCE]}
            while left:
                left = client_of(copy.engine).batch_write_item(RequestItems=left).get("UnprocessedItems", {})
    return to


def removed(home: Path) -> None:
    """Take a deployment away, with its table."""
    if home.exists():
        place = place_of(home)
        if place.engine:
            client_of(place.engine).delete_table(TableName=place.table)
        shutil.rmtree(home)


@cache
def client_of(engine: str) -> Any:
    """The client of an engine, one for the process."""
    return moto_client() if engine == MOTO else dynamodb_client(engine)


def _with_table(place: Place) -> Place:
    if not place.engine:
        return place
    table = f"faults-{os.getpid()}-{next(_tables)}"
    create_table(client_of(place.engine), table)
    return replace(place, table=table)


def _noted(place: Place) -> Place:
    noted = {name: value for name, value in asdict(place).items() if name != "home"}
    (place.home / "place.json").write_text(json.dumps(noted))
    return place


def _items(place: Place) -> Iterator[Any]:
    for page in client_of(place.engine).get_paginator("scan").paginate(TableName=place.table, ConsistentRead=True):
        yield from page["Items"]
