"""Synchronize orders: staged transactions → sales orders, payments and journal, each in one atomic write.

Scheduled every 2 to 20 minutes or run once, for all stores, for hierarchy nodes, for stores, or for one transaction.
Each transaction succeeds or fails alone.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

from postering.domain.errors import JobRefused
from postering.domain.keys import TransactionKey
from postering.domain.posting.queue import OpenBatch
from postering.domain.runs.reports import SyncOrdersReport
from postering.domain.runs.requests import SyncOrdersRequest
from postering.domain.runs.runs import SYNC_ORDERS
from postering.domain.setup.hierarchies import SelectionError, stores_of
from postering.domain.setup.setup import Channel, Setup, changed_facts
from postering.domain.staging.queue_order import PENDING, QueuePart, due_later
from postering.domain.staging.records import State, TransactionRecord
from postering.jobs.crash_suspects import tries_by_transaction
from postering.jobs.limits import Limits
from postering.jobs.named_transactions import one_transaction
from postering.jobs.ports import Store
from postering.jobs.posting import PostingBatch
from postering.jobs.recording import recorded
from postering.jobs.run import Run
from postering.jobs.tally import Tally


def run_sync_orders(request: SyncOrdersRequest, *, store: Store, run: Run, limits: Limits) -> SyncOrdersReport:
    """Run it once. Raises `JobRefused` where the request names what does not exist; then nothing was done."""
    started = run.monotonic_ns()
    active_setup = store.setup()
    if active_setup.version == 0:
        raise JobRefused("there is no setup yet: write one and run `postering setup apply FILE`")
    tally = Tally()
    batch = PostingBatch(
        store=store,
        setup=active_setup.setup,
        setup_version=active_setup.version,
        run=run,
        limits=limits,
        dry_run=request.dry_run,
        tally=tally,
    )
    one = one_transaction(store, request.transaction).key if request.transaction else None
    channels = selected_channels(request, active_setup.setup, store, run) if one is None else ()
    selection = f"transaction {one}" if one is not None else request.described

    def worked() -> SyncOrdersReport:
        if one is not None:
            batch.post_one(one)
            return tally.report(run, started, remaining=0, dry_run=request.dry_run, complete=True)
        if request.dry_run:
            for key in _to_reopen(channels, active_setup.version, active_setup.setup, store):
                batch.post_one(key)
        else:
            _reopen(channels, active_setup.version, active_setup.setup, store, run)
        complete = _post_all(channels, batch, store, run, limits)
        remaining = sum(store.pending_count(channel) for channel in channels)
        return tally.report(run, started, remaining=remaining, dry_run=request.dry_run, complete=complete)

    return worked() if request.dry_run else recorded(SYNC_ORDERS, selection, store, run, worked)


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
    left = _left(store.open_batches(), channels)
    suspects = tries_by_transaction(left)
    total = sum(store.pending_count(channel) for channel in channels)
    done = 0
    for keys in _due(channels, store, run, limits):
        if run.must_stop():
            return False
        batch.post([key for key in keys if key not in suspects])
        done += len(keys)
        run.progress("posting orders", min(done, total), total)
    if batch.tally.sales_orders and not batch.dry_run:
        # What was posted may be the original that a return or a cancellation, taken up before it, waits for.
        for keys in _later(channels, store, run, limits):
            if run.must_stop():
                return False
            batch.post([key for key in keys if key not in suspects])
    for key, tries in suspects.items():
        if run.must_stop():
            return False
        batch.post_suspect(key, tries)
    if not batch.dry_run:
        for each in left:
            store.close_batch(each.run_id)
    return True


def _due(channels: Sequence[int], store: Store, run: Run, limits: Limits) -> Iterator[tuple[TransactionKey, ...]]:
    for channel in channels:
        yield from _pages(channel, PENDING, store, limits)
        yield from _pages(channel, due_later(run.now()), store, limits)


def _later(channels: Sequence[int], store: Store, run: Run, limits: Limits) -> Iterator[tuple[TransactionKey, ...]]:
    for channel in channels:
        yield from _pages(channel, due_later(run.now()), store, limits)


def _pages(channel: int, part: QueuePart, store: Store, limits: Limits) -> Iterator[tuple[TransactionKey, ...]]:
    after: str | None = None
    while True:
        page = store.due(channel, part, after, limits.posted_at_once)
        if page.keys:
            yield page.keys
        if page.next is None:
            break
        after = page.next


def _left(in_hand: Iterable[OpenBatch], channels: Sequence[int]) -> list[OpenBatch]:
    """What other runs have in hand of these channels: they are at work on it, or died of it."""
    chosen = frozenset(channels)
    return [batch for batch in in_hand if all(key.channel in chosen for key in batch.keys)]


def _reopen(channels: Sequence[int], version: int, setup: Setup, store: Store, run: Run) -> None:
    """Make failed transactions pending again whose problems name something that the setup changed since.

    The verdict of those that nothing changed for is brought up to this version, so that no later run looks again.
    """
    for page in _older_verdicts(channels, version, setup, store):
        store.update_records([_reopened(record, healed, version, run) for record, healed in page])


def _to_reopen(channels: Sequence[int], version: int, setup: Setup, store: Store) -> Iterator[TransactionKey]:
    """What `_reopen` would make pending again."""
    for page in _older_verdicts(channels, version, setup, store):
        yield from (record.key for record, healed in page if healed)


def _older_verdicts(
    channels: Sequence[int], version: int, setup: Setup, store: Store
) -> Iterator[list[tuple[TransactionRecord, list[str]]]]:
    """Failed transactions judged under an older setup, a page at a time, each with the changes that may heal it."""
    changes: dict[int, frozenset[str]] = {}
    for channel in channels:
        after: str | None = None
        while True:
            records, after = store.failed_before(channel, version, after, 100)
            for record in records:
                if record.setup_version not in changes:
                    changes[record.setup_version] = changed_facts(store.setup_at(record.setup_version), setup)
            yield [(record, _healed(record, changes[record.setup_version])) for record in records]
            if after is None:
                break


def _healed(record: TransactionRecord, changes: frozenset[str]) -> list[str]:
    """What its problems name and the setup changed; nothing heals one with a conflict or a rejected row."""
    if record.conflicts or record.rejected:
        return []
    return sorted({fact for problem in record.problems for fact in problem.depends_on} & changes)


def _reopened(record: TransactionRecord, healed: Sequence[str], version: int, run: Run) -> TransactionRecord:
    if not healed:
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
