"""Reconcile: channel = packages = staged = orders + payments = journal, per store, business date and currency.

Sides are read against the flow of the data, orders first and the channel last: a transaction that moves on meanwhile is
then seen on the side it came from, as not taken yet. A transaction that differs all the same is read again before it is
unexplained: in the store, then on every side, then in the store once more. Nothing is written.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from postering.domain.errors import JobRefused
from postering.domain.keys import TransactionKey
from postering.domain.near_names import did_you_mean
from postering.domain.reconciliation import ChannelSide, Compared, Reconciliation, Sides, compare, reconciliation
from postering.domain.reconciliation.packages import packages_side
from postering.domain.reconciliation.sides import received
from postering.domain.setup.setup import Setup
from postering.jobs.ports import ChannelSource, Store
from postering.jobs.reconcile_channels import ChannelReading
from postering.jobs.reconcile_packages import KeptPackages, PackageReading
from postering.jobs.reconcile_range import Range
from postering.jobs.reconcile_reading import Reading
from postering.jobs.reconcile_refunds import over_refunds
from postering.jobs.run import Run

__all__ = ["KeptPackages", "ReconcileRequest", "run_reconcile"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReconcileRequest:
    """The range to reconcile: business dates, both included (None: open), and one store ('': all)."""

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

    A database that can't be read is named, and nothing is compared with it: it would look like one that lost
    everything. Raises `JobRefused` if the dates are reversed or the store is unknown.
    """
    if request.from_date and request.to_date and request.from_date > request.to_date:
        raise JobRefused(f"{request.from_date} is after {request.to_date}: give the earlier date first")
    setup = store.setup().setup
    wanted = Range(start=request.from_date, end=request.to_date, store=request.store)
    packages = PackageReading(wanted=wanted, setup=setup, store=store, uploads=uploads, run=run)
    sources = ChannelReading(wanted=wanted, setup=setup, store=store, sources=channels, run=run)
    reading = Reading(wanted=wanted, setup=setup, store=store, packages=packages, channels=sources, run=run)
    reading.read_all()
    work = _Work(reading=reading, wanted=wanted)
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
    return reconciliation(ordered, (*reading.unexplained, *too_much), reading.explained, wanted.has)


def _unknown(store: str, setup: Setup) -> str:
    known = [channel.store for channel in setup.channels]
    near = did_you_mean(store, known)
    return f"the setup has no store {store!r}, and no side has a transaction of it. {near}".strip()


@dataclass(kw_only=True)
class _Work:
    """The transactions compared so far; one of other days is left out as soon as its day is known."""

    reading: Reading
    wanted: Range

    def __post_init__(self) -> None:
        self.compared: dict[TransactionKey, Compared] = {}

    def suspects(self) -> frozenset[TransactionKey]:
        """Transactions with a difference that nothing explains."""
        return frozenset(key for key, one in self.compared.items() if one.unexplained)

    def compare(self, keys: Collection[TransactionKey]) -> None:
        """Compare each anew; the result replaces an earlier one."""
        for key in keys:
            self.compared.pop(key, None)
            sides = self._sides(key)
            if not sides.dates or any(self.wanted.has(day) for day in sides.dates):
                self.compared[key] = compare(sides)

    def _sides(self, key: TransactionKey) -> Sides:
        reading = self.reading
        channel, kept = reading.channels.parts.get(key), reading.packages.kept.get(key)
        staged = reading.staged.get(key)
        not_compared = reading.channels.not_compared(key) if channel is None else ""
        return Sides(
            transaction=key,
            has_channel=not not_compared,
            not_compared=not_compared,
            channel=ChannelSide(received=received(key, channel.parts), fresh=frozenset(channel.fresh))
            if channel is not None
            else None,
            packages=packages_side(key, kept, staged) if kept else None,
            staged=staged,
            booked=reading.booked.get(key),
            damaged=frozenset(reading.packages.damaged),
            removed=staged is not None and any(session in reading.packages.removed for session in staged.sessions),
        )
