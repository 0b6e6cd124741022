"""`postering retry`: make failed transactions pending again."""

import click

from postering.cli.chosen import Chosen, do_to_chosen, with_chosen
from postering.cli.options import ExampleCommand, with_settings
from postering.deployment.settings import Settings
from postering.deployment.wiring import deployment
from postering.domain.staging.records import State
from postering.operations.interventions import operator_actions

_STATES = (State.FAILED, State.WAITING)


@click.command(
    "retry",
    cls=ExampleCommand,
    short_help="Make failed transactions pending again.",
    examples=("postering retry 539487", "postering retry --code RETRIES_EXHAUSTED"),
)
@click.argument("ids", metavar="[ID]...", nargs=-1)
@with_chosen
@with_settings
def command(chosen: Chosen, reason: str, dry_run: bool, settings: Settings, as_json: bool) -> int:
    """Make each failed transaction ID pending again, or with --code all that have that code.

    The next run of sync-orders tries to post them. A pending transaction stays pending. An open conflict or a rejected
    row must be fixed first.
    """
    with deployment(settings) as at:
        records = chosen.records(at, _STATES)
        do = operator_actions(at, reason, dry_run=dry_run).retry
        return do_to_chosen("retry", records, do, chosen, as_json=as_json, dry_run=dry_run)
