"""Runs that recur: each at once, then on its rate, until stopped or as often as was asked for. Never piled up."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

NS_PER_MINUTE = 60 * 1_000_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Recurrence:
    """A job: its name, how many minutes apart it starts, and how to run it once."""

    job: str
    minutes: int
    run: Callable[[], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """Time, so that tests need none: `wait` sleeps so many seconds, shorter when `stopped` comes to hold."""

    monotonic_ns: Callable[[], int]
    wait: Callable[[float], None]
    stopped: Callable[[], bool]


@dataclass(slots=True)
class _Due:
    recurrence: Recurrence
    at_ns: int
    runs: int = 0
    skipped: int = 0


def recur(recurrences: Sequence[Recurrence], clock: Clock, end_after: int | None = None) -> dict[str, int]:
    """Run each at once, in order, then each when it is due; `end_after` so many runs of each.

    A run that takes longer than its rate makes the ones that it covers be left out, not queued. Gives how many were
    left out, by job.
    """
    started = clock.monotonic_ns()
    due = [_Due(recurrence, started) for recurrence in recurrences]
    while not clock.stopped():
        left = [each for each in due if end_after is None or each.runs < end_after]
        if not left:
            break
        next_one = min(left, key=lambda each: each.at_ns)
        pause_ns = next_one.at_ns - clock.monotonic_ns()
        if pause_ns > 0:
            clock.wait(pause_ns / 1_000_000_000)
            continue
        next_one.recurrence.run()
        next_one.runs += 1
        _plan(next_one, clock.monotonic_ns())
    return {each.recurrence.job: each.skipped for each in due}


def _plan(done: _Due, now_ns: int) -> None:
    """When it is due next: on its rate, at a time that has not passed yet."""
    rate_ns = done.recurrence.minutes * NS_PER_MINUTE
    missed = max(0, (now_ns - done.at_ns) // rate_ns)
    done.at_ns += rate_ns * (missed + 1)
    done.skipped += missed
