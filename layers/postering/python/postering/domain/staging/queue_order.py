"""The places in the queue of Synchronize orders, as texts that sort: a part of the queue, then a time.

Pending transactions come first, by arrival. Then come those that another transaction's posting may release, by arrival,
and last those that are tried again, by the time of that try. Both stores keep and compare these texts.
"""

from datetime import datetime
from typing import Final

_PENDING, _AWAITING, _RETRY = "0#", "1#", "2#"

AFTER_PENDING: Final = "1"
"""Sorts after every pending transaction, and before all others."""

FROM_AWAITING: Final = _AWAITING
"""Where the part begins that waits for another transaction's posting."""


def pending_since(received: datetime) -> str:
    """The place of a pending transaction."""
    return f"{_PENDING}{received.isoformat()}"


def awaiting_since(received: datetime) -> str:
    """The place of a transaction that another one's posting may release."""
    return f"{_AWAITING}{received.isoformat()}"


def retry_at(time: datetime) -> str:
    """The place of a transaction that is tried again at `time`; what is due by then sorts up to this place."""
    return f"{_RETRY}{time.isoformat()}"


def time_of(place: str) -> datetime:
    """The time in a place."""
    return datetime.fromisoformat(place.partition("#")[2])
