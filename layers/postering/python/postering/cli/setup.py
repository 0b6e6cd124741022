"""`postering setup`: put a setup file in force, show what is in force."""

from pathlib import Path

import click

from postering.cli.options import ExampleCommand, ExampleGroup, with_settings
from postering.cli.output import print_json, print_line, print_message
from postering.cli.setup_toml import setup_toml
from postering.deployment.settings import Settings
from postering.deployment.wiring import deployment
from postering.domain.checks import checks_off
from postering.domain.setup.setup_file import SHOWN_ONLY, write_setup
from postering.operations.setups import apply_setup

_REMARK = """# Checks that are off, and why: shown only, not read when this is applied.
# An empty company stands for every one."""


@click.group(
    "setup",
    cls=ExampleGroup,
    short_help="Put a setup file in force, or show what is in force.",
    examples=("postering setup apply setup.toml", "postering setup show"),
)
def command() -> None:
    """Companies, channels, payment methods and what else decides how transactions are posted."""


@command.command(
    "apply",
    cls=ExampleCommand,
    short_help="Put a setup file in force, whole or not at all.",
    examples=("postering setup apply setup.toml", "postering setup apply setup.json --json"),
)
@click.argument("file", type=click.Path(path_type=Path))
@with_settings
def apply(file: Path, settings: Settings, as_json: bool) -> int:
    """Put the setup in FILE (TOML, or JSON of the same shape) in force.

    FILE is the whole setup: what it does not name is gone. All of it is checked before anything changes, and every
    fault is told with its place. Failed transactions that name something that changed are tried again by the next run
    of Synchronize orders.
    """
    text = file.read_bytes()
    with deployment(settings) as at:
        applied = apply_setup(at, text, str(file))
    if as_json:
        print_json(applied.as_json())
    elif applied.changed:
        print_line(f"The setup of {file} is in force (version {applied.version}).")
    else:
        print_line(f"The setup of {file} is in force already (version {applied.version}): nothing changed.")
    return 0


@command.command(
    "show",
    cls=ExampleCommand,
    short_help="Show the setup in force, as a file that can be applied.",
    examples=("postering setup show", "postering setup show --json"),
)
@with_settings
def show(settings: Settings, as_json: bool) -> int:
    """Show the setup in force: as TOML, or JSON of the same shape. Either can be applied again as it is.

    At its end, checks_off lists the checks that are off, where (empty: in every company) and why: switched off, off by
    default, or their master data is not given. It follows from the rest and is not read when the file is applied.
    """
    with deployment(settings) as at:
        active_setup = at.store.setup()
    if active_setup.version == 0:
        print_message("No setup is active yet: write one and run postering setup apply FILE.")
    document = write_setup(active_setup.setup)
    off: dict[str, object] = (
        {SHOWN_ONLY: [each.as_json() for each in checks_off(active_setup.setup)]} if document else {}
    )
    if as_json:
        print_json(document | off)
    elif document:
        at_its_end = f"{_REMARK}\n{setup_toml(off)}" if off[SHOWN_ONLY] else "# All checks are on."
        print_line(f"{setup_toml(document)}\n\n{at_its_end}")
    return 0
