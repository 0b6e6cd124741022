"""`postering schedule`: run both jobs on their rates on this machine; in AWS show, pause and resume the rules."""

from datetime import datetime, timedelta

import click

from postering.cli.options import ExampleCommand, ExampleGroup, with_settings
from postering.cli.output import print_json, print_line, print_message
from postering.cli.scheduled_runs import scheduled
from postering.cli.tables import numbers, print_table, words
from postering.deployment.settings import Settings
from postering.deployment.wiring import deployment, now
from postering.domain.errors import JobRefused
from postering.domain.inquiries.status_view import next_text, planned_view
from postering.schedules.next_runs import planned
from postering.schedules.recurrence import Bounds

_FORMS = ("%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S")
_LOCAL = ("end_after", "end_by", "start", "p_job_minutes", "sync_orders_minutes")


def moment(text: str) -> datetime:
    """A moment in this machine's time zone, written as a day with a time, or as a time alone (its next occurrence)."""
    for form in _FORMS:
        try:
            return datetime.strptime(text, form).astimezone()
        except ValueError:
            continue
    try:
        time = datetime.strptime(text, "%H:%M").time()
    except ValueError:
        raise click.BadParameter(f"{text!r} is not a date and time: write YYYY-MM-DD HH:MM, or HH:MM") from None
    today = now().astimezone().replace(hour=time.hour, minute=time.minute, second=0, microsecond=0)
    return today if today > now() else (today.replace(tzinfo=None) + timedelta(days=1)).astimezone()


@click.group(
    "schedule",
    cls=ExampleGroup,
    invoke_without_command=True,
    short_help="Run both jobs on their rates until stopped; in AWS show, pause and resume the rules.",
    examples=(
        "postering schedule",
        "postering schedule --p-job-minutes 10 --sync-orders-minutes 2",
        'postering schedule --start 22:00 --end-by "2026-12-01 06:00"',
        "postering schedule --end-after 1 --json",
        "postering schedule --stack NAME",
        "postering schedule pause --stack NAME",
    ),
)
@click.option(
    "--start", type=moment, metavar="TIME", help="Begin at TIME (YYYY-MM-DD HH:MM, or HH:MM; local); else now."
)
@click.option("--end-after", type=click.IntRange(min=1), metavar="N", help="End after N runs of each job; else no end.")
@click.option("--end-by", type=moment, metavar="TIME", help="Begin no run after TIME; else no end.")
@click.option(
    "--p-job-minutes", type=click.IntRange(5, 10), default=5, show_default=True, help="Minutes between P-jobs, 5 to 10."
)
@click.option(
    "--sync-orders-minutes",
    type=click.IntRange(2, 20),
    default=5,
    show_default=True,
    help="Minutes between runs of Synchronize orders, 2 to 20.",
)
@with_settings
def command(
    start: datetime | None,
    end_after: int | None,
    end_by: datetime | None,
    p_job_minutes: int,
    sync_orders_minutes: int,
    settings: Settings,
    as_json: bool,
) -> int:
    """Run the P-job and Synchronize orders now (or at --start), then each at its rate, until stopped or until the end.

    SIGTERM and Ctrl-C end the schedule after the current batch is written. If a run still works when the next one is
    due, the next one is left out. A failed run is reported and does not end the schedule, but its exit status is then
    1. With --stack the command shows the rules that run the stack's functions, and when they run next.
    """
    context = click.get_current_context()
    if context.invoked_subcommand:
        return 0
    if settings.stack:
        given = [
            name for name in _LOCAL if context.get_parameter_source(name) is click.core.ParameterSource.COMMANDLINE
        ]
        if given:
            option = f"--{given[0].replace('_', '-')}"
            raise click.UsageError(f"{option} is for a schedule on this machine; a stack's rates are its parameters.")
        return _show(settings, as_json)
    _check(start, end_after, end_by)
    bounds = Bounds(start=start, end_after=end_after, end_by=end_by)
    minutes = {"p-job": p_job_minutes, "sync-orders": sync_orders_minutes}
    return scheduled(settings, minutes, bounds, as_json=as_json)


def _check(start: datetime | None, end_after: int | None, end_by: datetime | None) -> None:
    if end_after is not None and end_by is not None:
        raise click.UsageError("--end-after and --end-by exclude each other: give one.")
    if start is not None and start < now():
        raise click.UsageError(f"--start {start:%Y-%m-%d %H:%M} has passed.")
    if end_by is not None and end_by < (start or now()):
        raise click.UsageError(f"--end-by {end_by:%Y-%m-%d %H:%M} is before the start.")


@command.command(
    "pause",
    cls=ExampleCommand,
    short_help="Turn the stack's rules off.",
    examples=("postering schedule pause --stack NAME",),
)
@with_settings
def pause(settings: Settings, as_json: bool) -> int:
    """Turn off the rules that run both functions of the stack. A run that has begun is not stopped.

    Deploying the stack with another value of its parameter Schedules sets the rules again.
    """
    from postering.schedules import stack_rules

    stack_rules.pause(_stack(settings))
    return _show(settings, as_json)


@command.command(
    "resume",
    cls=ExampleCommand,
    short_help="Turn the stack's rules on.",
    examples=("postering schedule resume --stack NAME",),
)
@with_settings
def resume(settings: Settings, as_json: bool) -> int:
    """Turn on the rules that run both functions of the stack. The first runs begin within a minute or one rate."""
    from postering.schedules import stack_rules

    stack_rules.resume(_stack(settings))
    return _show(settings, as_json)


def _stack(settings: Settings) -> str:
    if not settings.stack:
        raise JobRefused(
            "only the rules of a stack can be paused and resumed: name the stack with --stack. Ctrl-C (or SIGTERM) "
            "ends the schedule on this machine, and `postering schedule` begins it"
        )
    return settings.stack


def _show(settings: Settings, as_json: bool) -> int:
    with deployment(settings) as at:
        plan = planned(at)
    unknown = sorted({one.described for one in plan.values() if one.described.startswith("not known")})
    if unknown:
        for described in unknown:
            print_message(f"Error: the schedule is {described}")
        return 1
    if as_json:
        print_json({"schedules": [{"job": job, **planned_view(one)} for job, one in plan.items()]})
        return 0
    print_table(
        f"Schedules of stack {settings.stack}",
        (words("Job"), numbers("Minutes"), words("State"), words("Next run"), words("By")),
        (
            (job, str(one.minutes or ""), "on" if one.enabled else "paused", next_text(one), one.described)
            for job, one in plan.items()
        ),
    )
    if all(not one.enabled for one in plan.values()):
        print_line("\nNo rule is on. To turn them on: postering schedule resume --stack " + settings.stack)
    return 0
