"""`schedule`: from a start, then on the rates; skipped, never piled up; failures told; stopped in good order."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest

from postering.cli import schedule, scheduled_runs
from postering.schedules import local_plan, stack_rules
from postering.schedules.local_plan import LocalPlan, read_plan, remove_plan, write_plan
from postering.schedules.recurrence import NS_PER_MINUTE, Bounds, Clock, Recurrence, recur
from tests.cli import shop
from tests.cli.conftest import Postering, Ran
from tests.own_aws import own_aws

Stage = Callable[..., Ran]
NOON = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)


class Watch:
    """A clock that only waiting, and the runs themselves, move on; it stops after so many minutes."""

    def __init__(self, stop_after_minutes: int = 10**6) -> None:
        self.ns = 0
        self.stop_after = stop_after_minutes * NS_PER_MINUTE
        self.waits: list[float] = []

    @property
    def clock(self) -> Clock:
        return Clock(
            monotonic_ns=lambda: self.ns,
            wait=self.wait,
            stopped=lambda: self.ns >= self.stop_after,
            now=lambda: self.time,
        )

    @property
    def time(self) -> datetime:
        return NOON + timedelta(microseconds=self.ns // 1_000)

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

    recur(jobs, watch.clock, Bounds(end_after=3))

    assert sorted(ran, key=lambda one: (one[1], one[0])) == [
        *(("p-job", 0), ("sync-orders", 0), ("sync-orders", 2), ("sync-orders", 4), ("p-job", 5)),
        ("p-job", 10),
    ]


def test_a_run_that_takes_longer_than_the_rate_takes_the_place_of_the_next() -> None:
    watch, ran = Watch(), list[int]()

    def slow() -> None:
        ran.append(watch.minutes)
        watch.ns += 12 * NS_PER_MINUTE

    left_out = recur([Recurrence(job="p-job", minutes=5, run=slow)], watch.clock, Bounds(end_after=3))

    assert ran == [0, 15, 30]
    assert left_out == {"p-job": 6}


def test_it_goes_on_until_it_is_stopped() -> None:
    watch, ran = Watch(stop_after_minutes=60), list[int]()

    recur([Recurrence(job="p-job", minutes=5, run=lambda: ran.append(watch.minutes))], watch.clock)

    assert ran == list(range(0, 60, 5))


def every_five(watch: Watch, ran: list[int], takes: int = 0) -> list[Recurrence]:
    """A P-job of every five minutes that takes so many."""

    def run() -> None:
        ran.append(watch.minutes)
        watch.ns += takes * NS_PER_MINUTE

    return [Recurrence(job="p-job", minutes=5, run=run)]


def test_that_runs_are_left_out_is_said_once() -> None:
    watch, ran, said = Watch(), list[int](), list[str]()

    recur(every_five(watch, ran, takes=7), watch.clock, Bounds(end_after=4), left_out=said.append)

    assert ran == [0, 10, 20, 30]
    assert said == ["p-job"]


def test_it_begins_at_the_start_and_not_before() -> None:
    watch, ran = Watch(), list[int]()

    recur(every_five(watch, ran), watch.clock, Bounds(start=NOON + timedelta(minutes=90), end_after=2))

    assert ran == [90, 95]


def test_a_start_that_is_waited_for_in_small_pieces_survives_a_clock_that_jumps() -> None:
    watch, ran = Watch(), list[int]()

    recur(every_five(watch, ran), watch.clock, Bounds(start=NOON + timedelta(hours=20), end_after=1))

    assert ran == [20 * 60]
    assert max(watch.waits) <= 60


def test_stopped_before_the_start_it_never_begins() -> None:
    watch, ran = Watch(stop_after_minutes=3), list[int]()

    recur(every_five(watch, ran), watch.clock, Bounds(start=NOON + timedelta(hours=1)))

    assert ran == []


def test_end_by_begins_what_is_due_then_and_nothing_later() -> None:
    watch, ran = Watch(), list[int]()
    jobs = [
        *every_five(watch, ran),
        Recurrence(job="sync-orders", minutes=4, run=lambda: ran.append(100 + watch.minutes)),
    ]

    recur(jobs, watch.clock, Bounds(end_by=NOON + timedelta(minutes=10)))

    assert sorted(ran) == [0, 5, 10, 100, 104, 108]


def test_the_plan_is_told_whenever_it_changes() -> None:
    watch, ran, plans = Watch(), list[int](), list[Mapping[str, datetime]]()

    start = NOON + timedelta(minutes=1)
    recur(every_five(watch, ran), watch.clock, Bounds(start=start, end_after=2), planned=plans.append)

    assert plans == [{"p-job": start}, {"p-job": start + timedelta(minutes=5)}, {}]


# --- the command ---------------------------------------------------------------------------------------------------


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Watch:
    """The command's clock."""
    made = Watch()
    monkeypatch.setattr(scheduled_runs, "clock_of", lambda _stop: made.clock)
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


def test_next_runs_are_shown_and_the_plan_is_gone_at_the_end(
    stage: Stage, postering: Postering, watch: Watch, home: Path
) -> None:
    stage(shop.sale("T-1"))

    ran = postering("schedule", "--end-after", "2")

    assert "next: p-job 2026-03-14 12:05:00, sync-orders 2026-03-14 12:05:00 UTC" in ran.err
    assert not (home / local_plan.PLAN).exists()


def test_a_run_says_in_the_run_book_who_began_it(stage: Stage, postering: Postering, watch: Watch) -> None:
    stage(shop.sale("T-1"))
    postering("schedule", "--end-after", "1")

    jobs = postering("status", "--json").json["jobs"]

    assert [job["last_ended"]["by"].startswith("postering schedule of ") for job in jobs] == [True, True]
    assert jobs[1]["last_ended"]["counts"]["succeeded"] == 1


@pytest.mark.parametrize(
    ("arguments", "described"),
    [
        (["--p-job-minutes", "4"], "5<=x<=10"),
        (["--p-job-minutes", "11"], "5<=x<=10"),
        (["--sync-orders-minutes", "1"], "2<=x<=20"),
        (["--sync-orders-minutes", "21"], "2<=x<=20"),
        (["--end-after", "0"], "x>=1"),
        (["--end-after", "1", "--end-by", "2036-01-01 00:00"], "give one"),
        (["--start", "2001-01-01 00:00"], "has passed"),
        (["--start", "2036-01-02 00:00", "--end-by", "2036-01-01 00:00"], "before the start"),
        (["--start", "tomorrow"], "YYYY-MM-DD HH:MM"),
    ],
)
def test_what_is_not_allowed_is_refused_with_what_is(
    postering: Postering, home: Path, arguments: list[str], described: str
) -> None:
    ran = postering("schedule", *arguments)

    assert ran.status == 2
    assert described in " ".join(ran.err.split())
    assert not home.exists()


def test_a_time_without_a_day_is_the_next_time_that_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schedule, "now", lambda: NOON)
    local = NOON.astimezone()

    later, earlier = local + timedelta(minutes=1), local - timedelta(minutes=1)

    assert schedule.moment(f"{later:%H:%M}") == later
    assert schedule.moment(f"{earlier:%H:%M}") - earlier in {timedelta(hours=hours) for hours in (23, 24, 25)}


# --- the plan ------------------------------------------------------------------------------------------------------


def a_plan(process: int) -> LocalPlan:
    return LocalPlan(process=process, minutes={"p-job": 5, "sync-orders": 2}, next={"p-job": NOON})


def test_a_plan_is_read_while_its_process_runs_and_removed_by_it_alone(tmp_path: Path) -> None:
    assert read_plan(tmp_path) is None
    write_plan(tmp_path, a_plan(os.getpid()))

    assert read_plan(tmp_path) == a_plan(os.getpid())
    remove_plan(tmp_path, os.getpid() + 1)
    assert read_plan(tmp_path) is not None
    remove_plan(tmp_path, os.getpid())
    assert list(tmp_path.iterdir()) == []


def test_the_plan_of_a_process_that_was_killed_counts_no_longer(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as gone:
        gone.wait()
    write_plan(tmp_path, a_plan(gone.pid))

    assert read_plan(tmp_path) is None


@pytest.mark.parametrize("content", ["", "{", "[]", '{"process": 1}', '{"process": "x", "jobs": {}}'])
def test_a_plan_that_can_not_be_read_is_none(tmp_path: Path, content: str) -> None:
    (tmp_path / local_plan.PLAN).write_text(content, encoding="utf-8")

    assert read_plan(tmp_path) is None


# --- a stack's rules -----------------------------------------------------------------------------------------------


@pytest.fixture
def events(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The rules of the stack `shop` on moto, as the template makes them."""
    for name, value in {
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
    }.items():
        monkeypatch.setenv(name, value)
    with own_aws():
        client = boto3.client("events")
        client.put_rule(Name="shop-p-job", ScheduleExpression="rate(5 minutes)", State="ENABLED")
        client.put_rule(Name="shop-sync-orders", ScheduleExpression="rate(2 minutes)", State="DISABLED")
        yield client


def test_the_rules_of_a_stack_are_read_with_their_rates(events: Any) -> None:
    rules = stack_rules.rules_of("shop")

    assert [(rule.job, rule.minutes, rule.enabled) for rule in rules] == [("p-job", 5, True), ("sync-orders", 2, False)]


def test_the_rules_are_paused_and_resumed(events: Any) -> None:
    assert [rule.enabled for rule in stack_rules.pause("shop")] == [False, False]
    assert events.describe_rule(Name="shop-p-job")["State"] == "DISABLED"
    assert [rule.enabled for rule in stack_rules.resume("shop")] == [True, True]


def test_a_stack_without_rules_is_told(events: Any) -> None:
    with pytest.raises(stack_rules.SchedulesUnavailable, match=r"rule other-p-job.*deployed"):
        stack_rules.rules_of("other")


def test_the_command_shows_pauses_and_resumes_them(
    events: Any, postering: Postering, monkeypatch: pytest.MonkeyPatch
) -> None:
    from postering.store.dynamodb.table_schema import create_table

    create_table(boto3.client("dynamodb"), "shop-postering")

    shown = postering("schedule", "--stack", "shop", "--json")
    paused = postering("schedule", "pause", "--stack", "shop")
    resumed = postering("schedule", "resume", "--stack", "shop", "--json")

    assert (shown.status, paused.status, resumed.status) == (0, 0, 0)
    assert [(one["job"], one["minutes"], one["enabled"]) for one in shown.json["schedules"]] == [
        ("p-job", 5, True),
        ("sync-orders", 2, False),
    ]
    assert "schedule resume --stack shop" in paused.out
    assert [one["enabled"] for one in resumed.json["schedules"]] == [True, True]


def test_what_is_of_this_machine_does_not_go_with_a_stack(postering: Postering) -> None:
    rates = postering("schedule", "--stack", "shop", "--p-job-minutes", "7")
    local = postering("schedule", "pause")

    assert (rates.status, local.status) == (2, 1)
    assert "--p-job-minutes" in rates.err
    assert "Ctrl-C" in local.err


# --- a real process ------------------------------------------------------------------------------------------------


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
        assert process.stderr is not None
        while "p-job 2" not in (line := process.stderr.readline()) or "sync-orders 2" not in line:
            assert line  # the plan is written and told after each run
        schedules = [job["schedule"] for job in postering("status", "--json").json["jobs"]]
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=60)

    assert process.returncode == 0, err
    assert [(one["minutes"], bool(one["next"])) for one in schedules] == [(5, True), (5, True)]
    assert read_plan(home) is None
    assert len(json.loads("".join(first) + out)["runs"]) == 2
