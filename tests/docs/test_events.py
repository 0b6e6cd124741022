"""docs/events.md shows events as they are sent: the members of each example are those of an event of its type."""

import json
import re
from pathlib import Path

import pytest

from postering.domain.staging.business_events import EventKind
from tests.cli.conftest import Postering, home, postering

__all__ = ["home", "postering"]

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "events.md").read_text(encoding="utf-8")
EXAMPLES = {shown["type"]: shown for shown in map(json.loads, re.findall(r"(?ms)^```json\n(.*?)^```", PAGE))}


def members(value: object) -> object:
    """The names in an object, in order, those within too; of any other value its type."""
    if not isinstance(value, dict):
        return type(value).__name__
    return {name: members(inside) if name not in {"totals", "errors"} else "by name" for name, inside in value.items()}


def test_the_examples_are_events_as_they_are_sent(
    postering: Postering, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    orders = ROOT / "tests/examples/orders"
    monkeypatch.setenv("POSTERING_EVENTS", "events.jsonl")
    postering("setup", "apply", str(orders / "setup.toml"))
    for example in ("cash-with-change", "closed-period"):
        postering("package", str(orders / example), "--group", "Default")
    postering("p-job")
    postering("sync-orders")

    sent = [json.loads(line) for line in (home / "events.jsonl").read_text(encoding="utf-8").splitlines()]

    assert {event["type"] for event in sent} == set(EXAMPLES) == {str(kind) for kind in EventKind}
    for event in sent[1:]:  # the first is the P-job's
        shown = EXAMPLES[event["type"]]
        assert json.dumps(members(event)) == json.dumps(members(shown))
        if event["type"] != EventKind.RUN_FINISHED:
            assert event == shown | {"at": event["at"]}
