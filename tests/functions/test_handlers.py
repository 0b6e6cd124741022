"""The two functions: event in, one call, report out; what they log and count, and what they let rise."""

import importlib.util
import json
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from itertools import count
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from postering.domain.errors import StoreUnavailable
from postering.domain.runs.reports import PJobReport, SyncOrdersReport
from postering.domain.runs.sessions import StagedCounts
from postering.lambdas import runs

ROOT = Path(__file__).parents[2]
Load = Callable[[str, Callable[..., Any]], ModuleType]


@dataclass(frozen=True)
class Context:
    """What Lambda gives a function beside the event."""

    function_name: str = "postering-p-job"
    memory_limit_in_mb: int = 1769
    invoked_function_arn: str = "arn:aws:lambda:eu-central-1:123456789012:function:postering-p-job"
    aws_request_id: str = "1-2-3"

    def get_remaining_time_in_millis(self) -> int:
        return 300_000


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "Postering/test")
    # A logger keeps the stream that it was made with: each test has its own.
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", f"job-{next(_numbers)}")
    monkeypatch.setenv("POWERTOOLS_LOG_LEVEL", "INFO")


@pytest.fixture
def function(monkeypatch: pytest.MonkeyPatch) -> Load:
    """Loads a function as Lambda does, with something else in place of the job."""

    def load(name: str, run: Callable[..., Any]) -> ModuleType:
        monkeypatch.setattr(runs, f"{name}_in_stack", run)
        spec = importlib.util.spec_from_file_location(f"{name}_app", ROOT / "functions" / name / "app.py")
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    return load


_numbers = count(1)
P_JOB = PJobReport(run_id="r-1", sessions=(), counts=StagedCounts(staged=3, waiting=1), duration_seconds=Decimal(1))
SYNC_ORDERS = SyncOrdersReport(run_id="r-2", succeeded=2, failed=1, sales_orders=2, payments=3, remaining=4)
REPORTS: dict[str, PJobReport | SyncOrdersReport] = {"p_job": P_JOB, "sync_orders": SYNC_ORDERS}


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    """What was logged, and the metrics."""
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


@pytest.mark.parametrize("name", ["p_job", "sync_orders"])
def test_a_function_hands_event_and_context_on_and_the_report_back(name: str, function: Load) -> None:
    given: list[object] = []

    def run(*arguments: object) -> dict[str, object]:
        given.append(arguments)
        return REPORTS[name].as_json()

    app = function(name, run)
    event, context = {"dry_run": True}, Context()

    answer = app.lambda_handler(event, context)

    assert given == [(event, context)]
    assert answer == REPORTS[name].as_json()
    assert json.loads(json.dumps(answer)) == answer


def test_the_p_job_logs_its_report_and_counts_it(function: Load, capsys: pytest.CaptureFixture[str]) -> None:
    sessions = [{"id": "a", "status": "Applied"}, {"id": "b", "status": "ApplyFailed"}]
    app = function("p_job", lambda *_: {**P_JOB.as_json(), "sessions": sessions})

    app.lambda_handler({}, Context())

    logged, counted = lines(capsys)
    assert (logged["message"], logged["report"]["run_id"], logged["service"]) == ("P-job", "r-1", counted["service"])
    assert logged["function_request_id"] == "1-2-3"
    assert counted["_aws"]["CloudWatchMetrics"][0]["Namespace"] == "Postering/test"
    assert (counted["TransactionsStaged"], counted["Waiting"], counted["SessionsApplyFailed"]) == ([3.0], [1.0], [1.0])


def test_synchronize_orders_logs_its_report_and_counts_it(function: Load, capsys: pytest.CaptureFixture[str]) -> None:
    app = function("sync_orders", lambda *_: SYNC_ORDERS.as_json())

    app.lambda_handler({}, Context())

    logged, counted = lines(capsys)
    assert (logged["message"], logged["report"]["run_id"]) == ("Synchronize orders", "r-2")
    assert (counted["Succeeded"], counted["Failed"], counted["Remaining"]) == ([2.0], [1.0], [4.0])


@pytest.mark.parametrize("name", ["p_job", "sync_orders"])
def test_an_event_is_not_logged(name: str, function: Load, capsys: pytest.CaptureFixture[str]) -> None:
    app = function(name, lambda *_: REPORTS[name].as_json())

    app.lambda_handler({"transaction": "Jane Doe"}, Context())

    assert "Jane" not in capsys.readouterr().out


@pytest.mark.filterwarnings("ignore:No application metrics to publish")
@pytest.mark.parametrize("name", ["p_job", "sync_orders"])
def test_what_fails_rises_so_that_the_invocation_fails(name: str, function: Load) -> None:
    def fail(*_: object) -> None:
        raise StoreUnavailable("table x: there is no such table")

    app = function(name, fail)

    with pytest.raises(StoreUnavailable, match="no such table"):
        app.lambda_handler({}, Context())
