"""When each job runs next by itself, as `status` tells it: of this machine's schedule, or of a stack's rules."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import boto3
import pytest

from postering.cli.main import run
from postering.deployment.local_folder import ensure_folder
from postering.deployment.settings import Settings
from postering.deployment.wiring import Deployment, deployment
from postering.domain.inquiries.status_view import next_text
from postering.domain.runs.runs import JobRun
from postering.schedules import next_runs
from postering.schedules.local_plan import LocalPlan, write_plan
from postering.store.dynamodb.table_schema import create_table
from tests.own_aws import own_aws

NOW = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)
REGION: Final = "eu-west-1"


@pytest.fixture
def stack(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Any]:
    """The stack `shop` on moto: table, bucket, and (where a test makes them) rules."""
    for name, value in {
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "POSTERING_HOME": str(tmp_path / "home"),
    }.items():
        monkeypatch.setenv(name, value)
    with own_aws():
        create_table(boto3.client("dynamodb"), "shop-postering")
        bucket = boto3.resource("s3").Bucket(f"shop-uploads-123456789012-{REGION}")
        bucket.create(CreateBucketConfiguration={"LocationConstraint": REGION})
        yield boto3.client("events")


def put_rules(events: Any, state: str = "ENABLED") -> None:
    for job in ("p-job", "sync-orders"):
        events.put_rule(Name=f"shop-{job}", ScheduleExpression="rate(5 minutes)", State=state)


def begun(at: Deployment, started: datetime) -> None:
    at.store.begin_run(JobRun(job="p-job", id="run-1", by="the stack's function", started=started))


def test_without_a_schedule_nothing_is_planned(tmp_path: Path) -> None:
    with deployment(Settings(home=tmp_path / "home")) as at:
        assert {one.described for one in next_runs.planned(at).values()} == {"not scheduled"}


def test_a_schedule_of_this_machine_is_known_by_its_plan(tmp_path: Path) -> None:
    home = ensure_folder(tmp_path / "home")
    write_plan(home, LocalPlan(process=os.getpid(), minutes={"p-job": 5}, next={"p-job": NOW}))

    with deployment(Settings(home=home)) as at:
        plan = next_runs.planned(at)

    assert (plan["p-job"].minutes, plan["p-job"].next) == (5, NOW)
    assert next_text(plan["p-job"]) == "2026-03-14 12:00:00 UTC"
    assert plan["sync-orders"].described == "not scheduled"


@pytest.mark.parametrize(("minutes_ago", "next_in"), [(0, 5), (2, 3), (5, 0), (12, 3)])
def test_a_rule_runs_next_a_rate_after_the_run_before(
    stack: Any, monkeypatch: pytest.MonkeyPatch, minutes_ago: int, next_in: int
) -> None:
    put_rules(stack)
    monkeypatch.setattr(next_runs, "now", lambda: NOW)

    with deployment(Settings(stack="shop")) as at:
        begun(at, NOW - timedelta(minutes=minutes_ago))
        plan = next_runs.planned(at)

    assert plan["p-job"].next == NOW + timedelta(minutes=next_in)
    assert next_text(plan["sync-orders"]) == "within one rate"


def test_a_paused_rule_runs_not_at_all(stack: Any) -> None:
    put_rules(stack, "DISABLED")

    with deployment(Settings(stack="shop")) as at:
        begun(at, NOW)
        plan = next_runs.planned(at)["p-job"]

    assert (plan.enabled, plan.next, next_text(plan)) == (False, None, "-")
    assert plan.described.endswith("paused")


def test_the_status_of_a_stack_names_it_in_each_command(stack: Any, capsys: pytest.CaptureFixture[str]) -> None:
    put_rules(stack)

    assert run(["status", "--stack", "shop"]) == 1
    assert "postering setup apply FILE --stack shop" in capsys.readouterr().out


def test_rules_that_can_not_be_asked_for_do_not_end_the_status(stack: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["status", "--stack", "shop"]) == 1
    assert "not known: rule shop-p-job" in " ".join(capsys.readouterr().out.split())
    assert run(["schedule", "--stack", "shop"]) == 1
    assert "not known" in capsys.readouterr().err
