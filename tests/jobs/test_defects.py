"""The program's own failure on one transaction is logged once, with whose it is and where, and with nothing it held."""

import logging

import pytest

from postering.domain.posting import verdicts
from postering.domain.staging import staging
from tests.domain.transactions_examples import a_sale
from tests.jobs.conftest import Deployment, rows_of

SALE, OTHER = rows_of(a_sale(), "T-1"), rows_of(a_sale(), "T-2")
SECRET = "Jane Doe, 12 Elm Street, jane@example.org, 4111 1111 1111 1111"


def logged(caplog: pytest.LogCaptureFixture) -> list[tuple[str, int, str]]:
    assert all(record.exc_info is None for record in caplog.records)  # a trace would show what the program held
    return [(record.name, record.levelno, record.getMessage()) for record in caplog.records]


def test_a_failure_while_staging_is_logged_once_without_what_it_carries(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    deployment.put("monday", SALE, OTHER)
    stage = staging.stage

    def failing(piece: object, *arguments: object, **named: object) -> object:
        if "T-1" in str(piece):
            raise ZeroDivisionError(SECRET)
        return stage(piece, *arguments, **named)  # type: ignore[arg-type]

    monkeypatch.setattr("postering.jobs.applying.stage", failing)
    deployment.p_job()

    ((logger, level, message),) = logged(caplog)
    assert (logger, level) == ("postering.jobs", logging.ERROR)
    key = deployment.record("T-1").key
    assert message.startswith(f"the program failed on transaction {key}: ZeroDivisionError in failing, line ")
    assert not any(word in caplog.text for word in SECRET.split())
    assert deployment.states() == {"T-1": "failed INTERNAL_ERROR", "T-2": "pending"}


def test_a_failure_while_posting_is_logged_once_without_what_it_carries(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    deployment.put("monday", SALE, OTHER)
    deployment.p_job()
    decide = verdicts.decide

    def failing(assembly: object, *arguments: object, **named: object) -> object:
        if "T-1" in str(assembly):
            raise KeyError(SECRET)
        return decide(assembly, *arguments, **named)  # type: ignore[arg-type]

    monkeypatch.setattr("postering.jobs.verdict.decide", failing)
    deployment.sync_orders()
    deployment.sync_orders()  # what failed is not tried, and not logged, again

    ((_, _, message),) = logged(caplog)
    assert message.startswith(f"the program failed on transaction {deployment.record('T-1').key}: KeyError in failing")
    assert not any(word in caplog.text for word in SECRET.split())
    assert deployment.states() == {"T-1": "failed INTERNAL_ERROR", "T-2": "succeeded"}


def test_nothing_is_logged_where_nothing_failed(deployment: Deployment, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, logger="postering"):
        deployment.put("monday", SALE)
        deployment.p_job()
        deployment.sync_orders()

    assert logged(caplog) == []
