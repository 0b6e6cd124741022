"""One run of a job: its id, its clock, when it must stop, and how it shows its progress."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from itertools import count

Progress = Callable[[str, int, int], None]
"""The step, the count done, and the count in all (0: unknown)."""


def silent(_what: str, _done: int, _of: int) -> None:
    """Progress that is not shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """`id` is unique for ever, `by` stands on timelines, `must_stop` says that the time is nearly out.

    A job asks `must_stop` between batches, stops in good order, and reports the remaining work. If it `announces`,
    orders and failures become business events in the outbox. `started_by` is the person or schedule that began the run,
    for the run book ('': `by`).
    """

    id: str
    by: str
    now: Callable[[], datetime]
    monotonic_ns: Callable[[], int]
    must_stop: Callable[[], bool] = lambda: False
    progress: Progress = silent
    announces: bool = False
    started_by: str = ""
    _writes: "count[int]" = field(default_factory=lambda: count(1))

    def write_id(self) -> str:
        """A new name for one write: it shows, after a lost answer, that the write was ours."""
        return f"{self.id}.{next(self._writes)}"

    def seconds_since(self, start_ns: int) -> Decimal:
        """Seconds since a reading of `monotonic_ns`."""
        return Decimal(self.monotonic_ns() - start_ns).scaleb(-9)
