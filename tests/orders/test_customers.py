"""Customers: the one that is named, the channel's for a guest, one that the job makes, and one that nobody knows."""

from tests.orders.conftest import Run


def test_a_guest_is_the_channel_s_default_customer(book: Run) -> None:
    assert book("guest").posted("8001")["customer"] == "100001"


def test_an_asynchronous_customer_is_created_once_for_all_its_orders(book: Run) -> None:
    shop = book("asynchronous-customer")

    account = "6f1c2a52-0000-4000-8000-000000000001"
    assert [shop.posted(one)["customer"] for one in ("8002", "8003")] == [account, account]
    (created,) = (customer for one in ("8002", "8003") for customer in shop.story(one)["customers"])
    assert (created["account"], created["name"], created["email"]) == (account, "Karen Berg", "karen@example.com")


def test_a_customer_is_looked_up_once_customers_are_given(book: Run) -> None:
    shop = book("customer-master-data")

    assert shop.posted("8004")["customer"] == "100002"
    assert shop.state("8005") == "failed CUSTOMER"
    (problem,) = shop.story("8005")["problems"]
    assert problem["found"] == "999999"
