"""Receivers of business events."""

from collections.abc import Sequence
from typing import Protocol

from postering.domain.staging.business_events import BusinessEvent


class Receiver(Protocol):
    """A receiver of business events."""

    def send(self, events: Sequence[BusinessEvent]) -> None:
        """Send the events in order. Raises `ReceiverUnavailable` if some were perhaps not received."""
        ...
