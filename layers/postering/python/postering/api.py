"""Postering from Python: the operations of a deployment, for an integrator's own program.

`import postering` gives the names of this module. Amounts in what is returned are exact: `Decimal`, or decimal texts in
what has the shape of a command's `--json`. Errors are `PosteringError`; its message says what to do.
"""

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from postering.deployment.settings import read_settings
from postering.deployment.wiring import Deployment, deployment, new_run, reconcile, run_p_job, run_sync_orders
from postering.domain.errors import JobRefused, PosteringError
from postering.domain.inquiries.current_state import current_state
from postering.domain.inquiries.standing import ListFilter
from postering.domain.inquiries.status_view import status_view
from postering.domain.inquiries.transaction_story import explanation, story
from postering.domain.reconciliation import Reconciliation
from postering.domain.runs.reports import PJobReport, SyncOrdersReport
from postering.domain.runs.requests import PJobRequest, SyncOrdersRequest
from postering.domain.setup.setup_file import SetupError
from postering.jobs.named_transactions import one_transaction
from postering.operations.packaging import CreatedPackage, new_session_id, package_into_uploads
from postering.operations.setups import AppliedSetup, apply_setup
from postering.operations.transactions import assembled, check_stores
from postering.schedules.next_runs import status

__all__ = [
    "AppliedSetup",
    "Books",
    "CreatedPackage",
    "JobRefused",
    "PJobReport",
    "PosteringError",
    "Reconciliation",
    "SetupError",
    "SyncOrdersReport",
    "open_books",
]


class Books:
    """A deployment that is open: its setup, packages, transactions and documents. `open_books` makes one.

    A transaction's `ID` is a transactionId, the whole key, a channel reference or a sales order number. Every operation
    may raise `StoreUnavailable` or `UploadsUnavailable`, which are a `PosteringError`, where its storage is away.
    """

    def __init__(self, at: Deployment) -> None:
        """Not made by hand: `open_books` closes what it opens."""
        self._at = at

    def apply_setup(self, file: str | Path, *, sure: bool = False, dry_run: bool = False) -> AppliedSetup:
        """Apply a setup file (TOML or JSON), as a whole or not at all; applying it again changes nothing.

        `SetupError` names every fault with its place. `JobRefused` where the file removes or re-keys lines that
        transactions use, unless `sure`. With `dry_run` nothing is written, and `changes` are those that would be made.
        """
        return apply_setup(self._at, Path(file).read_bytes(), str(file), lambda _: sure, dry_run=dry_run)

    def package(self, folder: str | Path, *, group: str, session: str = "") -> CreatedPackage:
        """Make an upload package of a folder of CSV or JSON Lines files, in the uploads of a channel database group.

        `session` is its id, else one that no other package has. Bad rows are in `package.problems`: they are rejected
        when the package is staged. `PackageRefused` or `PackageExists`, a `PosteringError`, where none can be made.
        """
        return package_into_uploads(self._at, Path(folder), group, session or new_session_id(Path(folder)))

    def p_job(self, groups: Iterable[str] = (), *, from_date: date | None = None) -> PJobReport:
        """Run the P-job once: stage what channel databases and packages have, of all active groups or those named.

        `failures` of the report are the sessions and databases that could not be read; rejected rows are results.
        `from_date` reads the channel databases again from that business date. `JobRefused` for an unknown group.
        """
        request = PJobRequest(groups=tuple(groups), from_date=from_date)
        return run_p_job(self._at, request, new_run("p-job", started_by="python"))

    def sync_orders(
        self,
        *,
        stores: Iterable[str] = (),
        nodes: Iterable[str] = (),
        transaction: str = "",
        dry_run: bool = False,
    ) -> SyncOrdersReport:
        """Run Synchronize orders once: post what is pending, of all stores or those of the selection.

        A transaction that fails is counted in `errors` by code, and no error. `JobRefused` for an unknown store, node
        or transaction. With `dry_run` nothing is written.
        """
        request = SyncOrdersRequest(stores=tuple(stores), nodes=tuple(nodes), transaction=transaction, dry_run=dry_run)
        return run_sync_orders(self._at, request, new_run("sync-orders", started_by="python"))

    def transactions(
        self,
        *,
        states: Iterable[str] = (),
        stores: Iterable[str] = (),
        dates: Iterable[date] = (),
        codes: Iterable[str] = (),
        limit: int | None = None,
    ) -> Iterator[dict[str, object]]:
        """The transactions that match, each as `postering transactions --json` lists it; an empty option matches all.

        `JobRefused` for an unknown store.
        """
        wanted = ListFilter(
            states=tuple(map(str, states)), stores=tuple(stores), dates=tuple(dates), codes=tuple(codes)
        )
        check_stores(self._at, wanted.stores)
        return (record.as_json() for record in self._at.store.listed(wanted, limit))

    def show(self, transaction: str) -> dict[str, Any]:
        """The whole story of a transaction: rows, problems, documents, payments, journal, timeline.

        The shape of `postering show ID --json`. `JobRefused` where the ID names none, or several.
        """
        key = one_transaction(self._at.store, transaction).key
        record, assembly = assembled(self._at, key)
        return story(record, assembly, self._at.store.order_of(key))

    def explain(self, transaction: str) -> dict[str, Any]:
        """Why a transaction is not an order: each problem with code, expected, found, rows and repair.

        The shape of `postering explain ID --json`. `JobRefused` where the ID names none, or several.
        """
        record, assembly = assembled(self._at, one_transaction(self._at.store, transaction).key)
        return {**explanation(record), "whereabouts": current_state(record, assembly)}

    def reconcile(
        self, *, from_date: date | None = None, to_date: date | None = None, store: str = ""
    ) -> Reconciliation:
        """Compare channel, packages, staging, orders and journal, each from its own bytes.

        All of it, or the business dates from and to (both included), or a store. `verdict` is agrees, explained
        or unexplained; `unexplained` has the differences without a reason; `as_json()` is the whole table.
        """
        return reconcile(self._at, new_run(started_by="python"), from_date, to_date, store)

    def status(self) -> Mapping[str, Any]:
        """Whether all is well: `well`, and `needs`, what needs a person with the command that goes on.

        The shape of `postering status --json`.
        """
        return status_view(status(self._at))


@contextmanager
def open_books(home: str | Path = "", *, stack: str = "") -> Iterator[Books]:
    """The books of a local deployment in the folder `home`, or of a `stack` in AWS; closed at the end of the block.

    Without either they are those of the environment (`POSTERING_HOME`, `POSTERING_STACK`), as for the command. A local
    deployment is made at first use. Raises `SettingsError` and `StoreUnavailable`, a `PosteringError` both.
    """
    settings = read_settings(os.environ)
    if home:
        settings = replace(settings, home=Path(home))
    if home or stack:
        settings = replace(settings, stack=stack)
    with deployment(settings) as at:
        yield Books(at)
