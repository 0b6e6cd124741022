"""`postering void`: set transactions aside, so that no run posts them."""

import click

from postering.cli.chosen import Chosen, do_to_chosen, with_chosen
from postering.cli.options import ExampleCommand, with_settings
from postering.deployment.settings import Settings
from postering.deployment.wiring import deployment
from postering.domain.staging.records import State
from postering.operations.interventions import operator_actions

_STATES = (State.FAILED, State.WAITING, State.PENDING, State.EDITING)


@click.command(
    "void",
    cls=ExampleCommand,
    short_help="Set transactions aside, so that no run posts them.",
    examples=(
        'postering void 539487 --reason "test order of the web shop"',
        "postering void --code CUSTOMER --store OR-UK --dry-run",
    ),
)
@click.argument("ids", metavar="[ID]...", nargs=-1)
@with_chosen
@with_settings
def command(chosen: Chosen, reason: str, dry_run: bool, settings: Settings, as_json: bool) -> int:
    """Void each transaction ID, or with --code all that have that code. A voided transaction stays staged.

    No run posts it. `postering unvoid` reverses this. A posted transaction can't be voided: send a cancellation or a
    return from the channel instead.
    """
    with deployment(settings) as at:
        records = chosen.records(at, _STATES)
        do = operator_actions(at, reason, dry_run=dry_run).void
        return do_to_chosen("void", records, do, chosen, as_json=as_json, dry_run=dry_run)
