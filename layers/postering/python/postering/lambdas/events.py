"""The events that invoke the functions: a plain payload, or a scheduled event of EventBridge."""

from collections.abc import Mapping
from typing import Any, Final, TypeVar

from postering.domain.near_names import did_you_mean
from postering.domain.retail_transactions.quoted import quoted
from postering.domain.runs.payloads import Request, refused
from postering.domain.runs.requests import PJobRequest, SyncOrdersRequest

_SCHEDULES: Final = frozenset({"aws.events", "aws.scheduler"})
_SCHEDULED: Final = "Scheduled Event"
_ENVELOPE: Final = frozenset(
    {"version", "id", "detail-type", "source", "account", "time", "region", "resources", "detail", "replay-name"}
)
_ALSO_SCHEDULED: Final = "dry_run"
"""The only key of a payload that a scheduled event may also have: it makes the schedule a trial."""

_ALL_KEYS: Final = {key.name for request in (PJobRequest, SyncOrdersRequest) for key in request.KEYS}

Asked = TypeVar("Asked", bound=Request)


def request_in(event: object, kind: type[Asked]) -> Asked:
    """The request of this kind in `event`; a scheduled event asks for everything.

    Raises:
        PayloadError: with everything that is wrong in the event.
    """
    if isinstance(event, Mapping) and ("source" in event or "detail-type" in event):
        return kind.from_payload(_scheduled(event, tuple(key.name for key in kind.KEYS)))
    return kind.from_payload(event)


def _scheduled(event: Mapping[Any, object], keys: tuple[str, ...]) -> Mapping[str, object]:
    """The payload in a scheduled event. EventBridge's own keys are ignored; a misplaced key of a payload is refused."""
    source, kind = event.get("source"), event.get("detail-type")
    if source not in _SCHEDULES or kind != _SCHEDULED:
        raise refused(
            [
                f"an event {quoted(kind)} of {quoted(source)}, expected a 'Scheduled Event' of 'aws.events', or a "
                f"payload with any of {', '.join(keys)}"
            ]
        )
    payload = {key: event[key] for key in event if key == _ALSO_SCHEDULED and key in keys}
    strays = [key for key in event if key not in {*_ENVELOPE, *payload} and did_you_mean(str(key), _ALL_KEYS)]
    if strays:
        raise refused(
            [f"{quoted(key)} stands in a scheduled event, expected in a payload of its own" for key in strays]
        )
    return payload
