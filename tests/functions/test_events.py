"""Payloads: every file of events/ says what it is called after; everything else is refused by name."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from postering.domain.runs.payloads import PayloadError, Request
from postering.domain.runs.requests import PJobRequest, SyncOrdersRequest
from postering.lambdas.events import request_in

EVENTS = Path(__file__).parents[2] / "events"
SCHEDULED = json.loads((EVENTS / "p_job" / "scheduled.json").read_text(encoding="utf-8"))

P_JOB: dict[str, PJobRequest] = {
    "scheduled": PJobRequest(),
    "all_groups": PJobRequest(),
    "channel_database_groups": PJobRequest(groups=("Default",)),
    "rerun_session": PJobRequest(rerun_session="2026-01-01-001"),
}
REGIONS = "Stores by Region"
SYNC_ORDERS: dict[str, SyncOrdersRequest] = {
    "scheduled": SyncOrdersRequest(),
    "all_stores": SyncOrdersRequest(),
    "organization_hierarchy": SyncOrdersRequest(hierarchy=REGIONS),
    "nodes": SyncOrdersRequest(hierarchy=REGIONS, nodes=("West",)),
    "stores": SyncOrdersRequest(hierarchy=REGIONS, stores=("HOUSTON-ONLINE",)),
    "nodes_and_stores": SyncOrdersRequest(hierarchy=REGIONS, nodes=("West",), stores=("HOUSTON-ONLINE",)),
    "transaction": SyncOrdersRequest(transaction="T-1"),
    "dry_run": SyncOrdersRequest(dry_run=True),
    "stores_dry_run": SyncOrdersRequest(stores=("HOUSTON-ONLINE",), dry_run=True),
    "transaction_dry_run": SyncOrdersRequest(transaction="T-1", dry_run=True),
}


def event(function: str, name: str) -> Any:
    return json.loads((EVENTS / function / f"{name}.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("function", "expected"), [("p_job", P_JOB), ("sync_orders", SYNC_ORDERS)])
def test_every_event_file_is_expected_here(function: str, expected: Mapping[str, Request]) -> None:
    assert {path.stem for path in (EVENTS / function).iterdir()} == set(expected)


@pytest.mark.parametrize("name", P_JOB)
def test_a_payload_of_the_p_job_is_read(name: str) -> None:
    assert request_in(event("p_job", name), PJobRequest) == P_JOB[name]


@pytest.mark.parametrize("name", SYNC_ORDERS)
def test_a_payload_of_synchronize_orders_is_read(name: str) -> None:
    assert request_in(event("sync_orders", name), SyncOrdersRequest) == SYNC_ORDERS[name]


@pytest.mark.parametrize(
    ("function", "name", "asked"),
    [
        (function, name, asked)
        for function, requests in (("p_job", P_JOB), ("sync_orders", SYNC_ORDERS))
        for name, asked in requests.items()
        if name != "scheduled"
    ],
)
def test_a_request_is_written_as_the_payload_of_its_file(function: str, name: str, asked: Request) -> None:
    assert asked.as_payload() == event(function, name)


def test_a_schedule_of_eventbridge_scheduler_is_read() -> None:
    assert request_in({**SCHEDULED, "source": "aws.scheduler", "detail": "{}"}, PJobRequest) == PJobRequest()


def test_a_key_that_aws_adds_to_its_events_does_no_harm() -> None:
    assert request_in({**SCHEDULED, "replay-name": "again", "trace": "1"}, SyncOrdersRequest) == SyncOrdersRequest()


def test_a_scheduled_event_can_be_a_dry_run() -> None:
    assert request_in({**SCHEDULED, "dry_run": True}, SyncOrdersRequest).dry_run is True


P_JOB_REFUSED = [
    (
        {"channel_database_group": ["Default"]},
        "unknown key 'channel_database_group'. Did you mean 'channel_",
    ),
    ({"sessions": 1}, "unknown key 'sessions'"),
    ({"dry_run": True}, "unknown key 'dry_run'. There are: channel_database_groups, rerun_session."),
    ({"channel_database_groups": "Default"}, "channel_database_groups is a text, expected a list of texts"),
    (
        {"channel_database_groups": []},
        "channel_database_groups is an empty list, expected a list of texts",
    ),
    ({"channel_database_groups": ["Default", 7]}, "channel_database_groups is a list with a number"),
    ({"channel_database_groups": ["Default", " "]}, "channel_database_groups is a list with an empty text"),
    ({"channel_database_groups": None}, "channel_database_groups is null"),
    ({"rerun_session": ""}, "rerun_session is an empty text, expected a text that is not empty"),
    ({"rerun_session": 12}, "rerun_session is a number"),
    (
        {"rerun_session": "a", "channel_database_groups": ["Default"]},
        "rerun_session and channel_database_groups each say what to run, expected one of them",
    ),
    (None, "the payload is null, expected a JSON object"),
    ([{}], "the payload is a list with an object, expected a JSON object"),
    ("{}", "the payload is a text"),
    (
        {**SCHEDULED, "source": "aws.s3"},
        "an event 'Scheduled Event' of 'aws.s3', expected a 'Scheduled",
    ),
    ({**SCHEDULED, "detail-type": "Object Created"}, "an event 'Object Created' of 'aws.events'"),
    ({"source": "houston"}, "an event 'None' of 'houston'"),
    (
        {**SCHEDULED, "rerun_session": "a"},
        "'rerun_session' stands in a scheduled event, expected in a payload",
    ),
    ({**SCHEDULED, "dry_run": True}, "'dry_run' stands in a scheduled event"),
]
SYNC_ORDERS_REFUSED = [
    ({"store": ["HOUSTON-ONLINE"]}, "unknown key 'store'. Did you mean 'stores'?"),
    ({"Stores": ["HOUSTON-ONLINE"]}, "unknown key 'Stores'. Did you mean 'stores'?"),
    ({"stores": {"HOUSTON-ONLINE": 1}}, "stores is an object"),
    ({"nodes": [["West"]]}, "nodes is a list with a list with a text"),
    ({"organization_hierarchy": ["Stores by Region"]}, "organization_hierarchy is a list with a text"),
    ({"dry_run": "true"}, "dry_run is a text, expected true or false"),
    ({"dry_run": 1}, "dry_run is a number"),
    ({"transaction": 4711}, "transaction is a number"),
    ({"transaction": "T-1", "nodes": ["West"]}, "transaction and nodes each say what to run"),
    (
        {"transaction": "T-1", "organization_hierarchy": "X"},
        "transaction and organization_hierarchy each say",
    ),
    ({**SCHEDULED, "nodes": ["West"]}, "'nodes' stands in a scheduled event"),
    ({**SCHEDULED, "dryrun": True}, "'dryrun' stands in a scheduled event"),
]


@pytest.mark.parametrize(("payload", "described"), P_JOB_REFUSED)
def test_the_p_job_refuses_what_it_does_not_know(payload: object, described: str) -> None:
    with pytest.raises(PayloadError) as refused:
        request_in(payload, PJobRequest)

    assert str(refused.value).startswith("the payload is refused, nothing was done: ")
    assert described in str(refused.value)


@pytest.mark.parametrize(("payload", "described"), SYNC_ORDERS_REFUSED)
def test_synchronize_orders_refuses_what_it_does_not_know(payload: object, described: str) -> None:
    with pytest.raises(PayloadError) as refused:
        request_in(payload, SyncOrdersRequest)

    assert described in str(refused.value)


def test_all_that_is_wrong_is_named_at_once() -> None:
    with pytest.raises(PayloadError) as refused:
        request_in({"node": ["West"], "stores": "X", "dry_run": None}, SyncOrdersRequest)

    message = str(refused.value)
    assert all(described in message for described in ("'node'", "stores is a text", "dry_run is null"))


def test_what_a_value_says_is_not_repeated() -> None:
    with pytest.raises(PayloadError) as refused:
        request_in({"4111111111111111": 1, "transaction": ["jane@example.com"]}, SyncOrdersRequest)

    assert "4111111111111111" not in str(refused.value)
    assert "jane" not in str(refused.value)
