"""The run book: each run records its begin and its end. If that write fails, the run goes on."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Protocol, TypeVar

from postering.domain.errors import PassingFailure, PosteringError, StoreUnavailable
from postering.domain.runs.runs import JobRun
from postering.jobs.ports import RunBook
from postering.jobs.run import Run


class Report(Protocol):
    """The parts of a job's report that the run book keeps."""

    @property
    def complete(self) -> bool:
        """Whether the run got to the end."""
        ...

    @property
    def kept_counts(self) -> Mapping[str, int]:
        """The counts of the report."""
        ...

    @property
    def failures(self) -> tuple[str, ...]:
        """The parts of the work that failed, in words."""
        ...


AnyReport = TypeVar("AnyReport", bound=Report)


def record_run(job: str, selection: str, book: RunBook, run: Run, work: Callable[[], AnyReport]) -> AnyReport:
    """Do `work`, and record in the book when it began and how it ended. Errors of `work` are recorded and raised."""
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
    """The error in words. Of a defect only its kind, because its text may carry data."""
    if isinstance(error, KeyboardInterrupt):
        return "stopped by Ctrl-C"
    return str(error) if isinstance(error, PosteringError) else f"the program failed: {type(error).__name__}"
