"""The channel databases as reconciliation reads them. One that can't be read is named and not compared."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from postering.domain.errors import ChannelDatabaseUnavailable
from postering.domain.keys import TransactionKey
from postering.domain.money import ZERO
from postering.domain.reconciliation.differences import CHANNEL_AND_PACKAGES, Difference, Reason
from postering.domain.reconciliation.sides import Brought, RowId, brought, row_id
from postering.domain.retail_transactions.entities import ENTITIES
from postering.domain.retail_transactions.rows import RejectedRow, Row, UnkeyedRow, read_row
from postering.domain.runs.cursors import ChannelCursor
from postering.domain.runs.sources import CannotRead, SourceRow, WholeTransaction
from postering.domain.setup.setup import Setup
from postering.jobs.ports import ChannelSource, Store
from postering.jobs.reconcile_packages import IsKnown
from postering.jobs.reconcile_range import Range
from postering.jobs.run import Run

_SHOWN_EVERY = 500

PulledRows = Callable[[TransactionKey], set[RowId]]
"""The rows of a transaction that packages have."""


@dataclass(slots=True)
class ChannelParts:
    """A transaction as the sources have it, and which of its rows lie beyond the cursor of the last reading."""

    parts: list[Brought] = field(default_factory=list)
    fresh: set[RowId] = field(default_factory=set)


@dataclass(kw_only=True)
class ChannelReading:
    """The channel databases as read so far. `unread` names those that could not be read, with the cause."""

    wanted: Range
    setup: Setup
    store: Store
    sources: Sequence[ChannelSource]
    run: Run

    def __post_init__(self) -> None:
        self.parts: dict[TransactionKey, ChannelParts] = {}
        self.unread: dict[str, str] = {}
        self._without_key: dict[str, int] = {}
        self._cursors: Mapping[str, ChannelCursor] = {}

    def read_cursors(self) -> None:
        """Read the cursor of each source: before the packages, so that rows pulled meanwhile are above it."""
        self._cursors = {source.name: self.store.cursor(source.name) for source in self.sources}

    def read(self, only: frozenset[TransactionKey] | None, is_known: IsKnown, pulled: PulledRows) -> None:
        """Read all of them, of the transactions `only` (None: of all that are wanted).

        A source that could not be read is not read again: all of it is compared, or nothing.
        """
        if only is not None and not only:
            return
        for source in self.sources:
            if source.name in self.unread:
                continue
            try:
                found = _SourceReading(self, self._cursors[source.name], only, is_known, pulled).read(source)
            except ChannelDatabaseUnavailable as unavailable:
                self.unread[source.name] = str(unavailable)
                continue
            if isinstance(found, CannotRead):
                self.unread[source.name] = f"channel database {source.name}: {found.why}"
                continue
            for key, there in found.parts.items():
                known = self.parts.setdefault(key, ChannelParts())
                known.parts += there.parts
                known.fresh |= there.fresh
            self._without_key[source.name] = found.without_key

    def not_compared(self, key: TransactionKey) -> str:
        """Why a transaction that no channel database has is not compared with one; '' if it is."""
        channel = self.setup.channel(key.channel)
        if channel is None:
            return f"channel {key.channel} is not in the setup"
        sources = [source for source in self.sources if source.group == channel.channel_database_group]
        if not sources:
            return f"store {key.store} has no channel database"
        unread = [source.name for source in sources if source.name in self.unread]
        return f"channel database {unread[0]} could not be read" if unread else ""

    @property
    def explained(self) -> list[Difference]:
        """Differences of whole databases."""
        found = [
            _of_channels(f"{cause}; nothing is compared with it", Reason.NOT_COMPARED) for cause in self.unread.values()
        ]
        for name, count in self._without_key.items():
            if count and not self.wanted.store:
                why = f"rows of channel database {name} that name no transaction: {count}"
                found.append(_of_channels(why, Reason.NO_TRANSACTION))
        return found


class _SourceReading:
    """One channel database, read once."""

    def __init__(
        self,
        reading: ChannelReading,
        cursor: ChannelCursor,
        only: frozenset[TransactionKey] | None,
        is_known: IsKnown,
        pulled: PulledRows,
    ) -> None:
        self._reading, self._cursor = reading, cursor
        self._only, self._is_known, self._pulled = only, is_known, pulled
        self.parts: dict[TransactionKey, ChannelParts] = {}
        self.without_key = 0

    def read(self, source: ChannelSource) -> "_SourceReading | CannotRead":
        """Read all of it, in one snapshot."""
        with source.snapshot() as snapshot:
            found = snapshot.dated_from(self._reading.wanted.start, self._cursor.text)
            if isinstance(found, CannotRead):
                return found
            for number, transaction in enumerate(found.transactions, 1):
                self._take(transaction)
                if number % _SHOWN_EVERY == 0:
                    self._reading.run.progress(f"reading channel database {source.name}", number, 0)
        return self

    def _take(self, transaction: WholeTransaction) -> None:
        """Keep the rows of a transaction of the channel; count rows that name no transaction."""
        by_key: dict[TransactionKey, list[tuple[SourceRow, Row | RejectedRow]]] = {}
        for given in transaction.rows:
            row = read_row(ENTITIES[given.entity], given.raw, given.where)
            if isinstance(row, UnkeyedRow):
                self.without_key += 1
            elif self._is_wanted(row.transaction):
                by_key.setdefault(row.transaction, []).append((given, row))
        for key, of_key in by_key.items():
            part = brought((row for _, row in of_key), detailed=self._only is not None)
            if self._is_known(key) or self._reading.wanted.has(part.header.business_date):
                there = self.parts.setdefault(key, ChannelParts())
                there.parts.append(part)
                there.fresh |= self._fresh(key, of_key)

    def _fresh(self, key: TransactionKey, rows: Sequence[tuple[SourceRow, Row | RejectedRow]]) -> set[RowId]:
        """Rows beyond the cursor. If the source does not know, only a row that was never pulled is new."""
        pulled = self._pulled(key)
        return {
            row_id(row)
            for given, row in rows
            if given.unread or (given.unread is None and (row.entity, row.key) not in pulled)
        }

    def _is_wanted(self, key: TransactionKey) -> bool:
        return self._reading.wanted.has_store(key.store) and (self._only is None or key in self._only)


def _of_channels(why: str, reason: Reason) -> Difference:
    return Difference(transaction=None, between=CHANNEL_AND_PACKAGES, amount=ZERO, currency="", why=why, reason=reason)
