"""Reconcile: what is not done yet, held back or let pass is explained, and the books balance."""

from decimal import Decimal

import pytest

from postering.domain.retail_transactions.entities import HEADER, PAYMENT, SALES, TAX
from postering.jobs.limits import Limits
from postering.jobs.sessions import cancel_session
from tests.domain.transactions_examples import a_sale, a_setup, with_company, with_header
from tests.jobs.conftest import GROUP, Deployment, changed, only, rows_of, without
from tests.jobs.reconcile_examples import OTHER, SALE, in_channel, of_transactions, post_three_sales, reasons
from tests.jobs.test_originals import a_cancellation, run


@pytest.fixture
def posted(deployment: Deployment) -> Deployment:
    return post_three_sales(deployment)


def test_what_is_not_posted_is_explained_by_its_state(deployment: Deployment) -> None:
    voided = rows_of(with_header(a_sale(), entry_status=1), "VOIDED")
    no_order = rows_of(with_header(a_sale(), type=2), "NO-ORDER")
    quote = rows_of(with_header(a_sale(), type=31), "QUOTE")
    failed = changed(rows_of(a_sale(), "FAILED"), HEADER, grossAmount="-71.00")
    waiting = without(rows_of(a_sale(), "WAITING"), PAYMENT)
    headless = without(rows_of(a_sale(), "HEADLESS"), HEADER)
    rejected = changed(rows_of(a_sale(), "REJECTED"), PAYMENT, amountTendered="much")
    deployment.put("monday", SALE, voided, no_order, quote, failed, waiting, headless, rejected)
    deployment.p_job()
    deployment.sync_orders()
    deployment.put("tuesday", OTHER)
    deployment.p_job()

    result = deployment.reconcile()

    assert result.balanced
    said = {key: " ".join(why) for key, why in reasons(result).items() if key}
    assert {key: why.split(":")[0].split(" ")[0] for key, why in said.items()} == {
        "VOIDED": "voided",
        "NO-ORDER": "not_an_order",
        "QUOTE": "quotation",
        "FAILED": "failed",
        "WAITING": "waiting",
        "HEADLESS": "waiting",
        "REJECTED": "failed",
        "T-2": "pending",
    }
    assert f"rejected rows: {PAYMENT}[1]" in said["REJECTED"]
    orders = result.rows[-1].as_json()["orders"]
    assert isinstance(orders, dict)
    assert orders["transactions"] == 1
    assert {state: sums["transactions"] for state, sums in orders["not_orders"].items()} == {
        "failed": 2,
        "not_an_order": 1,
        "pending": 1,
        "quotation": 1,
        "voided": 1,
        "waiting": 1,
    }


def test_variance_and_open_amounts_are_explained(deployment: Deployment) -> None:
    deployment.apply(with_company(a_setup(), maximum_payment_difference=Decimal("0.01")))
    short = changed(rows_of(a_sale(), "SHORT"), PAYMENT, amountTendered="70.39")
    part = changed(rows_of(with_header(a_sale(), type=33), "PART"), PAYMENT, amountTendered="20.40")
    deployment.put(
        "monday",
        changed(short, HEADER, paymentAmount="70.39"),
        changed(part, HEADER, paymentAmount="20.40"),
    )
    deployment.p_job()
    assert deployment.sync_orders().succeeded == 2

    result = deployment.reconcile()

    assert result.balanced
    assert result.verdict == "explained"
    assert of_transactions(result) == [
        ("PART", "orders and payments", "50.00"),
        ("SHORT", "orders and payments", "0.01"),
    ]


def test_what_was_sold_on_account_stays_open_and_is_explained(deployment: Deployment) -> None:
    deployment.put("monday", changed(OTHER, PAYMENT, tenderType="4", cardTypeId=""))
    deployment.p_job()
    assert deployment.sync_orders().succeeded == 1

    result = deployment.reconcile()

    assert (result.verdict, result.balanced) == ("explained", True)
    assert of_transactions(result) == [("T-2", "payments and journal", "70.40")]


def test_a_conflict_after_posting_is_explained(posted: Deployment) -> None:
    in_channel(
        posted,
        f"UPDATE {PAYMENT} SET amountTendered = '70.41', replicationCounterFromOrigin = 99 WHERE transactionId = 'T-2'",
    )
    not_pulled = posted.reconcile()
    posted.p_job()
    pulled = posted.reconcile()

    assert not_pulled.balanced
    assert "not yet pulled" in reasons(not_pulled)["T-2"][0]
    assert pulled.balanced
    assert ["conflict" in why for why in reasons(pulled)["T-2"]] == [True, True]


def test_what_was_not_pulled_yet_is_explained(posted: Deployment) -> None:
    posted.sell(rows_of(a_sale(), "T-4"))

    result = posted.reconcile()

    assert result.balanced
    assert "not yet pulled" in reasons(result)["T-4"][0]
    assert result.rows[0].channel.transactions == 4


def test_what_is_in_flight_is_explained(posted: Deployment) -> None:
    posted.sell(*(rows_of(a_sale(), f"F-{number}") for number in range(4)))
    posted.limits = Limits(staged_at_once=2)
    posted.stop_after = 2
    posted.p_job()

    result = posted.reconcile()

    assert result.balanced
    said = {key: " ".join(why) for key, why in reasons(result).items()}
    assert any("in flight" in why for why in said.values())


def test_a_canceled_session_is_explained(deployment: Deployment) -> None:
    deployment.put("monday", SALE)
    deployment.stop_after = 0
    deployment.p_job()
    cancel_session("monday", deployment.store, deployment.run("tester"))

    result = deployment.reconcile()

    assert result.balanced
    assert reasons(result)["T-1"] == [
        f"session {GROUP}/monday is Canceled; `postering sessions rerun` stages it",
    ]


def test_a_package_that_could_not_be_applied_is_to_be_mended(deployment: Deployment) -> None:
    deployment.put("monday", SALE)
    uploads = deployment.home / "uploads" / GROUP
    (uploads / "monday.zip").rename(uploads / "tuesday.zip")
    deployment.p_job()

    result = deployment.reconcile()

    assert result.balanced
    (why,) = reasons(result)["T-1"]
    assert "ApplyFailed" in why
    assert "put a sound package in its place" in why


def test_what_was_purged_from_the_channel_is_explained(posted: Deployment) -> None:
    for table in (HEADER, SALES, PAYMENT, TAX, "RetailTransactionDiscountTrans", "RetailTransactionMarkupTrans"):
        in_channel(posted, f"DELETE FROM {table} WHERE transactionId = 'T-2'")

    result = posted.reconcile()

    assert result.balanced
    assert "purged from the channel" in reasons(result)["T-2"][0]


def test_what_came_in_an_upload_beside_a_channel_database_is_explained(posted: Deployment) -> None:
    posted.put("partner", rows_of(a_sale(), "P-1"))
    posted.p_job()
    posted.sync_orders()

    result = posted.reconcile()

    assert result.balanced
    assert "came in an uploaded package" in reasons(result)["P-1"][0]


def test_a_quarantined_package_is_read_where_it_lies(deployment: Deployment) -> None:
    card = changed(OTHER, HEADER, comment="4111 1111 1111 1111")
    deployment.put("monday", SALE, card)
    deployment.p_job()
    deployment.sync_orders()

    result = deployment.reconcile()

    assert result.balanced
    assert "quarantine" in reasons(result)[None][0]
    assert "4111 1111" not in str(result.as_json())


def test_rows_without_a_key_are_explained(deployment: Deployment) -> None:
    deployment.put("monday", SALE, changed(only(OTHER, TAX), TAX, TransactionId=""))
    deployment.p_job()
    deployment.sync_orders()

    result = deployment.reconcile()

    assert result.balanced
    assert "name no transaction" in " ".join(reasons(result).get(None, []))


def test_what_a_cancellation_takes_back_beyond_its_rows_is_explained(deployment: Deployment) -> None:
    part = changed(rows_of(with_header(a_sale(), type=33), "T-1"), PAYMENT, amountTendered="20.40")
    run(deployment, changed(part, HEADER, paymentAmount="20.40"), a_cancellation("C-1"))

    result = deployment.reconcile()

    assert result.balanced
    assert of_transactions(result) == [
        ("C-1", "staged and orders", "70.40"),
        ("C-1", "orders and payments", "-50.00"),
        ("T-1", "orders and payments", "50.00"),
    ]


def test_a_cancellation_that_names_its_order_by_number_alone_balances(deployment: Deployment) -> None:
    run(deployment, rows_of(a_sale(), "T-1"))
    number = deployment.record("T-1").sales_id
    by_number = a_cancellation("C-1", sales_order_id=number, channel_reference_id="")
    run(deployment, changed(by_number, HEADER, channelReferenceId=""))

    result = deployment.reconcile()

    assert deployment.states()["C-1"] == "succeeded"
    assert result.balanced, result.unexplained
