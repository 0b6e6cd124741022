"""The places in the queue of Synchronize orders, as texts that sort: a part of the queue, then a time.

Pending transactions come first, by arrival. Suspects come at their end, by their next try: runs died on them. Then come
those that another transaction's posting may release, by arrival. Last come those that are tried again, by the time of
that try. Both stores keep and compare these texts.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

_PENDING, _SUSPECT, _AWAITING, _RETRY = "0#", "0~", "1#", "2#"
_BEHIND: Final = "~"  # sorts after everything that a store puts behind a place

AFTER_PENDING: Final = "1"
"""Sorts after every pending transaction, and before all others."""


@dataclass(frozen=True, slots=True)
class QueuePart:
    """A part of the queue: the places from `start` on that sort before `end`."""

    start: str
    end: str


PENDING: Final = QueuePart(_PENDING, _SUSPECT)
SUSPECTS: Final = QueuePart(_SUSPECT, AFTER_PENDING)


def due_later(now: datetime) -> QueuePart:
    """Transactions that another's posting may release, and those that are tried again and due at `now`."""
    return QueuePart(_AWAITING, f"{retry_at(now)}{_BEHIND}")


def put_off_beyond(latest: datetime) -> QueuePart:
    """Transactions that are tried again only after `latest`: a clock that was wrong put them there."""
    return QueuePart(f"{retry_at(latest)}{_BEHIND}", f"{_RETRY}{_BEHIND}")


def pending_since(received: datetime) -> str:
    """The place of a pending transaction."""
    return f"{_PENDING}{received.isoformat()}"


def suspect_until(time: datetime) -> str:
    """The place of a suspect whose next try is at `time`."""
    return f"{_SUSPECT}{time.isoformat()}"


def awaiting_since(received: datetime) -> str:
    """The place of a transaction that another one's posting may release."""
    return f"{_AWAITING}{received.isoformat()}"


def retry_at(time: datetime) -> str:
    """The place of a transaction that is tried again at `time`."""
    return f"{_RETRY}{time.isoformat()}"


def time_of(place: str) -> datetime:
    """The time in a place of a transaction that is not a suspect."""
    return datetime.fromisoformat(place.partition("#")[2])
