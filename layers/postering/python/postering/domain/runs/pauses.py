"""Growing pauses between the tries of something that failed for a reason that may pass by itself."""

from dataclasses import dataclass
from datetime import datetime, timedelta

_LARGEST_EXPONENT = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Pauses:
    """The pause after the first try, and the longest one, in seconds."""

    first_seconds: int
    longest_seconds: int

    def after(self, tries: int) -> timedelta:
        """The pause after so many tries: doubled after each, never longer than the longest."""
        doubled = min(max(tries - 1, 0), _LARGEST_EXPONENT)
        return timedelta(seconds=min(self.first_seconds * 2**doubled, self.longest_seconds))

    def is_over(self, retry_at: datetime | None, now: datetime) -> bool:
        """Whether the next try is due at `now`.

        A time further away than the longest pause comes from a wrong clock or a longer setting: the try is due at
        once. Because of this, nothing waits longer than the longest pause.
        """
        return retry_at is None or retry_at <= now or retry_at > now + self.longest

    @property
    def longest(self) -> timedelta:
        """The longest pause."""
        return timedelta(seconds=self.longest_seconds)
