"""Packages on which runs are killed again and again: they are tried last and alone, and heal with no person."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from postering.domain.runs.sessions import SessionStatus, UploadSession
from postering.jobs import applying
from postering.jobs.limits import Limits
from postering.jobs.sessions import cancel_session
from tests.domain.transactions_examples import a_sale
from tests.jobs.conftest import GROUP, Deployment, on_store, rows_of
from tests.store.adapters import ADAPTERS

RATE = timedelta(minutes=5)


class Killed(BaseException):
    """The process ends here."""


@dataclass
class Death:
    """Kills each run that reads one of `packages`; `kills` says whose, in order."""

    packages: set[str]
    kills: list[tuple[str, datetime]] = field(default_factory=list)


@pytest.fixture
def death(deployment: Deployment, monkeypatch: pytest.MonkeyPatch) -> Death:
    """Nothing kills yet."""
    made = Death(set())
    read = applying._same_bytes

    def killed(session: UploadSession, package: object) -> None:
        if session.package in made.packages:
            made.kills.append((session.package, deployment.now))
            raise Killed
        read(session, package)  # type: ignore[arg-type]

    monkeypatch.setattr(applying, "_same_bytes", killed)
    return made


@pytest.fixture(params=ADAPTERS, ids=[adapter.name for adapter in ADAPTERS])
def deployment(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Deployment]:
    """A deployment on each kind of store."""
    with on_store(request.param, tmp_path) as made:
        yield made


def runs(deployment: Deployment, number: int, every: timedelta = RATE) -> None:
    """So many scheduled P-jobs, some of which die."""
    for _ in range(number):
        with suppress(Killed):
            deployment.p_job()
        deployment.now += every


def session(deployment: Deployment, name: str) -> UploadSession:
    found = deployment.store.session(GROUP, name)
    assert found is not None
    return found


@pytest.mark.parametrize("deaths", [1, 2, 3, 4, 9])
def test_however_often_it_killed_it_heals_by_itself(deployment: Deployment, death: Death, deaths: int) -> None:
    deployment.put("bad", rows_of(a_sale(), "T-1"))
    death.packages.add("bad")
    while len(death.kills) < deaths:
        runs(deployment, 1)
    death.packages.clear()

    runs(deployment, 14)

    healed = session(deployment, "bad")
    assert (healed.status, healed.tries, healed.retry_at, healed.message) == (SessionStatus.APPLIED, 0, None, "")
    assert deployment.states() == {"T-1": "pending"}


def test_others_are_applied_in_each_run_also_in_those_that_die(deployment: Deployment, death: Death) -> None:
    deployment.put("bad", rows_of(a_sale(), "T-bad"))
    death.packages.add("bad")
    runs(deployment, deployment.limits.session_tries)

    for number in range(30):
        deployment.put(f"good-{number:02d}", rows_of(a_sale(), f"T-{number}"))
        runs(deployment, 1)
        assert session(deployment, f"good-{number:02d}").status is SessionStatus.APPLIED

    assert len(death.kills) > deployment.limits.session_tries
    assert session(deployment, "bad").status is SessionStatus.UPLOADED


def test_it_comes_after_the_channel_databases_of_all_groups(deployment: Deployment, death: Death) -> None:
    deployment.put("bad", rows_of(a_sale(), "T-bad"))
    death.packages.add("bad")
    runs(deployment, deployment.limits.session_tries)
    deployment.make_channel_database()

    for number in range(5):
        deployment.sell(rows_of(a_sale(), f"T-{number}"))
        runs(deployment, 1, timedelta(hours=2))
        assert deployment.states()[f"T-{number}"] == "pending"

    assert len(death.kills) == deployment.limits.session_tries + 5


def test_the_pauses_grow_up_to_the_longest_and_are_kept_to_the_second(deployment: Deployment, death: Death) -> None:
    deployment.put("bad", rows_of(a_sale(), "T-bad"))
    death.packages.add("bad")
    runs(deployment, deployment.limits.session_tries, timedelta(0))

    for minutes in (1, 2, 4, 8, 16, 32, 60, 60):
        killed = len(death.kills)
        deployment.now += timedelta(minutes=minutes, seconds=-1)
        runs(deployment, 1, timedelta(seconds=1))
        assert len(death.kills) == killed
        runs(deployment, 1, timedelta(0))
        assert len(death.kills) == killed + 1


def test_its_session_says_how_often_and_when_it_is_tried_next(deployment: Deployment, death: Death) -> None:
    deployment.put("bad", rows_of(a_sale(), "T-bad"))
    death.packages.add("bad")
    runs(deployment, deployment.limits.session_tries, timedelta(0))

    waiting = session(deployment, "bad")
    assert (waiting.status, waiting.tries) == (SessionStatus.UPLOADED, 3)
    assert waiting.retry_at == deployment.now + timedelta(minutes=1)
    assert "3 runs" in waiting.message
    assert "memory" in waiting.message
    assert "2026-03-14 12:01 UTC" in waiting.message
    report = deployment.p_job()
    assert (report.sessions, report.failures) == ((), ())
    assert any("Default/bad" in message and "3 runs" in message for message in report.messages)


@pytest.mark.parametrize("ahead", [timedelta(days=3650), -timedelta(days=3650)], ids=["ahead", "behind"])
def test_a_clock_that_was_ten_years_off_holds_nothing_up(
    deployment: Deployment, death: Death, ahead: timedelta
) -> None:
    deployment.put("bad", rows_of(a_sale(), "T-1"))
    death.packages.add("bad")
    deployment.now += ahead
    runs(deployment, deployment.limits.session_tries, timedelta(0))
    deployment.now -= ahead
    death.packages.clear()

    deployment.p_job()

    assert session(deployment, "bad").status is SessionStatus.APPLIED


def test_many_of_them_take_turns(deployment: Deployment, death: Death) -> None:
    names = [f"bad-{number}" for number in range(4)]
    for name in names:
        deployment.put(name, rows_of(a_sale(), f"T-{name}"))
    death.packages.update(names)

    runs(deployment, 100)

    assert {name for name, _ in death.kills[-8:]} == set(names)
    death.packages.discard("bad-2")
    runs(deployment, 50)
    assert session(deployment, "bad-2").status is SessionStatus.APPLIED


def test_one_that_was_read_from_a_channel_database_is_not_read_again_and_again(
    deployment: Deployment, death: Death
) -> None:
    deployment.make_channel_database()
    deployment.sell(rows_of(a_sale(), "T-1"), counter=500)
    death.packages.add("houston-run-1-001")
    runs(deployment, 10)
    deployment.sell(rows_of(a_sale(), "T-late"), counter=400)  # committed late, while the package is a suspect
    deployment.sell(rows_of(a_sale(), "T-2"), counter=5_000)
    runs(deployment, 3)
    assert [one.id for one in deployment.store.sessions() if one.waits] == ["houston-run-1-001"]
    assert deployment.states() == {"T-2": "pending"}
    death.packages.clear()

    runs(deployment, 15)

    assert deployment.states() == dict.fromkeys(("T-1", "T-2", "T-late"), "pending")
    assert [one for one in deployment.store.sessions() if one.waits] == []
    assert len(deployment.store.sessions()) == 3


def test_an_operator_tries_it_at_once(deployment: Deployment, death: Death) -> None:
    deployment.put("bad", rows_of(a_sale(), "T-1"))
    death.packages.add("bad")
    runs(deployment, deployment.limits.session_tries, timedelta(0))
    death.packages.clear()

    report = deployment.p_job(rerun_session="bad")

    assert [(one.id, one.status) for one in report.sessions] == [("bad", SessionStatus.APPLIED)]


def test_an_operator_cancels_it(deployment: Deployment, death: Death) -> None:
    deployment.put("bad", rows_of(a_sale(), "T-1"))
    death.packages.add("bad")
    runs(deployment, deployment.limits.session_tries, timedelta(0))

    canceled = cancel_session("bad", deployment.store, deployment.run("operator"))
    runs(deployment, 20)

    assert canceled.status is SessionStatus.CANCELED
    assert "3 runs" in canceled.message
    assert len(death.kills) == deployment.limits.session_tries


def test_one_that_gets_on_between_deaths_is_no_suspect(deployment: Deployment, monkeypatch: pytest.MonkeyPatch) -> None:
    deployment.limits = Limits(staged_at_once=1)
    deployment.put("long", *(rows_of(a_sale(), f"T-{number}") for number in range(6)))
    stage_batch = applying._stage_batch
    batches = iter(range(100))

    def killed(*given: object) -> object:
        if next(batches) % 2:
            raise Killed
        return stage_batch(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(applying, "_stage_batch", killed)
    runs(deployment, 7, timedelta(0))

    assert session(deployment, "long").status is SessionStatus.APPLIED
