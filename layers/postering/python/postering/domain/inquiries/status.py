"""Status: what is known at one moment, and what of it needs a person. `needs.py` judges it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from postering.domain.inquiries.standing import Standing
from postering.domain.inquiries.status_sums import CodeSums, Numbers, age
from postering.domain.runs.runs import JobRun, LastRuns
from postering.domain.runs.sessions import UploadSession

WARNED_AFTER: Final = timedelta(minutes=15)
"""How long a package may wait, a transaction be pending or a run be at work before somebody should look (D365's)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Uploaded:
    """A package that lies in the uploads and no P-job has taken up yet."""

    group: str
    package: str
    size: int
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """The next run of a job by itself, None if there is none; `described` says by which schedule, or why not."""

    described: str
    minutes: int | None = None
    next: datetime | None = None
    enabled: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known at the moment `now`. `groups` are those of the setup: whether each is active."""

    now: datetime
    setup_version: int
    groups: Mapping[str, bool]
    runs: tuple[LastRuns, ...]
    planned: Mapping[str, Planned]
    sessions: tuple[UploadSession, ...]
    uploaded: tuple[Uploaded, ...]
    standing: Standing
    numbers: tuple[Numbers, ...]

    def run_of(self, job: str) -> LastRuns | None:
        """The last runs of `job`."""
        return next((last for last in self.runs if last.job == job), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """Something that needs a person: what, and the command that goes on. `kind` names it for programs."""

    kind: str
    what: str
    command: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingPackage:
    """A package that is not applied yet: since when, and why it waits. `suspect`: because runs died of it."""

    name: str
    status: str
    since: datetime
    cause: str
    command: str
    suspect: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """What is known, and what of it needs a person."""

    facts: Facts
    needs: tuple[Need, ...]
    waiting: tuple[WaitingPackage, ...]
    codes: tuple[CodeSums, ...]

    @property
    def well(self) -> bool:
        """Whether nothing needs a person."""
        return not self.needs


def began(run: JobRun, now: datetime) -> str:
    """How long ago a run began."""
    return f"began {age(now - run.started)} ago"


def of_selection(run: JobRun) -> str:
    """The selection of a run, where it did not take everything."""
    return f" (it was of {run.selection})" if run.selection else ""
