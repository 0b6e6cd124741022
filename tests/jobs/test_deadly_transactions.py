"""Transactions on which runs are killed again and again: they are posted last and alone, and heal with no person."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from postering.domain.inquiries.current_state import current_state
from postering.domain.posting import verdicts
from postering.domain.problems import Waiting
from postering.domain.retail_transactions.entities import HEADER
from postering.domain.runs.reports import SyncOrdersReport
from postering.domain.staging.records import State
from postering.jobs.interventions import OperatorActions
from postering.jobs.status import read_status
from tests.domain.transactions_examples import a_sale
from tests.jobs.conftest import Deployment, changed, on_store, rows_of
from tests.store.adapters import ADAPTERS

RATE = timedelta(minutes=5)


class Killed(BaseException):
    """The process ends here."""


@dataclass
class Death:
    """Kills each run that decides one of `transactions`; `kills` says whose, in order."""

    transactions: set[str]
    kills: list[tuple[str, datetime]] = field(default_factory=list)


@pytest.fixture(params=ADAPTERS, ids=[adapter.name for adapter in ADAPTERS])
def deployment(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Deployment]:
    """A deployment on each kind of store."""
    with on_store(request.param, tmp_path) as made:
        yield made


@pytest.fixture
def death(deployment: Deployment, monkeypatch: pytest.MonkeyPatch) -> Death:
    """Nothing kills yet."""
    made = Death(set())

    def killed(assembly: Any, *given: Any, **named: Any) -> Any:
        if assembly.transaction.transaction_id in made.transactions:
            made.kills.append((assembly.transaction.transaction_id, deployment.now))
            raise Killed
        return verdicts.decide(assembly, *given, **named)

    monkeypatch.setattr("postering.jobs.verdict.decide", killed)
    return made


def stage(deployment: Deployment, *names: str) -> None:
    deployment.put(f"package of {names[0]}", *(rows_of(a_sale(), name) for name in names))
    deployment.p_job()


def runs(deployment: Deployment, number: int, every: timedelta = RATE) -> list[SyncOrdersReport]:
    """So many scheduled runs, some of which die; the reports of those that lived."""
    reports = []
    for _ in range(number):
        with suppress(Killed):
            reports.append(deployment.sync_orders())
        deployment.now += every
    return reports


def a_suspect(deployment: Deployment, death: Death) -> None:
    """T-1, on which three runs died."""
    stage(deployment, "T-1", "T-2")
    death.transactions.add("T-1")
    runs(deployment, deployment.limits.batch_tries, timedelta(0))


def actions(deployment: Deployment) -> OperatorActions:
    return OperatorActions(store=deployment.store, run=deployment.run("anna"), reason="tired of it")


@pytest.mark.parametrize("deaths", [1, 2, 3, 4, 9])
def test_however_often_it_killed_it_heals_by_itself(deployment: Deployment, death: Death, deaths: int) -> None:
    stage(deployment, "T-1", "T-2")
    death.transactions.add("T-1")
    while len(death.kills) < deaths:
        runs(deployment, 1)
    death.transactions.clear()

    runs(deployment, 14)

    assert deployment.states() == {"T-1": "succeeded", "T-2": "succeeded"}
    record = deployment.record("T-1")
    assert (record.attempts, record.retry_at, record.problems) == (0, None, ())
    assert deployment.store.open_batches() == []


def test_others_are_posted_in_each_run_also_in_those_that_die(deployment: Deployment, death: Death) -> None:
    a_suspect(deployment, death)

    for number in range(15):
        stage(deployment, f"S-{number}")
        runs(deployment, 1, timedelta(minutes=20))
        assert deployment.states()[f"S-{number}"] == "succeeded"

    assert len(death.kills) > deployment.limits.batch_tries + 5
    assert deployment.states()["T-1"] == "pending"


def test_those_that_were_in_hand_with_it_are_posted_by_the_next_run(deployment: Deployment, death: Death) -> None:
    names = [f"T-{number}" for number in range(5)]
    stage(deployment, *names)
    death.transactions.add("T-2")

    runs(deployment, 5, timedelta(0))

    assert deployment.states() == {name: "pending" if name == "T-2" else "succeeded" for name in names}


def test_the_pauses_grow_up_to_the_longest_and_are_kept_to_the_second(deployment: Deployment, death: Death) -> None:
    a_suspect(deployment, death)

    for minutes in (1, 2, 4, 8, 16, 32, 60, 60):
        killed = len(death.kills)
        deployment.now += timedelta(minutes=minutes, seconds=-1)
        runs(deployment, 1, timedelta(seconds=1))
        assert len(death.kills) == killed
        runs(deployment, 1, timedelta(0))
        assert len(death.kills) == killed + 1


def test_while_it_waits_a_run_does_not_count_it_as_taken_up_and_it_remains(
    deployment: Deployment, death: Death
) -> None:
    a_suspect(deployment, death)
    stage(deployment, "T-3")

    report = deployment.sync_orders()

    assert (report.selected, report.succeeded, report.skipped, report.remaining) == (1, 1, 0, 1)
    assert any("were killed on them: 1;" in message for message in report.messages)
    death.transactions.clear()
    deployment.now += timedelta(minutes=1)
    report = deployment.sync_orders()
    assert (report.selected, report.succeeded, report.remaining, report.messages) == (1, 1, 0, ())


def test_what_many_deaths_leave_behind_does_not_grow(deployment: Deployment, death: Death) -> None:
    a_suspect(deployment, death)
    deployment.later(hours=2)
    runs(deployment, 3, timedelta(hours=2))
    timeline = deployment.record("T-1").timeline

    runs(deployment, 20, timedelta(hours=2))

    assert deployment.record("T-1").attempts == deployment.limits.batch_tries + 23
    assert deployment.record("T-1").timeline == timeline
    assert deployment.store.open_batches() == []


def test_its_record_says_how_often_since_when_and_when_it_is_tried_next(deployment: Deployment, death: Death) -> None:
    a_suspect(deployment, death)

    record = deployment.record("T-1")
    assembly = record.assembled(deployment.store.staged([record.key])[record.key].pieces)
    said = current_state(record, assembly)
    assert (record.state, record.attempts) == (State.PENDING, 3)
    assert record.retry_at == deployment.now + timedelta(minutes=1)
    assert "3 runs" in said
    assert "2026-03-14 12:01 UTC" in said
    assert "memory" in said
    assert any("runs took it up and none of them ended" in entry.what for entry in record.timeline)


def test_one_that_waits_for_its_original_is_no_exception(deployment: Deployment, death: Death) -> None:
    stage(deployment, "T-1")
    waiting = deployment.record("T-1").changed(
        at=deployment.now, by="a run", what="waits", state=State.WAITING, write_id="w", reason=Waiting.FOR_ORIGINAL
    )
    assert all(deployment.store.update_records([waiting]))
    death.transactions.add("T-1")
    runs(deployment, deployment.limits.batch_tries, timedelta(0))
    assert deployment.record("T-1").is_suspect
    death.transactions.clear()

    runs(deployment, 2)

    assert deployment.states() == {"T-1": "succeeded"}


def test_status_names_it_from_the_third_death_on(deployment: Deployment, death: Death) -> None:
    def kinds() -> list[str]:
        found = read_status(deployment.store, NoUploads(), {}, deployment.now)
        return [need.kind for need in found.needs if "T-1" in need.what]

    stage(deployment, "T-1", "T-2")
    death.transactions.add("T-1")
    for described in ([], [], ["transaction_suspect"], ["transaction_suspect"]):
        runs(deployment, 1, timedelta(0))
        assert kinds() == described
    death.transactions.clear()
    runs(deployment, 2, timedelta(hours=1))
    assert kinds() == []


class NoUploads:
    """Nothing lies in the uploads."""

    def groups(self) -> list[str]:
        return []

    def listed(self, group: str) -> list[Any]:
        raise AssertionError(group)


@pytest.mark.parametrize("ahead", [timedelta(days=3650), -timedelta(days=3650)], ids=["ahead", "behind"])
def test_a_clock_that_was_ten_years_off_holds_nothing_up(
    deployment: Deployment, death: Death, ahead: timedelta
) -> None:
    stage(deployment, "T-1")
    death.transactions.add("T-1")
    deployment.now += ahead
    runs(deployment, deployment.limits.batch_tries, timedelta(0))
    deployment.now -= ahead
    death.transactions.clear()

    deployment.sync_orders()

    assert deployment.states() == {"T-1": "succeeded"}


def test_what_a_passing_failure_put_off_ten_years_is_posted_when_the_clock_is_right(deployment: Deployment) -> None:
    stage(deployment, "T-1")
    record = deployment.record("T-1")
    put_off = record.changed(
        at=deployment.now,
        by="a run whose clock was ahead",
        what="waits",
        state=State.WAITING,
        write_id="w",
        reason=Waiting.FOR_RETRY,
        attempts=1,
        retry_at=deployment.now + timedelta(days=3650),
    )
    assert all(deployment.store.update_records([put_off]))

    deployment.sync_orders()

    assert deployment.states() == {"T-1": "succeeded"}


def test_many_of_them_take_turns(deployment: Deployment, death: Death) -> None:
    names = [f"T-{number}" for number in range(4)]
    stage(deployment, *names, "T-good")
    death.transactions.update(names)

    runs(deployment, 60, timedelta(minutes=20))

    assert {name for name, _ in death.kills[-8:]} == set(names)
    assert deployment.states()["T-good"] == "succeeded"
    death.transactions.discard("T-2")
    runs(deployment, 20, timedelta(minutes=20))
    assert deployment.states()["T-2"] == "succeeded"


def test_a_suspect_whose_store_is_busy_waits_for_its_retry_as_any_other(deployment: Deployment, death: Death) -> None:
    a_suspect(deployment, death)
    death.transactions.clear()
    deployment.put("other", changed(rows_of(a_sale(), "T-3", reference="W-T-1"), HEADER))
    deployment.p_job()
    deployment.sync_orders()  # another transaction takes its reference

    runs(deployment, 1)
    deployment.sync_orders()

    assert deployment.states()["T-1"] == "failed DUPLICATE_REFERENCE"
    record = deployment.record("T-1")
    assert (record.attempts, record.retry_at) == (0, None)


def test_an_operator_posts_it_by_name_at_once(deployment: Deployment, death: Death) -> None:
    a_suspect(deployment, death)
    death.transactions.clear()

    assert deployment.sync_orders(transaction="T-1").succeeded == 1


def test_an_operator_voids_it(deployment: Deployment, death: Death) -> None:
    a_suspect(deployment, death)

    actions(deployment).void(deployment.record("T-1"))
    runs(deployment, 10, timedelta(hours=1))

    assert deployment.states()["T-1"] == "voided"
    assert len(death.kills) == deployment.limits.batch_tries


def test_an_operator_retries_it_without_a_pause(deployment: Deployment, death: Death) -> None:
    a_suspect(deployment, death)
    death.transactions.clear()

    actions(deployment).retry(deployment.record("T-1"))
    deployment.sync_orders()

    assert deployment.states()["T-1"] == "succeeded"


def test_a_dry_run_leaves_it_as_it_is(deployment: Deployment, death: Death) -> None:
    a_suspect(deployment, death)
    death.transactions.clear()
    deployment.now += timedelta(hours=1)
    before = deployment.record("T-1")

    report = deployment.sync_orders(dry_run=True)

    assert report.succeeded == 1
    assert deployment.record("T-1") == before


def test_a_run_that_was_only_slow_posts_it_when_it_comes_back(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage(deployment, "T-1")
    decisions = count()

    def slow(assembly: Any, *given: Any, **named: Any) -> Any:
        match next(decisions):
            case 0:  # while this run is at it, others take it for dead, and die of it themselves
                runs(deployment, 4, timedelta(0))
                assert deployment.record("T-1").is_suspect
            case 1 | 2:
                raise Killed
        return verdicts.decide(assembly, *given, **named)

    monkeypatch.setattr("postering.jobs.verdict.decide", slow)

    deployment.sync_orders()

    assert deployment.states() == {"T-1": "succeeded"}
