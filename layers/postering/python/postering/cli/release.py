"""`postering release`: release transactions that are held after an edit."""

import click

from postering.cli.chosen import Chosen, do_to_chosen, with_chosen
from postering.cli.options import ExampleCommand, with_settings
from postering.deployment.settings import Settings
from postering.deployment.wiring import deployment
from postering.domain.staging.records import State
from postering.operations.interventions import operator_actions

_STATES = (State.EDITING,)


@click.command(
    "release",
    cls=ExampleCommand,
    short_help="Release transactions that are held after an edit.",
    examples=("postering release 539487", "postering release --code BUSINESS_DATE"),
)
@click.argument("ids", metavar="[ID]...", nargs=-1)
@with_chosen
@with_settings
def command(chosen: Chosen, reason: str, dry_run: bool, settings: Settings, as_json: bool) -> int:
    """Release each transaction ID that is held after an edit, or with --code all that have that code.

    A released transaction becomes pending. Transactions are held after an edit if their company has hold_after_edit.
    """
    with deployment(settings) as at:
        records = chosen.records(at, _STATES)
        do = operator_actions(at, reason, dry_run=dry_run).release
        return do_to_chosen("release", records, do, chosen, as_json=as_json, dry_run=dry_run)
