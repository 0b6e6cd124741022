"""Reconcile: channel = packages = staged = orders + payments = journal, per store, business date and currency.

Sides are read against the way of the data, orders first and the channel last: what moves on meanwhile is then seen
where it came from, as not taken yet. What differs all the same is read again before it is called unexplained: in the
store, then everywhere, then in the store once more. Nothing is written.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from postering.domain.errors import ChannelDatabaseMissing, JobRefused
from postering.domain.keys import TransactionKey
from postering.domain.near_names import did_you_mean
from postering.domain.reconciliation import ChannelSide, Compared, Reconciliation, Sides, compare, reconciliation
from postering.domain.reconciliation.packages import packages_side
from postering.domain.reconciliation.sides import received
from postering.domain.setup.setup import Setup
from postering.jobs.ports import ChannelSource, Store
from postering.jobs.reconcile_reading import KeptPackages, Range, Reading
from postering.jobs.reconcile_refunds import over_refunds
from postering.jobs.run import Run

__all__ = ["KeptPackages", "ReconcileRequest", "run_reconcile"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReconcileRequest:
    """What to reconcile: business dates, both included (None: open), and one store ('': all)."""

    from_date: date | None = None
    to_date: date | None = None
    store: str = ""


def run_reconcile(
    request: ReconcileRequest,
    *,
    store: Store,
    uploads: KeptPackages,
    channels: Sequence[ChannelSource],
    run: Run,
) -> Reconciliation:
    """Compare the five sides. `channels` are all channel databases of the setup.

    Raises `JobRefused` where the request makes no sense, and `ChannelDatabaseUnavailable` where one can't be read: a
    side that can't be seen can't be told from one that lost everything.
    """
    if request.from_date and request.to_date and request.from_date > request.to_date:
        raise JobRefused(f"{request.from_date} is after {request.to_date}: give the earlier date first")
    setup = store.setup().setup
    channels = [source for source in channels if not _is_not_there_yet(source, store)]
    wanted = Range(start=request.from_date, end=request.to_date, store=request.store)
    reading = Reading(wanted=wanted, setup=setup, store=store, uploads=uploads, channels=channels, run=run)
    reading.read_all()
    work = _Work(reading=reading, wanted=wanted, setup=setup, groups=frozenset(c.group for c in channels))
    work.compare(reading.keys())
    for look_again in (reading.read_store_again, reading.read_all_again, reading.read_store_again):
        suspects = work.suspects()
        if not suspects and not reading.unexplained:
            break
        look_again(suspects)
        work.compare(suspects)
    if not work.compared and request.store and setup.channel_of_store(request.store) is None:
        raise JobRefused(_unknown(request.store, setup))
    ordered = (work.compared[key] for key in sorted(work.compared))
    too_much = over_refunds(reading.booked, reading.refunds, store)
    return reconciliation(ordered, (*reading.unexplained, *too_much), reading.explained)


def _is_not_there_yet(source: ChannelSource, store: Store) -> bool:
    """Whether nothing was ever read of a channel database, and its file is not there: it has no side to compare."""
    if store.cursor(source.name).version:
        return False
    try:
        with source.snapshot():
            return False
    except ChannelDatabaseMissing:
        return True


def _unknown(store: str, setup: Setup) -> str:
    known = [channel.store for channel in setup.channels]
    near = did_you_mean(store, known)
    return f"the setup knows no store {store!r}, and none of its transactions is there. {near}".strip()


@dataclass(kw_only=True)
class _Work:
    """What was compared so far; a transaction of other days is left out as soon as its day is known."""

    reading: Reading
    wanted: Range
    setup: Setup
    groups: frozenset[str]

    def __post_init__(self) -> None:
        self.compared: dict[TransactionKey, Compared] = {}

    def suspects(self) -> frozenset[TransactionKey]:
        """Transactions with a difference that nothing explains."""
        return frozenset(key for key, one in self.compared.items() if one.unexplained)

    def compare(self, keys: Collection[TransactionKey]) -> None:
        """Compare each, over what was compared before."""
        for key in keys:
            self.compared.pop(key, None)
            sides = self._sides(key)
            if not sides.dates or any(self.wanted.has(day) for day in sides.dates):
                self.compared[key] = compare(sides)

    def _sides(self, key: TransactionKey) -> Sides:
        reading = self.reading
        channel, kept, staged = reading.channel.get(key), reading.kept.get(key), reading.staged.get(key)
        return Sides(
            transaction=key,
            has_channel=channel is not None or self._has_channel(key),
            channel=ChannelSide(received=received(key, channel.parts), fresh=frozenset(channel.fresh))
            if channel is not None
            else None,
            packages=packages_side(key, kept, staged) if kept else None,
            staged=staged,
            booked=reading.booked.get(key),
            damaged=frozenset(reading.damaged),
            removed=staged is not None and any(session in reading.removed for session in staged.sessions),
        )

    def _has_channel(self, key: TransactionKey) -> bool:
        channel = self.setup.channel(key.channel)
        return channel is not None and channel.channel_database_group in self.groups
