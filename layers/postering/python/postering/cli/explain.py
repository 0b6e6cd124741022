"""`postering explain`: why a transaction is not an order, why a session is not applied, why an ID is not staged."""

import os

import click

from postering.cli.options import ExampleCommand, not_empty, with_settings
from postering.cli.output import heading, paragraph, print_json, print_line, print_message
from postering.cli.show import print_transaction
from postering.deployment.settings import Settings
from postering.deployment.wiring import deployment, now
from postering.domain.inquiries.current_state import current_state
from postering.domain.inquiries.not_staged import NotStaged
from postering.domain.inquiries.session_story import SessionStory
from postering.domain.inquiries.transaction_story import explanation
from postering.domain.problems import Problem, Severity
from postering.domain.repairs.commands import on_stack
from postering.domain.staging.assembly import Assembly
from postering.domain.staging.records import TransactionRecord
from postering.jobs.explaining import not_staged, session_story
from postering.jobs.named_transactions import one_transaction, transactions_named
from postering.operations.transactions import assembled

_EFFECT = {Severity.BLOCK: "it blocks posting", Severity.WARN: "a warning: it does not block posting"}


@click.command(
    "explain",
    cls=ExampleCommand,
    short_help="Explain why a transaction, package or ID is not posted or not found, and how to fix it.",
    examples=(
        "postering explain 539487",
        "postering explain 539487 --json",
        "postering explain Default/session-1",
    ),
)
@click.argument("named", metavar="ID", callback=not_empty)
@with_settings
def command(named: str, settings: Settings, as_json: bool) -> int:
    """Explain why the transaction ID is not an order: each problem, what was expected and found, and the repair.

    ID is a transactionId, the whole key, a channel reference or a sales order number; or an upload session, as
    Default/ID. If ID is not staged, the command shows how far the channels were read and which packages are on their
    way, and its exit status is 1. Each command of a repair stands on its own line, ready to paste.
    """
    stack = settings.stack if settings.stack != os.environ.get("POSTERING_STACK", "") else ""
    with deployment(settings) as at:
        if transactions_named(at.store, named):
            record, assembly = assembled(at, one_transaction(at.store, named).key)
        elif (story := session_story(named, at.store)) is not None:
            return _session(story, stack, as_json)
        else:
            return _not_staged(not_staged(named, at.store, at.uploads, now()), stack, as_json)
    if as_json:
        print_json(on_stack({**explanation(record), "whereabouts": current_state(record, assembly)}, stack))
    else:
        print_explanation(record, assembly, stack)
    return 0


def print_explanation(record: TransactionRecord, assembly: Assembly, stack: str = "") -> None:
    """Print the explanation for people; its commands name `stack`."""
    print_transaction(record)
    paragraph(on_stack(current_state(record, assembly), stack))
    for problem in record.problems:
        _print_problem(problem, stack)


def _session(story: SessionStory, stack: str, as_json: bool) -> int:
    if as_json:
        print_json(on_stack(story.as_json(), stack))
        return 0
    heading(f"Session {story.session.name}: {story.session.status}")
    paragraph(story.message)
    for row in story.unkeyed:
        for problem in row.problems:
            paragraph(problem.message, indent=2)
    _print_repair(story.repair, stack)
    return 0


def _not_staged(absent: NotStaged, stack: str, as_json: bool) -> int:
    near = f"; did you mean {' or '.join(absent.near)}?" if absent.near else ""
    print_message(f"Error: no transaction and no session is called {absent.asked!r}{near}")
    if as_json:
        print_json(on_stack({"transaction": None, "problems": [], "not_staged": absent.as_json()}, stack))
    else:
        heading(f"{absent.asked}: not staged")
        paragraph(absent.message)
        _print_repair(absent.repair, stack)
    return 1


def _print_problem(problem: Problem, stack: str) -> None:
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
    _print_repair(problem.repair, stack, indent=2)


def _print_repair(repair: str, stack: str, indent: int = 0) -> None:
    if repair:
        print_line()
        paragraph(on_stack(repair, stack), indent=indent)
