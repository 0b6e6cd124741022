"""Runs of both jobs at once in threads, each with a store object of its own, with an operator among them."""

import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from random import Random
from threading import Barrier

import pytest

from postering.domain.errors import JobRefused
from tests.domain.transactions_examples import STORE
from tests.faults.injecting import RUNS, Ready, judge_after, seeded
from tests.faults.operator import hand_on
from tests.faults.world import GROUP, LONGEST, World, opened

_LONGEST_SECONDS = 300
"""After which threads that wait for each other are called a deadlock."""


def scheduled(world: World, _: Random) -> None:
    """Both jobs, as a schedule starts them."""
    world.both_jobs()


def by_hand(world: World, _: Random) -> None:
    """Both jobs, as an operator names what is to be run."""
    world.p_job(groups=(GROUP,))
    world.sync_orders(stores=(STORE,))


def rerunning(world: World, random: Random) -> None:
    """A session run again while others apply it."""
    sessions = [session for session in world.kept.sessions() if not session.rerun_for]
    with suppress(JobRefused):
        world.p_job(rerun_session=random.choice(sessions).id if sessions else "first")
    world.sync_orders()


def operating(world: World, random: Random) -> None:
    """An operator at work, who also runs the jobs."""
    hand_on(world, random, world.both_jobs)


ROLES: tuple[Callable[[World, Random], None], ...] = (scheduled, by_hand, operating, rerunning)


@pytest.fixture(autouse=True)
def switching_often() -> Iterator[None]:
    """Threads take turns a hundred times as often as they would."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(usual / 100)
    yield
    sys.setswitchinterval(usual)


def at_once(home: Path, several: int, seed: int) -> None:
    """So many threads begin together, each in its role, twice."""
    barrier = Barrier(several)

    def work(number: int) -> None:
        random = Random(seed + number)  # noqa: S311 - nothing here is a secret
        with opened(home, name=f"thread-{number}") as world:
            barrier.wait()
            for _ in range(2):
                ROLES[number % len(ROLES)](world, random)

    with ThreadPoolExecutor(several) as threads:
        # Whatever a thread raises, "database is locked" too, is raised here.
        for done in [threads.submit(work, number) for number in range(several)]:
            done.result(_LONGEST_SECONDS)


def test_threads_at_once_share_one_store(at: Ready) -> None:
    random = seeded()
    for number in range(RUNS // 3 or 2):
        step, several = number % len(at.homes), random.randint(2, 8) if RUNS else 4
        home, seed = at.copy(step), random.randint(1, 1_000_000)
        with opened(home) as world:
            world.raise_sequence(LONGEST)  # so many runs leave so many gaps
        at_once(home, several, seed)
        judge_after(home, step, "threads at once", f"step {step}, {several} threads, seed {seed}", raced=True)
