"""A whole deployment in a temporary folder: real store, uploads and channel database; only the clock is made up."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from postering.channels.databases.databases import ChannelDatabase
from postering.channels.databases.limits import LOOK_BACK_COUNTERS
from postering.channels.databases.tables import create_tables, insert_rows
from postering.channels.packages.folder_home import UploadsFolder
from postering.channels.packages.uploads import PackageUploads
from postering.domain.keys import TransactionKey
from postering.domain.reconciliation import Reconciliation
from postering.domain.retail_transactions.entities import HEADER
from postering.domain.retail_transactions.transactions import RetailTransaction
from postering.domain.runs.reports import PJobReport, SyncOrdersReport
from postering.domain.runs.requests import PJobRequest, SyncOrdersRequest
from postering.domain.setup.setup import ChannelDatabase as ChannelDatabaseLine
from postering.domain.setup.setup import Setup
from postering.domain.staging.records import TransactionRecord
from postering.jobs.limits import Limits
from postering.jobs.p_job import run_p_job
from postering.jobs.reconcile import ReconcileRequest, run_reconcile
from postering.jobs.run import Run
from postering.jobs.sync_orders import run_sync_orders
from postering.store.sqlite import SQLiteStore
from tests.domain.transactions_examples import KEY, a_setup, raw_rows
from tests.store.adapters import Adapter

GROUP = "Default"
Rows = Mapping[str, Sequence[Mapping[str, Any]]]


@dataclass
class Deployment:
    """What a test works with: `put` a package, `sell` in the channel database, run the jobs, look."""

    home: Path
    store: SQLiteStore
    uploads: PackageUploads
    limits: Limits = field(default_factory=Limits)
    look_back: int = LOOK_BACK_COUNTERS
    now: datetime = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)
    stop_after: int | None = None
    ids: Iterator[int] = field(default_factory=lambda: count(1))
    sold: Iterator[int] = field(default_factory=lambda: count(1))

    def run(self, job: str) -> Run:
        """A run whose clock stands still unless a test moves it; it must stop after `stop_after` questions."""
        asked = count(1)
        return Run(
            id=f"run-{next(self.ids)}",
            by=job,
            now=lambda: self.now,
            monotonic_ns=lambda: 0,
            must_stop=lambda: self.stop_after is not None and next(asked) > self.stop_after,
        )

    def apply(self, setup: Setup) -> None:
        """Put a setup in force."""
        assert self.store.apply_setup(setup, self.store.setup().version, self.now, "tester")

    def p_job(self, **request: Any) -> PJobReport:
        """Run the P-job once."""
        return run_p_job(
            PJobRequest(**request),
            store=self.store,
            uploads=self.uploads,
            open_channel=lambda line: ChannelDatabase(
                name=line.name, group=line.group, url=line.url, home=self.home, look_back=self.look_back
            ),
            run=self.run("p-job"),
            limits=self.limits,
        )

    def sync_orders(self, **request: Any) -> SyncOrdersReport:
        """Run Synchronize orders once."""
        return run_sync_orders(
            SyncOrdersRequest(**request), store=self.store, run=self.run("sync-orders"), limits=self.limits
        )

    def reconcile(self, meanwhile: Any = None, **request: Any) -> Reconciliation:
        """Compare the books with all channel databases of the setup; `meanwhile` stands in for the store."""
        channels = [
            ChannelDatabase(name=line.name, group=line.group, url=line.url, home=self.home)
            for line in self.store.setup().setup.channel_databases
        ]
        return run_reconcile(
            ReconcileRequest(**request),
            store=meanwhile or self.store,
            uploads=self.uploads,
            channels=channels,
            run=self.run("reconcile"),
        )

    def put(self, session: str, *rows: Rows, group: str = GROUP) -> None:
        """Lay a package in the uploads."""
        self.uploads.write(
            group,
            session,
            database="",
            created=self.now,
            rows=[(entity, row) for each in rows for entity, some in each.items() for row in some],
            quarantined=False,
        )

    def make_channel_database(self) -> None:
        """An empty channel database, named in the setup."""
        create_tables(f"sqlite:///{self.home / 'channel.db'}")
        line = ChannelDatabaseLine(name="houston", group=GROUP, url="sqlite:///channel.db")
        self.apply(replace(self.store.setup().setup, channel_databases=(line,)))

    def sell(self, *transactions: Rows, counter: int | None = None) -> None:
        """Write transactions to the channel database, with growing replication counters."""
        for rows in transactions:
            number = next(self.sold) if counter is None else counter
            counted = {
                entity: [{**row, COUNTER.get(entity, "replicationCounterFromOrigin"): number} for row in some]
                for entity, some in rows.items()
            }
            insert_rows(f"sqlite:///{self.home / 'channel.db'}", counted)

    def record(self, transaction_id: str) -> TransactionRecord:
        """The record of the one transaction with this id."""
        (found,) = self.store.find(transaction_id)
        return found

    def states(self) -> dict[str, str]:
        """State (and reason or codes) by transaction id."""
        from postering.domain.inquiries.standing import ListFilter

        return {
            record.key.transaction_id: " ".join((str(record.state), *record.codes))
            for record in self.store.listed(ListFilter(), None)
        }

    def later(self, **span: int) -> None:
        """Let time pass."""
        self.now += timedelta(**span)


COUNTER = {
    "RetailTransactionAddressTrans": "ReplicationCounterFromOrigin",
    "RetailTransactionDiscountTrans": "ReplicationCounterFromOrigin",
}


@pytest.fixture
def deployment(tmp_path: Path) -> Iterator[Deployment]:
    """A deployment with the examples' setup in force."""
    store = SQLiteStore(tmp_path / "postering.db")
    made = Deployment(home=tmp_path, store=store, uploads=PackageUploads(UploadsFolder(tmp_path)))
    made.apply(a_setup())
    yield made
    store.close()


@contextmanager
def on_store(adapter: Adapter, home: Path) -> Iterator[Deployment]:
    """A deployment on another kind of store, with the examples' setup in force."""
    with adapter.made(home) as opener:
        store = opener()
        made = Deployment(home=home, store=store, uploads=PackageUploads(UploadsFolder(home)))  # type: ignore[arg-type]
        made.apply(a_setup())
        yield made
        store.close()


def rows_of(transaction: RetailTransaction, transaction_id: str, reference: str | None = None) -> dict[str, Any]:
    """The upload rows of an example, under an id of its own (and, unless said, a reference of its own)."""
    own = replace(
        transaction,
        key=TransactionKey(KEY.company, KEY.channel, KEY.store, KEY.terminal, transaction_id),
        header=replace(transaction.header, channel_reference_id=reference or f"W-{transaction_id}"),
    )
    return {entity: [dict(row) for row in rows] for entity, rows in raw_rows(own).items() if rows}


def only(rows: Rows, *entities: str) -> dict[str, Any]:
    """Those rows alone."""
    return {entity: list(some) for entity, some in rows.items() if entity in entities}


def without(rows: Rows, *entities: str) -> dict[str, Any]:
    """All rows but those."""
    return {entity: list(some) for entity, some in rows.items() if entity not in entities}


def changed(rows: Rows, entity: str, number: int = 0, **columns: Any) -> dict[str, Any]:
    """The rows with columns of one of them changed."""
    copied: dict[str, Any] = {name: [dict(row) for row in some] for name, some in rows.items()}
    copied[entity][number] |= columns
    return copied


def dated(rows: Rows, day: date) -> dict[str, Any]:
    """The rows with another business date."""
    return changed(rows, HEADER, businessDate=day.isoformat())
