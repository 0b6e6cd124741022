"""`postering unvoid`: reverse a void."""

import click

from postering.cli.chosen import Chosen, do_to_chosen, with_chosen
from postering.cli.options import ExampleCommand, with_settings
from postering.deployment.settings import Settings
from postering.deployment.wiring import deployment
from postering.domain.staging.records import State
from postering.operations.interventions import operator_actions

_STATES = (State.VOIDED,)


@click.command(
    "unvoid",
    cls=ExampleCommand,
    short_help="Reverse a void.",
    examples=("postering unvoid 539487", "postering unvoid --code CUSTOMER"),
)
@click.argument("ids", metavar="[ID]...", nargs=-1)
@with_chosen
@with_settings
def command(chosen: Chosen, reason: str, dry_run: bool, settings: Settings, as_json: bool) -> int:
    """Reverse the void of each transaction ID, or with --code of all voided transactions that have that code.

    The transaction gets the state that its rows and edits give it. If it was held after an edit, it is held again.
    """
    with deployment(settings) as at:
        records = chosen.records(at, _STATES)
        do = operator_actions(at, reason, dry_run=dry_run).unvoid
        return do_to_chosen("unvoid", records, do, chosen, as_json=as_json, dry_run=dry_run)
