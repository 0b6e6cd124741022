"""`postering void`, `unvoid`, `retry` and `release`: one shape, for transactions by ID or all with a code."""

from collections.abc import Callable
from typing import Any

import click

from postering.cli.chosen import Chosen, Do, do_to_chosen, with_chosen
from postering.cli.options import ExampleCommand, with_settings
from postering.deployment.settings import Settings
from postering.deployment.wiring import deployment
from postering.domain.staging.records import State
from postering.jobs.interventions import OperatorActions
from postering.operations.interventions import operator_actions


def _intervention(
    name: str,
    states: tuple[State, ...],
    act: Callable[[OperatorActions], Do],
    help_text: str,
    examples: tuple[str, ...],
) -> click.Command:
    """A command that does `act` to transactions, with --code to those in one of `states`; first its help in a line."""
    short_help, _, long_help = help_text.partition("\n\n")

    @click.command(name, cls=ExampleCommand, short_help=short_help, help=long_help, examples=examples)
    @click.argument("ids", metavar="[ID]...", nargs=-1)
    @with_chosen
    @with_settings
    def command(chosen: Chosen, reason: str, dry_run: bool, settings: Settings, as_json: bool) -> int:
        with deployment(settings) as at:
            records = chosen.records(at, states)
            do = act(operator_actions(at, reason, dry_run=dry_run))
            return do_to_chosen(name, records, do, chosen, as_json=as_json, dry_run=dry_run)

    made: Any = command
    assert isinstance(made, click.Command)
    return made


void = _intervention(
    "void",
    (State.FAILED, State.WAITING, State.PENDING, State.EDITING),
    lambda actions: actions.void,
    """Take transactions out of the work: nothing posts them.

Void each transaction ID, or with --code all that have it: it stays staged, and nothing posts it.

`postering unvoid` takes it back. A posted transaction can't be voided: that takes a cancellation or a return from the
channel.
""",
    (
        'postering void 539487 --reason "test order of the web shop"',
        "postering void --code CUSTOMER --store OR-UK --dry-run",
    ),
)

unvoid = _intervention(
    "unvoid",
    (State.VOIDED,),
    lambda actions: actions.unvoid,
    """Take a void back.

Take back the void of each transaction ID, or with --code of all voided ones that have it.

Its state follows from the rows received and the edits, as before. A transaction that was held after an edit is held
again.
""",
    ("postering unvoid 539487", "postering unvoid --code CUSTOMER"),
)

retry = _intervention(
    "retry",
    (State.FAILED, State.WAITING),
    lambda actions: actions.retry,
    """Make failed transactions pending again.

Make each failed transaction ID pending again, or with --code all that have it: the next sync-orders takes it.

A pending transaction stays so. An open conflict, or a rejected row, has to be fixed first.
""",
    ("postering retry 539487", "postering retry --code RETRIES_EXHAUSTED"),
)

release = _intervention(
    "release",
    (State.EDITING,),
    lambda actions: actions.release,
    """Let go of transactions that are held after an edit.

Release each transaction ID that is held after an edit, or with --code all that have it: it becomes pending.

Transactions are held after an edit if the company's hold_after_edit says so.
""",
    ("postering release 539487", "postering release --code BUSINESS_DATE"),
)
