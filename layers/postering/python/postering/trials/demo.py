"""The demo: one real day, from an empty folder to books that agree to the penny, by the same code as any run."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from postering.deployment import local_folder
from postering.deployment.settings import Settings
from postering.deployment.wiring import Deployment, deployment, reconcile, run_p_job, run_sync_orders
from postering.domain.errors import JobRefused
from postering.domain.inquiries.standing import ListFilter
from postering.domain.inquiries.transaction_story import explanation
from postering.domain.reconciliation import Reconciliation
from postering.domain.runs.reports import PJobReport, SyncOrdersReport
from postering.domain.runs.requests import PJobRequest, SyncOrdersRequest
from postering.domain.sales_orders.documents import PostedOrder
from postering.domain.staging.assembly import Assembly
from postering.domain.staging.records import State, TransactionRecord
from postering.jobs.run import Run
from postering.operations.setups import AppliedSetup, apply_setup
from postering.operations.transactions import assembled
from postering.trials.sample.files import DAY, SETUP, SETUP_WITHOUT_GIFT_CARDS, sample_bytes, sample_text
from postering.trials.sample.online_retail import channel_rows, read_invoices

CHANNEL_DATABASE: Final = "channel.db"
_URL: Final = f"sqlite:///{CHANNEL_DATABASE}"
_FILES: Final = (
    CHANNEL_DATABASE,
    f"{CHANNEL_DATABASE}-wal",
    f"{CHANNEL_DATABASE}-shm",
    SETUP,
    SETUP_WITHOUT_GIFT_CARDS,
)

StartRun = Callable[[str], Run]
"""Begins a run of the job of that name, with a progress for its viewer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """The content of the store after a run: counts by state, every record, every order."""

    states: Mapping[str, int]
    records: tuple[TransactionRecord, ...]
    orders: tuple[PostedOrder, ...]


class Stage(Protocol):
    """The viewer of the demo: it is called after each step, in order."""

    def filled(self, home: Path, rows: Mapping[str, int]) -> None:
        """The channel database holds the sample: rows by entity."""
        ...

    def setup_applied(self, file: Path, applied: AppliedSetup) -> None:
        """A setup is active."""
        ...

    def p_job_ran(self, report: PJobReport) -> None:
        """The P-job has run."""
        ...

    def sync_orders_ran(self, report: SyncOrdersReport, posted: Posted) -> None:
        """Synchronize orders has run."""
        ...

    def explained(self, record: TransactionRecord, assembly: Assembly) -> None:
        """A failed transaction is explained."""
        ...

    def reconciled(self, reconciliation: Reconciliation) -> None:
        """The five sides were compared."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoReport:
    """All steps of the demo, in order."""

    home: Path
    setups: tuple[AppliedSetup, ...]
    p_jobs: tuple[PJobReport, ...]
    sync_orders: tuple[SyncOrdersReport, ...]
    explained: TransactionRecord | None
    reconciliation: Reconciliation
    posted: Posted

    def as_json(self) -> dict[str, object]:
        """One document of all reports (`demo --json`)."""
        return {
            "home": str(self.home),
            "setups": [applied.as_json() for applied in self.setups],
            "p_jobs": [report.as_json() for report in self.p_jobs],
            "sync_orders": [report.as_json() for report in self.sync_orders],
            "explained": explanation(self.explained) if self.explained is not None else None,
            "states": dict(self.posted.states),
            "reconciliation": self.reconciliation.as_json(),
        }


def play(settings: Settings, stage: Stage, start_run: StartRun) -> DemoReport:
    """Play the demo in the folder of `settings`. Raises `JobRefused` if no demo made that folder."""
    _refuse_engine_in_use(settings)
    home = local_folder.prepare_demo_folder(settings.home, _FILES)
    for name in (SETUP, SETUP_WITHOUT_GIFT_CARDS):
        (home / name).write_bytes(sample_bytes(name))
    stage.filled(home, _fill_channel(home))
    with deployment(settings) as at:
        return _play(at, stage, start_run)


def _refuse_engine_in_use(settings: Settings) -> None:
    """Refuse an engine with a deployment: a demo makes a fresh one, and replaces none."""
    if not settings.engine:
        return
    with deployment(settings) as at:
        if at.store.setup().version:
            raise JobRefused(
                f"the DynamoDB engine at {settings.engine} holds a deployment already, and a demo replaces none: empty "
                "the engine, or unset AWS_ENDPOINT_URL_DYNAMODB to play the demo on this machine's own file"
            )


def _play(at: Deployment, stage: Stage, start_run: StartRun) -> DemoReport:
    first_setup = _apply(at, SETUP_WITHOUT_GIFT_CARDS, stage)
    p_jobs = [_pull(at, stage, start_run)]
    synced = [_post(at, stage, start_run)]
    failed = next(at.store.listed(ListFilter(states=(State.FAILED,)), 1), None)
    if failed is not None:
        stage.explained(*assembled(at, failed.key))
    whole_setup = _apply(at, SETUP, stage)
    synced.append(_post(at, stage, start_run))
    p_jobs.append(_pull(at, stage, start_run))
    synced.append(_post(at, stage, start_run))
    reconciliation = reconcile(at, start_run("reconcile"))
    stage.reconciled(reconciliation)
    return DemoReport(
        home=at.home,
        setups=(first_setup, whole_setup),
        p_jobs=tuple(p_jobs),
        sync_orders=tuple(synced),
        explained=failed,
        reconciliation=reconciliation,
        posted=_posted(at),
    )


def _fill_channel(home: Path) -> Mapping[str, int]:
    # Loaded when it is used: SQLAlchemy takes its time.
    from postering.channels.databases.tables import create_tables, insert_rows

    rows = channel_rows(read_invoices(sample_text(DAY).splitlines(keepends=True)))
    create_tables(_URL, home)
    insert_rows(_URL, rows, home)
    return {entity: len(listed) for entity, listed in rows.items()}


def _apply(at: Deployment, name: str, stage: Stage) -> AppliedSetup:
    file = at.home / name
    applied = apply_setup(at, file.read_bytes(), name)
    stage.setup_applied(file, applied)
    return applied


def _pull(at: Deployment, stage: Stage, start_run: StartRun) -> PJobReport:
    report = run_p_job(at, PJobRequest(), start_run("p-job"))
    stage.p_job_ran(report)
    return report


def _post(at: Deployment, stage: Stage, start_run: StartRun) -> SyncOrdersReport:
    report = run_sync_orders(at, SyncOrdersRequest(), start_run("sync-orders"))
    stage.sync_orders_ran(report, _posted(at))
    return report


def _posted(at: Deployment) -> Posted:
    return Posted(
        states=at.store.counts_by_state(),
        records=tuple(at.store.listed(ListFilter(), None)),
        orders=tuple(at.store.orders_between(None, None, None)),
    )
