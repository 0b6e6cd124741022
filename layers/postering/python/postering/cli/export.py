"""`postering export`: write orders, lines, payments, journal and customers to files, with a receipt."""

from datetime import date
from pathlib import Path

import click

from postering.cli.options import ExampleCommand, day_option, not_empty, with_settings
from postering.cli.output import grouped, print_json, print_line
from postering.cli.progress import shown_progress
from postering.cli.tables import numbers, print_table, words
from postering.deployment.settings import Settings
from postering.deployment.wiring import deployment, new_run
from postering.domain.exports.catalogue import SHEETS
from postering.domain.near_names import near_or_all
from postering.domain.texts import counted
from postering.operations.exporting import Export, ExportRequest, export
from postering.operations.exporting.formats import FORMATS, kinds_of


def _kinds(context: click.Context, parameter: click.Parameter, given: str) -> tuple[str, ...]:
    if not not_empty(context, parameter, given):
        return ()
    kinds = tuple(kind.strip() for kind in given.split(","))
    for kind in kinds:
        if kind not in SHEETS:
            raise click.BadParameter(f"{kind!r} can't be exported. {near_or_all(kind, SHEETS)}")
    return kinds


@click.command(
    "export",
    cls=ExampleCommand,
    short_help="Write orders, lines, payments and journal to files, with a receipt.",
    examples=(
        "postering export --out exports",
        "postering export --out exports --format parquet --from 2010-12-01 --to 2010-12-31",
        "postering export --out exports --what orders,journal --store OR-UK --since-last",
        "postering export --out ledger --format beancount --since-last --json",
    ),
)
@click.option(
    "--out",
    required=True,
    metavar="FOLDER",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder of all exports: each makes its own folder in it, beside the receipts of earlier ones.",
)
@click.option("--format", type=click.Choice(FORMATS), default="csv", show_default=True, help="Format of the files.")
@click.option("--what", "kinds", default="", metavar="KINDS", callback=_kinds, help=f"Some of {','.join(SHEETS)}.")
@day_option("--from", "start", help="From this business date.")
@day_option("--to", "end", help="To this business date, inclusive.")
@click.option("--store", default="", metavar="NAME", callback=not_empty, help="Only this store.")
@click.option("--since-last", is_flag=True, help="Only documents that no earlier export of the same selection has.")
@with_settings
def command(
    out: Path,
    format: str,
    kinds: tuple[str, ...],
    start: date | None,
    end: date | None,
    store: str,
    since_last: bool,
    settings: Settings,
    as_json: bool,
) -> int:
    """Write posted documents to files, one per kind, in a new folder FOLDER/export-N. It appears only when complete.

    Amounts are positive for a sale. The receipt has the control totals of `postering reconcile`, every file's SHA-256
    and the documents. beancount and ledger hold the journal. docs/export.md has the columns.
    """
    if start is not None and end is not None and end < start:
        raise click.UsageError(f"--to {end} is before --from {start}.")
    if unwritable := [kind for kind in kinds if kind not in kinds_of(format)]:
        raise click.UsageError(
            f"{format} holds only the journal: for {', '.join(unwritable)} choose csv, jsonl or parquet."
        )
    request = ExportRequest(
        out=out, format=format, kinds=kinds, from_date=start, to_date=end, store=store, since_last=since_last
    )
    with deployment(settings) as at, shown_progress(as_json) as progress:
        done = export(at, request, new_run(progress=progress))
    if as_json:
        print_json(done.as_json())
    else:
        _print_export(done)
    return 0


def _print_export(done: Export) -> None:
    receipt = done.receipt
    if receipt is None:
        print_line(f"Nothing was posted since receipt-{done.last_receipt}.json: nothing was written.")
        return
    print_table(
        "",
        (words("File"), numbers("Rows"), numbers("Bytes"), words("SHA-256")),
        ((file.name, f"{file.rows:,}", f"{file.size:,}", file.sha256[:16] + "…") for file in receipt.files),
    )
    for currency, sums in receipt.totals.as_json().items():
        assert isinstance(sums, dict)
        orders, journal = sums["orders"], sums["journal"]
        print_line(
            f"{currency}: orders {grouped(orders['gross'])}, payments {grouped(orders['payments'])}, "
            f"debits {grouped(journal['debit'])}, credits {grouped(journal['credit'])}"
        )
    described = "all of the selection" if receipt.complete else "since the last export"
    print_line(f"\n{done.folder}: {counted(len(receipt.documents), 'document')}, {described}.")
