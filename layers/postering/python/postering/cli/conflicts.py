"""`postering conflicts`: list rows that came again with other content, show both versions, accept or dismiss one."""

from collections.abc import Iterable, Sequence

import click

from postering.cli.options import ExampleCommand, ExampleGroup, not_empty, with_settings
from postering.cli.output import heading, paragraph, print_json, print_json_list, print_line
from postering.cli.tables import Column, numbers, print_table, words
from postering.deployment.settings import Settings
from postering.deployment.wiring import Deployment, deployment
from postering.domain.errors import JobRefused
from postering.domain.inquiries.standing import ListFilter
from postering.domain.inquiries.transaction_story import conflict_view
from postering.domain.near_names import did_you_mean
from postering.domain.retail_transactions.entities import is_transport
from postering.domain.retail_transactions.rows import RejectedRow
from postering.domain.staging.assembly import Assembly, Conflict
from postering.domain.staging.records import TransactionRecord
from postering.domain.texts import as_words, counted
from postering.jobs.named_transactions import one_transaction
from postering.operations.interventions import operator_actions
from postering.operations.transactions import assembled


@click.group(
    "conflicts",
    cls=ExampleGroup,
    invoke_without_command=True,
    short_help="Rows that came again with other content: list, accept, dismiss.",
    examples=(
        "postering conflicts",
        "postering conflicts show 539487",
        "postering conflicts accept 539487 RetailTransactionTable",
        "postering conflicts dismiss 539487",
    ),
)
@with_settings
def command(settings: Settings, as_json: bool) -> int:
    """List the rows that came again with other content. Their transaction is not posted until one version is chosen.

    The order of a posted transaction stays as it is; its conflicts are listed until they are dismissed.
    """
    if click.get_current_context().invoked_subcommand:
        return 0
    with deployment(settings) as at:
        found = _in_conflict(at)
        if as_json:
            print_json_list("conflicts", (view for record, assembly in found for view in _views(record, assembly)))
            return 0
        listed = list(found)
    if not listed:
        print_line("There are no conflicts.")
        return 0
    print_table(
        "Conflicts",
        (words("Transaction"), Column("State"), Column("Row"), Column("Version"), numbers("Columns"), words("Session")),
        (row for record, assembly in listed for row in _rows(record, assembly)),
    )
    print_line("\nTo see both versions side by side: postering conflicts show ID")
    return 0


@command.command(
    "show",
    cls=ExampleCommand,
    short_help="Show both versions side by side.",
    examples=("postering conflicts show 539487", "postering conflicts show 539487 --json"),
)
@click.argument("transaction", metavar="ID", callback=not_empty)
@with_settings
def show(transaction: str, settings: Settings, as_json: bool) -> int:
    """Show each conflict of the transaction ID: the first and the later version, column by column."""
    with deployment(settings) as at:
        record, assembly = assembled(at, one_transaction(at.store, transaction).key)
    if as_json:
        print_json({"conflicts": _views(record, assembly)})
        return 0
    print_line(f"{record.key}: {record.state}, {counted(len(assembly.conflicts), 'conflict')}")
    for conflict in assembly.conflicts:
        _print_conflict(record, conflict)
    return 0


@command.command(
    "accept",
    cls=ExampleCommand,
    short_help="Use the later version instead of the first.",
    examples=(
        "postering conflicts accept 539487",
        'postering conflicts accept 539487 "RetailTransactionSalesTrans[2]" --reason "price corrected in the shop"',
    ),
)
@click.argument("transaction", metavar="ID", callback=not_empty)
@click.argument("rows", metavar="[ROW]...", nargs=-1)
@click.option("--version", default="", metavar="HASH", help="The version, if a row has several later ones.")
@click.option("--reason", default="", metavar="TEXT", help="The reason, kept on the timeline.")
@click.option("--dry-run", is_flag=True, help="Show the result without changing anything.")
@with_settings
def accept(
    transaction: str,
    rows: tuple[str, ...],
    version: str,
    reason: str,
    dry_run: bool,
    settings: Settings,
    as_json: bool,
) -> int:
    """Accept the later version of each conflicting ROW of the transaction ID, or of all rows. It is then posted.

    A posted transaction can't accept a later version: send a cancellation or a return, and a new transaction, instead.
    """
    with deployment(settings) as at:
        after, selected = _decide(at, transaction, rows, version, reason, accept=True, dry_run=dry_run)
    _print_decision("accepted", after, selected, dry_run=dry_run, as_json=as_json)
    return 0


@command.command(
    "dismiss",
    cls=ExampleCommand,
    short_help="Keep the first version and set the later one aside.",
    examples=(
        "postering conflicts dismiss 539487",
        'postering conflicts dismiss 539487 "RetailTransactionSalesTrans[2]" --reason "sent twice by mistake"',
    ),
)
@click.argument("transaction", metavar="ID", callback=not_empty)
@click.argument("rows", metavar="[ROW]...", nargs=-1)
@click.option("--version", default="", metavar="HASH", help="The version, if a row has several later ones.")
@click.option("--reason", default="", metavar="TEXT", help="The reason, kept on the timeline.")
@click.option("--dry-run", is_flag=True, help="Show the result without changing anything.")
@with_settings
def dismiss(
    transaction: str,
    rows: tuple[str, ...],
    version: str,
    reason: str,
    dry_run: bool,
    settings: Settings,
    as_json: bool,
) -> int:
    """Dismiss the later version of each conflicting ROW of the transaction ID, or of all rows."""
    with deployment(settings) as at:
        after, selected = _decide(at, transaction, rows, version, reason, accept=False, dry_run=dry_run)
    _print_decision("dismissed", after, selected, dry_run=dry_run, as_json=as_json)
    return 0


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
    by_row: dict[str, list[str]] = {}
    for conflict in selected:
        by_row.setdefault(conflict.row, []).append(conflict.version)
    for row, versions in by_row.items():
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
    codes = f" ({' '.join(after.codes)})" if after.codes else ""
    print_line(f"{after.key.transaction_id} {'would be' if dry_run else 'is'} {as_words(after.state)}{codes}.")


def _in_conflict(at: Deployment) -> Iterable[tuple[TransactionRecord, Assembly]]:
    for record in at.store.listed(ListFilter(in_conflict=True), None):
        yield assembled(at, record.key)


def _views(record: TransactionRecord, assembly: Assembly) -> list[dict[str, object]]:
    return [
        {
            "transaction": record.as_json(),
            "version": conflict.version,
            "session": _session(record, conflict),
            **conflict_view(conflict),
        }
        for conflict in assembly.conflicts
    ]


def _rows(record: TransactionRecord, assembly: Assembly) -> Iterable[tuple[object, ...]]:
    for conflict in assembly.conflicts:
        yield (
            record.key.transaction_id,
            record.state,
            conflict.row,
            conflict.version,
            len(_differences(conflict)),
            _session(record, conflict),
        )


def _session(record: TransactionRecord, conflict: Conflict) -> str:
    """The session that brought the later version."""
    piece = record.pieces[conflict.piece]
    return f"{piece.group}/{piece.session}"


def _differences(conflict: Conflict) -> list[tuple[str, str, str]]:
    return [each for each in conflict.differences if not is_transport(each[0].casefold())]


def _print_conflict(record: TransactionRecord, conflict: Conflict) -> None:
    heading(f"{conflict.row}, version {conflict.version} from session {_session(record, conflict)}")
    if conflict.kept is None:
        print_line("  It came after the order was posted.")
    if isinstance(conflict.other, RejectedRow):
        for problem in conflict.other.problems:
            paragraph(f"{problem.code}: {problem.message}", indent=2)
    print_table("", (words("Column"), words("First"), words("Later")), _differences(conflict))
