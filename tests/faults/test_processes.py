"""Real processes: killed with SIGKILL at any moment, and several at once on one store."""

import signal
from collections.abc import Iterator
from random import Random

import pytest

from tests.faults.injecting import COUNT, RUNS, Ready, judge_after, seeded
from tests.faults.processes import Processes
from tests.faults.world import LONGEST, opened

pytestmark = pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no SIGKILL")


@pytest.fixture(scope="module")
def processes() -> Iterator[Processes]:
    """The server of processes."""
    server = Processes()
    yield server
    server.close()


def killed_and_judged(at: Ready, processes: Processes, kills: int, random: Random, named: str = "") -> None:
    """One process after the other is killed, a few on the same deployment, until so many were begun."""
    moments = [processes.moments(at.copy(step)) for step in range(len(at.homes))]
    number = 0
    while kills > 0:
        step = number % len(at.homes)
        home, deaths = at.copy(step), 0
        for _ in range(min(kills, random.randint(2, 4))):
            died = processes.killed(home, [random.randint(1, moments[step])])
            with opened(home) as world:
                described = f"step {step}, killed {deaths + died} times"
                COUNT.judge(
                    f"SIGKILL{named}" if died else f"process that lived{named}", 0, world.half_done(), described
                )
            deaths, kills = deaths + died, kills - 1
        judge_after(home, step, f"after SIGKILLs: run until quiet{named}", f"step {step}, killed {deaths} times")
        number += 1


def at_once_and_judged(at: Ready, processes: Processes, times: int, random: Random, named: str = "") -> None:
    """Two to eight processes at once, of which now and then one is killed."""
    for number in range(times):
        step, several = (number + 1) % len(at.homes), random.randint(2, 8) if RUNS else 4
        home = at.copy(step)
        with opened(home) as world:
            world.raise_sequence(LONGEST)  # so many runs leave so many gaps
        killed = [random.randint(1, 30_000)] if number % 2 else []
        processes.killed(home, [-1] * (several - len(killed)) + killed)
        described = f"step {step}, {several} processes at once, killed at {killed or 'no moment'}"
        judge_after(home, step, f"processes at once{named}", described, raced=True)


def test_killed_at_any_moment_the_next_run_goes_on(at: Ready, processes: Processes) -> None:
    killed_and_judged(at, processes, 3 * RUNS or 4, seeded())


def test_processes_at_once_share_one_store(at: Ready, processes: Processes) -> None:
    at_once_and_judged(at, processes, RUNS // 5 or 1, seeded())
