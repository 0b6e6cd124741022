"""The run book on SQLite: two rows for each job."""

from collections.abc import Sequence

from postering.domain.runs.runs import JobRun, LastRuns
from postering.store.packing import packed, unpacked
from postering.store.sqlite.part import Part

_BEGUN, _ENDED = "begun", "ended"
_KEEP = "INSERT INTO runs (job, place, id, record) VALUES (?, ?, ?, ?) ON CONFLICT (job, place) DO UPDATE SET "


class Runs(Part):
    """`jobs.ports.RunBook`."""

    def begin_run(self, run: JobRun) -> None:
        """Keep the run as the last one of its job that began."""
        with self._connection.writing() as connection:
            connection.change(
                f"{_KEEP} id = excluded.id, record = excluded.record", (run.job, _BEGUN, run.id, packed(run))
            )

    def end_run(self, run: JobRun) -> None:
        """Keep the run as the last one of its job that ended."""
        with self._connection.writing() as connection:
            connection.change(
                f"{_KEEP} id = excluded.id, record = excluded.record", (run.job, _ENDED, run.id, packed(run))
            )
            connection.change(
                "UPDATE runs SET record = ? WHERE job = ? AND place = ? AND id = ?",
                (packed(run), run.job, _BEGUN, run.id),
            )

    def last_runs(self) -> Sequence[LastRuns]:
        """For each job, the last run that began and the last one that ended."""
        rows = self._connection.rows("SELECT job, place, record FROM runs ORDER BY job")
        found = {(job, place): unpacked(record, JobRun) for job, place, record in rows}
        jobs = sorted({job for job, _ in found})
        return [
            LastRuns(job=job, begun=found.get((job, _BEGUN)) or found[job, _ENDED], ended=found.get((job, _ENDED)))
            for job in jobs
        ]
