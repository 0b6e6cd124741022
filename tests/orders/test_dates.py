"""Dates: the day of the business, never UTC; hours that summer time moves; nodes and periods that have an end."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from postering.deployment import wiring
from tests.orders.conftest import Run
from tests.orders.order_book import EXAMPLES, GROUP, OrderBook


def days(shop: OrderBook) -> dict[str, str]:
    """The business date of each document, which is the date of its entries too."""
    found = {one: str(shop.posted(one)["business_date"]) for one in shop.ids()}
    for one, day in found.items():
        assert {entry["date"] for entry in shop.story(one)["journal"]} == {day}
    return found


def package(shop: OrderBook, folder: Path) -> None:
    """Stage the folder, without posting it."""
    assert shop.postering("package", folder, "--group", GROUP).status == 0
    assert shop.postering("p-job").status == 0


def test_a_sale_at_half_past_eleven_in_the_evening_is_of_that_day(book: Run) -> None:
    shop = book("late-evening")

    assert days(shop) == {"7001": "2026-03-13"}
    order = shop.posted("7001")
    assert (order["transaction_date"], order["transaction_time"]) == ("2026-03-13", "23:30:00")
    assert order["begun_at"].startswith("2026-03-14T04:30:00")


def test_an_hour_that_summer_time_skips_has_its_day(book: Run) -> None:
    assert days(book("summer-time-skipped-hour")) == {"7002": "2026-03-08"}


def test_an_hour_that_summer_time_repeats_gives_two_orders(book: Run) -> None:
    shop = book("summer-time-repeated-hour")

    assert days(shop) == {"7003": "2026-11-01", "7004": "2026-11-01"}
    first, second = (shop.posted(one) for one in ("7003", "7004"))
    assert first["id"] != second["id"]
    assert first["transaction_time"] == second["transaction_time"] == "01:30:00"
    assert (first["begun_at"][:16], second["begun_at"][:16]) == ("2026-11-01T06:30", "2026-11-01T07:30")


@pytest.mark.parametrize(
    ("moment", "node"),
    [
        (datetime(2020, 1, 1, 7, 59, tzinfo=UTC), "North"),  # 23:59 on the last day of 2019 in Seattle
        (datetime(2020, 1, 1, 8, 0, tzinfo=UTC), "West"),
    ],
)
def test_a_store_is_of_the_node_that_it_belongs_to_on_its_own_day(
    empty_book: OrderBook, monkeypatch: pytest.MonkeyPatch, moment: datetime, node: str
) -> None:
    monkeypatch.setattr(wiring, "now", lambda: moment)
    package(empty_book, EXAMPLES / "node-that-changes")
    other = {"North": "West", "West": "North"}[node]

    refused = empty_book.postering("sync-orders", "--node", other, "--json")
    assert refused.status == 1 or refused.json["selected"] == 0
    assert empty_book.state("7005") == "pending"

    assert empty_book.sync_orders("--node", node)["succeeded"] == 1
    assert empty_book.settled("7005") == "paid 0.00, open 100.00, variance 0.00"


def test_a_closed_period_takes_no_order(book: Run) -> None:
    shop = book("closed-period")

    assert shop.state("7006") == "failed BUSINESS_DATE"
    (problem,) = shop.story("7006")["problems"]
    assert (problem["expected"], problem["found"]) == ("a date within 2010-01-01 to 2026-12-31", "2027-01-01")
