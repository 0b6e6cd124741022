"""A run that records itself in the run book: that it began, and how it ended. A record that fails fails no run."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Protocol, TypeVar

from postering.domain.errors import PassingFailure, PosteringError, StoreUnavailable
from postering.domain.runs.runs import JobRun
from postering.jobs.ports import RunBook
from postering.jobs.run import Run


class Report(Protocol):
    """What is kept of a job's report."""

    @property
    def complete(self) -> bool:
        """Whether it got to the end."""
        ...

    @property
    def kept_counts(self) -> Mapping[str, int]:
        """Its whole numbers."""
        ...

    @property
    def failures(self) -> tuple[str, ...]:
        """What could not be done."""
        ...


Reported = TypeVar("Reported", bound=Report)


def recorded(job: str, selection: str, book: RunBook, run: Run, work: Callable[[], Reported]) -> Reported:
    """Do `work`, and keep in the book when it began and how it ended; what it raises rises."""
    begun = JobRun(job=job, id=run.id, by=run.started_by or run.by, selection=selection, started=run.now())
    with suppress(StoreUnavailable, PassingFailure):
        book.begin_run(begun)
    try:
        report = work()
    except (Exception, KeyboardInterrupt) as error:
        with suppress(StoreUnavailable, PassingFailure):
            book.end_run(begun.failed(run.now(), _described(error)))
        raise
    ended = begun.completed(run.now(), complete=report.complete, counts=report.kept_counts, failures=report.failures)
    with suppress(StoreUnavailable, PassingFailure):
        book.end_run(ended)
    return report


def _described(error: BaseException) -> str:
    """The error in words; of a defect no more than its kind, for its text may carry data."""
    if isinstance(error, KeyboardInterrupt):
        return "stopped by Ctrl-C"
    return str(error) if isinstance(error, PosteringError) else f"the program failed: {type(error).__name__}"
