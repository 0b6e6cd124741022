"""`postering edit`: change fields of staged transactions, checked like input, kept beside the received values."""

from collections.abc import Sequence

import click

from postering.cli.options import ExampleCommand, with_settings
from postering.cli.output import paragraph
from postering.cli.selection import Selection, run_on_selected, with_selection
from postering.deployment.settings import Settings
from postering.deployment.wiring import deployment
from postering.domain.problems import codes_of
from postering.domain.staging.edit_parsing import Change, is_change, parse_change
from postering.domain.staging.records import State
from postering.jobs.interventions import Edited, Intervention
from postering.operations.interventions import operator_actions

_STATES = (State.FAILED, State.WAITING, State.PENDING, State.EDITING)


def _ids_before_changes(context: click.Context, parameter: click.Parameter, given: tuple[str, ...]) -> tuple[str, ...]:
    if not any(map(is_change, given)):
        raise click.MissingParameter("Name a change, as businessDate=2026-11-23.", context, parameter)
    first = next(number for number, each in enumerate(given) if is_change(each))
    for each in given[first:]:
        if not is_change(each):
            raise click.UsageError(f"{each!r} comes after the changes: name IDs first, then FIELD=VALUE.")
    context.meta["postering.changes"] = tuple(map(parse_change, given[first:]))
    return given[:first]


@click.command(
    "edit",
    cls=ExampleCommand,
    short_help="Change fields of staged transactions.",
    examples=(
        'postering edit 539487 businessDate=2010-12-21 --reason "period closed"',
        "postering edit 539487 'RetailTransactionSalesTrans[2].qty=-1' 'SalesTrans[2].netAmount=-9.95'",
        "postering edit 539487 'RetailTransactionTaxTrans[2,VAT].Amount=1.99' --dry-run",
        "postering edit --code BUSINESS_DATE businessDate=2010-12-21",
    ),
)
@click.argument("ids", metavar="[ID]... FIELD=VALUE...", nargs=-1, callback=_ids_before_changes)
@with_selection
@with_settings
def command(selection: Selection, reason: str, dry_run: bool, settings: Settings, as_json: bool) -> int:
    """Change fields of each staged transaction ID, or with --code of all that have it.

    A field without a row is a field of the header. Name a row by its line, as RetailTransactionSalesTrans[2].qty=-1 or
    SalesTrans[2].qty=-1. FIELD= makes the field empty.
    An edit keeps the types, lengths and enums of the input. The command shows the problems before and after the edit.
    The received value is kept beside the edited one. If the company has hold_after_edit, the transaction is held until
    it is released.
    """
    changes: tuple[Change, ...] = click.get_current_context().meta["postering.changes"]
    with deployment(settings) as at:
        records = selection.records(at, _STATES)
        operator = operator_actions(at, reason, dry_run=dry_run)
        return run_on_selected(
            "edit",
            records,
            lambda record: operator.edit(record, changes),
            selection,
            as_json=as_json,
            dry_run=dry_run,
            more_json=_checks_json,
            print_more=_print_checks,
        )


def _checks_json(done: Sequence[Intervention]) -> dict[str, object]:
    """The codes of each transaction's problems before and after the edit."""
    return {
        "checks": [
            {
                "transaction_id": each.after.key.transaction_id,
                "before": list(codes_of(each.problems_before)),
                "after": list(codes_of(each.problems_after)),
            }
            for each in done
            if isinstance(each, Edited)
        ]
    }


def _print_checks(done: Intervention) -> None:
    assert isinstance(done, Edited)
    before, after = (", ".join(codes_of(each)) or "nothing" for each in (done.problems_before, done.problems_after))
    paragraph(f"The checks found {before} before the edit, and find {after} after it.")
    for problem in done.problems_after:
        paragraph(f"{problem.code}: {problem.message}", indent=2)
