"""`postering reconcile`: compare channel, packages, staging, orders and journal to the cent."""

from datetime import date

import click

from postering.cli.options import ExampleCommand, day_option, with_settings
from postering.cli.output import print_json
from postering.cli.progress import shown_progress
from postering.cli.reconcile_tables import print_reconciliation
from postering.deployment.settings import Settings
from postering.deployment.wiring import deployment, new_run, reconcile
from postering.domain.reconciliation.groups import By


@click.command(
    "reconcile",
    cls=ExampleCommand,
    short_help="Compare channel, packages, staging, orders and journal to the cent.",
    examples=(
        "postering reconcile",
        "postering reconcile --from 2010-12-01 --to 2010-12-31",
        "postering reconcile --by month",
        "postering reconcile --store OR-UK --json",
    ),
)
@day_option("--from", "start", help="From this business date.")
@day_option("--to", "end", help="To this business date, inclusive.")
@click.option("--store", default="", metavar="NAME", help="Only this store.")
@click.option(
    "--by",
    type=click.Choice([str(by) for by in By]),
    help="Add up by this. If not given: the stores of one day, else days, months or currencies, so that it is short.",
)
@with_settings
def command(start: date | None, end: date | None, store: str, by: str | None, settings: Settings, as_json: bool) -> int:
    """Compare the five sides per store, business date and currency: channel, packages, staged, orders, journal.

    Each side is computed again from its own bytes or records. The verdict is `agrees`, `explained` (every difference
    has a reason and an amount) or `unexplained`: exit status 1 if a cent or a transaction is unexplained.
    """
    if start is not None and end is not None and end < start:
        raise click.UsageError(f"--to {end} is before --from {start}.")
    with deployment(settings) as at, shown_progress(as_json) as progress:
        found = reconcile(at, new_run("reconcile", progress), start, end, store)
    chosen = By(by) if by is not None else None
    if as_json:
        print_json(found.as_json(chosen))
    else:
        print_reconciliation(found, chosen)
    return 0 if found.balanced else 1
