"""`schedule`: at once, then on the rates; skipped, never piled up; failures told; stopped in good order."""

import json
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from postering.cli import schedule
from postering.recurrence import NS_PER_MINUTE, Clock, Recurrence, recur
from tests.cli import shop
from tests.cli.conftest import Postering, Ran

Stage = Callable[..., Ran]


class Watch:
    """A clock that only waiting, and the runs themselves, move on; it stops after so many minutes."""

    def __init__(self, stop_after_minutes: int = 10**6) -> None:
        self.ns = 0
        self.stop_after = stop_after_minutes * NS_PER_MINUTE
        self.waits: list[float] = []

    @property
    def clock(self) -> Clock:
        return Clock(monotonic_ns=lambda: self.ns, wait=self.wait, stopped=lambda: self.ns >= self.stop_after)

    @property
    def minutes(self) -> int:
        return self.ns // NS_PER_MINUTE

    def wait(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.ns += round(seconds * 1_000_000_000)


def test_each_runs_at_once_and_then_on_its_own_rate() -> None:
    watch, ran = Watch(), list[tuple[str, int]]()
    jobs = [
        Recurrence(job="p-job", minutes=5, run=lambda: ran.append(("p-job", watch.minutes))),
        Recurrence(job="sync-orders", minutes=2, run=lambda: ran.append(("sync-orders", watch.minutes))),
    ]

    recur(jobs, watch.clock, end_after=3)

    assert sorted(ran, key=lambda one: (one[1], one[0])) == [
        *(("p-job", 0), ("sync-orders", 0), ("sync-orders", 2), ("sync-orders", 4), ("p-job", 5)),
        ("p-job", 10),
    ]


def test_a_run_that_takes_longer_than_the_rate_takes_the_place_of_the_next() -> None:
    watch, ran = Watch(), list[int]()

    def slow() -> None:
        ran.append(watch.minutes)
        watch.ns += 12 * NS_PER_MINUTE

    left_out = recur([Recurrence(job="p-job", minutes=5, run=slow)], watch.clock, end_after=3)

    assert ran == [0, 15, 30]
    assert left_out == {"p-job": 6}


def test_it_goes_on_until_it_is_stopped() -> None:
    watch, ran = Watch(stop_after_minutes=60), list[int]()

    recur([Recurrence(job="p-job", minutes=5, run=lambda: ran.append(watch.minutes))], watch.clock)

    assert ran == list(range(0, 60, 5))


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Watch:
    """The command's clock."""
    made = Watch()
    monkeypatch.setattr(schedule, "clock_of", lambda _stop: made.clock)
    return made


def test_end_after_prints_each_report_in_one_document(stage: Stage, postering: Postering, watch: Watch) -> None:
    stage(shop.sale("T-1"))

    ran = postering("schedule", "--end-after", "2", "--json")

    assert ran.status == 0
    assert [report["job"] for report in ran.json["runs"]] == ["p-job", "sync-orders", "p-job", "sync-orders"]
    assert [report.get("succeeded") for report in ran.json["runs"]] == [None, 1, None, 0]
    assert sum(watch.waits) == 5 * 60


def test_people_see_when_each_run_was(stage: Stage, postering: Postering, watch: Watch) -> None:
    stage(shop.sale("T-1"))

    ran = postering("schedule", "--end-after", "1")

    assert "UTC, P-job" in ran.out
    assert "UTC, Synchronize orders" in ran.out


def test_a_run_that_fails_does_not_end_the_schedule(postering: Postering, watch: Watch) -> None:
    ran = postering("schedule", "--end-after", "2", "--json")

    assert ran.status == 1
    assert ran.json == {"runs": []}
    assert ran.err.count("setup apply") == 4


def test_sigterm_ends_a_real_one_in_good_order(home: Path, postering: Postering, setup_file: Path) -> None:
    assert postering("setup", "apply", setup_file).status == 0
    package_root = str(Path(schedule.__file__).parents[2])
    with subprocess.Popen(
        [sys.executable, "-m", "postering", "schedule", "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={"POSTERING_HOME": str(home), "PYTHONPATH": package_root, "PATH": ""},
    ) as process:
        assert process.stdout is not None
        first = [process.stdout.readline() for _ in range(3)]  # both jobs have reported
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=60)

    assert process.returncode == 0, err
    assert len(json.loads("".join(first) + out)["runs"]) == 2
