"""The sample's way through any deployment, and its books held against the laptop's, one transaction by one."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from postering.channels.databases.tables import create_tables, insert_rows
from postering.deployment import wiring
from postering.deployment.settings import Settings
from postering.domain.inquiries.standing import ListFilter
from postering.domain.runs.requests import PJobRequest, SyncOrdersRequest
from postering.domain.sales_orders.documents import PostedOrder
from postering.operations.setups import apply_setup
from postering.trials.sample.files import DAY, SETUP, sample_bytes, sample_text
from postering.trials.sample.online_retail import Row, channel_rows, read_invoices

Day = Mapping[str, Sequence[Row]]
"""Channel rows by entity."""

Books = dict[str, tuple[str, PostedOrder | None]]
"""State and order of every transaction by its key."""


class Context:
    """As much of Lambda's context as a run, and its logger, need."""

    function_name = "shop-p-job"
    memory_limit_in_mb = 1769
    invoked_function_arn = "arn:aws:lambda:eu-west-1:123456789012:function:shop-p-job"
    aws_request_id = "1-2-3"

    def __init__(self, milliseconds: int = 300_000) -> None:
        self.milliseconds = milliseconds

    def get_remaining_time_in_millis(self) -> int:
        return self.milliseconds


def whole_day() -> dict[str, list[Row]]:
    """The real day's transactions."""
    return channel_rows(read_invoices(sample_text(DAY).splitlines(keepends=True)))


def ready(settings: Settings, day: Day) -> None:
    """A deployment with a channel database in which these rows are, and the sample's setup in force."""
    settings.home.mkdir(parents=True, exist_ok=True)
    channel = f"sqlite:///{settings.home / 'channel.db'}"
    create_tables(channel)
    insert_rows(channel, day)
    with wiring.deployment(settings) as at:
        apply_setup(at, sample_bytes(SETUP), SETUP)


def laptop_s_books(home: Path, day: Day) -> Books:
    """What the local deployment makes of these rows."""
    settings = Settings(home=home)
    ready(settings, day)
    with wiring.deployment(settings) as at:
        wiring.run_p_job(at, PJobRequest(), wiring.new_run("p-job"))
        wiring.run_sync_orders(at, SyncOrdersRequest(), wiring.new_run("sync-orders"))
    return books(settings)


def books(settings: Settings) -> Books:
    """What is in a deployment's books."""
    with wiring.deployment(settings) as at:
        return {
            record.key.text: (str(record.state), at.store.order_of(record.key))
            for record in at.store.listed(ListFilter(), None)
        }


def sales_numbers(found: Books) -> set[str]:
    """The numbers of all orders, each of which has one of its own."""
    numbers = [order.document.id for _, order in found.values() if order is not None]
    assert len(numbers) == len(set(numbers))
    return set(numbers)


def assert_the_same(found: Books, expected: Books) -> None:
    """Orders, payments and journals are the same, but for the numbers, which go by the order of posting."""
    assert found.keys() == expected.keys()
    assert {key: state for key, (state, _) in found.items()} == {key: state for key, (state, _) in expected.items()}
    for key, (_, order) in expected.items():
        assert _unnumbered(found[key][1]) == _unnumbered(order)
    assert len(sales_numbers(found)) == len(sales_numbers(expected))


def _unnumbered(order: PostedOrder | None) -> PostedOrder | None:
    if order is None:
        return None
    journal = tuple(replace(e, voucher="", text=e.text.partition(" of ")[0]) for e in order.journal)
    return replace(order, document=replace(order.document, id=""), journal=journal)
