"""The states of all transactions at one moment, and the filter of a list."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from postering.domain.staging.records import TransactionRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Unfinished:
    """A failed, waiting or edited transaction in short; `total` in the order's sign, None without header."""

    transaction_id: str
    key: str
    state: str
    codes: tuple[str, ...]
    received: datetime
    currency: str
    total: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspect:
    """A pending transaction that `tries` runs took up and did not end, and when it is tried next."""

    transaction_id: str
    key: str
    tries: int
    retry_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """The states of all transactions at one moment; `in_conflict` counts those with an open conflict.

    `oldest_pending` leaves suspects out.
    """

    states: Mapping[str, int]
    oldest_pending: datetime | None
    in_conflict: int
    unfinished: tuple[Unfinished, ...]
    suspects: tuple[Suspect, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ListFilter:
    """The filter of a list of transactions; an empty field does not restrict it."""

    states: tuple[str, ...] = ()
    stores: tuple[str, ...] = ()
    dates: tuple[date, ...] = ()
    codes: tuple[str, ...] = ()
    in_conflict: bool = False


def suspects_of(records: Iterable[TransactionRecord]) -> tuple[Suspect, ...]:
    """The suspects among `records`, in short, by key."""
    found = (
        Suspect(
            transaction_id=record.key.transaction_id,
            key=record.key.text,
            tries=record.attempts,
            retry_at=record.retry_at,
        )
        for record in records
        if record.is_suspect and record.retry_at is not None
    )
    return tuple(sorted(found, key=lambda one: one.key))
