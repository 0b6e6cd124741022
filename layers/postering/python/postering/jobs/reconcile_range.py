"""The range of a reconciliation: business dates and a store."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """Business dates, both included (None: open), and a store ('': all)."""

    start: date | None
    end: date | None
    store: str

    def has(self, day: date | None) -> bool:
        """Whether the day is wanted; True if there is no date yet."""
        if day is None:
            return True
        return (self.start is None or day >= self.start) and (self.end is None or day <= self.end)

    def has_store(self, store: str) -> bool:
        """Whether the store is wanted."""
        return not self.store or store == self.store
