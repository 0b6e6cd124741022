"""`postering package`: a sound upload package of plain files."""

from pathlib import Path

import click

from postering.channels.packages.writing import PackageSummary
from postering.cli.options import ExampleCommand, with_settings
from postering.cli.output import counted, grouped, print_json, print_line, print_message
from postering.cli.tables import Column, numbers, print_table
from postering.deployment.settings import Settings
from postering.deployment.wiring import deployment
from postering.domain.money import amount_text
from postering.operations.packaging import MadePackage, into_uploads, new_session_id, to_file

_DEFAULT_GROUP = "Default"


@click.command(
    "package",
    cls=ExampleCommand,
    short_help="Make an upload package of CSV or JSON Lines files.",
    examples=(
        "postering package exports/2010-12-20 --group Default",
        "postering package exports/2010-12-20 --output exports/day-20.zip",
    ),
)
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--group", default="", metavar="NAME", help="Channel database group: the package is put into its uploads."
)
@click.option("--output", type=click.Path(path_type=Path), help="Write the package to this .zip file instead.")
@click.option(
    "--session", default="", metavar="ID", help="Session id, which is the file's name (made up where not given)."
)
@with_settings
def command(folder: Path, group: str, output: Path | None, session: str, settings: Settings, as_json: bool) -> int:
    """Make a sound upload package of FOLDER: one file per entity, RetailTransactionTable.csv or .jsonl and so on.

    Counts, checksums and control totals are added. Rows go in as they are: those that staging will reject are counted
    and told. Without --group and --output the package is written into the current folder, for the group Default.
    """
    if output is not None and output.suffix != ".zip":
        raise click.BadParameter(f"{str(output)!r} does not end in .zip", param_hint="'--output'")
    if output is not None and session and session != output.stem:
        raise click.UsageError(f"The session id is the file's name: --session {session} does not fit {output.name}.")
    session = session or (output.stem if output is not None else new_session_id(folder))
    if output is None and group:
        with deployment(settings) as at:
            made = into_uploads(at, folder, group, session)
    else:
        path = output if output is not None else Path(f"{session}.zip")
        made = to_file(settings, folder, path, group or _DEFAULT_GROUP, session)
    for problem in made.package.problems:
        print_message(f"{problem.code}: {problem.message}")
    if as_json:
        print_json(made.as_json())
    else:
        _print_made(made)
    return 0


def _print_made(made: MadePackage) -> None:
    summary = made.package.summary
    files = counted(len(made.package.files), "file")
    print_line(
        f"{made.path}: {counted(summary.transactions, 'transaction')}, {counted(summary.records, 'row')} of {files}."
    )
    if made.package.rejected:
        print_line(f"{counted(made.package.rejected, 'row')} of it will be rejected when it is staged (see above).")
    if made.package.card_data:
        print_line("It holds card data, which belongs in no package: remove it at its source.")
    if not summary.transactions:
        print_line("There is no transaction in it: see that this is the right folder, and that its files have rows.")
        return
    print_control_totals(summary)


def print_control_totals(summary: PackageSummary) -> None:
    """What the manifest promises of the headers, by currency."""
    print_table(
        "Control totals (channel's sign)",
        (Column("Currency"), numbers("Transactions"), numbers("Gross"), numbers("Payments")),
        (
            (
                total.currency,
                f"{total.transactions:,}",
                grouped(amount_text(total.gross, total.currency)),
                grouped(amount_text(total.payments, total.currency)),
            )
            for total in summary.control_totals
        ),
    )
