"""Who is told of business events: a file, a web address, an event bus; what each does where it can't take them."""

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest
from botocore.exceptions import EndpointConnectionError

from postering.domain.errors import ReceiverUnavailable
from postering.domain.staging.business_events import BusinessEvent, EventKind, event_of
from postering.receivers.event_bus import EventBus
from postering.receivers.json_lines import EventFile
from postering.receivers.webhook import Webhook

AT = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)


def events(count: int) -> list[BusinessEvent]:
    return [event_of(EventKind.ORDER_POSTED, n, AT, "T-1", {"sales_id": f"Ö-{n}"}) for n in range(count)]


# --- a file ----------------------------------------------------------------------------------------------


def test_a_file_gets_a_line_for_each_event_after_those_that_it_has(tmp_path: Path) -> None:
    file = EventFile(tmp_path / "deeper" / "events.jsonl")
    file.send(events(2))
    file.send(events(1))
    lines = [json.loads(line) for line in file.path.read_text(encoding="utf-8").splitlines()]
    assert [line["id"] for line in lines] == ["T-1#0", "T-1#1", "T-1#0"]
    assert lines[0] == {
        "id": "T-1#0",
        "type": "order_posted",
        "at": "2026-03-14T12:00:00+00:00",
        "subject": "T-1",
        "detail": {"sales_id": "Ö-0"},
    }


def test_a_file_that_can_not_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(ReceiverUnavailable, match="can't be written"):
        EventFile(tmp_path).send(events(1))


# --- a web address -----------------------------------------------------------------------------------------


class _Answering(BaseHTTPRequestHandler):
    """Answers with the status that its path names, and keeps what was posted."""

    posted: ClassVar[list[Any]] = []

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.posted.append(json.loads(body))
        self.send_response(int(self.path.rpartition("/")[2]))
        self.send_header("Location", "/hook/200")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def address() -> Iterator[str]:
    _Answering.posted.clear()
    with HTTPServer(("127.0.0.1", 0), _Answering) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_a_web_address_gets_all_events_in_order_in_batches(address: str) -> None:
    Webhook(f"{address}/hook/204").send(events(150))
    assert [len(batch) for batch in _Answering.posted] == [100, 50]
    sent = [event["id"] for batch in _Answering.posted for event in batch]
    assert sent == [f"T-1#{number}" for number in range(150)]


@pytest.mark.parametrize("status", [302, 400, 404, 500, 503])
def test_any_other_answer_means_that_they_were_not_taken(address: str, status: int) -> None:
    with pytest.raises(ReceiverUnavailable, match=rf"http://127\.0\.0\.1:\d+ answered {status}"):
        Webhook(f"{address}/secret-path/{status}").send(events(1))


def test_nobody_at_the_address_is_told_without_what_may_be_secret_in_it(address: str) -> None:
    gone = "http://user:password@127.0.0.1:1/token?key=secret"
    with pytest.raises(ReceiverUnavailable) as described:
        Webhook(gone, timeout_seconds=1).send(events(1))
    assert str(described.value).startswith("http://127.0.0.1:1 does not answer")
    assert not any(secret in str(described.value) for secret in ("password", "token", "secret"))


# --- an event bus ------------------------------------------------------------------------------------------


class _Bus:
    """Takes ten entries at most, as AWS does; refuses those that it is told to."""

    def __init__(self, *, refuses: str = "", fails: Exception | None = None) -> None:
        self.refuses, self.fails = refuses, fails
        self.calls: list[list[dict[str, Any]]] = []

    def put_events(self, **named: list[dict[str, Any]]) -> dict[str, Any]:
        entries = named["Entries"]
        assert 1 <= len(entries) <= 10
        if self.fails is not None:
            raise self.fails
        self.calls.append(entries)
        described = [
            {"ErrorCode": "ThrottlingException"} if self.refuses in e["Detail"] else {"EventId": "1"} for e in entries
        ]
        if not self.refuses:
            described = [{"EventId": "1"} for _ in entries]
        return {"FailedEntryCount": sum("ErrorCode" in each for each in described), "Entries": described}


def test_a_bus_gets_them_ten_at_a_time_in_order() -> None:
    bus = _Bus()
    EventBus(bus, "sales").send(events(23))
    assert [len(call) for call in bus.calls] == [10, 10, 3]
    entries = [entry for call in bus.calls for entry in call]
    assert [json.loads(entry["Detail"])["id"] for entry in entries] == [f"T-1#{number}" for number in range(23)]
    assert {(e["EventBusName"], e["Source"], e["DetailType"]) for e in entries} == {
        ("sales", "postering", "order_posted")
    }


def test_a_bus_that_refuses_one_of_them_has_not_taken_them() -> None:
    with pytest.raises(ReceiverUnavailable, match="refused 1 of 3 events: ThrottlingException"):
        EventBus(_Bus(refuses="T-1#1"), "sales").send(events(3))


def test_a_bus_that_can_not_be_reached_is_told() -> None:
    gone = EndpointConnectionError(endpoint_url="https://events")
    with pytest.raises(ReceiverUnavailable, match="event bus sales: Could not connect"):
        EventBus(_Bus(fails=gone), "sales").send(events(1))


def test_a_bus_without_a_region_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("AWS_DEFAULT_REGION", "AWS_REGION", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    with pytest.raises(ReceiverUnavailable, match="event bus sales can't be used"):
        EventBus.connect("sales")
