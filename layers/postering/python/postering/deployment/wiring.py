"""The one place that joins jobs and adapters: store, uploads, sources, receivers and settings."""

import getpass
import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from postering.channels.packages.folder_home import UploadsFolder
from postering.channels.packages.homes import PackageHome
from postering.channels.packages.uploads import PackageUploads
from postering.deployment import local_folder
from postering.deployment.settings import Settings
from postering.deployment.sources import open_source
from postering.deployment.stores import open_local_store, open_stack_store
from postering.domain.reconciliation import Reconciliation
from postering.domain.runs.reports import PJobReport, SyncOrdersReport
from postering.domain.runs.requests import PJobRequest, SyncOrdersRequest
from postering.jobs import announcing, p_job, sync_orders
from postering.jobs.ports import Receiver, Store
from postering.jobs.reconcile import ReconcileRequest, run_reconcile
from postering.jobs.run import Progress, Run, silent

if TYPE_CHECKING:
    from postering.deployment.stack import Stack


@dataclass(frozen=True, kw_only=True)
class Deployment:
    """An open deployment: its store, its settings, and the functions of a stack.

    Paths are relative to the folder `home`. `open_packages` opens the home of packages when it is first needed.
    """

    home: Path
    store: Store
    open_packages: Callable[[], PackageHome]
    settings: Settings
    stack: "Stack | None" = None

    @cached_property
    def packages(self) -> PackageHome:
        """The home of packages: a folder, or a bucket."""
        return self.open_packages()

    @cached_property
    def uploads(self) -> PackageUploads:
        """The packages in it, as the jobs use them."""
        return PackageUploads(self.packages, self.settings.package_limits)


@contextmanager
def deployment(settings: Settings) -> Iterator[Deployment]:
    """Open the deployment of the settings, a stack in AWS or the local one, and close it at the end.

    The local one is made at first use. Raises `StoreUnavailable` if the store cannot be opened.
    """
    opened = _in_aws(settings) if settings.stack or settings.table else _on_this_machine(settings)
    try:
        yield opened
    finally:
        opened.store.close()


def _on_this_machine(settings: Settings) -> Deployment:
    home = local_folder.ensure_folder(settings.home)
    return Deployment(
        home=home,
        store=open_local_store(home, settings),
        open_packages=lambda: UploadsFolder(home),
        settings=settings,
    )


def _in_aws(settings: Settings) -> Deployment:
    from postering.deployment import stack  # a command on the local deployment starts without the SDK

    return Deployment(
        home=settings.home,
        store=open_stack_store(stack.table_of(settings)),
        open_packages=lambda: _bucket(stack.bucket_of(settings)),
        settings=settings,
        stack=stack.Stack(name=settings.stack) if settings.stack else None,
    )


def _bucket(name: str) -> PackageHome:
    from postering.channels.packages.s3_home import UploadsBucket

    return UploadsBucket.connect(name)


def now() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)


def operator() -> str:
    """The login of the person who runs the command."""
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
    """Begin a run of a job, or (without `job`) of an operator's command; its id is unique for ever.

    The timeline names `by`, the list of runs names `started_by`; without them, the operator.
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
    """Run the P-job once: here, or by the stack's function; send business events if the settings say so."""
    if at.stack is not None:
        return at.stack.p_job(request)
    run = replace(run, announces=bool(at.settings.events))
    report = p_job.run_p_job(
        request,
        store=at.store,
        uploads=at.uploads,
        open_channel=lambda database: open_source(database, at.home, at.settings),
        run=run,
        limits=at.settings.limits,
    )
    messages = _announce(at, "p-job", report.as_json(), run)
    return replace(report, messages=(*report.messages, *messages))


def run_sync_orders(at: Deployment, request: SyncOrdersRequest, run: Run) -> SyncOrdersReport:
    """Run Synchronize orders once: here, or by the stack's function; send business events if the settings say so."""
    if at.stack is not None:
        return at.stack.sync_orders(request)
    if request.dry_run:
        return sync_orders.run_sync_orders(request, store=at.store, run=run, limits=at.settings.limits)
    run = replace(run, announces=bool(at.settings.events))
    report = sync_orders.run_sync_orders(request, store=at.store, run=run, limits=at.settings.limits)
    messages = _announce(at, "sync-orders", report.as_json(), run)
    return replace(report, messages=(*report.messages, *messages))


def _announce(at: Deployment, job: str, report: Mapping[str, object], run: Run) -> tuple[str, ...]:
    """Keep the event of the run, and send the waiting events. If this fails, return a message: the run still counts."""
    if not run.announces:
        return ()
    announcing.announce_run(job, report, at.store, run)
    failure = announcing.send_events(at.store, lambda: receiver(at), run)
    return (failure,) if failure else ()


def receiver(at: Deployment) -> Receiver:
    """The receiver of business events in the settings."""
    place = at.settings.events
    if place.startswith("bus:"):
        from postering.receivers.event_bus import EventBus

        return EventBus.connect(place.removeprefix("bus:"))
    if "://" in place:
        from postering.receivers.webhook import Webhook

        return Webhook(place)
    from postering.receivers.json_lines import EventFile

    return EventFile(at.home / place)


def reconcile(
    at: Deployment, run: Run, start: date | None = None, end: date | None = None, store: str = ""
) -> Reconciliation:
    """Compare the five sides, of a range of business dates (both included) and of a store, or of everything."""
    return run_reconcile(
        ReconcileRequest(from_date=start, to_date=end, store=store),
        store=at.store,
        uploads=at.uploads,
        channels=[open_source(database, at.home, at.settings) for database in at.store.setup().setup.channel_databases],
        run=run,
    )
