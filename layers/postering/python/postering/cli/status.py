"""`postering status`: show whether all is well; the needs of a person come first, each with its next command."""

import shlex
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

import click

from postering.cli.options import ExampleCommand, with_settings
from postering.cli.output import heading, print_json, print_line
from postering.cli.tables import Column, numbers, print_table, words
from postering.deployment.settings import Settings
from postering.deployment.wiring import deployment
from postering.domain.inquiries.status import Need, Status
from postering.domain.inquiries.status_sums import age
from postering.domain.inquiries.status_view import next_text, oldest_by_state, status_view
from postering.domain.runs.runs import JOBS, JobRun
from postering.domain.texts import as_words, counted
from postering.schedules.next_runs import status

_REFRESHED_AFTER = 10
_CLEAR = "\x1b[H\x1b[2J"
_ONE_OF = {
    "sessions": "session",
    "transactions_staged": "transaction staged",
    "duplicates": "duplicate",
    "conflicts": "conflict",
    "sales_orders": "sales order",
    "payments": "payment",
}


@click.command(
    "status",
    cls=ExampleCommand,
    short_help="Show whether all is well: first what needs a person, then runs, packages and problems.",
    examples=(
        "postering status",
        "postering status --watch",
        "postering status --watch 60",
        "postering status --json",
    ),
)
@click.option(
    "--watch",
    "watch",
    type=click.IntRange(1, 3600),
    is_flag=False,
    flag_value=_REFRESHED_AFTER,
    metavar="[SECONDS]",
    help=f"Show it again every SECONDS ({_REFRESHED_AFTER}), until Ctrl-C. On a terminal only.",
)
@with_settings
def command(watch: int | None, settings: Settings, as_json: bool) -> int:
    """Show whether all is well. If something needs a person, it comes first, and the exit status is 1.

    The rest follows: the last and the next run of each job; packages that wait, and why; transactions by state;
    problems by code with the totals of their transactions; sales order numbers left. --json has {"at", "well", "needs":
    [{"kind", "what", "command"}], "setup_version", "jobs", "sessions", "transactions", "problems", "conflicts",
    "numbers"}; every key is always there.
    """
    if watch is not None:
        return _watched(watch, settings, as_json)
    found = _read(settings)
    if as_json:
        print_json(status_view(found))
    else:
        print_status(found)
    return 0 if found.well else 1


def _read(settings: Settings) -> Status:
    with deployment(settings) as at:
        found = status(at)
    if not settings.stack:
        return found
    return replace(found, needs=tuple(_of_stack(need, settings.stack) for need in found.needs))


def _of_stack(need: Need, stack: str) -> Need:
    """The need with the stack named in its command."""
    return replace(need, command=f"{need.command} --stack {shlex.quote(stack)}")


def _watched(seconds: int, settings: Settings, as_json: bool) -> int:
    if as_json or not on_a_terminal():
        raise click.UsageError(
            "--watch needs a terminal; a script runs `postering status --json` as often as it likes."
        )
    while True:
        found = _read(settings)
        click.echo(_CLEAR, nl=False, color=True)
        print_status(found)
        print_line(f"\nShown again every {counted(seconds, 'second')}; Ctrl-C ends it.")
        time.sleep(seconds)


def on_a_terminal() -> bool:
    """Whether standard output is a terminal."""
    return sys.stdout.isatty()


def print_status(found: Status) -> None:
    """Print the status for people."""
    _print_needs(found)
    _print_jobs(found)
    _print_packages(found)
    _print_transactions(found)
    _print_problems(found)
    _print_numbers(found)


def _print_needs(found: Status) -> None:
    needs = found.needs
    never_run = [job for job in JOBS if found.facts.run_of(job) is None]
    if not needs and never_run:
        print_line(f"Nothing needs a person yet. Jobs that never ran: {', '.join(never_run)}.")
        return
    if not needs:
        print_line("All is well: nothing needs a person.")
        return
    print_line(f"{counted(len(needs), 'thing')} {'needs' if len(needs) == 1 else 'need'} a person:")
    for need in needs:
        serious = need.kind in {"numbers_exhausted", "no_setup", "run_failed", "run_never_ended"}
        click.secho("! " if serious else "- ", nl=False, fg="red" if serious else "yellow")
        print_line(need.what.replace("\n", " "))
        print_line(f"    {need.command}")


def _print_jobs(found: Status) -> None:
    facts = found.facts

    def rows() -> Iterator[tuple[str, ...]]:
        for job in JOBS:
            last, plan = facts.run_of(job), facts.planned[job]
            upcoming = next_text(plan) if plan.next or plan.minutes else plan.described
            if last is None:
                yield (job, "never", "", "", upcoming)
                continue
            yield (job, _ago(last.begun.started, facts.now), _outcome(last.begun), last.begun.by, upcoming)
            if last.begun.ended is None and last.ended is not None:
                yield ("", _ago(last.ended.started, facts.now), _outcome(last.ended), last.ended.by, "")

    print_table("Runs", (Column("Job"), Column("Began"), words("Outcome"), words("By"), words("Next run")), rows())


def _ago(then: datetime, now: datetime) -> str:
    return f"{age(now - then)} ago"


def _outcome(run: JobRun) -> str:
    if run.outcome is None:
        return "has not ended"
    described = [_count(name, count) for name, count in run.counts.items() if count]
    said = f"{run.outcome}: {', '.join(described)}" if described else str(run.outcome)
    return f"{said} ({run.selection})" if run.selection else said


def _count(name: str, count: int) -> str:
    """`1 sales order`, `2 sales orders`, `2 failed`."""
    return counted(count, _ONE_OF.get(name, as_words(name)), as_words(name))


def _print_packages(found: Status) -> None:
    if found.waiting:
        print_table(
            "Packages that wait",
            (words("Package"), Column("Status"), Column("Since"), words("Why")),
            ((one.name, one.status, _ago(one.since, found.facts.now), one.cause) for one in found.waiting),
        )
    unkeyed = sum(session.unkeyed for session in found.facts.sessions)
    if unkeyed:
        print_line(f"\nRows without a transaction key, kept with their sessions: {unkeyed:,}")


def _print_transactions(found: Status) -> None:
    states = found.facts.standing.states
    oldest = oldest_by_state(found.facts)
    if not states:
        print_line("\nNo transaction is staged.")
        return
    print_table(
        "Transactions",
        (Column("State"), numbers("Count"), Column("Oldest received")),
        (
            (as_words(state), f"{count:,}", _ago(oldest[state], found.facts.now) if state in oldest else "")
            for state, count in sorted(states.items(), key=lambda one: -one[1])
        ),
    )
    if found.facts.standing.in_conflict:
        print_line(f"\nWith an open conflict: {found.facts.standing.in_conflict:,}")


def _print_problems(found: Status) -> None:
    if not found.codes:
        return
    print_table(
        "Problems of failed, waiting and held transactions",
        (Column("State"), words("Code"), numbers("Count"), numbers("Totals"), Column("Oldest received")),
        (
            (sums.state, sums.code, f"{sums.transactions:,}", sums.amounts_text, _ago(sums.oldest, found.facts.now))
            for sums in found.codes
        ),
    )


def _print_numbers(found: Status) -> None:
    if not found.facts.numbers:
        return
    heading("Sales order numbers left")
    for one in found.facts.numbers:
        colour = "red" if one.left == 0 else "yellow" if one.few else None
        click.echo(f"  {one.company}: " + click.style(f"{one.left:,}", fg=colour))
