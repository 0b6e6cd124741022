"""`postering sync-orders`: run Synchronize orders once."""

import click

from postering.cli.options import ExampleCommand, not_empty, with_settings
from postering.cli.output import print_json
from postering.cli.progress import shown_progress
from postering.cli.reports import print_sync_orders
from postering.deployment.settings import Settings
from postering.deployment.wiring import deployment, new_run, run_sync_orders
from postering.domain.runs.requests import SyncOrdersRequest


@click.command(
    "sync-orders",
    cls=ExampleCommand,
    short_help="Post what is staged: sales orders, payments and journal.",
    examples=(
        "postering sync-orders",
        "postering sync-orders --node Abroad",
        "postering sync-orders --store OR-UK --store OR-DOTCOM --dry-run",
        "postering sync-orders --transaction 539487",
    ),
)
@click.option(
    "--hierarchy",
    default="",
    metavar="NAME",
    callback=not_empty,
    help='Organization hierarchy of the nodes ("Stores by Region").',
)
@click.option("--node", "nodes", multiple=True, metavar="NAME", help="All stores below this node today. Repeatable.")
@click.option("--store", "stores", multiple=True, metavar="NAME", help="This store. Repeatable.")
@click.option(
    "--transaction",
    "transaction_id",
    default="",
    metavar="ID",
    callback=not_empty,
    help="Only this transaction, even if it failed.",
)
@click.option("--dry-run", is_flag=True, help="Show the results without posting anything.")
@with_settings
def command(
    hierarchy: str,
    nodes: tuple[str, ...],
    stores: tuple[str, ...],
    transaction_id: str,
    dry_run: bool,
    settings: Settings,
    as_json: bool,
) -> int:
    """Run Synchronize orders once: each staged transaction becomes a sales order with payments and journal, or fails.

    Without a selection it runs for all stores. A second run changes nothing. A failed transaction is counted and is not
    an error of the run; postering explain shows its repair.
    """
    if transaction_id and (hierarchy or nodes or stores):
        raise click.UsageError("--transaction excludes the other options: leave out --hierarchy, --node and --store.")
    request = SyncOrdersRequest(
        hierarchy=hierarchy, nodes=nodes, stores=stores, transaction=transaction_id, dry_run=dry_run
    )
    with deployment(settings) as at, shown_progress(as_json) as progress:
        report = run_sync_orders(at, request, new_run("sync-orders", progress))
        failed_before = at.store.counts_by_state().get("failed", 0)
    if as_json:
        print_json(report.as_json())
    else:
        print_sync_orders(report, failed_before)
    return 0
