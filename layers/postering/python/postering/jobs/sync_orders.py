"""Synchronize orders: staged transactions → sales orders, payments and journal, each in one atomic write.

Scheduled every 2 to 20 minutes or run once, for all stores, for hierarchy nodes, for stores, or for one transaction.
Each transaction succeeds or fails alone.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from zoneinfo import ZoneInfo

from postering.domain.errors import JobRefused
from postering.domain.hierarchy import SelectionError, stores_of
from postering.domain.keys import TransactionKey
from postering.domain.port_values import InHand
from postering.domain.records import State, TransactionRecord
from postering.domain.reports import SyncOrdersReport
from postering.domain.setup import Channel, Setup, changed
from postering.jobs.limits import Limits
from postering.jobs.ports import Store
from postering.jobs.posting import PostingBatch, Tally
from postering.jobs.run import Run


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncOrdersRequest:
    """What to run: nodes or stores of a hierarchy, one transaction by its key, or (nothing named) all stores."""

    hierarchy: str = ""
    nodes: tuple[str, ...] = ()
    stores: tuple[str, ...] = ()
    transaction: TransactionKey | None = None
    dry_run: bool = False


def run_sync_orders(request: SyncOrdersRequest, *, store: Store, run: Run, limits: Limits) -> SyncOrdersReport:
    """Run it once. Raises `JobRefused` where the request names what does not exist; then nothing was done."""
    started = run.monotonic_ns()
    in_force = store.setup()
    if in_force.version == 0:
        raise JobRefused("there is no setup yet: write one and run `postering setup apply FILE`")
    tally = Tally()
    batch = PostingBatch(
        store=store,
        setup=in_force.setup,
        setup_version=in_force.version,
        run=run,
        limits=limits,
        dry_run=request.dry_run,
        tally=tally,
    )
    if request.transaction is not None:
        batch.post_one(request.transaction)
        return tally.report(run, started, remaining=0, dry_run=request.dry_run, complete=True)
    channels = selected_channels(request, in_force.setup, store, run)
    if not request.dry_run:
        _reopen(channels, in_force.version, in_force.setup, store, run)
    complete = _post_all(channels, batch, store, run, limits)
    now = run.now()
    remaining = sum(store.due_count(channel, now) for channel in channels)
    return tally.report(run, started, remaining=remaining, dry_run=request.dry_run, complete=complete)


def selected_channels(request: SyncOrdersRequest, setup: Setup, store: Store, run: Run) -> tuple[int, ...]:
    """The channels to run: those selected, or every one of which something was ever staged."""
    if not (request.hierarchy or request.nodes or request.stores):
        return tuple(store.channels())
    try:
        chosen = stores_of(
            setup,
            request.hierarchy or None,
            request.nodes,
            request.stores,
            lambda channel: local_date(channel, run),
        )
    except SelectionError as unknown:
        raise JobRefused(str(unknown)) from unknown
    return tuple(channel.id for channel in chosen)


def local_date(channel: Channel, run: Run) -> date:
    """Today in the store's own time zone: what decides which stores lie below a node."""
    return run.now().astimezone(ZoneInfo(channel.time_zone)).date()


def _post_all(channels: Sequence[int], batch: PostingBatch, store: Store, run: Run, limits: Limits) -> bool:
    """Everything that is due, a batch at a time; what an earlier run died on comes last, one by one."""
    left = _left(store.left_in_hand(), channels)
    suspects = _suspects(left)
    total = sum(store.due_count(channel, run.now()) for channel in channels)
    done = 0
    for keys in _due(channels, store, run, limits):
        if run.must_stop():
            return False
        batch.post([key for key in keys if key not in suspects])
        done += len(keys)
        run.progress("posting orders", min(done, total), total)
    for key, tries in suspects.items():
        if run.must_stop():
            return False
        batch.post_suspect(key, tries)
    if not batch.dry_run:
        for each in left:
            store.put_down(each.run_id)
    return True


def _due(channels: Sequence[int], store: Store, run: Run, limits: Limits) -> Iterator[tuple[TransactionKey, ...]]:
    for channel in channels:
        after: str | None = None
        while True:
            page = store.due(channel, run.now(), after, limits.posted_at_once)
            if page.keys:
                yield page.keys
            if page.next is None:
                break
            after = page.next


def _left(in_hand: Iterable[InHand], channels: Sequence[int]) -> list[InHand]:
    """What other runs have in hand of these channels: they are at work on it, or died of it."""
    chosen = frozenset(channels)
    return [batch for batch in in_hand if all(key.channel in chosen for key in batch.keys)]


def _suspects(left: Iterable[InHand]) -> dict[TransactionKey, int]:
    """How often each of them was tried, at the most."""
    tries: dict[TransactionKey, int] = {}
    for batch in left:
        for key in batch.keys:
            tries[key] = max(tries.get(key, 0), batch.tries)
    return tries


def _reopen(channels: Sequence[int], version: int, setup: Setup, store: Store, run: Run) -> None:
    """Make failed transactions pending again whose problems name something that the setup changed since.

    The verdict of those that nothing changed for is brought up to this version, so that no later run looks again.
    """
    changes: dict[int, frozenset[str]] = {}
    for channel in channels:
        after: str | None = None
        while True:
            records, after = store.failed_before(channel, version, after, 100)
            for record in records:
                if record.setup_version not in changes:
                    changes[record.setup_version] = changed(store.setup_at(record.setup_version), setup)
            store.settle([_reopened(record, changes[record.setup_version], version, run) for record in records])
            if after is None:
                break


def _reopened(record: TransactionRecord, changes: frozenset[str], version: int, run: Run) -> TransactionRecord:
    named = {fact for problem in record.problems for fact in problem.depends_on}
    healed = sorted(named & changes)
    if not healed or record.conflicts or record.rejected:
        return replace(record, version=record.version + 1, write_id=run.write_id(), setup_version=version)
    return record.changed(
        at=run.now(),
        by=run.by,
        what=f"tried again: the setup changed {', '.join(healed)}",
        state=State.PENDING,
        write_id=run.write_id(),
        reason="",
        problems=(),
        setup_version=version,
    )
