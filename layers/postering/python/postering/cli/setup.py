"""`postering setup`: apply a setup file, show the active setup and its history, apply an earlier version again."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from postering.cli.options import ExampleCommand, ExampleGroup, with_settings
from postering.cli.output import print_json, print_line, print_message
from postering.cli.selection import on_a_terminal
from postering.cli.tables import numbers, print_table, words
from postering.deployment.settings import Settings
from postering.deployment.wiring import deployment
from postering.domain.checks import checks_off
from postering.domain.errors import JobRefused
from postering.domain.setup.changes import SetupChange, changes_between
from postering.domain.setup.passwords import masked_document
from postering.domain.setup.setup_file import SHOWN_ONLY, write_setup
from postering.domain.setup.toml import setup_toml
from postering.domain.texts import counted
from postering.operations.setups import Agrees, AppliedSetup, SetupPlan, apply_setup, roll_back_setup

_MOST_SHOWN = 20
"""So many changes are listed one by one; more (as in a first setup) are only counted."""
_REMARK = """# Checks that are off, and why: shown only, not read when this is applied.
# An empty company stands for every one."""


@click.group(
    "setup",
    cls=ExampleGroup,
    short_help="Apply a setup file, show the active setup and its history.",
    examples=(
        "postering setup apply setup.toml",
        "postering setup show",
        "postering setup history",
        "postering setup rollback 3",
    ),
)
def command() -> None:
    """Companies, channels, payment methods and all other setup that decides how transactions are posted."""


def _with_question(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--yes` and `--dry-run`."""
    function = click.option("--yes", "sure", is_flag=True, help="Do not ask, also for lines that are in use.")(function)
    return click.option("--dry-run", is_flag=True, help="Show the changes without making them.")(function)


@command.command(
    "apply",
    cls=ExampleCommand,
    short_help="Apply a setup file, as a whole or not at all.",
    examples=(
        "postering setup apply setup.toml",
        "postering setup apply setup.toml --dry-run",
        "postering setup apply setup.json --json",
    ),
)
@click.argument("file", type=click.Path(path_type=Path))
@_with_question
@with_settings
def apply(file: Path, sure: bool, dry_run: bool, settings: Settings, as_json: bool) -> int:
    """Apply the setup in FILE (TOML, or JSON of the same shape).

    FILE is the whole setup: a line that is not in FILE is removed. The file is checked completely before anything
    changes, and every error is shown with its place. Lines that staged or posted transactions use are removed or get
    another key only if you confirm it or give --yes. The next run of Synchronize orders tries failed transactions again
    if they name something that changed.
    """
    text = file.read_bytes()
    with deployment(settings) as at:
        applied = apply_setup(at, text, str(file), _agrees(sure), dry_run=dry_run)
    return _print_applied(applied, f"The setup of {file}", as_json)


@command.command(
    "show",
    cls=ExampleCommand,
    short_help="Show the active setup, as a file that can be applied.",
    examples=("postering setup show", "postering setup show --json", "postering setup show --version 3"),
)
@click.option("--version", type=click.IntRange(min=1), metavar="N", help="An earlier version, not the active one.")
@with_settings
def show(version: int | None, settings: Settings, as_json: bool) -> int:
    """Show the active setup as TOML, or as JSON of the same shape. Either can be applied again as it is.

    Passwords of channel databases are shown as ***. Applying *** keeps the password. checks_off, at the end, lists the
    checks that are off, their company (empty: every company) and the reason: switched off, off by default, or without
    master data. It follows from the rest, and is not read when the file is applied.
    """
    with deployment(settings) as at:
        setup = at.store.setup().setup if version is None else at.store.setup_at(version)
        applied = at.store.setup_versions()
    if version is not None and version not in [each.version for each in applied]:
        raise JobRefused(f"no version {version} of the setup; `postering setup history` lists them")
    if not applied:
        print_message("No setup is active yet: write one and run postering setup apply FILE.")
    document = masked_document(write_setup(setup))
    off: dict[str, object] = {SHOWN_ONLY: [each.as_json() for each in checks_off(setup)]} if document else {}
    if as_json:
        print_json(document | off)
    elif document:
        at_its_end = f"{_REMARK}\n{setup_toml(off)}" if off[SHOWN_ONLY] else "# All checks are on."
        print_line(f"{setup_toml(document)}\n\n{at_its_end}")
    return 0


@command.command(
    "history",
    cls=ExampleCommand,
    short_help="List the versions of the setup: when, by whom, what changed.",
    examples=("postering setup history", "postering setup history --json"),
)
@with_settings
def history(settings: Settings, as_json: bool) -> int:
    """List the versions of the setup, newest first, each with the lines that it changed."""
    with deployment(settings) as at:
        versions = at.store.setup_versions()
        setups = [at.store.setup_at(each.version) for each in versions]
        before = [at.store.setup_at(0), *setups[:-1]]
    listed = [(version, changes_between(old, new)) for version, old, new in zip(versions, before, setups, strict=True)][
        ::-1
    ]
    if as_json:
        print_json(
            {
                "versions": [
                    {
                        "version": version.version,
                        "at": version.at.isoformat(),
                        "by": version.by,
                        "changes": [change.as_json() for change in changes],
                    }
                    for version, changes in listed
                ]
            }
        )
        return 0
    if not listed:
        print_message("No setup was applied yet: write one and run postering setup apply FILE.")
        return 0
    columns = (numbers("Version"), words("Applied (UTC)"), words("By"), words("Changes"))
    rows = [
        (each.version, f"{each.at:%Y-%m-%d %H:%M}", each.by, "\n".join(map(_short, changes)) or "none")
        for each, changes in listed
    ]
    print_table("", columns, rows)
    return 0


@command.command(
    "rollback",
    cls=ExampleCommand,
    short_help="Apply an earlier version of the setup again.",
    examples=("postering setup rollback 3", "postering setup rollback 3 --dry-run"),
)
@click.argument("version", type=click.IntRange(min=1))
@_with_question
@with_settings
def rollback(version: int, sure: bool, dry_run: bool, settings: Settings, as_json: bool) -> int:
    """Apply VERSION of the setup again, as a new version. The history keeps all versions.

    Posted orders stay as they are. Lines that staged or posted transactions use are removed or get another key only if
    you confirm it or give --yes.
    """
    with deployment(settings) as at:
        applied = roll_back_setup(at, version, _agrees(sure), dry_run=dry_run)
    return _print_applied(applied, f"Version {version} of the setup", as_json)


def _agrees(sure: bool) -> Agrees:
    def ask(plan: SetupPlan) -> bool:
        if sure or not on_a_terminal():
            return sure
        for change in plan.in_use:
            print_message(f"  {_described(change)}")
        lines = counted(len(plan.in_use), "line")
        return click.confirm(f"Staged or posted transactions use {lines} that would change. Apply?", err=True)

    return ask


def _print_applied(applied: AppliedSetup, of: str, as_json: bool) -> int:
    if as_json:
        print_json(applied.as_json())
        return 0
    if not applied.changes:
        print_line(f"{of} is active already (version {applied.version}): nothing changed.")
        return 0
    if len(applied.changes) > _MOST_SHOWN:
        kinds = Counter(str(change.kind) for change in applied.changes)
        print_line("  " + ", ".join(f"{kind} {counted(number, 'line')}" for kind, number in kinds.items()))
    else:
        for change in applied.changes:
            print_line(f"  {_described(change)}")
    if applied.dry_run:
        print_line(f"{of} was not applied: --dry-run. Version {applied.version} is active.")
    else:
        print_line(f"{of} is active (version {applied.version}).")
    return 0


def _described(change: SetupChange) -> str:
    """A change on one line: `changed  payment_methods USRT, 2: account 112250 → 112260`."""
    if str(change.kind) != "changed":
        return f"{change.kind!s:<8} {change.name}"
    keys = ", ".join(f"{key} {before or 'none'} → {after or 'none'}" for key, before, after in change.differences)
    return f"{change.kind!s:<8} {change.name}: {keys}"


def _short(change: SetupChange) -> str:
    keys = [key for key, _, _ in change.differences]
    return f"{change.kind} {change.name}" + (f": {', '.join(keys)}" if str(change.kind) == "changed" else "")
