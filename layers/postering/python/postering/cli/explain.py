"""`postering explain`: why a transaction is not an order, and what to do about it."""

import click

from postering.cli.options import ExampleCommand, with_settings
from postering.cli.output import heading, paragraph, print_json, tell
from postering.cli.show import print_transaction
from postering.domain.assembly import Assembly
from postering.domain.problems import Problem, Severity
from postering.domain.records import TransactionRecord
from postering.domain.story import explanation
from postering.domain.whereabouts import whereabouts
from postering.settings import Settings
from postering.wiring import assembled, deployment, one_transaction

_EFFECT = {Severity.BLOCK: "it holds the transaction back", Severity.WARN: "a warning: it was posted all the same"}


@click.command(
    "explain",
    cls=ExampleCommand,
    short_help="Why a transaction is not an order, and how to mend it.",
    examples=("postering explain 539487", "postering explain 539487 --json"),
)
@click.argument("transaction", metavar="ID")
@with_settings
def command(transaction: str, settings: Settings, as_json: bool) -> int:
    """Explain why the transaction ID is not an order: each problem, what was expected and found, and its repair.

    ID is a transactionId, the whole key, a channel reference or a sales order number.
    """
    with deployment(settings) as at:
        record, assembly = assembled(at, one_transaction(at, transaction).key)
    if as_json:
        print_json(explanation(record))
    else:
        print_explanation(record, assembly)
    return 0


def print_explanation(record: TransactionRecord, assembly: Assembly) -> None:
    """The explanation for people."""
    print_transaction(record)
    paragraph(whereabouts(record, assembly))
    for problem in record.problems:
        _print_problem(problem)


def _print_problem(problem: Problem) -> None:
    effect = _EFFECT.get(problem.severity, str(problem.severity))
    heading(f"{problem.code} ({effect})")
    paragraph(problem.message, indent=2)
    for name, text in (
        ("Expected", problem.expected),
        ("Found", problem.found),
        ("Rows", ", ".join(problem.rows)),
    ):
        if text:
            paragraph(f"{name + ':':<10}{text}", indent=2)
    if problem.repair:
        tell()
        paragraph(problem.repair, indent=2)
