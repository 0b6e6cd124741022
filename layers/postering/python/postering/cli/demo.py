"""`postering demo`: post a real day's sales on this machine, for newcomers."""

import os
import shutil
import sys
from collections import Counter
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path

import click

from postering.cli.explain import print_explanation
from postering.cli.options import ExampleCommand, with_settings
from postering.cli.output import grouped, heading, paragraph, print_json, print_line
from postering.cli.reconcile_tables import print_reconciliation
from postering.cli.reports import print_p_job, print_sync_orders
from postering.cli.tables import Column, numbers, print_table, words
from postering.deployment.settings import Settings
from postering.deployment.wiring import new_run
from postering.domain.money import amount_text, total
from postering.domain.reconciliation import Reconciliation
from postering.domain.runs.reports import PJobReport, SyncOrdersReport
from postering.domain.sales_orders.documents import DocumentKind
from postering.domain.staging.assembly import Assembly
from postering.domain.staging.records import State, TransactionRecord
from postering.domain.texts import counted
from postering.operations.setups import AppliedSetup
from postering.trials.demo import DemoReport, Posted, play


@click.command(
    "demo",
    cls=ExampleCommand,
    short_help="Post one real day's sales on this machine and reconcile it.",
    examples=("postering demo", "POSTERING_HOME=/tmp/trial postering demo"),
)
@with_settings
def command(settings: Settings, as_json: bool) -> int:
    """Post a real day's sales of an online shop (Online Retail, CC BY 4.0), from a channel database to the journal.

    The demo makes its own store and files in the folder POSTERING_HOME and replaces those of an earlier demo. If the
    folder holds anything else, the demo changes nothing and stops. Its files stay: the other commands show them.
    """
    if settings.stack or settings.table:
        raise click.UsageError(
            "The demo would post its sample to the stack: leave out --stack, POSTERING_STACK and POSTERING_TABLE."
        )
    stage = SilentSteps() if as_json else PrintedSteps()
    report = play(settings, stage, new_run)
    if as_json:
        print_json(report.as_json())
    else:
        print_next(report)
    return 0 if report.reconciliation.balanced else 1


class SilentSteps:
    """Prints no step: the report is printed as JSON at the end."""

    def filled(self, home: Path, rows: Mapping[str, int]) -> None:
        """The channel database holds the sample."""

    def setup_applied(self, file: Path, applied: AppliedSetup) -> None:
        """A setup is active."""

    def p_job_ran(self, report: PJobReport) -> None:
        """The P-job has run."""

    def sync_orders_ran(self, report: SyncOrdersReport, posted: Posted) -> None:
        """Synchronize orders has run."""

    def explained(self, record: TransactionRecord, assembly: Assembly) -> None:
        """One of the failed transactions is explained."""

    def reconciled(self, reconciliation: Reconciliation) -> None:
        """The five sides were compared."""


class PrintedSteps(SilentSteps):
    """Prints each step when it is done, under the command that does the same."""

    def __init__(self) -> None:
        self._step = 0

    def filled(self, home: Path, rows: Mapping[str, int]) -> None:
        """The channel database holds the sample."""
        self._heading("A channel database with one real day of an online shop")
        paragraph(
            f"{rows['RetailTransactionTable']} transactions of 20 December 2010 ({counted(sum(rows.values()), 'row')} "
            f"in the RetailTransaction tables) are in {home / 'channel.db'}. Source: Online Retail, Daqing Chen, UCI "
            "Machine Learning Repository (CC BY 4.0); its payments, taxes and stores are derived by rules."
        )

    def setup_applied(self, file: Path, applied: AppliedSetup) -> None:
        """A setup is active."""
        if applied.version == 1:
            self._heading(f"postering setup apply {file}")
            paragraph(
                "Four online stores with their payment methods and accounts. The gift card is left out on purpose."
            )
        else:
            self._heading(f"postering setup apply {file}")
            paragraph("The complete setup, with the lines that the explanation asks for.")

    def p_job_ran(self, report: PJobReport) -> None:
        """The P-job has run."""
        self._heading("postering p-job")
        print_p_job(report)

    def sync_orders_ran(self, report: SyncOrdersReport, posted: Posted) -> None:
        """Synchronize orders has run."""
        self._heading("postering sync-orders")
        print_sync_orders(report, posted.states.get("failed", 0))
        if report.selected:
            print_posted(posted)

    def explained(self, record: TransactionRecord, assembly: Assembly) -> None:
        """One of the failed transactions is explained."""
        self._heading(f"postering explain {record.key.transaction_id}")
        print_explanation(record, assembly)

    def reconciled(self, reconciliation: Reconciliation) -> None:
        """The five sides were compared."""
        self._heading("postering reconcile")
        print_reconciliation(reconciliation)

    def _heading(self, text: str) -> None:
        self._step += 1
        heading(f"{self._step}. {text}")


def print_posted(posted: Posted) -> None:
    """Print all that is posted so far: orders by store, payments by method."""
    print_orders_by_store(posted)
    print_payments_by_method(posted)


def print_orders_by_store(posted: Posted) -> None:
    """Print sales and return orders by store and currency, with their totals."""
    counts: Counter[tuple[str, str, DocumentKind]] = Counter()
    sums: dict[tuple[str, str, DocumentKind], Decimal] = {}
    for order in posted.orders:
        document = order.document
        place = (document.store, document.currency, document.kind)
        counts[place] += 1
        sums[place] = total((sums.get(place, Decimal(0)), document.total.amount))
    stores = sorted({place[:2] for place in counts})
    kinds = (DocumentKind.SALES_ORDER, DocumentKind.RETURN_ORDER)

    def row(places: list[tuple[str, str]], first: tuple[str, str]) -> tuple[str, ...]:
        cells = list(first)
        for kind in kinds:
            cells.append(f"{sum(counts[(*place, kind)] for place in places):,}")
            amount = total(sums.get((*place, kind), Decimal(0)) for place in places)
            cells.append(grouped(amount_text(amount, places[0][1])))
        return tuple(cells)

    one_currency = len({currency for _, currency in stores}) == 1
    print_table(
        "Orders by store",
        (
            words("Store"),
            Column("Currency"),
            numbers("Sales"),
            numbers("Total"),
            numbers("Returns"),
            numbers("Total"),
        ),
        (row([place], place) for place in stores),
        total=row(stores, ("all", stores[0][1])) if one_currency else (),
    )


def print_payments_by_method(posted: Posted) -> None:
    """Print payments and refunds by method and status."""
    counts: Counter[tuple[str, str, str]] = Counter()
    sums: dict[tuple[str, str, str], Decimal] = {}
    for order in posted.orders:
        for payment in order.payments:
            place = (payment.method, str(payment.status), payment.amount.currency)
            counts[place] += 1
            sums[place] = total((sums.get(place, Decimal(0)), payment.amount.amount))
    currencies = {currency for _, _, currency in counts}
    whole: tuple[str, ...] = ()
    if len(currencies) == 1:
        (currency,) = currencies
        whole = ("all", "", currency, f"{counts.total():,}", grouped(amount_text(total(sums.values()), currency)))
    print_table(
        "Payments by method",
        (words("Method"), Column("Status"), Column("Currency"), numbers("Payments"), numbers("Amount")),
        ((*place, f"{counts[place]:,}", grouped(amount_text(sums[place], place[2]))) for place in sorted(counts)),
        total=whole,
    )


def print_next(report: DemoReport) -> None:
    """Print commands to try next, with ids of this deployment."""
    name = own_name()
    heading("What to try next")
    for example, what in examples(report):
        print_line(f"  {name} {example}")
        print_line(f"      {what}")
    print_line()
    print_line(f"All files stay in {report.home}.")


def examples(report: DemoReport) -> list[tuple[str, str]]:
    """Commands (without the program's name) that show something in this deployment, each with a description."""
    records = report.posted.records
    found: list[tuple[str, str]] = []
    if report.explained is not None:
        found.append((f"show {report.explained.key.transaction_id}", "the order that failed first, with its journal"))
    returned = _first(records, lambda record: record.state is State.SUCCEEDED and (record.summary.total or 0) < 0)
    if returned is not None:
        found.append((f"show {returned.sales_id}", "a return order with its refund, by its order number"))
    other = _first(records, lambda record: record.state is State.NOT_AN_ORDER)
    if other is not None:
        found.append((f"explain {other.key.transaction_id}", "a non-order, and why"))
    found.append(("transactions --state not_an_order", "all non-orders"))
    found.append(("sync-orders --node Abroad --dry-run", "the stores abroad have nothing left to post"))
    found.append(("p-job --from 2010-12-20", "the P-job reads the day again and finds nothing new"))
    found.append(("reconcile --json", "the same comparison for a program"))
    return found


def own_name() -> str:
    """The program's name as it was called, so that its commands can be pasted."""
    called = Path(sys.argv[0])
    found = shutil.which("postering")
    if called.name != "postering" or (found is not None and Path(found).samefile(called)):
        return "postering"
    beside = os.path.relpath(called)
    return beside if not beside.startswith("..") else str(called)


def _first(
    records: tuple[TransactionRecord, ...], fits: Callable[[TransactionRecord], bool]
) -> TransactionRecord | None:
    return next((record for record in records if fits(record)), None)
