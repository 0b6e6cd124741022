"""`status`: what needs a person first, each with a command that runs; exit 1 then, else 0."""

import shlex
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from postering.cli import status
from postering.deployment.wiring import now
from postering.domain.inquiries.status import Need
from postering.schedules import next_runs
from tests.cli import shop
from tests.cli.conftest import Postering, Ran

Stage = Callable[..., Ran]
FAILING = shop.changed(shop.sale("T-2"), "RetailTransactionPaymentTrans", {"tenderType": "77"})


def kinds(ran: Ran) -> list[str]:
    return [need["kind"] for need in ran.json["needs"]]


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[timedelta], None]:
    """Lets time pass for `status`."""

    def passed(span: timedelta) -> None:
        at = now() + span
        monkeypatch.setattr(next_runs, "now", lambda: at)

    return passed


def test_a_new_deployment_needs_a_setup(postering: Postering) -> None:
    people, described = postering("status"), postering("status", "--json")

    assert (people.status, described.status) == (1, 1)
    assert people.out.startswith("1 thing needs a person:\n")
    assert "    postering setup apply FILE\n" in people.out
    assert kinds(described) == ["no_setup"]
    assert described.json["well"] is False


def test_where_all_is_posted_all_is_well(stage: Stage, postering: Postering) -> None:
    stage(shop.sale("T-1"))
    postering("sync-orders")

    people, described = postering("status"), postering("status", "--json")

    assert (people.status, described.status) == (0, 0)
    assert people.out.startswith("All is well")
    assert "not scheduled" in people.out
    assert described.json["transactions"]["states"]["succeeded"] == {"transactions": 1, "oldest": None}
    assert described.json["numbers"] == [{"company": "USRT", "next": 2, "left": 999_998, "few": False}]


def test_all_is_well_is_not_said_before_every_job_ran(stage: Stage, postering: Postering) -> None:
    stage(shop.sale("T-1"))

    before = postering("status")
    postering("sync-orders")

    assert before.out.startswith("Nothing needs a person yet. Jobs that never ran: sync-orders.\n")
    assert postering("status").out.startswith("All is well")


def test_one_of_a_thing_is_told_as_one(stage: Stage, postering: Postering, monkeypatch: pytest.MonkeyPatch) -> None:
    stage(shop.sale("T-1"))
    postering("sync-orders")
    monkeypatch.setenv("COLUMNS", "200")

    printed = postering("status").out

    assert "done: 1 session, 1 transaction staged " in printed
    assert "done: 1 selected, 1 succeeded, 1 sales order, 1 payment " in printed


def test_what_needs_a_person_stands_first_and_its_commands_go_on(
    stage: Stage, postering: Postering, home: Path
) -> None:
    stage(shop.sale("T-1"), FAILING)
    postering("sync-orders")
    (home / "uploads" / "Default" / "broken.zip").write_bytes(b"no zip")
    postering("p-job")

    people, described = postering("status"), postering("status", "--json")

    assert (people.status, described.status) == (1, 1)
    assert kinds(described) == ["run_failed", "session_failed", "transactions_failed"]
    assert described.json["problems"] == [
        {
            "state": "failed",
            "code": "PAYMENT_METHOD",
            "transactions": 1,
            "amounts": {"USD": "10.00"},
            "oldest": described.json["problems"][0]["oldest"],
        }
    ]
    lines = people.out.splitlines()
    assert lines[0] == "3 things need a person:"
    for need in described.json["needs"]:
        assert people.out.index(need["command"]) < people.out.index("Runs\n")
        ran = postering(*shlex.split(need["command"])[1:])
        assert ran.status in {0, 1}, ran.err
        assert "Usage:" not in ran.err
    assert "postering explain T-2" in people.out


def test_a_package_that_nobody_takes_up_is_warned_of_after_a_quarter_of_an_hour(
    stage: Stage, postering: Postering, home: Path, later: Callable[[timedelta], None]
) -> None:
    stage(shop.sale("T-1"))
    postering("sync-orders")
    first = home / "uploads" / "Default" / "session-0.zip"
    (home / "uploads" / "Default" / "from-partner.zip").write_bytes(first.read_bytes())

    young = postering("status", "--json")
    later(timedelta(minutes=16))
    old = postering("status", "--json")

    assert (young.status, old.status) == (0, 1)
    assert [one["package"] for one in young.json["sessions"]["waiting"]] == ["Default/from-partner"]
    assert kinds(old) == ["package_waits"]
    assert old.json["needs"][0]["command"] == "postering p-job"


def test_what_is_held_in_conflict_or_lacks_rows_is_counted(
    stage: Stage, postering: Postering, later: Callable[[timedelta], None]
) -> None:
    stage(shop.sale("T-1"), shop.lacking(shop.sale("T-3"), "RetailTransactionPaymentTrans"))
    stage(shop.sale("T-1", custAccount="another"))
    postering("sync-orders")
    later(timedelta(hours=25))

    described = postering("status", "--json")

    assert described.json["conflicts"] == 1
    assert described.json["transactions"]["waiting_for"]["WAITING_FOR_PAYMENTS"] == 1
    assert {"conflicts", "rows_missing"} <= set(kinds(described))


def test_numbers_that_run_out_are_red(stage: Stage, postering: Postering, setup_file: Path) -> None:
    text = setup_file.read_text(encoding="utf-8")
    setup_file.write_text(text.replace("largest = 999999", "largest = 1"), encoding="utf-8")
    stage(shop.sale("T-1"), shop.sale("T-2"))
    postering("sync-orders")

    described = postering("status", "--json")

    assert described.json["numbers"] == [{"company": "USRT", "next": 2, "left": 0, "few": True}]
    assert "numbers_exhausted" in kinds(described)


def test_commands_on_a_stack_name_it() -> None:
    need = Need(kind="x", what="y", command="postering p-job")

    assert status._of_stack(need, "my shop").command == "postering p-job --stack 'my shop'"


def test_watch_is_for_a_terminal(postering: Postering) -> None:
    assert postering("status", "--watch").status == 2
    assert postering("status", "--watch", "5", "--json").status == 2
    assert postering("status", "--watch", "0").status == 2


def test_watch_shows_it_again_until_ctrl_c(stage: Stage, postering: Postering, monkeypatch: pytest.MonkeyPatch) -> None:
    stage(shop.sale("T-1"))
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(status, "on_a_terminal", lambda: True)
    monkeypatch.setattr("postering.cli.status.time.sleep", sleep)

    ran = postering("status", "--watch", "7")

    assert (ran.status, slept) == (130, [7, 7])
    assert ran.out.count("Sales order numbers left") == 2


def test_help_stays_what_postering_without_a_command_shows(postering: Postering) -> None:
    ran = postering()

    assert "status" in ran.out + ran.err
    assert "Usage: postering" in ran.out + ran.err
