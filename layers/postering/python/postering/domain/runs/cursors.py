"""Cursors: the place up to which each source of transactions has been read.

A source's cursor is a text that only the source reads; '' is the beginning. One form is special: a source that counts
its rows table by table, as a channel database does, writes a JSON object of table and replication counter
(`counters_text`). It is kept as counters, so that the cursor can be set back table by table.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelCursor:
    """The place up to which the source of this name has been read; `version` counts how often it was recorded.

    `highest` is the highest replication counter received, by table; `position` the cursor of a source that counts no
    rows, and `reached` the version with which it was first recorded: of two positions, the lower one is the earlier.
    """

    database: str
    version: int = 0
    highest: Mapping[str, int] = field(default_factory=dict)
    at: datetime | None = None
    position: str = ""
    reached: int = 0

    @property
    def text(self) -> str:
        """The cursor as the source gave it."""
        return self.position or (counters_text(self.highest) if self.highest else "")

    def recorded(self, at: datetime) -> "ChannelCursor":
        """The same place, recorded once more."""
        return replace(self, version=self.version + 1, at=at)

    def moved(self, text: str, at: datetime) -> "ChannelCursor":
        """The cursor that the source gave after reading."""
        counters, version = counters_of(text), self.version + 1
        if counters is not None:
            return ChannelCursor(database=self.database, version=version, highest=counters, at=at)
        reached = self.reached if text == self.position else version
        return ChannelCursor(database=self.database, version=version, at=at, position=text, reached=reached)

    def set_back(self, before: "ChannelCursor", at: datetime) -> "ChannelCursor":
        """This cursor, but not beyond `before`: all rows after it are read again."""
        lower = {table: min(counter, before.highest.get(table, 0)) for table, counter in self.highest.items()}
        earlier = before if before.reached < self.reached else self
        return replace(self.recorded(at), highest=lower, position=earlier.position, reached=earlier.reached)


def counters_text(counters: Mapping[str, int]) -> str:
    """The cursor of a source that has read up to these counters, by table."""
    return json.dumps(dict(counters))


def counters_of(text: str) -> Mapping[str, int] | None:
    """The counters in a cursor that `counters_text` wrote; None for any other text."""
    try:
        counters = json.loads(text)
    except ValueError:
        return None
    if not isinstance(counters, dict) or not all(type(counter) is int for counter in counters.values()):
        return None
    return counters
