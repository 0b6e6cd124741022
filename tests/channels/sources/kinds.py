"""The kinds of sources that the contract is tried on. A further kind is one more entry of `KINDS`: the suite stays."""

import shutil
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any, Final

from postering.channels.databases.tables import create_tables, insert_rows
from postering.deployment.settings import Settings
from postering.domain.retail_transactions.entities import ENTITIES
from postering.domain.setup.setup import ChannelDatabase
from postering.jobs.ports import ChannelSource
from tests.channels.sources.json_lines import JsonLinesFolder, put_file

Rows = Mapping[str, Sequence[Mapping[str, Any]]]
PUT_FIRST: Final = 100


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One kind of source, with what a test does to one that lies in a folder: `make` it, `put` transactions into it.

    Of two that are put, the one with the greater number came later.
    """

    url: str
    lies_in: str
    make: Callable[[Path], None]
    put: Callable[[Path, int, Sequence[Rows]], None]

    @property
    def scheme(self) -> str:
        """The scheme of its url."""
        return self.url.partition(":")[0]


def _make_database(home: Path) -> None:
    create_tables("sqlite:///channel.db", home)
    with closing(sqlite3.connect(home / "channel.db")) as connection:
        connection.execute("PRAGMA journal_mode=WAL")


def _put_into_database(home: Path, number: int, transactions: Sequence[Rows]) -> None:
    for rows in transactions:
        counted = {entity: [{**row, ENTITIES[entity].counter: number} for row in some] for entity, some in rows.items()}
        insert_rows("sqlite:///channel.db", counted, home)


DATABASE: Final = Kind(url="sqlite:///channel.db", lies_in="channel.db", make=_make_database, put=_put_into_database)
FOLDER: Final = Kind(
    url="jsonl:sold",
    lies_in="sold",
    make=lambda home: (home / "sold").mkdir(),
    put=lambda home, number, transactions: put_file(home / "sold", number, transactions),
)
KINDS: Final = (DATABASE, FOLDER)


def open_folder(line: ChannelDatabase, home: Path, _: Settings) -> ChannelSource:
    """Opens a source of the second kind."""
    return JsonLinesFolder(name=line.name, group=line.group, folder=home / line.url.partition(":")[2])


class Source:
    """A source of one kind, in a folder, that is filled in the order of the calls."""

    def __init__(self, kind: Kind, home: Path) -> None:
        self.kind, self.home = kind, home
        self._numbers = count(PUT_FIRST, 10)

    def make(self) -> None:
        """An empty one."""
        self.kind.make(self.home)

    def sell(self, *transactions: Rows) -> None:
        """Put transactions into it, each later than all before."""
        for rows in transactions:
            self.kind.put(self.home, next(self._numbers), [rows])

    def sell_late(self, *transactions: Rows) -> None:
        """Put transactions into it under a number just below that of the last."""
        number = next(self._numbers) - 10 - 1
        self.kind.put(self.home, number, transactions)

    def start_anew(self) -> None:
        """An empty one in its place, that numbers from the beginning."""
        self.take_away()
        self.make()
        self._numbers = count(1, 10)

    def take_away(self) -> None:
        """Nothing is there any more."""
        for path in self.home.glob(f"{self.kind.lies_in}*"):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
