"""Synchronize orders: staged transactions → sales orders, payments and journal, each in one atomic write.

It runs every 2 to 20 minutes, or once: for all stores, hierarchy nodes, stores, or one transaction. Each transaction
succeeds or fails alone.
"""

from datetime import date
from zoneinfo import ZoneInfo

from postering.domain.errors import JobRefused
from postering.domain.runs.reports import SyncOrdersReport
from postering.domain.runs.requests import SyncOrdersRequest
from postering.domain.runs.runs import SYNC_ORDERS
from postering.domain.setup.hierarchies import SelectionError, stores_of
from postering.domain.setup.setup import Channel, Setup
from postering.jobs.limits import Limits
from postering.jobs.named_transactions import one_transaction
from postering.jobs.ports import Store
from postering.jobs.posting import PostingBatch
from postering.jobs.queue import post_all
from postering.jobs.recording import record_run
from postering.jobs.reopening import reopen, to_reopen
from postering.jobs.run import Run
from postering.jobs.tally import Tally


def run_sync_orders(request: SyncOrdersRequest, *, store: Store, run: Run, limits: Limits) -> SyncOrdersReport:
    """Run Synchronize orders once. Raises `JobRefused` if the request names a store or node that does not exist."""
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

    def post_and_report() -> SyncOrdersReport:
        if one is not None:
            batch.post_one(one)
            return tally.report(run, started, remaining=0, dry_run=request.dry_run, complete=True)
        if request.dry_run:
            for key in to_reopen(channels, active_setup.version, active_setup.setup, store):
                batch.post_one(key)
        else:
            reopen(channels, active_setup.version, active_setup.setup, store, run)
        complete = post_all(channels, batch)
        remaining = sum(store.pending_count(channel) for channel in channels)
        return tally.report(run, started, remaining=remaining, dry_run=request.dry_run, complete=complete)

    return post_and_report() if request.dry_run else record_run(SYNC_ORDERS, selection, store, run, post_and_report)


def selected_channels(request: SyncOrdersRequest, setup: Setup, store: Store, run: Run) -> tuple[int, ...]:
    """The channels to run: the selected ones, or all that ever had a staged transaction."""
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
    """Today in the store's own time zone. It decides which stores lie below a node."""
    return run.now().astimezone(ZoneInfo(channel.time_zone)).date()
