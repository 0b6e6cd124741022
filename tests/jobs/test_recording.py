"""Runs record themselves: that they began, how they ended; what died has begun and not ended."""

from typing import Any

import pytest

from postering.domain.errors import JobRefused, StoreUnavailable
from postering.domain.runs.requests import PJobRequest, SyncOrdersRequest
from postering.domain.runs.runs import JobRun, LastRuns, Outcome
from postering.jobs.p_job import run_p_job
from postering.jobs.sync_orders import run_sync_orders
from tests.domain.transactions_examples import a_sale
from tests.jobs.conftest import Deployment, rows_of


def last(at: Deployment, job: str) -> LastRuns | None:
    return next((one for one in at.store.last_runs() if one.job == job), None)


class Standing:
    """The store, of which one call is another's."""

    def __init__(self, inner: Any, **others: Any) -> None:
        self._inner, self._others = inner, others

    def __getattr__(self, name: str) -> Any:
        return self._others.get(name) or getattr(self._inner, name)


def fail(error: BaseException) -> Any:
    def failing(*_given: Any, **_named: Any) -> Any:
        raise error

    return failing


def test_both_jobs_keep_when_they_ran_and_what_they_counted(deployment: Deployment) -> None:
    deployment.put("first", rows_of(a_sale(), "T-1"))
    p_job = deployment.p_job()
    deployment.later(minutes=5)
    synced = deployment.sync_orders()

    for job, report, at in (("p-job", p_job, deployment.now), ("sync-orders", synced, deployment.now)):
        kept = last(deployment, job)
        assert kept is not None
        assert kept.ended == kept.begun
        assert (kept.begun.id, kept.begun.outcome, kept.begun.counts) == (
            report.run_id,
            Outcome.DONE,
            report.kept_counts,
        )
        assert kept.begun.started <= at
    assert p_job.kept_counts["transactions_staged"] == 1
    assert synced.kept_counts["succeeded"] == 1


def test_what_was_asked_for_is_kept(deployment: Deployment) -> None:
    deployment.put("first", rows_of(a_sale(), "T-1"))
    deployment.p_job(groups=("Default",))
    deployment.sync_orders(transaction=deployment.record("T-1").key.text)

    p_job, synced = last(deployment, "p-job"), last(deployment, "sync-orders")
    assert p_job is not None
    assert synced is not None
    assert p_job.begun.selection == "group Default"
    assert synced.begun.selection == f"transaction {deployment.record('T-1').key}"


def test_a_dry_run_is_no_run(deployment: Deployment) -> None:
    deployment.sync_orders(dry_run=True)

    assert last(deployment, "sync-orders") is None


def test_a_request_that_is_refused_is_no_run(deployment: Deployment) -> None:
    with pytest.raises(JobRefused):
        deployment.p_job(groups=("Nowhere",))
    with pytest.raises(JobRefused):
        deployment.sync_orders(stores=("NOWHERE",))

    assert list(deployment.store.last_runs()) == []


def test_a_run_whose_time_is_out_is_incomplete(deployment: Deployment) -> None:
    deployment.put("first", rows_of(a_sale(), "T-1"))
    deployment.stop_after = 0
    deployment.p_job()

    kept = last(deployment, "p-job")
    assert kept is not None
    assert kept.begun.outcome is Outcome.INCOMPLETE


def test_a_package_that_can_not_be_applied_is_a_failure_of_the_run(deployment: Deployment) -> None:
    folder = deployment.home / "uploads" / "Default"
    folder.mkdir(parents=True)
    (folder / "broken.zip").write_bytes(b"no zip")
    deployment.p_job()

    kept = last(deployment, "p-job")
    assert kept is not None
    assert kept.begun.outcome is Outcome.DONE
    assert "Default/broken" in kept.begun.failures[0]


def run_over(at: Deployment, **others: Any) -> None:
    run_p_job(
        PJobRequest(),
        store=Standing(at.store, **others),
        uploads=at.uploads,
        open_channel=fail(AssertionError()),
        run=at.run("p-job"),
        limits=at.limits,
    )


@pytest.mark.parametrize(
    ("error", "described"),
    [
        (StoreUnavailable("the disk is full"), "the disk is full"),
        (ValueError("4111111111111111"), "the program failed: ValueError"),
        (KeyboardInterrupt(), "stopped by Ctrl-C"),
    ],
)
def test_an_error_ends_the_run_and_is_kept_without_data(
    deployment: Deployment, error: BaseException, described: str
) -> None:
    with pytest.raises(type(error)):
        run_over(deployment, waiting_sessions=fail(error))

    kept = last(deployment, "p-job")
    assert kept is not None
    assert (kept.begun.outcome, kept.begun.failures) == (Outcome.FAILED, (described,))


def test_a_run_that_is_killed_has_begun_and_never_ended(deployment: Deployment) -> None:
    class Killed(BaseException):
        pass

    with pytest.raises(Killed):
        run_over(deployment, waiting_sessions=fail(Killed()))

    kept = last(deployment, "p-job")
    assert kept is not None
    assert (kept.begun.ended, kept.ended) == (None, None)


@pytest.mark.parametrize("call", ["begin_run", "end_run"])
def test_a_record_that_can_not_be_kept_fails_no_run(deployment: Deployment, call: str) -> None:
    deployment.put("first", rows_of(a_sale(), "T-1"))
    deployment.p_job()
    report = run_sync_orders(
        SyncOrdersRequest(),
        store=Standing(deployment.store, **{call: fail(StoreUnavailable("locked"))}),
        run=deployment.run("sync-orders"),
        limits=deployment.limits,
    )

    assert report.succeeded == 1


def test_long_failures_are_cut(deployment: Deployment) -> None:
    run = JobRun(job="p-job", id="1", by="anna", started=deployment.now)
    ended = run.completed(deployment.now, complete=True, counts={}, failures=("x" * 1_000,) * 7)

    assert len(ended.failures) == 6
    assert ended.failures[-1] == "and 2 more"
    assert len(ended.failures[0]) == 301
