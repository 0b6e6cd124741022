"""Where all transactions stand at one moment, and which of them a list shows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Unfinished:
    """A transaction that is failed, waiting or editing, in short; `total` in the order's sign, None without header."""

    transaction_id: str
    key: str
    state: str
    codes: tuple[str, ...]
    received: datetime
    currency: str
    total: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where all transactions stand at one moment; `in_conflict` counts those with an open conflict."""

    states: Mapping[str, int]
    oldest_pending: datetime | None
    in_conflict: int
    unfinished: tuple[Unfinished, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListFilter:
    """Which transactions a list shows; what is empty does not restrict."""

    states: tuple[str, ...] = ()
    stores: tuple[str, ...] = ()
    dates: tuple[date, ...] = ()
    codes: tuple[str, ...] = ()
    in_conflict: bool = False
