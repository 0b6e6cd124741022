"""Channel databases: whole transactions above the replication counters, read in one consistent snapshot."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from postering.channels.databases.connections import Unavailable, is_secret_name, public_url, snapshot_connection
from postering.channels.databases.layout import UnreadableTables, stored_tables
from postering.channels.databases.reading import ChannelTransaction, Reading
from postering.domain.errors import ChannelDatabaseUnavailable


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelDatabase:
    """A channel database of the setup. A SQLite file's path is relative to `home`; it is never made or written.

    `url` is an SQLAlchemy URL, or the name of a secret in AWS Secrets Manager that holds one.
    """

    name: str
    group: str
    url: str
    home: Path

    @contextmanager
    def snapshot(self) -> Iterator["Snapshot"]:
        """The database as it is at this moment, over all tables, until the block ends.

        `ChannelDatabaseUnavailable` where it can't be reached or read, then or later in the block.
        """
        url, shown = self._address()
        unavailable = Unavailable(self.name, shown)
        with snapshot_connection(url, self.home, unavailable) as connection:
            try:
                yield Snapshot(Reading(self.name, connection, stored_tables(connection)))
            except UnreadableTables as wrong:
                raise unavailable(str(wrong), "mend the tables, or correct the url in the setup") from None

    def _address(self) -> tuple[str, str]:
        """The SQLAlchemy URL, and what may be shown of it; a secret is read for each snapshot, as it may change."""
        if not is_secret_name(self.url):
            return self.url, public_url(self.url)
        try:
            from postering.channels.databases.secrets import secret_url, secrets_client
        except ImportError as missing:  # the AWS SDK is an extra
            raise ChannelDatabaseUnavailable(
                f"channel database {self.name}: {self.url!r} is no SQLAlchemy URL, so it names a secret in AWS, and "
                "the AWS SDK is not installed; write a URL such as sqlite:///channel.db, or run `make setup-aws`"
            ) from missing
        return secret_url(secrets_client, self.name, self.url), f"secret {self.url}"


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
