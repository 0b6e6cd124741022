"""Extraction: channel database rows become packages once, whatever the counters do."""

from datetime import date

import pytest

from postering.domain.retail_transactions.entities import HEADER, PAYMENT, SALES
from postering.domain.runs.sessions import SessionStatus
from postering.jobs.limits import Limits
from postering.jobs.sessions import cancel_session
from tests.domain.transactions_examples import a_sale
from tests.jobs.conftest import GROUP, Deployment, changed, dated, only, rows_of, without

SALE = rows_of(a_sale(), "T-1")
OTHER = rows_of(a_sale(), "T-2")


@pytest.fixture
def channel(deployment: Deployment) -> Deployment:
    """A deployment with an empty channel database."""
    deployment.make_channel_database()
    return deployment


def test_what_the_channel_sold_is_packaged_and_staged(channel: Deployment) -> None:
    channel.sell(SALE, OTHER)

    report = channel.p_job()

    (session,) = report.sessions
    assert (session.status, session.transactions, session.database) == (SessionStatus.APPLIED, 2, "houston")
    assert channel.states() == {"T-1": "pending", "T-2": "pending"}


def test_a_second_run_makes_no_package(channel: Deployment) -> None:
    channel.sell(SALE)
    channel.p_job()

    report = channel.p_job()

    assert report.sessions == ()
    assert len(channel.uploads.listed(GROUP)) == 1


def test_only_what_is_new_is_packaged(channel: Deployment) -> None:
    channel.sell(SALE)
    channel.p_job()
    channel.sell(OTHER)

    report = channel.p_job()

    assert [session.transactions for session in report.sessions] == [1]
    assert report.counts.duplicates == 0


def test_a_late_payment_brings_its_whole_transaction(channel: Deployment) -> None:
    channel.sell(without(SALE, PAYMENT))
    channel.p_job()
    assert channel.states() == {"T-1": "waiting WAITING_FOR_PAYMENTS"}

    channel.sell(only(SALE, PAYMENT))
    report = channel.p_job()

    assert report.counts.staged == 1
    assert channel.states() == {"T-1": "pending"}
    assert channel.record("T-1").conflicts == 0


def test_a_row_committed_late_under_a_lower_counter_is_found_once(channel: Deployment) -> None:
    channel.sell(SALE, counter=100)
    channel.p_job()
    channel.sell(OTHER, counter=60)

    reports = [channel.p_job(), channel.p_job()]

    assert [report.counts.staged for report in reports] == [1, 0]
    assert channel.states() == {"T-1": "pending", "T-2": "pending"}


def test_beyond_the_look_back_a_late_row_needs_from_date(channel: Deployment) -> None:
    channel.look_back = 10
    channel.sell(SALE, counter=100)
    channel.p_job()
    channel.sell(OTHER, counter=60)

    assert channel.p_job().counts.staged == 0
    assert channel.p_job(from_date=date(2026, 3, 14)).counts.staged == 1


def test_from_date_reads_no_earlier_business_date(channel: Deployment) -> None:
    channel.look_back = 0
    channel.sell(SALE, counter=100)
    channel.p_job()
    channel.sell(dated(OTHER, date(2026, 3, 1)), counter=60)

    assert channel.p_job(from_date=date(2026, 3, 2)).counts.staged == 0
    assert channel.p_job(from_date=date(2026, 3, 1)).counts.staged == 1


def test_from_date_does_not_pass_by_what_is_new_of_earlier_dates(channel: Deployment) -> None:
    channel.look_back = 0
    channel.sell(SALE, counter=100)
    channel.p_job()
    channel.sell(dated(OTHER, date(2026, 3, 1)), counter=200)

    reports = [channel.p_job(from_date=date(2026, 3, 2)), channel.p_job(), channel.p_job()]

    assert [report.counts.staged for report in reports] == [0, 1, 0]


def test_a_first_reading_may_start_from_a_date(channel: Deployment) -> None:
    channel.look_back = 0
    channel.sell(dated(OTHER, date(2026, 3, 1)), SALE)

    reports = [channel.p_job(from_date=date(2026, 3, 2)), channel.p_job()]

    assert [report.counts.staged for report in reports] == [1, 0]
    assert channel.states() == {"T-1": "pending"}


def test_what_is_read_again_from_a_date_and_has_nothing_new_is_a_duplicate(channel: Deployment) -> None:
    channel.sell(SALE, counter=100)
    channel.sell(dated(OTHER, date(2026, 3, 1)), counter=101)
    channel.p_job()

    again = channel.p_job(from_date=date(2026, 3, 2))

    assert (again.counts.staged, again.counts.duplicates, again.sessions) == (0, 1, ())
    assert channel.p_job().counts.duplicates == 0


def test_two_rows_with_one_counter_are_both_taken(channel: Deployment) -> None:
    channel.sell(SALE, counter=7)
    channel.p_job()
    channel.sell(OTHER, counter=7)

    channel.p_job()

    assert channel.states() == {"T-1": "pending", "T-2": "pending"}


def test_a_counter_that_restarts_is_said_and_nothing_is_lost_or_doubled(channel: Deployment) -> None:
    channel.sell(SALE, counter=5000)
    channel.p_job()
    (channel.home / "channel.db").unlink()
    channel.make_channel_database()
    channel.sell(SALE, counter=1)
    channel.sell(OTHER, counter=2)

    first, second = channel.p_job(), channel.p_job()

    assert "restored or purged" in " ".join(first.messages)
    assert second.messages == ()
    assert (first.counts.staged, first.counts.conflicts) == (1, 0)
    assert channel.states() == {"T-1": "pending", "T-2": "pending"}


def test_card_data_of_a_channel_goes_straight_to_the_quarantine(channel: Deployment) -> None:
    channel.sell(changed(SALE, PAYMENT, cardOrAccount="4111111111111111"), OTHER)

    report = channel.p_job()

    assert {(session.transactions, session.quarantined) for session in report.sessions} == {(1, True), (1, False)}
    assert channel.states() == {"T-1": "failed CARD_DATA", "T-2": "pending"}
    for package in (channel.home / "uploads" / GROUP).iterdir():
        assert b"4111111111111111" not in package.read_bytes()


def test_a_bad_row_of_a_channel_is_packaged_once(channel: Deployment) -> None:
    channel.sell(changed(SALE, SALES, transTime="90000"))

    reports = [channel.p_job(), channel.p_job()]

    assert [len(report.sessions) for report in reports] == [1, 0]
    assert channel.states() == {"T-1": "failed ROW_INVALID"}


def test_many_transactions_make_several_packages_of_one_snapshot(channel: Deployment) -> None:
    channel.limits = Limits(extracted_per_package=2)
    channel.sell(*(rows_of(a_sale(), f"T-{number}") for number in range(5)))

    report = channel.p_job()

    assert [session.transactions for session in report.sessions] == [2, 2, 1]
    assert len(channel.states()) == 5


def test_a_canceled_extraction_gives_its_range_back(channel: Deployment) -> None:
    channel.sell(SALE)
    channel.stop_after = 1
    channel.p_job()
    channel.stop_after = None
    (session,) = channel.store.sessions()
    assert session.status is SessionStatus.UPLOADED

    cancel_session(session.id, channel.store, channel.run("operator"))
    report = channel.p_job()

    assert report.counts.staged == 1
    assert {s.status for s in channel.store.sessions()} == {SessionStatus.CANCELED, SessionStatus.APPLIED}


def test_a_channel_database_that_is_not_there_yet_is_told_and_is_no_failure(channel: Deployment) -> None:
    (channel.home / "channel.db").unlink()
    channel.put("by-hand", SALE)

    report = channel.p_job()

    assert report.counts.staged == 1
    assert report.failures == ()
    assert "channel.db is not there" in " ".join(report.messages)
    channel.sync_orders()
    reconciled = channel.reconcile()
    assert (reconciled.balanced, reconciled.verdict) == (True, "explained")
    assert [row.as_json()["channel"] for row in reconciled.rows] == [None]
    assert "channel.db is not there" in " ".join(one.why for one in reconciled.explained)


def test_a_channel_database_that_is_down_is_told_and_the_rest_goes_on(channel: Deployment) -> None:
    channel.p_job()
    (channel.home / "channel.db").unlink()
    channel.put("by-hand", SALE)

    report = channel.p_job()

    assert report.counts.staged == 1
    assert "houston" in " ".join(report.failures)
    assert HEADER not in " ".join(report.failures)


def test_very_many_packages_are_recorded_all(channel: Deployment) -> None:
    channel.limits = Limits(extracted_per_package=1)
    channel.sell(*(rows_of(a_sale(), f"T-{number}") for number in range(53)))

    report = channel.p_job()

    assert len(report.sessions) == len(channel.store.sessions()) == 53
    assert channel.p_job().sessions == ()
