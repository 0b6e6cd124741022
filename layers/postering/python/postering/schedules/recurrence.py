"""Runs that recur, each at its rate, from a start until they are stopped or reach a count or a time. None queues."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

NS_PER_MINUTE = 60 * 1_000_000_000
_LONGEST_PAUSE_SECONDS = 60.0
"""The longest pause in the wait for the start: the wait ends in time even if the machine slept or its clock was set."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recurrence:
    """A job: its name, how many minutes apart it starts, and how to run it once."""

    job: str
    minutes: int
    run: Callable[[], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """The time, as a value, so that tests never wait. `wait` sleeps for the seconds, or until `stopped` is true."""

    monotonic_ns: Callable[[], int]
    wait: Callable[[float], None]
    stopped: Callable[[], bool]
    now: Callable[[], datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """D365's recurrence: its start (None: now) and its end, which is none, a number of runs of each job, or a time.

    A run that is due at `end_by` still begins; a run that is due later does not.
    """

    start: datetime | None = None
    end_after: int | None = None
    end_by: datetime | None = None


Planned = Callable[[Mapping[str, datetime]], None]
"""Receives the next run of each job that has not ended, whenever it changes."""

LeftOut = Callable[[str], None]
"""Receives the name of a job, once, when a run took longer than its rate and the runs that it covered are left out."""


@dataclass(slots=True)
class _Due:
    recurrence: Recurrence
    at_ns: int
    runs: int = 0
    skipped: int = 0
    ended: bool = False


def recur(
    recurrences: Sequence[Recurrence],
    clock: Clock,
    bounds: Bounds = Bounds(),
    planned: Planned = lambda _: None,
    left_out: LeftOut = lambda _: None,
) -> dict[str, int]:
    """Run each job at the start, in order, then each job when it is due, within `bounds`.

    If a run takes longer than its rate, the runs that it covers are left out and not queued. Returns the number of
    runs left out of each job.
    """
    if bounds.start is not None:
        planned({each.job: bounds.start for each in recurrences})
        _wait_until(bounds.start, clock)
    started = clock.monotonic_ns()
    due = [_Due(recurrence, started) for recurrence in recurrences]
    while not clock.stopped():
        next_one = _next(due, clock, bounds)
        if next_one is None:
            break
        pause_ns = next_one.at_ns - clock.monotonic_ns()
        if pause_ns > 0:
            clock.wait(pause_ns / 1_000_000_000)
            continue
        next_one.recurrence.run()
        next_one.runs += 1
        skipped_before = next_one.skipped
        _plan(next_one, clock.monotonic_ns())
        if next_one.skipped and not skipped_before:
            left_out(next_one.recurrence.job)
        _next(due, clock, bounds)
        planned({each.recurrence.job: _time_of(each, clock) for each in due if not each.ended})
    return {each.recurrence.job: each.skipped for each in due}


def _wait_until(start: datetime, clock: Clock) -> None:
    while not clock.stopped():
        left = (start - clock.now()).total_seconds()
        if left <= 0:
            return
        clock.wait(min(left, _LONGEST_PAUSE_SECONDS))


def _next(due: Sequence[_Due], clock: Clock, bounds: Bounds) -> _Due | None:
    """The one that is due first; None if all have ended."""
    for each in due:
        enough = bounds.end_after is not None and each.runs >= bounds.end_after
        late = bounds.end_by is not None and _time_of(each, clock) > bounds.end_by
        each.ended = each.ended or enough or late
    return min((each for each in due if not each.ended), key=lambda each: each.at_ns, default=None)


def _time_of(each: _Due, clock: Clock) -> datetime:
    """The time at which it is due, by the wall clock; now, if that time has passed."""
    return clock.now() + timedelta(microseconds=max(0, each.at_ns - clock.monotonic_ns()) / 1_000)


def _plan(done: _Due, now_ns: int) -> None:
    """Set when it is due next: at its rate, at a time that has not passed."""
    rate_ns = done.recurrence.minutes * NS_PER_MINUTE
    missed = max(0, (now_ns - done.at_ns) // rate_ns)
    done.at_ns += rate_ns * (missed + 1)
    done.skipped += missed
