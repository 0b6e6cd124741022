"""`status`: what needs a person, judged over plain values; the causes for which a package waits."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from postering.domain.inquiries.needs import judge
from postering.domain.inquiries.standing import Standing, Suspect, Unfinished
from postering.domain.inquiries.status import Facts, Need, Planned, Uploaded
from postering.domain.inquiries.status_sums import age, codes_of, numbers_of
from postering.domain.inquiries.status_view import status_view
from postering.domain.runs.runs import P_JOB, SYNC_ORDERS, JobRun, LastRuns
from postering.domain.runs.sessions import SessionStatus, UploadSession
from tests.domain.transactions_examples import a_setup

NOW = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)
COMPANY = a_setup().companies[0]


def ago(**span: float) -> datetime:
    return NOW - timedelta(**span)


def begun(job: str, at: datetime, **changes: Any) -> JobRun:
    return JobRun(job=job, id=f"{job}-{at:%H%M}", by="anna", started=at, **changes)


def a_run(job: str, at: datetime, *, complete: bool = True, failures: tuple[str, ...] = (), **changes: Any) -> LastRuns:
    run = begun(job, at, **changes).completed(
        at + timedelta(seconds=2), complete=complete, counts={"sales_orders": 3}, failures=failures
    )
    return LastRuns(job=job, begun=run, ended=run)


def at_work(job: str, at: datetime) -> LastRuns:
    return LastRuns(job=job, begun=begun(job, at), ended=None)


def facts(**changes: Any) -> Facts:
    """A deployment in which all is well."""
    well = Facts(
        now=NOW,
        setup_version=1,
        groups={"Default": True},
        runs=(a_run(P_JOB, ago(minutes=3)), a_run(SYNC_ORDERS, ago(minutes=2))),
        planned={P_JOB: Planned(described="not scheduled"), SYNC_ORDERS: Planned(described="not scheduled")},
        sessions=(),
        uploaded=(),
        standing=Standing(states={"succeeded": 7}, oldest_pending=None, in_conflict=0, unfinished=()),
        numbers=(),
    )
    return replace(well, **changes)


def a_session(number: int = 1, status: SessionStatus = SessionStatus.UPLOADED, **changes: Any) -> UploadSession:
    made = {"group": "Default", "created": ago(hours=1), "package": f"s-{number}", **changes}
    return UploadSession(id=f"s-{number}", status=status, **made)


def an_unfinished(number: int = 1, state: str = "failed", *codes: str, **changes: Any) -> Unfinished:
    made = {"received": ago(hours=1), "currency": "USD", "total": Decimal("10.00"), **changes}
    return Unfinished(transaction_id=f"T-{number}", key=f"k/T-{number}", state=state, codes=codes, **made)


def standing(*unfinished: Unfinished, **changes: Any) -> Standing:
    made: dict[str, Any] = {"states": {"succeeded": 7}, "oldest_pending": None, "in_conflict": 0, **changes}
    return Standing(unfinished=unfinished, **made)


def needs(**changes: Any) -> list[Need]:
    return list(judge(facts(**changes)).needs)


def only(**changes: Any) -> Need:
    (need,) = needs(**changes)
    return need


def test_where_all_is_well_nothing_needs_a_person() -> None:
    assert judge(facts()).well


def test_without_a_setup_it_is_the_first_thing() -> None:
    found = needs(setup_version=0, groups={}, runs=(), uploaded=(Uploaded(group="A", package="x", size=1, since=NOW),))

    assert [need.command for need in found] == ["postering setup apply FILE"]


# --- packages that wait: the causes of domain A6 -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "cause", "command"),
    [
        ({"groups": {}}, "group Default is not in the setup", "postering setup apply FILE"),
        ({"groups": {"Default": False}}, "group Default is not active", "postering p-job --group Default"),
        ({"runs": ()}, "no P-job ran since (not scheduled)", "postering p-job"),
        ({"runs": (a_run(P_JOB, ago(hours=2)),)}, "no P-job ran since (not scheduled)", "postering p-job"),
        (
            {"runs": (at_work(P_JOB, ago(minutes=4)),)},
            "run that began 4 minutes ago is at work, or died",
            "postering p-job",
        ),
        (
            {"runs": (a_run(P_JOB, ago(minutes=3), complete=False),)},
            "the P-job is behind",
            "postering p-job --group Default",
        ),
        (
            {"runs": (a_run(P_JOB, ago(minutes=3), selection="group Other"),)},
            "did not take it (it was of group Other)",
            "postering p-job --group Default",
        ),
    ],
)
def test_a_package_that_waits_has_a_named_cause(changes: dict[str, Any], cause: str, command: str) -> None:
    (need,) = [each for each in needs(sessions=(a_session(),), **changes) if each.kind == "package_waits"]

    assert need.what.startswith("package Default/s-1 waits for 60 minutes: ")
    assert cause in need.what
    assert need.command == command


def test_a_failed_run_is_a_cause_and_a_thing_of_its_own() -> None:
    failed = begun(P_JOB, ago(minutes=3)).failed(NOW, "the disk is full")
    found = needs(sessions=(a_session(),), runs=(LastRuns(job=P_JOB, begun=failed, ended=failed),))

    assert [need.kind for need in found] == ["run_failed", "package_waits"]
    assert "the disk is full" in found[0].what
    assert "last run failed" in found[1].what


def test_tries_that_did_not_come_back_are_counted() -> None:
    assert "2 runs tried it and did not come back" in only(sessions=(a_session(tries=2),)).what


def test_a_package_that_runs_died_of_is_named_at_once_and_no_cause_is_guessed() -> None:
    deadly = a_session(created=NOW, tries=3, retry_at=NOW + timedelta(minutes=1), message="3 runs: look at the memory")
    (need,) = needs(sessions=(deadly,), runs=(at_work(P_JOB, ago(minutes=4)),))

    assert (need.kind, need.command) == ("package_suspect", "postering explain Default/s-1")
    assert need.what == "package Default/s-1: 3 runs: look at the memory"


@pytest.mark.parametrize(("groups", "kind"), [({"Default": False}, "package_waits"), ({}, "package_waits")])
def test_one_of_a_group_that_no_run_takes_waits_because_of_that(groups: dict[str, bool], kind: str) -> None:
    deadly = a_session(tries=3, retry_at=NOW, message="3 runs")

    assert only(sessions=(deadly,), groups=groups).kind == kind


@pytest.mark.parametrize(("minutes", "described"), [(15, False), (15.1, True)])
def test_a_package_may_wait_a_quarter_of_an_hour(minutes: float, described: bool) -> None:
    young = judge(facts(sessions=(a_session(created=ago(minutes=minutes)),)))

    assert bool(young.needs) is described
    assert [one.name for one in young.waiting] == ["Default/s-1"]


def test_a_package_that_no_run_has_taken_up_waits_as_well() -> None:
    need = only(uploaded=(Uploaded(group="Default", package="from a partner", size=1, since=ago(minutes=20)),), runs=())

    assert need.what == "package Default/from a partner waits for 20 minutes: no P-job ran since (not scheduled)"


# --- sessions that could not be applied ----------------------------------------------------------------------------


FAILED = a_session(1, SessionStatus.APPLY_FAILED, message="it is no zip")


def test_a_session_that_could_not_be_applied_says_why_and_how_to_go_on() -> None:
    need = only(sessions=(FAILED,))

    assert "it is no zip" in need.what
    assert need.command == "postering sessions rerun Default/s-1"


@pytest.mark.parametrize("status", list(SessionStatus))
def test_one_that_was_run_again_speaks_for_itself_no_longer(status: SessionStatus) -> None:
    again = a_session(2, status, package="s-1", rerun_for="s-1", created=NOW)

    assert "Default/s-1 could" not in " ".join(need.what for need in needs(sessions=(FAILED, again)))


@pytest.mark.parametrize(("status", "described"), [(SessionStatus.APPLIED, False), (SessionStatus.APPLY_FAILED, True)])
def test_an_extraction_is_superseded_by_the_next_of_its_database(status: SessionStatus, described: bool) -> None:
    first = replace(FAILED, database="houston")
    later = a_session(2, status, database="houston", created=NOW)

    assert any("Default/s-1" in need.what for need in needs(sessions=(first, later))) is described


def test_an_earlier_session_of_the_same_package_supersedes_nothing() -> None:
    before = a_session(0, SessionStatus.APPLIED, package="s-1")

    assert [need.kind for need in needs(sessions=(before, FAILED))] == ["session_failed"]


def test_an_overwritten_package_needs_a_person() -> None:
    need = only(sessions=(a_session(1, SessionStatus.APPLIED, overwritten="ab"),))

    assert (need.kind, need.command) == ("package_overwritten", "postering p-job")


@pytest.mark.parametrize(("days", "described"), [(1, True), (8, False)])
def test_rows_without_a_key_are_told_for_a_week_and_counted_for_ever(days: int, described: bool) -> None:
    found = judge(facts(sessions=(a_session(1, SessionStatus.APPLIED, unkeyed=4, applied=ago(days=days)),)))

    assert [need.kind for need in found.needs] == (["rows_without_key"] if described else [])
    assert status_view(found)["sessions"]["rows_without_key"] == 4  # type: ignore[index]


# --- transactions --------------------------------------------------------------------------------------------------


def test_one_that_failed_is_explained_and_many_are_listed() -> None:
    one = only(standing=standing(an_unfinished(1, "failed", "CUSTOMER")))
    many = only(standing=standing(*(an_unfinished(number, "failed", "CUSTOMER") for number in (1, 2))))

    assert one.command == "postering explain T-1"
    assert many.command == "postering transactions --state failed --code CUSTOMER"
    assert "2 transactions failed with CUSTOMER, 20.00 USD" in many.what


def test_an_id_is_quoted_for_the_shell() -> None:
    odd = an_unfinished(1, "failed", "CUSTOMER")

    assert only(standing=standing(replace(odd, transaction_id="T 1"))).command == "postering explain 'T 1'"


@pytest.mark.parametrize(
    ("code", "hours", "described"),
    [("WAITING_FOR_LINES", 25, True), ("WAITING_FOR_LINES", 23, False), ("WAITING_FOR_ORIGINAL", 1_000, False)],
)
def test_rows_that_do_not_come_for_a_day_are_asked_for(code: str, hours: int, described: bool) -> None:
    late = an_unfinished(1, "waiting", code, received=ago(hours=hours))

    assert [need.kind for need in needs(standing=standing(late))] == (["rows_missing"] if described else [])


def test_what_is_held_is_released() -> None:
    assert only(standing=standing(an_unfinished(1, "editing"))).command == "postering release T-1"
    two = standing(an_unfinished(1, "editing"), an_unfinished(2, "editing"))
    assert only(standing=two).command == "postering transactions --state editing"


def test_conflicts_are_decided() -> None:
    assert only(standing=standing(in_conflict=2)).command == "postering conflicts"


@pytest.mark.parametrize(
    ("runs", "cause"),
    [
        ((), "Synchronize orders did not run since"),
        ((a_run(SYNC_ORDERS, ago(hours=1)),), "Synchronize orders did not run since"),
        ((at_work(SYNC_ORDERS, ago(minutes=5)),), "is at work, or died"),
        ((a_run(SYNC_ORDERS, ago(minutes=5), complete=False),), "is behind"),
        ((a_run(SYNC_ORDERS, ago(minutes=5), selection="store X"),), "did not take them (it was of store X)"),
    ],
)
def test_what_is_pending_for_long_has_a_named_cause(runs: tuple[LastRuns, ...], cause: str) -> None:
    need = only(standing=standing(states={"pending": 5}, oldest_pending=ago(minutes=16)), runs=runs)

    assert need.what.startswith("5 transactions pending, the oldest for 16 minutes: ")
    assert cause in need.what
    assert need.command == "postering sync-orders"


def test_a_transaction_that_runs_died_of_is_named_at_once_and_counts_as_pending_no_longer() -> None:
    deadly = Suspect(transaction_id="T 1", key="k/T 1", tries=7, retry_at=NOW + timedelta(minutes=8))
    found = judge(facts(standing=standing(states={"pending": 1}, suspects=(deadly,))))

    (need,) = found.needs
    assert (need.kind, need.command) == ("transaction_suspect", "postering explain 'T 1'")
    assert "T 1: 7 runs" in need.what
    assert "memory" in need.what
    assert "2026-03-14 12:08 UTC" in need.what
    assert status_view(found)["transactions"]["suspects"] == [  # type: ignore[index]
        {"transaction_id": "T 1", "key": "k/T 1", "runs": 7, "next_try": "2026-03-14T12:08:00+00:00"}
    ]


def test_suspects_are_not_among_those_that_no_run_took() -> None:
    deadly = Suspect(transaction_id="T-1", key="k/T-1", tries=3, retry_at=NOW)
    found = needs(standing=standing(states={"pending": 5}, oldest_pending=ago(minutes=16), suspects=(deadly,)), runs=())

    assert found[0].what.startswith("4 transactions pending, ")


def test_what_is_pending_a_quarter_of_an_hour_is_well() -> None:
    assert judge(facts(standing=standing(states={"pending": 5}, oldest_pending=ago(minutes=15)), runs=())).well


# --- runs and numbers ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("minutes", "described"), [(14, False), (16, True)])
def test_a_run_that_died_never_ended(minutes: int, described: bool) -> None:
    found = needs(runs=(at_work(P_JOB, ago(minutes=minutes)),))

    assert [need.kind for need in found] == (["run_never_ended"] if described else [])


def test_a_database_that_could_not_be_read_is_told_until_a_run_reads_it() -> None:
    need = only(runs=(a_run(P_JOB, ago(minutes=3), failures=("channel database houston is down",)),))

    assert (need.kind, need.command) == ("run_failed", "postering p-job")
    assert "channel database houston is down" in need.what


def company(first: int, largest: int) -> Any:
    return replace(COMPANY, number_sequence=replace(COMPANY.number_sequence, next=first, largest=largest))


@pytest.mark.parametrize(
    ("next_number", "last_run", "due", "left", "few"),
    [
        (None, 0, 0, 1_000, False),
        (900, 0, 0, 101, False),
        (900, 5, 0, 101, False),
        (900, 6, 0, 101, True),  # 20 runs of 6
        (992, 0, 0, 9, True),  # less than a hundredth of 1,000
        (900, 0, 102, 101, True),  # more wait than there are numbers
        (1_001, 0, 0, 0, True),
    ],
)
def test_few_numbers(next_number: int | None, last_run: int, due: int, left: int, few: bool) -> None:
    found = numbers_of(company(1, 1_000), next_number, last_run, due)

    assert (found.left, found.few) == (left, few)


def test_numbers_that_are_few_or_none_need_a_setup() -> None:
    few, none = (numbers_of(company(1, 1_000), number, 0, 0) for number in (995, 1_001))

    assert only(numbers=(few,)).kind == "numbers_few"
    assert only(numbers=(none,)).kind == "numbers_exhausted"


# --- sums and the shape --------------------------------------------------------------------------------------------


def test_a_transaction_counts_under_each_of_its_codes_and_each_currency_apart() -> None:
    sums = codes_of(
        [
            an_unfinished(1, "failed", "ITEM", "CUSTOMER"),
            an_unfinished(2, "failed", "ITEM", total=Decimal("-3.50")),
            an_unfinished(3, "failed", "ITEM", currency="EUR", received=ago(days=2)),
            an_unfinished(4, "waiting", "WAITING_FOR_HEADER", total=None, currency=""),
        ]
    )

    assert [(one.state, one.code, one.transactions, one.amounts_text) for one in sums] == [
        ("failed", "ITEM", 3, "10.00 EUR, 6.50 USD"),
        ("failed", "CUSTOMER", 1, "10.00 USD"),
        ("waiting", "WAITING_FOR_HEADER", 1, ""),
    ]
    assert sums[0].oldest == ago(days=2)


@pytest.mark.parametrize(
    ("span", "described"),
    [
        ({"seconds": 1}, "1 second"),
        ({"seconds": 119}, "119 seconds"),
        ({"minutes": 2}, "2 minutes"),
        ({"minutes": 119}, "119 minutes"),
        ({"hours": 47}, "47 hours"),
        ({"days": 2}, "2 days"),
        ({"seconds": -5}, "0 seconds"),
    ],
)
def test_ages_in_words(span: dict[str, int], described: str) -> None:
    assert age(timedelta(**span)) == described


def test_the_shape_has_every_key_whether_anything_is_there_or_not() -> None:
    empty = status_view(judge(facts(runs=(), standing=standing(states={}))))
    full = status_view(
        judge(
            facts(sessions=(FAILED, a_session(2)), standing=standing(an_unfinished(1, "waiting", "WAITING_FOR_LINES")))
        )
    )

    assert set(empty) == set(full)
    assert empty["transactions"] == {
        "states": {
            state: {"transactions": 0, "oldest": None}
            for state in ("pending", "waiting", "failed", "succeeded", "editing", "voided", "not_an_order")
        },
        "suspects": [],
        "waiting_for": dict.fromkeys(
            (f"WAITING_FOR_{what}" for what in ("HEADER", "LINES", "PAYMENTS", "ORIGINAL", "RETRY")), 0
        ),
    }
    assert empty["jobs"] == [
        {
            "job": job,
            "last_begun": None,
            "last_ended": None,
            "schedule": {"minutes": None, "enabled": True, "next": None, "by": "not scheduled"},
        }
        for job in (P_JOB, SYNC_ORDERS)
    ]
