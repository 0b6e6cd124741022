"""Channel databases: whole transactions above the replication counters, read in one consistent snapshot."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from postering.channels.databases.connections import Unavailable, snapshot_connection
from postering.channels.databases.layout import UnreadableTables, stored_tables
from postering.channels.databases.reading import ChannelTransaction, Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelDatabase:
    """A channel database of the setup. A SQLite file's path is relative to `home`; it is never made or written."""

    name: str
    group: str
    url: str
    home: Path

    @contextmanager
    def snapshot(self) -> Iterator["Snapshot"]:
        """The database as it is at this moment, over all tables, until the block ends.

        `ChannelDatabaseUnavailable` where it can't be reached or read, then or later in the block.
        """
        unavailable = Unavailable(self.name, self.url)
        with snapshot_connection(self.url, self.home, unavailable) as connection:
            try:
                yield Snapshot(Reading(self.name, connection, stored_tables(connection)))
            except UnreadableTables as wrong:
                raise unavailable(str(wrong), "mend the tables, or correct the url in the setup") from None


class Snapshot:
    """One consistent state of a channel database."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading

    def highest(self) -> Mapping[str, int]:
        """The highest replication counter of each entity's table; 0 where it has none."""
        return self._reading.highest()

    def whole_transactions(
        self,
        above: Mapping[str, int],
        from_date: date | None = None,
        to_date: date | None = None,
    ) -> Iterator[ChannelTransaction]:
        """Whole transactions, header and children of all tables, that are new, in the order of their counters.

        New is: any row, of any table, whose counter is greater than `above` has for its entity (all rows where that
        has none), or that has no counter. With a date, counters do not matter: the header's business date (else
        transaction date) lies between both, ends included; without a header the children's date decides; what has
        no date that can be read is given too, so that nothing is lost.
        """
        if from_date is None and to_date is None:
            keys = self._reading.keys_above(above)
        else:
            keys = self._reading.keys_between(from_date or date.min, to_date or date.max)
        return self._reading.transactions(keys)
