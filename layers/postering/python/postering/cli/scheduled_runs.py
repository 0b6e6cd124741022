"""The runs of `postering schedule` on this machine: each is reported, and the plan is kept for `status`."""

import json
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Event
from types import FrameType

import click

from postering.cli.output import heading, print_message
from postering.cli.p_job import print_failures
from postering.cli.progress import shown_progress
from postering.cli.reports import print_p_job, print_sync_orders
from postering.deployment.settings import Settings
from postering.deployment.wiring import deployment, new_run, now, operator, run_p_job, run_sync_orders
from postering.domain.errors import PosteringError
from postering.domain.runs.requests import PJobRequest, SyncOrdersRequest
from postering.domain.runs.runs import P_JOB, SYNC_ORDERS
from postering.domain.setup.problems import SetupError
from postering.jobs.run import Progress, Run
from postering.schedules.local_plan import LocalPlan, read_plan, remove_plan, write_plan
from postering.schedules.recurrence import Bounds, Clock, Recurrence, recur


def scheduled(settings: Settings, minutes: Mapping[str, int], bounds: Bounds, *, as_json: bool) -> int:
    """Run both jobs at their rates within `bounds`, until stopped. Returns the exit status: 1 if a run failed."""
    stop = Event()
    runs = _Runs(settings=settings, as_json=as_json, stop=stop)
    recurrences = [
        Recurrence(job=job, minutes=minutes[job], run=run)
        for job, run in ((P_JOB, runs.p_job), (SYNC_ORDERS, runs.sync_orders))
    ]

    def left_out(job: str) -> None:
        print_message(f"{job}: a run took longer than its {minutes[job]} minutes; runs due meanwhile are left out")

    with deployment(settings) as at, _stopped_by_signals(stop), runs.report_document(), _plan_kept(at.home) as keep:
        skipped = recur(recurrences, clock_of(stop), bounds, lambda plan: keep(minutes, plan), left_out)
    for job, count in skipped.items():
        if count:
            print_message(f"{job}: {count} runs were left out, because earlier runs took longer than the rate")
    return 1 if runs.failed else 0


def clock_of(stop: Event) -> Clock:
    """The clock of this machine; a wait ends when the schedule is stopped."""

    def wait(seconds: float) -> None:
        stop.wait(seconds)

    return Clock(monotonic_ns=time.monotonic_ns, wait=wait, stopped=stop.is_set, now=now)


@contextmanager
def _plan_kept(home: Path) -> Iterator[Callable[[Mapping[str, int], Mapping[str, datetime]], None]]:
    """Keep the plan in the deployment's folder, print it, and remove it at the end."""
    process = os.getpid()
    other = read_plan(home)
    if other is not None and other.process != process:
        print_message(
            f"process {other.process} already runs a schedule of this deployment: both run, which does no harm"
        )

    def keep(minutes: Mapping[str, int], plan: Mapping[str, datetime]) -> None:
        with suppress(OSError):  # the schedule goes on if its plan can't be kept
            write_plan(home, LocalPlan(process=process, minutes=minutes, next=plan))
        if plan:
            times = (f"{job} {at.astimezone(UTC):%Y-%m-%d %H:%M:%S}" for job, at in plan.items())
            print_message(f"next: {', '.join(times)} UTC")

    try:
        yield keep
    finally:
        remove_plan(home, process)


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
        with self._guarded(P_JOB), deployment(self.settings) as at, shown_progress(self.as_json) as progress:
            report = run_p_job(at, PJobRequest(), self._run(P_JOB, progress))
            self._print("P-job", report.as_json(), lambda: print_p_job(report))
            self.failed = bool(print_failures(report)) or self.failed

    def sync_orders(self) -> None:
        """One run of Synchronize orders."""
        with self._guarded(SYNC_ORDERS), deployment(self.settings) as at, shown_progress(self.as_json) as progress:
            report = run_sync_orders(at, SyncOrdersRequest(), self._run(SYNC_ORDERS, progress))
            self._print("Synchronize orders", report.as_json(), lambda: print_sync_orders(report))

    def _run(self, job: str, progress: Progress) -> Run:
        return new_run(job, progress, self.stop.is_set, started_by=f"postering schedule of {operator()}")

    @contextmanager
    def report_document(self) -> Iterator[None]:
        """Print the JSON document around the reports, `{"runs": [report, …]}`, as they come."""
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
            print_message(f"{now():%Y-%m-%d %H:%M:%S} UTC, {job}: Error: {wrong}")

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
    """SIGTERM and the first Ctrl-C stop the schedule after the current batch; a second Ctrl-C ends it at once."""

    def stopped(_number: int, _frame: FrameType | None) -> None:
        stop.set()
        signal.signal(signal.SIGINT, signal.default_int_handler)
        print_message("stopping after the current batch is written")

    before = {number: signal.signal(number, stopped) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
