"""A local deployment in a folder that steps of the workload are put into, and both jobs run over until it is quiet."""

import hashlib
import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Any, Final

from postering.channels.channel_databases import ChannelDatabase
from postering.channels.channel_tables import create_tables, insert_rows
from postering.channels.package_uploads import PackageUploads
from postering.channels.uploads import UploadsFolder
from postering.domain.documents import PostedOrder
from postering.domain.errors import PosteringError
from postering.domain.port_values import ListFilter
from postering.domain.setup import ChannelDatabase as ChannelDatabaseLine
from postering.domain.setup import Setup
from postering.jobs.limits import Limits
from postering.jobs.p_job import PJobRequest, run_p_job
from postering.jobs.reconcile import ReconcileRequest, run_reconcile
from postering.jobs.run import Run
from postering.jobs.sync_orders import SyncOrdersRequest, run_sync_orders
from postering.store.sqlite import SQLiteStore
from tests.domain.transactions_examples import a_setup, with_company
from tests.faults import model
from tests.faults.boundaries import Boundary, Killed, Remembered, Watched, WatchedChannel, WatchedUploads
from tests.faults.workload import CARD_NUMBER, FIRST_LARGEST, STEPS, Rows

GROUP: Final = "Default"
SMALL: Final = Limits(staged_at_once=4, posted_at_once=3, extracted_per_package=3)
"""As many boundaries as can be, in few transactions."""
MANY_DEATHS: Final = replace(SMALL, session_tries=1_000_000, in_hand_tries=1_000_000)
"""For runs that are killed again and again: nothing is given up."""

_ROUNDS: Final = 12
_IDS: Final = count(1)
NOW: Final = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)


class World:
    """One process's view of the deployment in `home`: open it anew after every death."""

    def __init__(self, home: Path, boundary: Boundary | None = None, limits: Limits = SMALL, name: str = "run") -> None:
        self.home, self.limits, self.name = home, limits, name
        self.boundary = boundary or Boundary()
        self.kept = SQLiteStore(home / "postering.db")
        self.packages = PackageUploads(UploadsFolder(home))
        self.store: Any = Watched(self.kept, "store", self.boundary)
        self.uploads: Any = WatchedUploads(self.packages, "uploads", self.boundary)

    def both_jobs(self) -> None:
        """The P-job, then Synchronize orders, once."""
        self.p_job()
        self.sync_orders()

    def p_job(self) -> None:
        """The P-job once."""
        report = run_p_job(
            PJobRequest(),
            store=self.store,
            uploads=self.uploads,
            open_channel=lambda line: WatchedChannel(self._channel(line), self.boundary),
            run=self._run("p-job"),
            limits=self.limits,
        )
        assert report.complete

    def sync_orders(self) -> None:
        """Synchronize orders once."""
        run_sync_orders(SyncOrdersRequest(), store=self.store, run=self._run("sync-orders"), limits=self.limits)

    def until_quiet(self) -> None:
        """Both jobs again and again, until running them changes nothing."""
        for _ in range(_ROUNDS):
            before = content(self.home)
            self.both_jobs()
            if content(self.home) == before:
                return
        raise AssertionError(f"something still changes after {_ROUNDS} runs")

    def raise_sequence(self, largest: int) -> None:
        """`setup apply` with a longer number sequence; nothing where it is in force already."""
        wanted = setup(largest)
        in_force = self.kept.setup()
        if in_force.setup != wanted:
            assert self.kept.apply_setup(wanted, in_force.version, NOW, "operator")

    def findings(self, steps: int, raced: bool = False) -> list[model.Finding]:
        """Everything that is wrong after `steps`, when it is quiet."""
        found = model.Model(steps, raced).findings(self.books())
        waiting = [session.name for session in self.kept.sessions() if str(session.status) != "Applied"]
        found += [(model.LOST, f"session {name} is not applied") for name in waiting]
        left = self.kept.left_in_hand()
        found += [(model.OTHER, f"{batch.run_id} is left in hand") for batch in left]
        found += [(model.OTHER, f"{path} has a card number") for path in _with_card_data(self.home)]
        return found + self._unexplained() + _timelines(self)

    def half_done(self) -> list[model.Finding]:
        """What is wrong right after a death, before anything is mended."""
        return model.whole(self.books())

    def books(self) -> model.Books:
        """All that is in the store, in plain values, read in one view."""
        records = list(self.kept.listed(ListFilter(), None))
        with _reader(self.home) as connection:
            accounts = [json.loads(text) for (text,) in connection.execute("SELECT record FROM accounts")]
        return model.Books(
            states=[(record.key.transaction_id, str(record.state)) for record in records],
            numbers={record.key.transaction_id: record.sales_id for record in records},
            documents=[_document(order) for order in self.kept.orders_between(None, None, None)],
            taken={_id(account["key"]): _taken(account["movements"]) for account in accounts},
            takers={_id(account["key"]): {_id(m["by"]) for m in account["movements"]} for account in accounts},
        )

    def close(self) -> None:
        """Throw the objects away."""
        self.kept.close()

    def _run(self, job: str) -> Run:
        return Run(id=f"{self.name}-{next(_IDS)}", by=job, now=lambda: NOW, monotonic_ns=lambda: 0)

    def _channel(self, line: ChannelDatabaseLine) -> Remembered:
        return Remembered(ChannelDatabase(name=line.name, group=line.group, url=line.url, home=self.home))

    def _unexplained(self) -> list[model.Finding]:
        reconciled = run_reconcile(
            ReconcileRequest(),
            store=self.kept,
            uploads=self.packages,
            channels=[self._channel(line) for line in self.kept.setup().setup.channel_databases],
            run=self._run("reconcile"),
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


def made(home: Path) -> Path:
    """An empty deployment."""
    home.mkdir()
    create_tables(f"sqlite:///{home / 'channel.db'}")
    with opened(home) as world:
        world.raise_sequence(FIRST_LARGEST)
    return home


def put(home: Path, number: int) -> None:
    """What step `number` (from 0) brings."""
    step = STEPS[number]
    for place, rows in enumerate(step.sold, start=1):
        _sell(home, rows, counter=100 * number + place)
    uploads = PackageUploads(UploadsFolder(home))
    for session, transactions in step.packages.items():
        rows_of_all = [(entity, row) for rows in transactions for entity, some in rows.items() for row in some]
        uploads.write(GROUP, session, database="", created=NOW, rows=rows_of_all, quarantined=False)


def run_step(world: World, number: int) -> None:
    """Step `number`, after `put`: the jobs until quiet; where the step has a longer sequence, that and again."""
    largest = STEPS[number].largest
    world.until_quiet()
    if largest:
        world.raise_sequence(largest)
        world.until_quiet()


def try_step(home: Path, number: int, boundary: Boundary, **named: Any) -> bool:
    """The same in a run that may die, or fail, at the boundary; whether it lived."""
    with opened(home, boundary, **named) as world:
        try:
            run_step(world, number)
        except (Killed, PosteringError, OSError):
            return False
    return True


def copied(home: Path, to: Path) -> Path:
    """A copy of a deployment that is closed."""
    shutil.copytree(home, to)
    return to


def content(home: Path) -> str:
    """A digest of every row of the store and of every package: equal where nothing changed."""
    digest = hashlib.sha256()
    with _reader(home) as connection:
        names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for name in sorted(names):
            for row in sorted(map(repr, connection.execute(f"SELECT * FROM {name}"))):
                digest.update(row.encode())
    for path in sorted(home.glob("*/*/*")):
        digest.update(f"{path.relative_to(home)} {path.stat().st_size}".encode())
    return digest.hexdigest()


def _reader(home: Path) -> "closing[sqlite3.Connection]":
    return closing(sqlite3.connect(home / "postering.db"))


def _sell(home: Path, rows: Rows, counter: int) -> None:
    counted = {
        entity: [{**row, "replicationCounterFromOrigin": str(counter)} for row in some] for entity, some in rows.items()
    }
    with closing(sqlite3.connect(home / "channel.db")) as connection, connection:
        for entity, some in rows.items():
            names = {row["transactionId"] for row in some}
            connection.executemany(f"DELETE FROM {entity} WHERE transactionId = ?", [(name,) for name in names])
    insert_rows(f"sqlite:///{home / 'channel.db'}", counted)


def _id(key: str | list[Any] | dict[str, Any]) -> str:
    if isinstance(key, dict):
        return str(key["transaction_id"])
    return str(key.rpartition("/")[2]) if isinstance(key, str) else str(key[-1])


def _taken(movements: list[dict[str, Any]]) -> dict[str, int]:
    quantity = sum(Decimal(m.get("quantity", 0)) for m in movements)
    refunded = sum(Decimal(m.get("amount", 0)) for m in movements if m["kind"] == "refunded")
    return {"quantity": int(quantity), "cents": int(refunded * 100)}


def _cents(amount: Decimal) -> int:
    assert amount * 100 == int(amount * 100)
    return int(amount * 100)


def _document(order: PostedOrder) -> model.Document:
    return model.Document(
        transaction=order.document.transaction.transaction_id,
        number=order.document.id,
        total=_cents(order.document.total.amount),
        payments={int(payment.line): _cents(payment.amount.amount) for payment in order.payments},
        journal=[(entry.account, _cents(entry.debit.amount) - _cents(entry.credit.amount)) for entry in order.journal],
        vouchers={entry.voucher for entry in order.journal},
        variance=_cents(order.variance.amount),
        open=_cents(order.open.amount),
    )


def _with_card_data(home: Path) -> list[str]:
    files = [path for path in home.glob("postering.db*") if CARD_NUMBER.encode() in path.read_bytes()]
    kept = {path.stem for path in home.glob("uploads/*/*.zip")}
    return [path.name for path in files] + [name for name in kept if name == "first"]


def _timelines(world: World) -> list[model.Finding]:
    """Each change of state stands on the timeline, and a transaction is posted once on it."""
    found = []
    for record in world.kept.listed(ListFilter(), None):
        after = ["", *(entry.after for entry in record.timeline)]
        chained = [entry.before for entry in record.timeline] == after[:-1] and after[-1] == str(record.state)
        posted = sum(entry.after == "succeeded" != entry.before for entry in record.timeline)
        if not chained or posted != (str(record.state) == "succeeded"):
            found.append((model.OTHER, f"the timeline of {record.key.transaction_id}: {record.timeline}"))
    return found
