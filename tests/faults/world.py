"""A local deployment in a folder that steps of the workload are put into, and both jobs run over until it is quiet."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Any, Final

from postering.channels.databases.databases import ChannelDatabase
from postering.channels.databases.tables import create_tables, insert_rows
from postering.channels.packages.folder_home import UploadsFolder
from postering.channels.packages.uploads import PackageUploads
from postering.domain.errors import PosteringError
from postering.domain.runs.requests import PJobRequest, SyncOrdersRequest
from postering.domain.setup.setup import ChannelDatabase as ChannelDatabaseLine
from postering.domain.setup.setup import Setup
from postering.jobs.limits import Limits
from postering.jobs.p_job import run_p_job
from postering.jobs.reconcile import ReconcileRequest, run_reconcile
from postering.jobs.run import Run
from postering.jobs.sync_orders import run_sync_orders
from tests.domain.transactions_examples import a_setup, with_company
from tests.faults import model
from tests.faults.boundaries import Boundary, Killed, Remembered, WatchedChannel, WatchedUploads
from tests.faults.places import made_place, place_of
from tests.faults.rows import Rows
from tests.faults.standing import books_of, broken_timelines, untold, with_card_data

GROUP: Final = "Default"
SMALL: Final = Limits(staged_at_once=4, posted_at_once=3, extracted_per_package=3)
"""As many boundaries as can be, in few transactions."""
NOW: Final = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)
PAUSE: Final = SMALL.pauses.longest
"""After which everything that many runs died of is due again."""

LONGEST: Final = 99_999
"""The last number of a sequence that does not run out."""

_ROUNDS: Final = 12
_IDS: Final = count(1)


@dataclass
class Patience:
    """When time is out: a run may ask so many times whether it must stop."""

    questions: int
    asked: int = 0

    def must_stop(self) -> bool:
        """Asked once more."""
        self.asked += 1
        return self.asked > self.questions


class World:
    """One process's view of the deployment in `home`: open it anew after every death."""

    def __init__(
        self,
        home: Path,
        boundary: Boundary | None = None,
        *,
        limits: Limits = SMALL,
        name: str = "run",
        now: Callable[[], datetime] = lambda: NOW,
        patience: Patience | None = None,
    ) -> None:
        self.home, self.limits, self.name, self.now, self.patience = home, limits, name, now, patience
        self.boundary = boundary or Boundary()
        self.place = place_of(home)
        self.kept, self.store = self.place.store(self.boundary)
        self.packages = PackageUploads(UploadsFolder(home))
        self.uploads: Any = WatchedUploads(self.packages, "uploads", self.boundary)

    def both_jobs(self) -> None:
        """The P-job, then Synchronize orders, once."""
        self.p_job()
        self.sync_orders()

    def p_job(self, **asked: Any) -> None:
        """The P-job once."""
        report = run_p_job(
            PJobRequest(**asked),
            store=self.store,
            uploads=self.uploads,
            open_channel=lambda line: WatchedChannel(self._channel(line), self.boundary),
            run=self.run("p-job"),
            limits=self.limits,
        )
        assert report.complete or self.patience is not None

    def sync_orders(self, **asked: Any) -> None:
        """Synchronize orders once."""
        request = SyncOrdersRequest(**asked)
        run_sync_orders(request, store=self.store, run=self.run("sync-orders"), limits=self.limits)

    def until_quiet(self) -> None:
        """Both jobs again and again, until running them changes nothing."""
        for _ in range(_ROUNDS):
            before = self.place.content()
            self.both_jobs()
            if self.place.content() == before:
                return
        raise AssertionError(f"something still changes after {_ROUNDS} runs")

    def raise_sequence(self, largest: int) -> None:
        """`setup apply` with a longer number sequence; nothing where it is in force already."""
        wanted = setup(largest)
        active_setup = self.store.setup()
        if active_setup.setup != wanted:
            assert self.store.apply_setup(wanted, active_setup.version, NOW, "operator")

    def findings(self, steps: int, raced: bool = False) -> list[model.Finding]:
        """Everything that is wrong after `steps`, when it is quiet."""
        found = model.Model(self.place.workload, steps, raced).findings(self.books())
        waiting = [session.name for session in self.kept.sessions() if str(session.status) != "Applied"]
        found += [(model.LOST, f"session {name} is not applied") for name in waiting]
        left = self.kept.open_batches()
        found += [(model.OTHER, f"{batch.run_id} is left in hand") for batch in left]
        found += [(model.OTHER, f"{place} has a card number") for place in with_card_data(self.place)]
        return found + self._unexplained() + broken_timelines(self.kept) + untold(self.kept)

    def half_done(self) -> list[model.Finding]:
        """What is wrong right after a death, before anything is fixed."""
        return model.whole(self.books())

    def books(self) -> model.Books:
        """All that is in the store, in plain values."""
        return books_of(self.kept, self.place.workload)

    def close(self) -> None:
        """Throw the objects away."""
        if not self.place.engine:  # a client of DynamoDB is shared
            self.kept.close()

    def run(self, by: str) -> Run:
        """A new run."""
        return Run(
            id=f"{self.name}-{next(_IDS)}",
            by=by,
            now=self.now,
            monotonic_ns=lambda: 0,
            announces=True,
            must_stop=lambda: self.patience is not None and self.patience.must_stop(),
        )

    def _channel(self, line: ChannelDatabaseLine) -> Remembered:
        return Remembered(ChannelDatabase(name=line.name, group=line.group, url=line.url, home=self.home))

    def _unexplained(self) -> list[model.Finding]:
        reconciled = run_reconcile(
            ReconcileRequest(),
            store=self.kept,
            uploads=self.packages,
            channels=[self._channel(line) for line in self.kept.setup().setup.channel_databases],
            run=self.run("reconcile"),
        )
        return [(model.CENTS, f"reconcile: {one.as_json()}") for one in reconciled.unexplained]


def setup(largest: int) -> Setup:
    """One company, one store, one channel database."""
    company = a_setup().companies[0]
    return replace(
        with_company(
            a_setup(),
            maximum_payment_difference=Decimal("0.01"),
            number_sequence=replace(company.number_sequence, largest=largest),
            hold_after_edit=True,
        ),
        channel_databases=(ChannelDatabaseLine(name="houston", group=GROUP, url="sqlite:///channel.db"),),
    )


@contextmanager
def opened(home: Path, *given: Any, **named: Any) -> Iterator[World]:
    """The deployment in `home`, thrown away at the end."""
    world = World(home, *given, **named)
    try:
        yield world
    finally:
        world.close()


def made(home: Path, workload: str = "whole", engine: str = "") -> Path:
    """An empty deployment."""
    made_place(home, workload, engine)
    create_tables(f"sqlite:///{home / 'channel.db'}")
    with opened(home) as world:
        world.raise_sequence(LONGEST)
    return home


def put(home: Path, number: int) -> None:
    """What step `number` (from 0) brings."""
    step = place_of(home).workload.steps[number]
    for place, rows in enumerate(step.sold, start=1):
        _sell(home, rows, counter=step.counter or 100 * (number + 1) + place)
    uploads = PackageUploads(UploadsFolder(home))
    for session, transactions in step.packages.items():
        rows_of_all = [(entity, row) for rows in transactions for entity, some in rows.items() for row in some]
        uploads.write(GROUP, session, database="", created=NOW, rows=rows_of_all, quarantined=False)
    if step.numbers is not None:
        with opened(home) as world:
            given = max(int(document.number.rpartition("-")[2]) for document in world.books().documents)
            world.raise_sequence(given + step.numbers)


def run_step(world: World, number: int) -> None:
    """Step `number`, after `put`: the jobs until quiet; where its numbers ran out, a longer sequence and again."""
    world.until_quiet()
    if world.place.workload.steps[number].numbers is not None:
        world.raise_sequence(LONGEST)
        world.until_quiet()


def try_step(home: Path, number: int, boundary: Boundary, **named: Any) -> bool:
    """The same in a run that may die, or fail, at the boundary; whether it lived."""
    with opened(home, boundary, **named) as world:
        try:
            run_step(world, number)
        except (Killed, PosteringError, OSError):
            return False
    return True


def _sell(home: Path, rows: Rows, counter: int) -> None:
    counted = {
        entity: [{**row, "replicationCounterFromOrigin": str(counter)} for row in some] for entity, some in rows.items()
    }
    with closing(sqlite3.connect(home / "channel.db")) as connection, connection:
        for entity, some in rows.items():
            names = {row["transactionId"] for row in some}
            connection.executemany(f"DELETE FROM {entity} WHERE transactionId = ?", [(name,) for name in names])
    insert_rows(f"sqlite:///{home / 'channel.db'}", counted)
