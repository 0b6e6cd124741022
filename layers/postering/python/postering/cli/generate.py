"""`postering generate`: make up transactions, for trials and the benchmark."""

from pathlib import Path

import click

from postering.cli.options import ExampleCommand, with_settings
from postering.cli.output import print_json, print_line
from postering.cli.package import print_control_totals
from postering.cli.progress import shown_progress
from postering.deployment.settings import Settings
from postering.deployment.wiring import deployment
from postering.domain.setup.setup_file import write_setup
from postering.domain.setup.toml import setup_toml
from postering.domain.texts import counted
from postering.operations.packaging import refuse_to_overwrite, write_new_file
from postering.trials.generating import (
    GeneratedPackage,
    generate_into_uploads,
    generate_to_file,
    session_of,
    setup_for,
)

_DEFAULT_GROUP = "Default"
_LARGEST_SEED = 999_999_999
_LARGEST_NUMBER = 9_999_999
_SETUP_REMARK = (
    "# The setup of the made-up transactions of `postering generate`: stores, accounts and codes are invented.\n\n"
)


@click.command(
    "generate",
    cls=ExampleCommand,
    short_help="Make up valid transactions, for trials and the benchmark.",
    examples=(
        "postering generate --transactions 1000 --seed 1 --out trial.zip --setup trial.toml",
        "postering generate --transactions 100000 --seed 7 --group Default",
    ),
)
@click.option(
    "--transactions",
    "number",
    type=click.IntRange(0, _LARGEST_NUMBER),
    required=True,
    metavar="N",
    help="How many transactions.",
)
@click.option(
    "--seed",
    type=click.IntRange(0, _LARGEST_SEED),
    default=0,
    show_default=True,
    metavar="S",
    help="Another seed makes up other transactions, with other ids.",
)
@click.option(
    "--out", type=click.Path(path_type=Path), help="Write the package to this .zip file; its name is the session id."
)
@click.option(
    "--setup",
    "setup_file",
    type=click.Path(path_type=Path),
    help="Write the setup that the transactions need to this .toml file.",
)
@click.option(
    "--group", default="", metavar="NAME", help="Channel database group: the package is put into its uploads."
)
@with_settings
def command(
    number: int,
    seed: int,
    out: Path | None,
    setup_file: Path | None,
    group: str,
    settings: Settings,
    as_json: bool,
) -> int:
    """Make an upload package of made-up transactions: its shops, persons and sales do not exist.

    The transactions are valid and of every kind: sales, returns, exchanges, quotes, cancellations, every tender,
    charge, tax and discount, in five currencies; a few are voided or non-orders. The same number, seed and file name
    give the same bytes. The transactions need the setup that --setup writes (apply it with: postering setup apply
    FILE).

    Without --group and --out the package is written into the current folder. With both it is written to the file, for
    the group.
    """
    if out is not None and out.suffix != ".zip":
        raise click.BadParameter(f"{str(out)!r} does not end in .zip", param_hint="'--out'")
    if setup_file is not None:
        if setup_file.suffix != ".toml":
            raise click.BadParameter(f"{str(setup_file)!r} does not end in .toml", param_hint="'--setup'")
        refuse_to_overwrite(setup_file, option="--setup")
    with shown_progress(as_json) as progress:
        if out is None and group:
            with deployment(settings) as at:
                made = generate_into_uploads(at, group, session_of(number, seed), number, seed, progress)
        else:
            path = out if out is not None else Path(f"{session_of(number, seed)}.zip")
            made = generate_to_file(settings, path, group or _DEFAULT_GROUP, number, seed, progress)
    if setup_file is not None:
        text = _SETUP_REMARK + setup_toml(write_setup(setup_for(made.group))) + "\n"
        write_new_file(setup_file, lambda stream: stream.write(text.encode()), option="--setup")
    if as_json:
        print_json(made.as_json() | {"setup": str(setup_file) if setup_file is not None else None})
    else:
        _print_made(made, setup_file)
    return 0


def _print_made(made: GeneratedPackage, setup_file: Path | None) -> None:
    summary = made.package
    described = f"{counted(summary.transactions, 'made-up transaction')}, {counted(summary.records, 'row')}"
    print_line(f"{made.path}: {described} (seed {made.seed}).")
    if setup_file is not None:
        print_line(f"{setup_file}: the setup that they need; apply it with: postering setup apply {setup_file}")
    if summary.transactions:
        print_control_totals(summary)
