"""Runs of the two jobs in the store: of each job, the one that began last and the one that ended last.

A run that died has begun and never ended. These records inform people; they never decide who may work.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Final, Self

from postering.domain.lists import first_lines
from postering.domain.texts import cut

P_JOB: Final = "p-job"
SYNC_ORDERS: Final = "sync-orders"
JOBS: Final = (P_JOB, SYNC_ORDERS)

_KEPT_FAILURES: Final = 5
_KEPT_CHARACTERS: Final = 300


class Outcome(StrEnum):
    """How a run ended."""

    DONE = "done"
    INCOMPLETE = "incomplete"  # it stopped in order before the end: its time ran out or somebody asked
    FAILED = "failed"  # it ended with an error


@dataclass(frozen=True, slots=True, kw_only=True)
class JobRun:
    """A run of `job`. `by` is the person or trigger that began it, `selection` its request in words ('': everything).

    `ended` and `outcome` are None while it runs, or if it died; `failures` are its failures, shortened;
    `counts` are the whole numbers of its report.
    """

    job: str
    id: str
    by: str
    started: datetime
    selection: str = ""
    ended: datetime | None = None
    outcome: Outcome | None = None
    counts: Mapping[str, int] = field(default_factory=dict)
    failures: tuple[str, ...] = ()

    def completed(
        self, at: datetime, *, complete: bool, counts: Mapping[str, int], failures: tuple[str, ...] = ()
    ) -> Self:
        """The run as it ended, with its report's counts."""
        outcome = Outcome.DONE if complete else Outcome.INCOMPLETE
        return replace(self, ended=at, outcome=outcome, counts=counts, failures=_cut(failures))

    def failed(self, at: datetime, why: str) -> Self:
        """The run as it ended with an error."""
        return replace(self, ended=at, outcome=Outcome.FAILED, failures=_cut((why,)))

    def as_json(self) -> dict[str, object]:
        """The shape of a run in `status --json`."""
        return {
            "run_id": self.id,
            "by": self.by,
            "selection": self.selection or None,
            "started": self.started.isoformat(),
            "ended": self.ended.isoformat() if self.ended else None,
            "outcome": str(self.outcome) if self.outcome else None,
            "counts": dict(self.counts),
            "failures": list(self.failures),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class LastRuns:
    """The last runs of one job: the one that began last, and the one that ended last (often the same)."""

    job: str
    begun: JobRun
    ended: JobRun | None


def _cut(failures: tuple[str, ...]) -> tuple[str, ...]:
    return first_lines([cut(one, _KEPT_CHARACTERS) for one in failures], _KEPT_FAILURES)
