"""One fault after the other into a step of the workload: what then stands in the books, and the count of it all."""

import os
import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from time import monotonic
from typing import Any, Final

from tests.faults import model
from tests.faults.boundaries import AFTER, BEFORE, LOST_ANSWER, Boundary
from tests.faults.places import copied, removed
from tests.faults.workload import WORKLOADS
from tests.faults.world import NOW, PAUSE, World, made, opened, put, run_step, try_step

RUNS: Final = int(os.environ.get("FAULT_RUNS", "0"))
"""How many faults of each random kind; 0 is the short, fixed part of every test run."""

SEED: Final = int(os.environ.get("FAULT_SEED", "20260314"))
LONG: Final = RUNS > 0
KILLS: Final = (BEFORE, AFTER, LOST_ANSWER)
NONE: Final = "none"


def seeded() -> random.Random:
    """Chance that comes again with the same seed."""
    return random.Random(SEED)  # noqa: S311 - nothing here is a secret


@dataclass
class Count:
    """What was injected so far and what came of it, for the table at the end."""

    faults: Counter[str] = field(default_factory=Counter)
    transactions: int = 0
    findings: Counter[str] = field(default_factory=Counter)
    began: float = field(default_factory=monotonic)

    def judge(self, kind: str, transactions: int, findings: list[model.Finding], described: str) -> None:
        """Count one fault; what is wrong after it fails the test."""
        self.faults[kind] += 1
        self.transactions += transactions
        self.findings.update(found for found, _ in findings)
        again = f"{described} (again: make fault FAULT_RUNS={RUNS} FAULT_SEED={SEED})" if LONG else described
        assert not findings, f"{again}:\n" + "\n".join(f"{found}: {what}" for found, what in findings)

    def table(self) -> Iterator[str]:
        """The lines of the table."""
        yield f"faults injected (FAULT_SEED={SEED})"
        for kind, number in sorted(self.faults.items()):
            if kind != NONE:
                yield f"  {kind:<45}{number:>9}"
        injected = self.faults.total() - self.faults[NONE]
        yield f"  {'all':<45}{injected:>9}"
        yield f"transactions judged{self.transactions:>37}"
        for kind in model.KINDS:
            shown = "0.00" if kind == model.CENTS and not self.findings[kind] else str(self.findings[kind])
            yield f"{kind:<47}{shown:>9}"
        yield f"minutes{(monotonic() - self.began) / 60:>49.1f}"


COUNT: Final = Count()


@dataclass(frozen=True)
class Ready:
    """A deployment that is closed before each step's jobs, and the calls that those make."""

    homes: tuple[Path, ...]
    calls: tuple[list[str], ...]
    folder: Path

    def each_call(self, every: int) -> Iterator[tuple[int, int]]:
        """(step, call) of every so many calls, over all steps."""
        places = [(step, call) for step, calls in enumerate(self.calls) for call in range(1, len(calls) + 1)]
        return iter(places[::every])

    def spread(self, number: int, turn: int) -> list[tuple[int, int]]:
        """(step, call) of so many calls over all steps, all where there are no more; others for each of three turns."""
        places = list(self.each_call(1))
        every = max(1, len(places) // number)
        return places[turn * every // 3 :: every]

    def copy(self, step: int) -> Path:
        """A copy to harm, in place of the one before."""
        harmed = self.folder / "harmed"
        removed(harmed)
        return copied(self.homes[step], harmed)

    def remove(self) -> None:
        """Take everything away, tables too."""
        for home in (*self.homes, self.folder / "home", self.folder / "harmed"):
            removed(home)


def ready(folder: Path, workload: str = "whole", engine: str = "") -> Ready:
    """The steps without a fault: what they leave must be right by itself."""
    folder.mkdir(exist_ok=True)
    home = made(folder / "home", workload, engine)
    homes, calls = [], []
    for step in range(len(WORKLOADS[workload].steps)):
        put(home, step)
        homes.append(copied(home, folder / f"before-{step}"))
        boundary = Boundary()
        assert try_step(home, step, boundary)
        with opened(home) as world:
            COUNT.judge(NONE, len(world.books().states), world.findings(step + 1), f"step {step} without a fault")
        calls.append(boundary.calls)
    return Ready(tuple(homes), tuple(calls), folder)


def run_in(
    at: Ready,
    step: int,
    run: Callable[[World], None],
    kind: str,
    described: str,
    afterwards: Callable[[], datetime] = lambda: NOW + PAUSE,
    **world: Any,
) -> None:
    """One run under unusual circumstances, then the judgement; `afterwards` is the time that it is then."""
    home = at.copy(step)
    with opened(home, **world) as harmed:
        run(harmed)
    judge_after(home, step, kind, f"step {step}, {described}", now=afterwards)


def judge_after(
    home: Path,
    step: int,
    kind: str,
    described: str,
    raced: bool = False,
    now: Callable[[], datetime] = lambda: NOW + PAUSE,
) -> None:
    """Run the jobs over what a fault left until it is quiet, when every pause is over, and judge the books."""
    with opened(home, now=now) as world:
        half_done = world.half_done()
        run_step(world, step)
        COUNT.judge(kind, len(world.books().states), half_done + world.findings(step + 1, raced), described)


def kill(at: Ready, step: int, call: int, kind: str, named: str = "") -> None:
    """One run that dies at one call, or gets no answer to it."""
    home, boundary = at.copy(step), Boundary(call, kind)
    try_step(home, step, boundary)
    judge_after(home, step, f"{kind}{named}", f"step {step}, {boundary}")


def kill_again_and_again(at: Ready, step: int, calls: Sequence[int], named: str = "") -> None:
    """Runs that die one after the other, each at its own call of what the one before left."""
    home = at.copy(step)
    for call in calls:
        try_step(home, step, Boundary(call, KILLS[call % len(KILLS)]))
    described = f"step {step}, killed at {calls} one after the other"
    judge_after(home, step, f"killed again and again{named}", described)


def kill_at_one_place(at: Ready, step: int, call: int, deaths: int, kind: str) -> None:
    """Runs that all die at the same call, as of a package or a transaction that is too large; nobody helps."""
    home = at.copy(step)
    for number in range(deaths):
        try_step(home, step, Boundary(call, kind), now=partial(_after_pauses, number))
    described = f"step {step}, {kind}: call {call}, {deaths} times"
    judge_after(home, step, "killed at one place, again and again", described, now=partial(_after_pauses, deaths))


def _after_pauses(number: int) -> datetime:
    return NOW + number * PAUSE


def overlap(at: Ready, step: int, call: int, other: str, run: Callable[[Path], None], raced: bool = False) -> None:
    """One run in the middle of which, before one call, something else happens."""
    home = at.copy(step)
    boundary = Boundary(call, meanwhile=lambda: run(home))
    assert try_step(home, step, boundary), f"step {step}, {boundary} by {other}: the run failed"
    judge_after(home, step, f"overtaken by {other}", f"step {step}, {boundary} by {other}", raced)
