"""The progress bar of long work: on a terminal only, on standard error, and never beside JSON."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from postering.jobs.run import Progress, silent


@contextmanager
def shown_progress(as_json: bool) -> Iterator[Progress]:
    """A function that shows a run's progress."""
    if as_json or not sys.stderr.isatty():
        yield silent
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Bar(*columns, console=Console(stderr=True, markup=False), transient=True) as bar:
        task = bar.add_task("starting", total=None)
        yield lambda what, done, of: bar.update(task, description=what, completed=done, total=of or None)
