"""Business events that no receiver has accepted yet."""

from dataclasses import dataclass

from postering.domain.staging.business_events import BusinessEvent
from postering.domain.staging.records import TransactionRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsent:
    """Events that no receiver has accepted yet, in order: those of one transaction (its record), or of a run."""

    events: tuple[BusinessEvent, ...]
    record: TransactionRecord | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnsentPage:
    """A page of the outbox, oldest first; `next` is the start of the following page, None after the last."""

    unsent: tuple[Unsent, ...]
    next: str | None
