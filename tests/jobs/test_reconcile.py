"""Reconcile: what was pulled and posted balances on all five sides."""

from datetime import date

import pytest

from postering.domain.errors import JobRefused
from postering.domain.retail_transactions.entities import HEADER, PAYMENT
from tests.domain.transactions_examples import STORE
from tests.jobs.conftest import Deployment, dated, only, without
from tests.jobs.reconcile_examples import OTHER, SALE, THIRD, post_three_sales


@pytest.fixture
def posted(deployment: Deployment) -> Deployment:
    return post_three_sales(deployment)


# --- what balances ------------------------------------------------------------------------------


def test_what_was_pulled_and_posted_balances_on_all_five_sides(posted: Deployment) -> None:
    result = posted.reconcile()

    side = {"transactions": 3, "gross": "270.60", "payments": "270.60"}
    nothing = {"gross": "0.00", "payments": "0.00"}
    counted = {"transactions": 3, "amount": "270.60"}
    booked = {"transactions": None, "amount": "270.60"}
    assert result.as_json() == {
        "verdict": "agrees",
        "balanced": True,
        "unexplained": [],
        "explained": [],
        "rows": [
            {
                "store": STORE,
                "business_date": "2026-03-14",
                "currency": "USD",
                "channel": side,
                "packages": side,
                "staged": side,
                "orders": {**side, "variance": "0.00", "open": "0.00", "not_orders": {}, "cancelled": nothing},
                "journal": {"transactions": 3, "payments": "270.60", "on_account": "0.00", "cancelled": nothing},
            }
        ],
        "bridge": [
            {
                "currency": "USD",
                "lines": [
                    *({"side": side, **counted} for side in ("channel", "packages", "staged", "orders")),
                    *({"side": side, **booked} for side in ("payments", "journal")),
                ],
            }
        ],
    }


def test_a_store_without_a_channel_database_has_no_channel_side(deployment: Deployment) -> None:
    deployment.put("monday", SALE)
    deployment.p_job()
    deployment.sync_orders()

    result = deployment.reconcile()

    assert (result.verdict, result.balanced) == ("explained", True)
    assert [row.as_json()["channel"] for row in result.rows] == [None]


def test_only_the_days_and_the_store_that_were_asked_for_are_compared(deployment: Deployment) -> None:
    deployment.put("monday", dated(SALE, date(2026, 3, 13)), OTHER)
    deployment.put("later", dated(only(THIRD, HEADER), date(2026, 3, 13)))
    deployment.put("latest", without(THIRD, HEADER))
    deployment.p_job()
    deployment.sync_orders()

    before = deployment.reconcile(to_date=date(2026, 3, 13), store=STORE)
    after = deployment.reconcile(from_date=date(2026, 3, 14))

    assert before.balanced
    assert after.balanced
    assert [(row.business_date, row.staged.transactions) for row in before.rows] == [(date(2026, 3, 13), 2)]
    assert [(row.business_date, row.staged.transactions) for row in after.rows] == [(date(2026, 3, 14), 1)]


def test_pieces_in_several_packages_and_duplicates_count_once(deployment: Deployment) -> None:
    deployment.put("a", without(SALE, PAYMENT))
    deployment.put("b", SALE)
    deployment.put("c", only(SALE, HEADER, PAYMENT))
    deployment.p_job()
    deployment.p_job(rerun_session="a")
    deployment.sync_orders()

    result = deployment.reconcile()

    assert result.balanced
    assert [row.packages.transactions for row in result.rows] == [1]


# --- what can't be done -------------------------------------------------------------------------


def test_a_range_that_ends_before_it_begins_is_refused(deployment: Deployment) -> None:
    with pytest.raises(JobRefused, match="give the earlier date first"):
        deployment.reconcile(from_date=date(2026, 3, 2), to_date=date(2026, 3, 1))


def test_a_store_that_nobody_knows_is_refused(deployment: Deployment) -> None:
    with pytest.raises(JobRefused, match="Did you mean 'HOUSTON-ONLINE'"):
        deployment.reconcile(store="houston-online")
