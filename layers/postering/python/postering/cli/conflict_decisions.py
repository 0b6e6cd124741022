"""`postering conflicts accept` and `dismiss`: a decision between the two versions of conflicting rows."""

from collections.abc import Sequence
from typing import Any

import click

from postering.cli.options import ExampleCommand, not_empty, with_settings
from postering.cli.output import paragraph, print_json, print_line
from postering.cli.selection import state_text
from postering.deployment.settings import Settings
from postering.deployment.wiring import Deployment, deployment
from postering.domain.errors import JobRefused
from postering.domain.lists import grouped
from postering.domain.near_names import did_you_mean
from postering.domain.staging.assembly import Assembly, Conflict
from postering.domain.staging.records import TransactionRecord
from postering.jobs.named_transactions import one_transaction
from postering.operations.interventions import operator_actions
from postering.operations.transactions import assembled


def _decision(name: str, done: str, short_help: str, help_text: str, examples: tuple[str, ...]) -> click.Command:
    """A command that decides conflicts of a transaction; `done` is its word in the message."""

    @click.command(name, cls=ExampleCommand, short_help=short_help, help=help_text, examples=examples)
    @click.argument("transaction", metavar="ID", callback=not_empty)
    @click.argument("rows", metavar="[ROW]...", nargs=-1)
    @click.option("--version", default="", metavar="HASH", help="The version, if a row has several later ones.")
    @click.option("--reason", default="", metavar="TEXT", help="The reason, kept on the timeline.")
    @click.option("--dry-run", is_flag=True, help="Show the result without changing anything.")
    @with_settings
    def command(
        transaction: str,
        rows: tuple[str, ...],
        version: str,
        reason: str,
        dry_run: bool,
        settings: Settings,
        as_json: bool,
    ) -> int:
        accept = name == "accept"
        with deployment(settings) as at:
            after, selected = _decide(at, transaction, rows, version, reason, accept=accept, dry_run=dry_run)
        _print_decision(done, after, selected, dry_run=dry_run, as_json=as_json)
        return 0

    decorated: Any = command
    assert isinstance(decorated, click.Command)
    return decorated


accept = _decision(
    "accept",
    "accepted",
    "Use the later version instead of the first.",
    """Accept the later version of each conflicting ROW of the transaction ID, or of all rows. It is then posted.

A posted transaction can't accept a later version: send a cancellation or a return, and a new transaction, instead.
""",
    (
        "postering conflicts accept 539487",
        'postering conflicts accept 539487 "RetailTransactionSalesTrans[2]" --reason "price corrected in the shop"',
    ),
)

dismiss = _decision(
    "dismiss",
    "dismissed",
    "Keep the first version and set the later one aside.",
    "Dismiss the later version of each conflicting ROW of the transaction ID, or of all rows.",
    (
        "postering conflicts dismiss 539487",
        'postering conflicts dismiss 539487 "RetailTransactionSalesTrans[2]" --reason "sent twice by mistake"',
    ),
)


def _decide(
    at: Deployment, transaction: str, rows: Sequence[str], version: str, reason: str, *, accept: bool, dry_run: bool
) -> tuple[TransactionRecord, list[Conflict]]:
    record, assembly = assembled(at, one_transaction(at.store, transaction).key)
    selected = _selected(record, assembly, rows, version)
    if accept:
        _refuse_several(selected)
    return operator_actions(at, reason, dry_run=dry_run).decide(record, selected, accept=accept).after, selected


def _selected(record: TransactionRecord, assembly: Assembly, rows: Sequence[str], version: str) -> list[Conflict]:
    """The conflicts of `rows` (by default of all rows), and of this version if one is given."""
    if not assembly.conflicts:
        raise JobRefused(f"{record.key} has no conflict: nothing to decide")
    by_row = {conflict.row.casefold(): conflict.row for conflict in assembly.conflicts}
    unknown = [row for row in rows if row.casefold() not in by_row]
    if unknown:
        hint = did_you_mean(unknown[0], by_row.values())
        raise JobRefused(f"{unknown[0]} has no conflict. {hint} Rows with a conflict: {', '.join(by_row.values())}")
    wanted = {by_row[row.casefold()] for row in rows} or set(by_row.values())
    selected = [
        each for each in assembly.conflicts if each.row in wanted and each.other.hash.startswith(version.casefold())
    ]
    if not selected:
        there = ", ".join(each.version for each in assembly.conflicts if each.row in wanted)
        raise JobRefused(f"there is no version {version}; versions: {there}")
    return selected


def _refuse_several(selected: Sequence[Conflict]) -> None:
    for row, versions in grouped((conflict.row, conflict.version) for conflict in selected).items():
        if len(versions) > 1:
            raise JobRefused(
                f"{row} has {len(versions)} later versions: choose one with --version {' or --version '.join(versions)}"
            )


def _print_decision(
    done: str, after: TransactionRecord, selected: Sequence[Conflict], *, dry_run: bool, as_json: bool
) -> None:
    if as_json:
        print_json({"transactions": [after.as_json()]})
        return
    names = ", ".join(f"{conflict.row} ({conflict.version})" for conflict in selected)
    paragraph(f"{f'Would have {done}' if dry_run else done.capitalize()} {names}.")
    lost = dict.fromkeys(
        edit.field
        for conflict in selected
        for edit in after.edits
        if done == "accepted" and conflict.kept is not None and edit.hash == conflict.kept.hash
    )
    if lost:
        paragraph(f"Edits of the first version are not in this one: {', '.join(lost)}.")
    print_line(f"{after.key.transaction_id} {'would be' if dry_run else 'is'} {state_text(after)}.")
