"""Sources of transactions: any kind that a channel database of the setup may be."""

from contextlib import AbstractContextManager
from datetime import date
from typing import Protocol

from postering.domain.runs.sources import CannotRead, Found


class SourceSnapshot(Protocol):
    """One consistent view of a source. Transactions come whole: all rows that the source has of each."""

    @property
    def cursor(self) -> str:
        """Where the view ends. Given to `since` later, all that came after the view is found."""
        ...

    def since(self, cursor: str, *, look_back: bool) -> Found:
        """Transactions of which any row lies beyond `cursor`, that an earlier view gave ('' finds all).

        With `look_back` also those a little before it, because of rows that came late; how far is the source's own
        affair. All of them where the source cannot go on from that cursor; then a message says why.
        """
        ...

    def dated_from(self, day: date | None, cursor: str) -> Found | CannotRead:
        """Transactions of this business date (None: any) or later, or without one, wherever they lie.

        Their rows say whether they lie beyond `cursor`.
        """
        ...


class ChannelSource(Protocol):
    """A source of transactions under the name that it has in the setup."""

    @property
    def name(self) -> str:
        """Its name in the setup."""
        ...

    @property
    def group(self) -> str:
        """Its channel database group."""
        ...

    def snapshot(self) -> AbstractContextManager[SourceSnapshot]:
        """A view of it; raises `ChannelDatabaseUnavailable`, also while it is read."""
        ...
