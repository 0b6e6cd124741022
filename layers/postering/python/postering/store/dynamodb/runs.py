"""The run book on DynamoDB: two items for each job, never part of a posting."""

from collections.abc import Sequence

from postering.domain.keys import escaped
from postering.domain.runs.runs import JOBS, JobRun, LastRuns
from postering.store.dynamodb.part import Part, raw_key
from postering.store.dynamodb.tables import RunItem
from postering.store.packing import packed, unpacked

_BEGUN, _ENDED = "BEGUN", "ENDED"


class Runs(Part):
    """`jobs.ports.RunBook`."""

    def begin_run(self, run: JobRun) -> None:
        """Keep the run as the last one of its job that began."""
        self._calls.put_all([_item(run, _BEGUN).serialize()])

    def end_run(self, run: JobRun) -> None:
        """Keep the run as the last one of its job that ended."""
        self._calls.put_all([_item(run, _ENDED).serialize()])
        # Refused if another run has begun since: then that run is the last one.
        condition = {"ConditionExpression": "run_id = :run", "ExpressionAttributeValues": {":run": {"S": run.id}}}
        self._calls.put(_item(run, _BEGUN).serialize(), condition)

    def last_runs(self) -> Sequence[LastRuns]:
        """For each job, the last run that began and the last one that ended."""
        items = self._calls.get([raw_key(_pk(job), place) for job in JOBS for place in (_BEGUN, _ENDED)])
        found = {(item["pk"]["S"], item["sk"]["S"]): unpacked(item["record"]["S"], JobRun) for item in items}
        last = []
        for job in JOBS:
            begun, ended = found.get((_pk(job), _BEGUN)), found.get((_pk(job), _ENDED))
            if begun or ended:
                last.append(LastRuns(job=job, begun=begun or ended, ended=ended))  # type: ignore[arg-type]
        return last


def _item(run: JobRun, place: str) -> RunItem:
    return RunItem(pk=_pk(run.job), sk=place, run_id=run.id, record=packed(run))


def _pk(job: str) -> str:
    return f"run#{escaped(job)}"
