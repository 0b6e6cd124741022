"""Sends business events to an EventBridge bus, at most ten per call (AWS). Refused events stay in the outbox."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Self

from postering.domain.errors import ReceiverUnavailable
from postering.domain.lists import batched
from postering.domain.staging.business_events import BusinessEvent

SOURCE: Final = "postering"
_AT_ONCE: Final = 10


@dataclass(frozen=True, slots=True)
class EventBus:
    """The bus of this name, with a botocore client of EventBridge."""

    client: Any
    name: str

    @classmethod
    def connect(cls, name: str) -> Self:
        """The bus, in the environment's region, with its credentials. Raises `ReceiverUnavailable` without them."""
        from postering.outside.aws import aws_client

        def unavailable(why: str) -> ReceiverUnavailable:
            return ReceiverUnavailable(f"event bus {name} can't be used: {why}")

        return cls(aws_client("events", unavailable, connect_seconds=2, read_seconds=5), name)

    def send(self, events: Sequence[BusinessEvent]) -> None:
        """Send the events. Raises `ReceiverUnavailable` if the bus can't be reached or refuses any of them."""
        from botocore.exceptions import BotoCoreError, ClientError

        for some in batched(events, _AT_ONCE):
            entries = [self._entry(event) for event in some]
            try:
                answer = self.client.put_events(Entries=entries)
            except (BotoCoreError, ClientError) as error:
                raise ReceiverUnavailable(f"event bus {self.name}: {error}") from error
            if answer["FailedEntryCount"]:
                codes = sorted({entry["ErrorCode"] for entry in answer["Entries"] if "ErrorCode" in entry})
                refused = f"refused {answer['FailedEntryCount']} of {len(entries)} events: {', '.join(codes)}"
                raise ReceiverUnavailable(f"event bus {self.name} {refused}")

    def _entry(self, event: BusinessEvent) -> dict[str, object]:
        return {
            "EventBusName": self.name,
            "Source": SOURCE,
            "DetailType": str(event.kind),
            "Time": event.at,
            "Resources": [event.subject],
            "Detail": json.dumps(event.as_json(), ensure_ascii=False),
        }
