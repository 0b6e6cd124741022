"""Business events on the command line: sent where POSTERING_EVENTS says; where nobody takes them the run goes on."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli import shop
from tests.cli.conftest import Postering, Ran

Stage = Callable[..., Ran]


def test_both_jobs_tell_a_file_what_they_did(
    stage: Stage, postering: Postering, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POSTERING_EVENTS", "events.jsonl")
    stage(shop.sale("T-1"))
    postering("sync-orders", "--dry-run")
    postering("sync-orders")

    lines = [json.loads(line) for line in (home / "events.jsonl").read_text(encoding="utf-8").splitlines()]

    assert [(line["type"], line["subject"]) for line in lines] == [
        ("run_finished", "p-job"),
        ("order_posted", f"{shop.KEY}T-1"),
        ("run_finished", "sync-orders"),
    ]


def test_a_receiver_that_does_not_answer_is_a_message_and_no_failure(
    stage: Stage, postering: Postering, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POSTERING_EVENTS", "http://127.0.0.1:1/hook")
    stage(shop.sale("T-1"))

    ran = postering("sync-orders", "--json")

    assert ran.status == 0
    (message,) = ran.json["messages"]
    assert "the next run sends them: http://127.0.0.1:1 does not answer" in message
    assert ran.json["succeeded"] == 1


def test_a_failure_that_an_operator_brings_to_light_is_told_too(
    stage: Stage, postering: Postering, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POSTERING_EVENTS", "events.jsonl")
    stage(shop.sale("T-1"))
    postering("void", "T-1")
    stage(shop.sale("T-1", comment="another content"))
    postering("unvoid", "T-1", "--dry-run")
    postering("unvoid", "T-1")
    postering("sync-orders")

    lines = [json.loads(line) for line in (home / "events.jsonl").read_text(encoding="utf-8").splitlines()]

    described = [line["detail"]["codes"] for line in lines if line["type"] == "transaction_failed"]
    assert described == [["CONTENT_CONFLICT"]]


@pytest.mark.parametrize(
    "place",
    ["ftp://name:secret@127.0.0.1/events", "bus:", "http://[secret", "https://", "http://shop.example:secret/x"],
)
def test_a_place_that_is_none_is_refused(postering: Postering, monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    monkeypatch.setenv("POSTERING_EVENTS", place)
    ran = postering("p-job")
    assert ran.status == 1
    assert "POSTERING_EVENTS" in ran.err
    assert "secret" not in ran.err
