"""Real processes: killed with SIGKILL at any moment, and several at once on one store."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults.injecting import COUNT, RUNS, Ready, judge_after, seeded
from tests.faults.workload import STEPS
from tests.faults.world import opened

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no SIGKILL")


def started(home: Path, *moment: int) -> "subprocess.Popen[str]":
    """Both jobs in a process of its own; moment 0 counts, −1 does not even count."""
    paths = os.pathsep.join([str(ROOT), str(ROOT / "layers/postering/python")])
    return subprocess.Popen(
        [sys.executable, "-m", "tests.faults.killable", str(home), *map(str, moment)],
        env={**os.environ, "PYTHONPATH": paths},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def ended(process: "subprocess.Popen[str]") -> str:
    """What it printed; where it failed by itself, that fails the test."""
    out, error = process.communicate(timeout=300)
    assert process.returncode in {0, -signal.SIGKILL}, error
    return out


def test_killed_at_any_moment_the_next_run_goes_on(at: Ready) -> None:
    random = seeded()
    moments = [int(ended(started(at.copy(step), 0))) for step in range(len(STEPS))]
    left, number = RUNS or 9, 0
    while left > 0:
        step, home, deaths = number % len(STEPS), at.copy(number % len(STEPS)), 0
        for _ in range(min(left, random.randint(2, 4))):
            process = started(home, random.randint(1, moments[step]))
            ended(process)
            deaths += process.returncode != 0
            with opened(home) as world:
                COUNT.judge("SIGKILL", 0, world.half_done(), f"step {step}, killed")
            left -= 1
        judge_after(home, step, "after SIGKILLs: run until quiet", f"step {step}, killed {deaths} times")
        number += 1


def test_four_processes_at_once_share_one_store(at: Ready) -> None:
    random = seeded()
    for number in range(max(1, RUNS // 20)):
        step = number % len(STEPS)
        home = at.copy(step)
        with opened(home) as world:
            world.raise_sequence(999)  # so many runs leave so many gaps
        processes = [started(home, -1) for _ in range(4 if not RUNS else random.randint(2, 8))]
        for process in processes:
            ended(process)
        judge_after(home, step, "processes at once", f"step {step}, {len(processes)} processes at once", raced=True)
