"""The states of all transactions at one moment, and the filter of a list."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal


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
class Standing:
    """The states of all transactions at one moment; `in_conflict` counts those with an open conflict."""

    states: Mapping[str, int]
    oldest_pending: datetime | None
    in_conflict: int
    unfinished: tuple[Unfinished, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListFilter:
    """The filter of a list of transactions; an empty field does not restrict it."""

    states: tuple[str, ...] = ()
    stores: tuple[str, ...] = ()
    dates: tuple[date, ...] = ()
    codes: tuple[str, ...] = ()
    in_conflict: bool = False
