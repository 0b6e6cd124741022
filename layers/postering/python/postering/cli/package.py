"""`postering package`: make an upload package of plain files."""

from pathlib import Path

import click

from postering.channels.packages.writing import PackageSummary
from postering.cli.options import ExampleCommand, with_settings
from postering.cli.output import grouped, print_json, print_line, print_message
from postering.cli.tables import Column, numbers, print_table
from postering.deployment.settings import Settings
from postering.deployment.wiring import deployment
from postering.domain.money import amount_text
from postering.domain.texts import counted
from postering.operations.packaging import CreatedPackage, new_session_id, package_into_uploads, package_to_file

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
    "--session", default="", metavar="ID", help="Session id, which is the file's name; else a new one is made up."
)
@with_settings
def command(folder: Path, group: str, output: Path | None, session: str, settings: Settings, as_json: bool) -> int:
    """Make an upload package of the files in FOLDER: one per entity, as RetailTransactionTable.csv or .jsonl.

    The command adds counts, checksums and control totals. It copies rows as they are, and reports and counts the rows
    that staging will reject. Without --group and --output it writes the package into the current folder, for the group
    Default.
    """
    if output is not None and output.suffix != ".zip":
        raise click.BadParameter(f"{str(output)!r} does not end in .zip", param_hint="'--output'")
    if output is not None and session and session != output.stem:
        raise click.UsageError(f"The session id is the file's name: --session {session} does not fit {output.name}.")
    session = session or (output.stem if output is not None else new_session_id(folder))
    if output is None and group:
        with deployment(settings) as at:
            made = package_into_uploads(at, folder, group, session)
    else:
        path = output if output is not None else Path(f"{session}.zip")
        made = package_to_file(settings, folder, path, group or _DEFAULT_GROUP, session)
    for problem in made.package.problems:
        print_message(f"{problem.code}: {problem.message}")
    if as_json:
        print_json(made.as_json())
    else:
        _print_package(made)
    return 0


def _print_package(made: CreatedPackage) -> None:
    summary = made.package.summary
    files = counted(len(made.package.files), "file")
    print_line(
        f"{made.path}: {counted(summary.transactions, 'transaction')}, {counted(summary.records, 'row')} of {files}."
    )
    if made.package.rejected:
        print_line(f"Staging will reject {counted(made.package.rejected, 'row')} of this package (see above).")
    if made.package.card_data:
        print_line("The package holds card data, which no package may hold: remove the card data at its source.")
    if not summary.transactions:
        print_line("The package has no transaction: check that this is the right folder and that its files have rows.")
        return
    print_control_totals(summary)


def print_control_totals(summary: PackageSummary) -> None:
    """Print the control totals of the manifest, by currency."""
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
