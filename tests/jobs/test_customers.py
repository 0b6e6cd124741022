"""Asynchronous customers through the jobs: created once, with their first order, whoever comes first."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from postering.domain.posting.queue import Posting, PostOutcome
from postering.domain.retail_transactions.entities import HEADER
from postering.domain.sales_orders.customers import CustomerKey
from postering.domain.setup.setup import Customer
from tests.domain.transactions_examples import COMPANY, a_sale, a_setup, with_header
from tests.jobs.conftest import Deployment, Rows, changed, rows_of

GUID = "{2B6F1D4E-90A1-4E0B-9C62-0F1D2A3B4C5D}"
KEY = CustomerKey(COMPANY, GUID)


def a_sale_to(transaction_id: str, account: str = "", asynchronous: str = GUID) -> Rows:
    return rows_of(with_header(a_sale(), customer=account, async_customer=asynchronous), transaction_id)


def staged(deployment: Deployment, *rows: Rows) -> None:
    deployment.put(f"package-{next(deployment.ids)}", *rows)
    deployment.p_job()


def creators(deployment: Deployment, *ids: str) -> list[str]:
    """The transactions of which the timeline says that they created the customer."""
    said = f"created customer {GUID}"
    return [each for each in ids if any(said in entry.what for entry in deployment.record(each).timeline)]


def customers_with_orders(deployment: Deployment, *ids: str) -> list[str]:
    orders = [deployment.store.order_of(deployment.record(each).key) for each in ids]
    return [customer.created_by for order in orders if order is not None for customer in order.customers]


def test_an_asynchronous_customer_is_created_with_its_order(deployment: Deployment) -> None:
    staged(deployment, a_sale_to("T-1"))
    assert deployment.store.customers([KEY]) == {}

    deployment.sync_orders()

    order = deployment.store.order_of(deployment.record("T-1").key)
    assert order is not None
    assert order.document.customer == GUID
    assert deployment.store.customers([KEY]) == {KEY: order.customers[0]}
    assert creators(deployment, "T-1") == ["T-1"]


def test_two_orders_of_one_batch_create_their_customer_once(deployment: Deployment) -> None:
    staged(deployment, a_sale_to("T-1"), a_sale_to("T-2"))

    report = deployment.sync_orders()

    assert (report.succeeded, report.skipped) == (2, 0)
    assert creators(deployment, "T-1", "T-2") == ["T-1"]
    assert customers_with_orders(deployment, "T-1", "T-2") == [deployment.record("T-1").key.text]


def test_a_later_order_of_the_customer_finds_it(deployment: Deployment) -> None:
    staged(deployment, a_sale_to("T-1"))
    deployment.sync_orders()
    first = deployment.store.customers([KEY])
    staged(deployment, a_sale_to("T-2"))

    assert deployment.sync_orders().succeeded == 1

    assert creators(deployment, "T-2") == []
    assert deployment.store.customers([KEY]) == first


def test_of_two_runs_at_the_same_time_one_creates_the_customer_and_both_post(deployment: Deployment) -> None:
    staged(deployment, a_sale_to("T-1"), a_sale_to("T-2"))
    post = deployment.store.post

    def raced(postings: Sequence[Posting]) -> Sequence[PostOutcome]:
        deployment.store.post = post  # type: ignore[method-assign]
        deployment.sync_orders(transaction=deployment.record("T-2").key.text)
        return post(postings)

    deployment.store.post = raced  # type: ignore[method-assign]
    deployment.sync_orders(transaction=deployment.record("T-1").key.text)

    assert deployment.states() == {"T-1": "succeeded", "T-2": "succeeded"}
    assert creators(deployment, "T-1", "T-2") == ["T-2"]
    assert customers_with_orders(deployment, "T-1", "T-2") == [deployment.record("T-2").key.text]
    assert [deployment.record(each).sales_id for each in ("T-2", "T-1")] == ["ONL-000002", "ONL-000001"]


def test_an_order_that_fails_creates_nobody(deployment: Deployment) -> None:
    staged(deployment, changed(a_sale_to("T-1"), HEADER, grossAmount="-1.00"))

    assert deployment.sync_orders().failed == 1

    assert deployment.store.customers([KEY]) == {}


def test_a_dry_run_creates_nobody(deployment: Deployment) -> None:
    staged(deployment, a_sale_to("T-1"))
    assert deployment.sync_orders(dry_run=True).succeeded == 1
    assert deployment.store.customers([KEY]) == {}


@pytest.mark.parametrize("order", [("T-1", "T-2"), ("T-2", "T-1")])
def test_an_order_that_names_the_temporary_account_heals_when_the_customer_is_created(
    deployment: Deployment, order: tuple[str, str]
) -> None:
    """T-2 gives the account alone: whichever comes first, both end as orders without anyone's hand."""
    deployment.apply(replace(a_setup(), customers=(Customer(company=COMPANY, account="100001"),)))
    sales = {"T-1": a_sale_to("T-1"), "T-2": a_sale_to("T-2", account=GUID, asynchronous="")}
    for transaction_id in order:
        staged(deployment, sales[transaction_id])
        deployment.sync_orders()
    deployment.sync_orders()

    assert deployment.states() == {"T-1": "succeeded", "T-2": "succeeded"}


def test_an_unknown_account_that_is_no_temporary_one_stays_failed_and_out_of_the_queue(deployment: Deployment) -> None:
    deployment.apply(replace(a_setup(), customers=(Customer(company=COMPANY, account="100001"),)))
    staged(deployment, a_sale_to("T-1", account="999", asynchronous=""))

    assert deployment.sync_orders().errors == {"CUSTOMER": 1}

    assert deployment.sync_orders().selected == 0
    assert deployment.states() == {"T-1": "failed CUSTOMER"}
