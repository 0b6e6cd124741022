"""The one place that joins jobs and adapters: store, uploads, channel databases, settings, and who runs what when."""

import getpass
import secrets
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from postering import local
from postering.channels.packages.folder_home import UploadsFolder
from postering.channels.packages.homes import PackageHome
from postering.channels.packages.uploads import PackageUploads
from postering.domain.errors import JobRefused
from postering.domain.inquiries.standing import ListFilter
from postering.domain.keys import TransactionKey
from postering.domain.near_names import did_you_mean
from postering.domain.reconciliation import Reconciliation
from postering.domain.runs.reports import PJobReport, SyncOrdersReport
from postering.domain.runs.sessions import UploadSession
from postering.domain.setup.setup import ChannelDatabase, Setup
from postering.domain.setup.setup_file import parse_setup_text, read_setup, write_setup
from postering.domain.staging.assembly import Assembly
from postering.domain.staging.records import TransactionRecord
from postering.jobs import announcing, p_job, sessions, sync_orders
from postering.jobs.interventions import Hand
from postering.jobs.p_job import PJobRequest
from postering.jobs.ports import ChannelSource, Receiver, Store
from postering.jobs.reconcile import ReconcileRequest, run_reconcile
from postering.jobs.run import Progress, Run, silent
from postering.jobs.sync_orders import SyncOrdersRequest
from postering.settings import Settings
from postering.store.sqlite import SQLiteStore

if TYPE_CHECKING:
    from postering.stack import Stack

_SETUP_ATTEMPTS = 20
ENGINE_TABLE = "postering"
"""The table on a DynamoDB engine of one's own."""


@dataclass(frozen=True, kw_only=True)
class Deployment:
    """A deployment that is open: its store, the settings it was opened with, and (a stack's) functions.

    `home` is the folder that paths are relative to; `open_packages` opens where packages lie when they are asked for.
    """

    home: Path
    store: Store
    open_packages: Callable[[], PackageHome]
    settings: Settings
    stack: "Stack | None" = None

    @cached_property
    def packages(self) -> PackageHome:
        """Where packages lie: a folder, or a bucket."""
        return self.open_packages()

    @cached_property
    def uploads(self) -> PackageUploads:
        """The packages that lie there, as the jobs see them."""
        return PackageUploads(self.packages, self.settings.package_limits)


@contextmanager
def deployment(settings: Settings) -> Iterator[Deployment]:
    """The deployment that the settings name, closed at the end: a stack in AWS, else the local one.

    The local one is made at first use; a DynamoDB engine of one's own keeps its records where the settings name one.
    Raises `StoreUnavailable` where the store can't be opened.
    """
    opened = _in_aws(settings) if settings.stack or settings.table else _on_this_machine(settings)
    try:
        yield opened
    finally:
        opened.store.close()


def _on_this_machine(settings: Settings) -> Deployment:
    home = local.made(settings.home)
    return Deployment(
        home=home,
        store=_on_engine(settings) if settings.engine else SQLiteStore(home / local.STORE),
        open_packages=lambda: UploadsFolder(home),
        settings=settings,
    )


# The SDK is loaded only where it is used: a command on the local deployment starts without it.
def _on_engine(settings: Settings) -> Store:
    from postering.store.dynamodb import DynamoDBStore
    from postering.store.dynamodb.opening import dynamodb_client
    from postering.store.dynamodb.table_schema import ensure_table

    client = dynamodb_client()
    ensure_table(client, ENGINE_TABLE, settings.engine)
    return DynamoDBStore.opened(client, ENGINE_TABLE)


def _in_aws(settings: Settings) -> Deployment:
    from postering import stack
    from postering.store.dynamodb import DynamoDBStore
    from postering.store.dynamodb.opening import dynamodb_client

    return Deployment(
        home=settings.home,
        store=DynamoDBStore.opened(dynamodb_client(), stack.table_of(settings)),
        open_packages=lambda: _bucket(stack.bucket_of(settings)),
        settings=settings,
        stack=stack.Stack(name=settings.stack) if settings.stack else None,
    )


def _bucket(name: str) -> PackageHome:
    from postering.channels.packages.s3_home import UploadsBucket

    return UploadsBucket.named(name)


def now() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)


def operator() -> str:
    """The login of whoever runs the command."""
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):  # a user without a name, as in a container
        return "operator"


def new_run(
    job: str = "",
    progress: Progress = silent,
    must_stop: Callable[[], bool] = lambda: False,
    by: str = "",
    started_by: str = "",
) -> Run:
    """A run of a job, or (without `job`) of an operator's command; its id is unique for ever.

    `by` is who the timeline names, `started_by` who the run book names (the operator, where nothing is said).
    """
    run_id = f"{now():%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"
    return Run(
        id=run_id,
        by=by or (f"{job} {run_id}" if job else operator()),
        now=now,
        monotonic_ns=time.monotonic_ns,
        must_stop=must_stop,
        progress=progress,
        started_by=started_by or operator(),
    )


def run_p_job(at: Deployment, request: PJobRequest, run: Run) -> PJobReport:
    """Run the P-job once: here, or by the stack's function; send business events where the settings say so."""
    if at.stack is not None:
        return at.stack.p_job(request)
    run = replace(run, announces=bool(at.settings.events))
    report = p_job.run_p_job(
        request,
        store=at.store,
        uploads=at.uploads,
        open_channel=lambda database: channel_source(at, database),
        run=run,
        limits=at.settings.limits,
    )
    said = _announced(at, "p-job", report.as_json(), run)
    return replace(report, messages=(*report.messages, *said))


def run_sync_orders(at: Deployment, request: SyncOrdersRequest, run: Run) -> SyncOrdersReport:
    """Run Synchronize orders once: here, or by the stack's function; send business events where the settings say so."""
    if at.stack is not None:
        return at.stack.sync_orders(request)
    if request.dry_run:
        return sync_orders.run_sync_orders(request, store=at.store, run=run, limits=at.settings.limits)
    run = replace(run, announces=bool(at.settings.events))
    report = sync_orders.run_sync_orders(request, store=at.store, run=run, limits=at.settings.limits)
    said = _announced(at, "sync-orders", report.as_json(), run)
    return replace(report, messages=(*report.messages, *said))


def _announced(at: Deployment, job: str, report: Mapping[str, object], run: Run) -> tuple[str, ...]:
    """Keep the event of the run, and send what waits; what went wrong with that, which is no failure of the run."""
    if not run.announces:
        return ()
    announcing.announce_run(job, report, at.store, run)
    said = announcing.send_events(at.store, lambda: receiver(at), run)
    return (said,) if said else ()


def receiver(at: Deployment) -> Receiver:
    """Where business events are sent, as the settings say."""
    place = at.settings.events
    if place.startswith("bus:"):
        from postering.receivers.event_bus import EventBus

        return EventBus.named(place.removeprefix("bus:"))
    if "://" in place:
        from postering.receivers.webhook import Webhook

        return Webhook(place)
    from postering.receivers.json_lines import EventFile

    return EventFile(at.home / place)


def cancel_session(at: Deployment, session_id: str) -> UploadSession:
    """Cancel an upload session."""
    return sessions.cancel_session(session_id, at.store, new_run())


def hand(at: Deployment, reason: str = "", *, dry_run: bool = False) -> Hand:
    """The operator's hand on staged transactions; `reason` is kept on their timelines."""
    run = replace(new_run(), announces=bool(at.settings.events))
    return Hand(store=at.store, run=run, reason=reason, dry_run=dry_run)


def channel_source(at: Deployment, database: ChannelDatabase) -> ChannelSource:
    """A channel database of the setup; a file in its url lies below the deployment's folder."""
    # Only who reads a channel database waits for SQLAlchemy.
    from postering.channels.databases import databases as channel_databases

    return channel_databases.ChannelDatabase(name=database.name, group=database.group, url=database.url, home=at.home)


def reconcile(
    at: Deployment, run: Run, start: date | None = None, end: date | None = None, store: str = ""
) -> Reconciliation:
    """Compare the five sides, of a range of business dates (both included) and of a store, or of everything."""
    return run_reconcile(
        ReconcileRequest(from_date=start, to_date=end, store=store),
        store=at.store,
        uploads=at.uploads,
        channels=[channel_source(at, database) for database in at.store.setup().setup.channel_databases],
        run=run,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class AppliedSetup:
    """What applying a setup did: whether it changed anything, and the version that is in force now."""

    changed: bool
    version: int

    def as_json(self) -> dict[str, object]:
        """The shape that `setup apply --json` prints."""
        return {"changed": self.changed, "version": self.version}


def apply_setup(at: Deployment, text: bytes, name: str) -> AppliedSetup:
    """Put the setup in `text`, of the file `name`, in force, whole. `SetupError` where it is not sound.

    One that is in force already changes nothing. Where another was first, it is tried again over theirs.
    """
    setup = read_setup(parse_setup_text(text, name))
    for _ in range(_SETUP_ATTEMPTS):
        in_force = at.store.setup()
        if in_force.version and write_setup(in_force.setup) == write_setup(setup):
            return AppliedSetup(changed=False, version=in_force.version)
        if at.store.apply_setup(setup, in_force.version, now(), operator()):
            if not (at.settings.stack or at.settings.table):
                for group in setup.channel_database_groups:
                    local.uploads_of(at.home, group.name)
            return AppliedSetup(changed=True, version=in_force.version + 1)
    raise JobRefused("the setup kept changing while it was applied; look at `postering setup show` and apply it again")


def transactions_named(at: Deployment, text: str) -> Sequence[TransactionRecord]:
    """Those that a transactionId, a whole key (however it is percent-coded), a reference or an order number names."""
    found = at.store.find(text)
    if found or "%" not in text:
        return found
    try:
        return at.store.find(TransactionKey.parse(text).text)
    except ValueError:
        return ()


def one_transaction(at: Deployment, text: str) -> TransactionRecord:
    """The transaction that an id names: transactionId, whole key, channel reference or sales order number.

    Raises `JobRefused` with the candidates where there are several, with near ids where there is none.
    """
    found = transactions_named(at, text)
    if len(found) == 1:
        return found[0]
    if found:
        listed = "\n".join(f"  {_candidate(record)}" for record in found)
        raise JobRefused(f"{text!r} names {len(found)} transactions; name one by its whole key:\n{listed}")
    near = at.store.near(text, 3)
    hint = f"did you mean {' or '.join(near)}?" if near else "`postering transactions` lists them all"
    raise JobRefused(f"no transaction has the transactionId, key, channel reference or sales order {text!r}; {hint}")


def _candidate(record: TransactionRecord) -> str:
    summary = record.summary
    told = (
        f"reference {summary.channel_reference_id}" if summary.channel_reference_id else "",
        f"order {record.sales_id}" if record.sales_id else "",
        str(record.total or ""),
        str(record.state),
    )
    return f"{record.key}    {', '.join(part for part in told if part)}"


def assembled(at: Deployment, key: TransactionKey) -> tuple[TransactionRecord, Assembly]:
    """A transaction as received so far, with its record, both read at once."""
    staged = at.store.staged([key])[key]
    return staged.record, staged.record.assembled(staged.pieces)


def check_stores(at: Deployment, stores: Sequence[str]) -> None:
    """Raise `JobRefused` for a store that the setup does not know and of which nothing was ever staged."""
    setup = at.store.setup().setup
    for store in stores:
        if setup.channels and setup.channel_of_store(store) is None:
            if any(True for _ in at.store.listed(ListFilter(stores=(store,)), 1)):
                continue
            known = [channel.store for channel in setup.channels]
            hint = did_you_mean(store, known) or f"There are: {', '.join(known)}."
            raise JobRefused(f"the setup knows no store {store!r}, and nothing of it is staged. {hint}")


def known_group(setup: Setup, group: str) -> str:
    """`group`, where the setup has it or no setup was applied yet; `JobRefused` names near ones."""
    known = [one.name for one in setup.channel_database_groups]
    if known and group not in known:
        hint = did_you_mean(group, known) or f"There are: {', '.join(known)}."
        raise JobRefused(f"no channel database group {group!r} in the setup. {hint}")
    return group
