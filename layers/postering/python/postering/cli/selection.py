"""Shared by the commands of an operator: select transactions, confirm, act on each, and print the result."""

import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import wraps
from typing import Any

import click

from postering.cli.options import day_option
from postering.cli.output import grouped, print_json, print_line, print_message
from postering.cli.progress import shown_progress
from postering.cli.transactions import known_codes, print_list
from postering.deployment.wiring import Deployment
from postering.domain.errors import JobRefused
from postering.domain.inquiries.standing import ListFilter
from postering.domain.money import amount_text, total
from postering.domain.staging.records import State, TransactionRecord
from postering.domain.texts import as_words, counted
from postering.jobs.interventions import Intervention
from postering.jobs.named_transactions import one_transaction
from postering.operations.transactions import check_stores

Action = Callable[[TransactionRecord], Intervention]


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """The operator's selection: ids, or all transactions with these codes (of these stores and business dates)."""

    ids: tuple[str, ...]
    codes: tuple[str, ...]
    stores: tuple[str, ...]
    dates: tuple[date, ...]
    expected: int | None
    sure: bool

    def records(self, at: Deployment, states: Sequence[State]) -> list[TransactionRecord]:
        """The transactions of these ids in any state; or of these codes, in one of `states`."""
        if not self.ids:
            check_stores(at, self.stores)
            wanted = ListFilter(states=tuple(map(str, states)), stores=self.stores, dates=self.dates, codes=self.codes)
            return list(at.store.listed(wanted, None))
        named = {record.key: record for record in (one_transaction(at.store, each) for each in self.ids)}
        return list(named.values())


def with_selection(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that select transactions, `--reason`, `--dry-run`, `--count` and `--yes`; gives `selection`."""

    @click.option(
        "--code", "codes", multiple=True, metavar="CODE", callback=known_codes, help="All with this code. Repeatable."
    )
    @click.option("--store", "stores", multiple=True, metavar="NAME", help="With --code: only of this store.")
    @day_option("--date", "dates", multiple=True, help="With --code: only of this business date.")
    @click.option("--reason", default="", metavar="TEXT", help="The reason, kept on the timeline.")
    @click.option("--dry-run", is_flag=True, help="Show the changes without making them.")
    @click.option(
        "--count",
        "expected",
        type=click.IntRange(min=0),
        metavar="N",
        help="Refuse unless exactly N transactions are selected.",
    )
    @click.option("--yes", "sure", is_flag=True, help="Do not ask.")
    @wraps(function)
    def started(
        *given: Any,
        codes: tuple[str, ...],
        stores: tuple[str, ...],
        dates: tuple[date, ...],
        expected: int | None,
        sure: bool,
        **named: Any,
    ) -> Any:
        ids = named.pop("ids")
        if bool(ids) == bool(codes):
            raise click.UsageError("Name transactions by ID, or select all with a code by --code; not both.")
        if (stores or dates) and not codes:
            raise click.UsageError("--store and --date need --code.")
        selection = Selection(ids=ids, codes=codes, stores=stores, dates=dates, expected=expected, sure=sure)
        return function(*given, selection=selection, **named)

    return started


def run_on_selected(
    verb: str,
    records: Sequence[TransactionRecord],
    action: Action,
    selection: Selection,
    *,
    as_json: bool,
    dry_run: bool,
    more_json: Callable[[Sequence[Intervention]], dict[str, object]] = lambda _: {},
    print_more: Callable[[Intervention], None] = lambda _: None,
) -> int:
    """Run the action on each transaction alone, and print the results. Exit status 1 if any was refused.

    Args:
        verb: the command's name, as messages show it.
        more_json: further keys of the JSON document.
        print_more: prints more about the one transaction that changed.
    """
    confirm(verb, records, selection, dry_run)
    done: list[Intervention] = []
    refused = 0
    try:
        with shown_progress(as_json) as progress:
            for number, record in enumerate(records, 1):
                try:
                    done.append(action(record))
                except JobRefused as wrong:
                    refused += 1
                    print_message(f"Error: {wrong}")
                progress(verb, number, len(records))
    except KeyboardInterrupt:
        print_message(
            f"{verb}: stopped after {len(done)} of {counted(len(records), 'transaction')}; no transaction is half done"
        )
        raise
    if as_json:
        print_json({"transactions": [each.after.as_json() for each in done], **more_json(done)})
    elif done or not refused:
        _print_done(verb, done, dry_run, print_more)
    return 1 if refused else 0


def confirm(verb: str, records: Sequence[TransactionRecord], selection: Selection, dry_run: bool) -> None:
    """Ask about a selection by code on a terminal, unless `--yes`; refuse if `--count` differs."""
    if selection.expected is not None and selection.expected != len(records):
        raise JobRefused(f"{counted(len(records), 'transaction')} found, not {selection.expected}: nothing was changed")
    if not selection.codes or selection.sure or dry_run or not records or selection.expected is not None:
        return
    if on_a_terminal():
        question = f"{verb.capitalize()} {counted(len(records), 'transaction')}, {_amounts(records)}?"
        click.confirm(question, abort=True, err=True)


def on_a_terminal() -> bool:
    """Whether a person can answer a question."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def _amounts(records: Iterable[TransactionRecord]) -> str:
    by_currency: dict[str, list[Decimal]] = {}
    for record in records:
        if record.total is not None:
            by_currency.setdefault(record.total.currency, []).append(record.total.amount)
    sums = (f"{grouped(amount_text(total(amounts), one))} {one}" for one, amounts in sorted(by_currency.items()))
    return ", ".join(sums) or "without a total"


def _print_done(
    verb: str, done: Sequence[Intervention], dry_run: bool, print_more: Callable[[Intervention], None]
) -> None:
    changed = [each for each in done if each.changed]
    if len(done) == 1 and not changed:
        print_line(f"{done[0].after.key.transaction_id} is {state_text(done[0].after)}: nothing changed.")
        return
    for each in changed if len(changed) <= 1 else ():
        would = "would be" if dry_run else "is now"
        print_line(f"{each.after.key.transaction_id} was {state_text(each.before)}, {would} {state_text(each.after)}.")
        print_more(each)
    if len(done) > 1:
        print_list([each.after for each in done])
    would = " (--dry-run: nothing was written)" if dry_run else ""
    if len(done) != 1:
        print_line(f"{verb.capitalize()}: {counted(len(changed), 'transaction')} changed{would}.")
    elif dry_run:
        print_line("--dry-run: nothing was written.")


def state_text(record: TransactionRecord) -> str:
    """The state of a transaction in words, with its codes."""
    state = as_words(record.state)
    return f"{state} ({' '.join(record.codes)})" if record.codes else state
