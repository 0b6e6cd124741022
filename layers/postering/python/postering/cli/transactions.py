"""`postering transactions`: list transactions."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import click

from postering.cli.options import ExampleCommand, day_option, with_settings
from postering.cli.output import grouped, print_json_list, print_line
from postering.cli.tables import Column, numbers, print_table, words
from postering.deployment.settings import Settings
from postering.deployment.wiring import deployment
from postering.domain.checks import CODES
from postering.domain.inquiries.standing import ListFilter
from postering.domain.near_names import did_you_mean
from postering.domain.problems import Waiting
from postering.domain.staging.records import State, TransactionRecord
from postering.domain.texts import counted
from postering.operations.transactions import check_stores

_CODES = (*CODES, *Waiting)


def known_codes(_ctx: click.Context, _param: click.Parameter, given: Sequence[Any]) -> tuple[str, ...]:
    """A callback that takes codes in any case, and refuses unknown ones."""
    by_folded = {str(code).casefold(): str(code) for code in _CODES}
    for code in given:
        if code.casefold() not in by_folded:
            raise click.BadParameter(
                f"there is no code {code!r}. {did_you_mean(code.upper(), map(str, _CODES))}".rstrip()
            )
    return tuple(by_folded[code.casefold()] for code in given)


@click.command(
    "transactions",
    cls=ExampleCommand,
    short_help="List transactions by state, store, business date and code.",
    examples=(
        "postering transactions --state failed",
        "postering transactions --store OR-UK --date 2010-12-20 --limit 20",
        "postering transactions --code PAYMENT_METHOD --json",
    ),
)
@click.option(
    "--state",
    "states",
    multiple=True,
    type=click.Choice([str(state) for state in State]),
    help="In this state. Repeatable.",
)
@click.option("--store", "stores", multiple=True, metavar="NAME", help="Of this store. Repeatable.")
@day_option("--date", "dates", multiple=True, help="Of this business date. Repeatable.")
@click.option(
    "--code",
    "codes",
    multiple=True,
    metavar="CODE",
    callback=known_codes,
    help="With this problem or waiting reason. Repeatable.",
)
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="At most N; else all that match.")
@with_settings
def command(
    states: tuple[str, ...],
    stores: tuple[str, ...],
    dates: tuple[date, ...],
    codes: tuple[str, ...],
    limit: int | None,
    settings: Settings,
    as_json: bool,
) -> int:
    """List all transactions that match, by business date and key.

    An option given twice means "or"; different options mean "and". A code is a problem that blocks or warns, or the
    reason why a transaction waits.
    """
    wanted = ListFilter(states=states, stores=stores, dates=dates, codes=codes)
    with deployment(settings) as at:
        check_stores(at, stores)
        listed = at.store.listed(wanted, limit)
        if as_json:
            print_json_list("transactions", (record.as_json() for record in listed))
        else:
            print_list(list(listed))
    return 0


def print_list(records: Sequence[TransactionRecord]) -> None:
    """Print the list for people."""
    if not records:
        print_line("No transaction matches.")
        return
    print_table(
        "",
        (
            words("Transaction"),
            words("Store"),
            Column("Date"),
            numbers("Total"),
            Column("State"),
            words("Codes"),
            Column("Order"),
        ),
        _rows(records),
    )
    print_line(f"\n{counted(len(records), 'transaction')}")


def _rows(records: Iterable[TransactionRecord]) -> Iterable[tuple[str, ...]]:
    for record in records:
        total = record.total
        yield (
            record.key.transaction_id,
            record.key.store,
            record.summary.business_date.isoformat() if record.summary.business_date else "",
            f"{grouped(total.text)} {total.currency}" if total is not None else "",
            str(record.state),
            " ".join(record.codes),
            record.sales_id,
        )
