"""Runs in the middle of which other runs, or a new setup, come: each transaction is posted by one of them."""

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest

from postering.domain.errors import JobRefused
from tests.domain.transactions_examples import STORE
from tests.faults.boundaries import Boundary
from tests.faults.injecting import RUNS, Ready, overlap, seeded
from tests.faults.operator import hand_on
from tests.faults.world import GROUP, LONGEST, World, opened


def other_run(jobs: Callable[[World], None], home: Path) -> None:
    """A whole run of other objects, on a connection of its own."""
    with opened(home, name="other") as other:
        jobs(other)


def longer_sequence(home: Path) -> None:
    """`setup apply` by an operator."""
    with opened(home, name="operator") as operator:
        operator.raise_sequence(LONGEST)


def run_by_hand(world: World) -> None:
    """Manual runs, of what an operator names."""
    world.p_job(groups=(GROUP,))
    world.sync_orders(stores=(STORE,))
    world.sync_orders(stores=(STORE,), dry_run=True)


def rerun(world: World) -> None:
    """The session that was opened last is run again, where there is one."""
    sessions = [session for session in world.kept.sessions() if not session.rerun_for]
    with suppress(JobRefused):
        for session in sessions[-1:]:
            world.p_job(rerun_session=session.id)


def an_operator(home: Path) -> None:
    """Edits, voids and so on, which a scheduled run finds before they are let go of."""
    with opened(home, name="operator") as operator, opened(home, name="other") as other:
        operator.raise_sequence(LONGEST)
        hand_on(operator, seeded(), other.both_jobs)


OTHERS: dict[str, Callable[[Path], None]] = {
    "both jobs": partial(other_run, World.both_jobs),
    "the P-job": partial(other_run, World.p_job),
    "Synchronize orders": partial(other_run, World.sync_orders),
    "runs by hand": partial(other_run, run_by_hand),
    "a session run again": partial(other_run, rerun),
    "a new setup": longer_sequence,
    "an operator": an_operator,
}


@pytest.mark.parametrize("other", OTHERS)
def test_whatever_comes_in_the_middle_of_a_run_the_books_are_right(at: Ready, other: str) -> None:
    for step, call in at.spread(RUNS or 3, list(OTHERS).index(other) % 3):
        overlap(at, step, call, other, OTHERS[other], raced=other == "an operator")


def in_one_another(depth: int, jobs: Callable[[World], None], call: int, home: Path) -> None:
    """Runs that all live, each in the middle of the one before."""
    longer_sequence(home)  # so many runs leave so many gaps
    deeper = partial(in_one_another, depth - 1, jobs, call, home) if depth else lambda: None
    with opened(home, Boundary(call, meanwhile=deeper), name=f"run-{depth}") as world:
        jobs(world)


@pytest.mark.parametrize(("jobs", "inside"), [(World.p_job, "uploads.read"), (World.sync_orders, "store.open_batch")])
def test_what_many_runs_have_in_hand_at_once_is_not_taken_for_deadly(
    at: Ready, jobs: Callable[[World], None], inside: str
) -> None:
    random = seeded()
    for number in range(RUNS // 3 or 2):
        step = number % len(at.homes)
        calls = [place for place, call in enumerate(at.calls[step], start=1) if call == inside]
        call, inner = random.choice(calls), random.randint(6, 40) if RUNS else 6 + number
        overlap(at, step, call, "five runs in one another", partial(in_one_another, 4, jobs, inner), raced=True)
