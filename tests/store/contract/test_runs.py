"""`RunBook`: of each job the run that began last and the one that ended last; and where everything stands."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from postering.domain.inquiries.standing import Suspect, Unfinished
from postering.domain.runs.runs import P_JOB, SYNC_ORDERS, JobRun, LastRuns, Outcome
from postering.jobs.ports import Store
from tests.store.adapters import Deployment
from tests.store.examples import NOW, a_key, a_piece, a_suspect, failed, kept

Reopened = Callable[[Store], Store]
AT = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)


def begun(number: int, job: str = P_JOB) -> JobRun:
    return JobRun(job=job, id=f"run-{number}", by="anna", started=AT + timedelta(minutes=number), selection="group A")


def ended(run: JobRun, minutes: int = 1) -> JobRun:
    at = run.started + timedelta(minutes=minutes)
    return run.completed(at, complete=True, counts={"sessions": 2}, failures=("database houston: ☃",))


def test_before_any_run_there_is_none(store: Store) -> None:
    assert list(store.last_runs()) == []


def test_a_run_at_work_has_begun_and_not_ended(store: Store, reopened: Reopened) -> None:
    store.begin_run(begun(1))

    assert list(reopened(store).last_runs()) == [LastRuns(job=P_JOB, begun=begun(1), ended=None)]


def test_a_run_that_ended_is_both(store: Store, reopened: Reopened) -> None:
    store.begin_run(begun(1))
    store.end_run(ended(begun(1)))

    (last,) = reopened(store).last_runs()
    assert last.begun == last.ended == ended(begun(1))
    assert last.begun.outcome is Outcome.DONE


def test_a_run_that_died_shows_beside_the_one_that_ended_before(store: Store) -> None:
    for number in (1, 2):
        store.begin_run(begun(number))
        if number == 1:
            store.end_run(ended(begun(1)))

    assert list(store.last_runs()) == [LastRuns(job=P_JOB, begun=begun(2), ended=ended(begun(1)))]


def test_the_next_run_takes_the_place_of_one_that_died(store: Store) -> None:
    for number in (1, 2):
        store.begin_run(begun(number))
    store.end_run(ended(begun(2)))

    assert list(store.last_runs()) == [LastRuns(job=P_JOB, begun=ended(begun(2)), ended=ended(begun(2)))]


def test_an_earlier_run_that_ends_later_does_not_hide_the_one_at_work(deployment: Deployment) -> None:
    one, other = deployment.opened(), deployment.opened()
    one.begin_run(begun(1))
    other.begin_run(begun(2))
    one.end_run(ended(begun(1), 5))

    assert list(other.last_runs()) == [LastRuns(job=P_JOB, begun=begun(2), ended=ended(begun(1), 5))]


def test_to_say_it_twice_changes_nothing(store: Store) -> None:
    for _ in range(2):
        store.begin_run(begun(1))
    for _ in range(2):
        store.end_run(ended(begun(1)))

    (last,) = store.last_runs()
    assert last.begun == last.ended == ended(begun(1))


def test_each_job_has_its_own(store: Store) -> None:
    store.begin_run(begun(2, SYNC_ORDERS))
    store.begin_run(begun(1))
    store.end_run(begun(2, SYNC_ORDERS).failed(AT, "the store is full"))

    assert [(last.job, last.begun.outcome) for last in store.last_runs()] == [
        (P_JOB, None),
        (SYNC_ORDERS, Outcome.FAILED),
    ]


# --- where everything stands --------------------------------------------------------------------------------------


def test_nothing_stands_anywhere_in_a_new_store(store: Store) -> None:
    standing = store.standing()

    assert (dict(standing.states), standing.oldest_pending, standing.in_conflict, standing.unfinished) == (
        {},
        None,
        0,
        (),
    )


def test_suspects_are_named_and_are_not_the_oldest_that_is_pending(store: Store) -> None:
    first, _ = kept(store, a_piece("T-1"), a_piece("T-2", channel=7), at=NOW)
    assert store.update_records([a_suspect(first.record, NOW + timedelta(hours=1))]) == [True]

    standing = store.standing()

    assert dict(standing.states) == {"pending": 2}
    assert standing.oldest_pending == NOW + timedelta(seconds=1)
    assert standing.suspects == (
        Suspect(transaction_id="T-1", key=a_key("T-1").text, tries=3, retry_at=NOW + timedelta(hours=1)),
    )


def test_where_only_a_suspect_is_pending_none_is_the_oldest(store: Store) -> None:
    (there,) = kept(store, a_piece("T-1"), at=NOW)
    store.update_records([a_suspect(there.record, NOW)])

    assert store.standing().oldest_pending is None


def test_counts_by_state_the_oldest_that_is_pending_and_what_is_unfinished(store: Store) -> None:
    later = NOW + timedelta(hours=1)
    kept(store, a_piece("T-2"), at=later)
    kept(store, a_piece("T-3"), at=NOW)
    (third,) = kept(store, a_piece("T-1"), at=NOW - timedelta(hours=1))
    gone = failed(third.record)
    assert store.update_records([gone]) == [True]

    standing = store.standing()

    assert dict(standing.states) == dict(store.counts_by_state()) == {"pending": 2, "failed": 1}
    assert standing.oldest_pending == NOW
    assert standing.in_conflict == 0
    assert standing.unfinished == (
        Unfinished(
            transaction_id="T-1",
            key=a_key("T-1").text,
            state="failed",
            codes=gone.codes,
            received=NOW - timedelta(hours=1),
            currency=gone.summary.currency,
            total=gone.summary.total,
        ),
    )


def test_the_next_number_is_seen_and_not_taken(store: Store) -> None:
    assert store.next_number("USRT") is None
    store.take_numbers("USRT", 3, 10, 999)

    assert [store.next_number("USRT"), store.next_number("USRT"), store.next_number("DEMF")] == [13, 13, None]
