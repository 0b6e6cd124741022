"""`postering void`, `unvoid`, `retry` and `release`: one action on transactions by ID, or on all with a code."""

from collections.abc import Callable
from typing import Any

import click

from postering.cli.options import ExampleCommand, with_settings
from postering.cli.selection import Action, Selection, run_on_selected, with_selection
from postering.deployment.settings import Settings
from postering.deployment.wiring import deployment
from postering.domain.staging.records import State
from postering.jobs.interventions import OperatorActions
from postering.operations.interventions import operator_actions


def _intervention(
    name: str,
    states: tuple[State, ...],
    action: Callable[[OperatorActions], Action],
    help_text: str,
    examples: tuple[str, ...],
) -> click.Command:
    """A command that runs an action on transactions; with --code, on those in one of `states`.

    `help_text` begins with its short form, on a line of its own.
    """
    short_help, _, long_help = help_text.partition("\n\n")

    @click.command(name, cls=ExampleCommand, short_help=short_help, help=long_help, examples=examples)
    @click.argument("ids", metavar="[ID]...", nargs=-1)
    @with_selection
    @with_settings
    def command(selection: Selection, reason: str, dry_run: bool, settings: Settings, as_json: bool) -> int:
        with deployment(settings) as at:
            records = selection.records(at, states)
            run = action(operator_actions(at, reason, dry_run=dry_run))
            return run_on_selected(name, records, run, selection, as_json=as_json, dry_run=dry_run)

    decorated: Any = command
    assert isinstance(decorated, click.Command)
    return decorated


void = _intervention(
    "void",
    (State.FAILED, State.WAITING, State.PENDING, State.EDITING),
    lambda actions: actions.void,
    """Set transactions aside, so that no run posts them.

Void each transaction ID, or with --code all that have that code. A voided transaction stays staged.

No run posts it. `postering unvoid` reverses this. A posted transaction can't be voided: send a cancellation or a return
from the channel instead.
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
    """Reverse a void.

Reverse the void of each transaction ID, or with --code of all voided transactions that have that code.

The transaction gets the state that its rows and edits give it. If it was held after an edit, it is held again.
""",
    ("postering unvoid 539487", "postering unvoid --code CUSTOMER"),
)

retry = _intervention(
    "retry",
    (State.FAILED, State.WAITING),
    lambda actions: actions.retry,
    """Make failed transactions pending again.

Make each failed transaction ID pending again, or with --code all that have that code.

The next run of sync-orders tries to post them. A pending transaction stays pending. An open conflict or a rejected row
must be fixed first.
""",
    ("postering retry 539487", "postering retry --code RETRIES_EXHAUSTED"),
)

release = _intervention(
    "release",
    (State.EDITING,),
    lambda actions: actions.release,
    """Release transactions that are held after an edit.

Release each transaction ID that is held after an edit, or with --code all that have that code.

A released transaction becomes pending. Transactions are held after an edit if their company has hold_after_edit.
""",
    ("postering release 539487", "postering release --code BUSINESS_DATE"),
)
