"""`postering conflicts`: list rows that came again with other content, show both versions, accept or dismiss one."""

from collections.abc import Iterable

import click

from postering.cli.conflict_decisions import accept, dismiss
from postering.cli.options import ExampleCommand, ExampleGroup, not_empty, with_settings
from postering.cli.output import heading, paragraph, print_json, print_json_list, print_line
from postering.cli.tables import Column, numbers, print_table, words
from postering.deployment.settings import Settings
from postering.deployment.wiring import Deployment, deployment
from postering.domain.inquiries.standing import ListFilter
from postering.domain.inquiries.transaction_story import conflict_view
from postering.domain.retail_transactions.entities import is_transport
from postering.domain.retail_transactions.rows import RejectedRow
from postering.domain.staging.assembly import Assembly, Conflict
from postering.domain.staging.records import TransactionRecord
from postering.domain.texts import counted
from postering.jobs.named_transactions import one_transaction
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


command.add_command(accept)
command.add_command(dismiss)
