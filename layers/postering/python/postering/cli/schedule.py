"""`postering schedule`: both jobs on their rates, on this machine, until stopped."""

import json
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Event
from types import FrameType

import click

from postering.cli.options import ExampleCommand, with_settings
from postering.cli.output import heading, say
from postering.cli.p_job import say_failures
from postering.cli.progress import shown_progress
from postering.cli.reports import print_p_job, print_sync_orders
from postering.domain.errors import PosteringError
from postering.domain.setup_problems import SetupError
from postering.jobs.p_job import PJobRequest
from postering.jobs.sync_orders import SyncOrdersRequest
from postering.recurrence import Clock, Recurrence, recur
from postering.settings import Settings
from postering.wiring import deployment, new_run, now, run_p_job, run_sync_orders


@click.command(
    "schedule",
    cls=ExampleCommand,
    short_help="Run both jobs on their rates until stopped.",
    examples=(
        "postering schedule",
        "postering schedule --p-job-minutes 10 --sync-orders-minutes 2",
        "postering schedule --end-after 1 --json",
    ),
)
@click.option("--end-after", type=click.IntRange(min=1), metavar="N", help="End after N runs of each job; else no end.")
@click.option("--p-job-minutes", type=click.IntRange(5, 10), default=5, show_default=True, help="Rate of the P-job.")
@click.option(
    "--sync-orders-minutes",
    type=click.IntRange(2, 20),
    default=5,
    show_default=True,
    help="Rate of Synchronize orders.",
)
@with_settings
def command(
    end_after: int | None, p_job_minutes: int, sync_orders_minutes: int, settings: Settings, as_json: bool
) -> int:
    """Run the P-job and Synchronize orders at once, then each on its rate, until stopped or --end-after.

    SIGTERM and Ctrl-C end it in good order: the batch that is being written is finished. A run that is still going on
    when the next is due takes its place. A run that fails is told and does not end the schedule; the exit status is
    then 1 at the end.
    """
    stop = Event()
    runs = _Runs(settings=settings, as_json=as_json, stop=stop)
    recurrences = (
        Recurrence(job="p-job", minutes=p_job_minutes, run=runs.p_job),
        Recurrence(job="sync-orders", minutes=sync_orders_minutes, run=runs.sync_orders),
    )
    with deployment(settings), _stopped_by_signals(stop), runs.told():
        skipped = recur(recurrences, clock_of(stop), end_after)
    for job, count in skipped.items():
        if count:
            say(f"{job}: {count} runs were left out, for the ones before them took longer than the rate")
    return 1 if runs.failed else 0


def clock_of(stop: Event) -> Clock:
    """Real time; a wait ends when the schedule is stopped."""

    def wait(seconds: float) -> None:
        stop.wait(seconds)

    return Clock(monotonic_ns=time.monotonic_ns, wait=wait, stopped=stop.is_set)


@dataclass(kw_only=True)
class _Runs:
    """Runs each job, prints its report, and remembers whether anything failed."""

    settings: Settings
    as_json: bool
    stop: Event
    failed: bool = False
    printed: int = 0

    def p_job(self) -> None:
        """One run of the P-job."""
        with self._guarded("p-job"), deployment(self.settings) as at, shown_progress(self.as_json) as progress:
            report = run_p_job(at, PJobRequest(), new_run("p-job", progress, self.stop.is_set))
            self._print("P-job", report.as_json(), lambda: print_p_job(report))
            self.failed = bool(say_failures(report)) or self.failed

    def sync_orders(self) -> None:
        """One run of Synchronize orders."""
        with self._guarded("sync-orders"), deployment(self.settings) as at, shown_progress(self.as_json) as progress:
            report = run_sync_orders(at, SyncOrdersRequest(), new_run("sync-orders", progress, self.stop.is_set))
            self._print("Synchronize orders", report.as_json(), lambda: print_sync_orders(report))

    @contextmanager
    def told(self) -> Iterator[None]:
        """The JSON document around the reports: `{"runs": [report, …]}`, written as they come."""
        if self.as_json:
            click.echo('{"runs": [')
        try:
            yield
        finally:
            if self.as_json:
                click.echo("]}")

    @contextmanager
    def _guarded(self, job: str) -> Iterator[None]:
        try:
            yield
        except (PosteringError, SetupError, OSError) as wrong:
            if isinstance(wrong, BrokenPipeError):
                raise
            self.failed = True
            say(f"{now():%Y-%m-%d %H:%M:%S} UTC, {job}: Error: {wrong}")

    def _print(self, name: str, report: dict[str, object], for_people: Callable[[], None]) -> None:
        if self.as_json:
            click.echo(("," if self.printed else "") + json.dumps(report))
            sys.stdout.flush()
        else:
            heading(f"{now():%Y-%m-%d %H:%M:%S} UTC, {name}")
            for_people()
        self.printed += 1


@contextmanager
def _stopped_by_signals(stop: Event) -> Iterator[None]:
    """SIGTERM and the first Ctrl-C stop the schedule in good order; a second Ctrl-C ends it at once."""

    def stopped(_number: int, _frame: FrameType | None) -> None:
        stop.set()
        signal.signal(signal.SIGINT, signal.default_int_handler)
        say("stopping when the batch at hand is written")

    before = {number: signal.signal(number, stopped) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
