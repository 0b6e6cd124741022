"""One run of a job: who it is, what time it is, when it must stop, and how it shows that it gets on."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from itertools import count

Progress = Callable[[str, int, int], None]
"""What is being done, how much of it is done, how much there is (0: not known)."""


def silent(_what: str, _done: int, _of: int) -> None:
    """Progress that nobody watches."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """`id` is unique for ever; `by` is who the timeline names; `must_stop` says that time is nearly out.

    A job asks `must_stop` between batches, stops in good order, and its report says what remains. Where it `announces`,
    what it does to transactions is put into the outbox of business events. `started_by` is who or what began it, for
    the run book ('': `by`).
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
        """A name for one write, so that an answer that was lost can be told from another's write."""
        return f"{self.id}.{next(self._writes)}"

    def seconds_since(self, start_ns: int) -> Decimal:
        """Seconds since a reading of `monotonic_ns`."""
        return Decimal(self.monotonic_ns() - start_ns).scaleb(-9)
