"""Receivers of business events."""

from collections.abc import Sequence
from typing import Protocol

from postering.domain.staging.business_events import BusinessEvent


class Receiver(Protocol):
    """Who is told of business events."""

    def send(self, events: Sequence[BusinessEvent]) -> None:
        """Hand them over, in order, all or (raising `ReceiverUnavailable`) perhaps some of them."""
        ...
