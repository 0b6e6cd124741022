"""Channel databases: whole transactions above the replication counters, read in one consistent snapshot."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

from postering.channels.databases.connections import Unavailable, is_secret_name, public_url, snapshot_connection
from postering.channels.databases.layout import UnreadableTables, stored_tables
from postering.channels.databases.limits import LOOK_BACK_COUNTERS
from postering.channels.databases.reading import Reading, ReadTo
from postering.domain.errors import ChannelDatabaseUnavailable
from postering.domain.runs.cursors import counters_of, counters_text
from postering.domain.runs.sources import Found


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelDatabase:
    """A channel database of the setup. The path of a SQLite file is relative to `home`; it is never made or written.

    `url` is an SQLAlchemy URL, or the name of a secret in AWS Secrets Manager that holds one. `look_back` is how many
    replication counters below the cursor are read again: a row may be committed late, under a lower counter.
    """

    name: str
    group: str
    url: str
    home: Path
    look_back: int = LOOK_BACK_COUNTERS

    @contextmanager
    def snapshot(self) -> Iterator["Snapshot"]:
        """All tables as they are at this moment, until the block ends.

        Raises `ChannelDatabaseUnavailable` if it cannot be reached or read, also later in the block.
        """
        url, shown = self._address()
        unavailable = Unavailable(self.name, shown)
        with snapshot_connection(url, self.home, unavailable) as connection:
            try:
                yield Snapshot(self, Reading(self.name, connection, stored_tables(connection)))
            except UnreadableTables as wrong:
                raise unavailable(str(wrong), "fix the tables, or correct the url in the setup") from None

    def _address(self) -> tuple[str, str]:
        """The SQLAlchemy URL, and its form for messages; a secret is read for each snapshot, because it may change."""
        if not is_secret_name(self.url):
            return self.url, public_url(self.url)
        try:
            from postering.channels.databases.secrets import secret_url, secrets_client
        except ImportError as missing:  # the AWS SDK is an extra
            raise ChannelDatabaseUnavailable(
                f"channel database {self.name}: {self.url!r} is not an SQLAlchemy URL, so it names a secret in AWS, "
                "and the AWS SDK is not installed; write a URL such as sqlite:///channel.db, or run `make setup-aws`"
            ) from missing
        return secret_url(secrets_client, self.name, self.url), f"secret {self.url}"


class Snapshot:
    """One consistent state of a channel database. Its cursor is the highest replication counter of each table."""

    def __init__(self, database: ChannelDatabase, reading: Reading) -> None:
        self._database = database
        self._reading = reading

    @cached_property
    def highest(self) -> Mapping[str, int]:
        """The highest replication counter of each entity's table; 0 if it has none."""
        return self._reading.highest()

    @property
    def cursor(self) -> str:
        """The highest counters, as text."""
        return counters_text(self.highest)

    def since(self, cursor: str, *, look_back: bool) -> Found:
        """Whole transactions of which any row has a greater counter than `cursor` says of its table, or none at all.

        All of them if the highest counter of any table is lower than in `cursor`: counters began again then.
        """
        read = counters_of(cursor) or {}
        restarted = self._restarted(read)
        below = self._database.look_back if look_back else 0
        above = {} if restarted else {table: max(0, counter - below) for table, counter in read.items()}
        keys = self._reading.keys_above(above)
        return Found(transactions=self._reading.transactions(keys), messages=self._messages(cursor, restarted))

    def dated_from(self, day: date | None, cursor: str) -> Found:
        """Whole transactions whose header's business date (else transaction date) is `day` or later.

        Without a header the date of its children decides. Transactions without a readable date are found too, so that
        nothing is lost.
        """
        read = counters_of(cursor) or {}
        restarted = self._restarted(read)
        keys = self._reading.keys_above({}) if day is None else self._reading.keys_from(day)
        read_to = ReadTo(counters=read, is_sure=not restarted)
        return Found(transactions=self._reading.transactions(keys, read_to), messages=self._messages(cursor, restarted))

    def _restarted(self, read: Mapping[str, int]) -> Sequence[str]:
        return [table for table, counter in self.highest.items() if counter < read.get(table, 0)]

    def _messages(self, cursor: str, restarted: Sequence[str]) -> tuple[str, ...]:
        name = self._database.name
        if cursor and counters_of(cursor) is None:
            return (f"channel database {name} was a source of another kind before: all of it was read and compared",)
        if not restarted:
            return ()
        return (
            f"channel database {name}: replication counters are lower than before in "
            f"{', '.join(restarted)}: the database was restored or purged. All of it was read and compared; only what "
            "is new was taken",
        )
