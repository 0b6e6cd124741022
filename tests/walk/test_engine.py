"""A whole real day on a real DynamoDB engine, through the functions, runs at once included: `make test-engine`."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, Final, cast

import boto3
import pytest
from moto import mock_aws
from moto.moto_api._internal.models import moto_api_backend

from postering.deployment import wiring
from postering.deployment.settings import Settings
from postering.lambdas import runs
from tests.store.adapters import a_table, dynamodb_client
from tests.walk.books import Books, Context, assert_the_same, books, laptop_s_books, ready, sales_numbers, whole_day

ENGINE = os.environ.get("POSTERING_TEST_ENGINE", "")
REGION: Final = "eu-west-1"
BUCKET = "postering-uploads"
RUNS_AT_ONCE = 2
RUNNER = Path(__file__).parent / "engine_run.py"

pytestmark = pytest.mark.skipif(not ENGINE, reason="no DynamoDB engine is named: make test-engine starts one")


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> Books:
    """The laptop's books of the day."""
    return laptop_s_books(tmp_path_factory.mktemp("laptop"), whole_day())


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Settings]:
    """A table on the engine and a bucket on moto, named to the functions; the day is in the channel database."""
    with a_table(dynamodb_client(ENGINE)) as table:
        for name, value in {
            "AWS_ENDPOINT_URL_DYNAMODB": ENGINE,
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "POSTERING_TABLE": table,
            "POSTERING_BUCKET": BUCKET,
            "POSTERING_HOME": str(tmp_path),
        }.items():
            monkeypatch.setenv(name, value)
        with mock_aws():  # S3 alone: what goes to the engine's address is let through
            moto_api_backend.reset()
            boto3.client("s3").create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
            settings = Settings(home=tmp_path, table=table, bucket=BUCKET)
            ready(settings, whole_day())
            yield settings


def runs_at_once() -> list[dict[str, Any]]:
    """Runs of Synchronize orders in processes of their own that begin together; their reports."""
    command = [sys.executable, str(RUNNER)]
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    runs = [
        subprocess.Popen(command, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}, **pipes)
        for _ in range(RUNS_AT_ONCE)
    ]
    for run in runs:
        assert cast(IO[str], run.stdout).readline() == "ready\n"
    for run in runs:
        begin = cast(IO[str], run.stdin)
        begin.write("go\n")
        begin.flush()
    answers = [run.communicate(timeout=300)[0] for run in runs]
    assert [run.returncode for run in runs] == [0] * RUNS_AT_ONCE
    return [json.loads(answer) for answer in answers]


def balanced(settings: Settings) -> bool:
    with wiring.deployment(settings) as at:
        return wiring.reconcile(at, wiring.new_run()).balanced


def test_the_whole_day_through_the_functions_equals_the_laptop_s(cloud: Settings, expected: Books) -> None:
    pulled = runs.p_job_in_stack({}, Context())
    posted = runs.sync_orders_in_stack({}, Context())

    assert pulled["transactions_staged"] == len(expected)
    assert (posted["succeeded"], posted["failed"]) == (len(sales_numbers(expected)), 0)
    found = books(cloud)
    assert_the_same(found, expected)
    assert balanced(cloud)
    again = runs.sync_orders_in_stack({}, Context()), runs.p_job_in_stack({}, Context())
    assert (again[0]["selected"], again[1]["transactions_staged"]) == (0, 0)
    assert books(cloud) == found


def test_two_runs_of_synchronize_orders_at_once_double_nothing(cloud: Settings, expected: Books) -> None:
    runs.p_job_in_stack({}, Context())

    reports = runs_at_once()

    # A run leaves what the other has in hand; what both looked away from is the next run's.
    reports.append(runs.sync_orders_in_stack({}, Context()))
    found = books(cloud)
    assert_the_same(found, expected)
    assert sum(report["succeeded"] for report in reports) == len(sales_numbers(found))
    assert {report["failed"] for report in reports} == {0}
    assert balanced(cloud)
