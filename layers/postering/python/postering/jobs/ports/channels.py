"""Sources of transactions."""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from datetime import date
from typing import Protocol

from postering.domain.runs.packages import ChannelRows


class ChannelSnapshot(Protocol):
    """One consistent view of a channel database."""

    def highest(self) -> Mapping[str, int]:
        """The highest replication counter of each table; 0 for an empty one."""
        ...

    def whole_transactions(self, above: Mapping[str, int], from_date: date | None) -> Iterator[ChannelRows]:
        """Whole transactions with any row above its table's counter, or (given) of that business date or later."""
        ...


class ChannelSource(Protocol):
    """A channel database."""

    @property
    def name(self) -> str:
        """Its name in the setup."""
        ...

    @property
    def group(self) -> str:
        """Its channel database group."""
        ...

    def snapshot(self) -> AbstractContextManager[ChannelSnapshot]:
        """A view of it; raises `ChannelDatabaseUnavailable`."""
        ...
