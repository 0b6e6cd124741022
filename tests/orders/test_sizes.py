"""Large orders, through both jobs and both stores: whole, or not at all."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from postering.channels.packages.folder_home import UploadsFolder
from postering.channels.packages.uploads import PackageUploads
from postering.deployment import wiring
from postering.domain.checks import CODES
from postering.domain.money import Money
from postering.domain.money import total as sum_of
from postering.domain.runs.reports import SyncOrdersReport
from postering.domain.runs.requests import PJobRequest, SyncOrdersRequest
from postering.domain.sales_orders.documents import PostedOrder
from postering.domain.setup.setup_file import parse_setup_text, read_setup
from postering.domain.staging.records import State, TransactionRecord
from postering.jobs.limits import Limits
from postering.jobs.p_job import run_p_job
from postering.jobs.ports import Store
from postering.jobs.sync_orders import run_sync_orders
from postering.store.dynamodb import DynamoDBStore
from postering.store.dynamodb.part import CONTENT_BYTES
from tests.orders.large_orders import Rows, each_row, large_order
from tests.orders.order_book import GROUP, SETUP
from tests.store.adapters import a_table, moto_client
from tests.store.conftest import adapter, deployment, store

__all__ = ["adapter", "deployment", "store"]

NOW = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)
Posted = Callable[..., SyncOrdersReport]


def stage(store: Store, home: Path, *orders: Rows) -> None:
    """Apply the setup and stage a package of these orders."""
    setup = read_setup(parse_setup_text(SETUP.read_bytes(), SETUP.name))
    store.apply_setup(setup, store.setup().version, NOW, "tester")
    uploads = PackageUploads(UploadsFolder(home))
    uploads.write(GROUP, "large", database="", created=NOW, rows=list(each_row(*orders)), quarantined=False)
    report = run_p_job(
        PJobRequest(),
        store=store,
        uploads=uploads,
        open_channel=lambda line: pytest.fail(f"{line.name} is no channel database of the setup"),
        run=wiring.new_run("p-job"),
        limits=Limits(),
    )
    assert (report.counts.staged, report.counts.rejected) == (len(orders), 0)


def post(store: Store) -> SyncOrdersReport:
    """Run Synchronize orders once."""
    return run_sync_orders(SyncOrdersRequest(), store=store, run=wiring.new_run("sync-orders"), limits=Limits())


def record_of(store: Store, transaction: str) -> TransactionRecord:
    """The one transaction's record."""
    (record,) = store.find(transaction)
    return record


def order_of(store: Store, transaction: str) -> PostedOrder:
    """The one transaction's order."""
    order = store.order_of(record_of(store, transaction).key)
    assert order is not None
    return order


@pytest.mark.parametrize("lines", [500, 5_000])
def test_a_large_order_goes_through_whole(store: Store, tmp_path: Path, lines: int) -> None:
    sold = large_order("L-1", lines)
    stage(store, tmp_path, sold)

    report = post(store)

    assert (report.succeeded, report.errors) == (1, {})
    order = order_of(store, "L-1")
    document = order.document
    assert len(document.lines) == len(document.attributes) == lines
    assert sum(len(line.taxes) for line in document.lines) == 2 * lines
    assert sum(len(line.discounts) for line in document.lines) == lines
    assert document.total == document.header_total == order.paid
    assert document.total == Money.total((line.total for line in document.lines), "USD")
    assert sum_of(entry.company_amount.amount for entry in order.journal) == 0


def test_an_order_beyond_one_write_is_refused_whole_and_its_neighbours_are_posted(tmp_path: Path) -> None:
    """With the limit lowered: items so small that 60 lines are more of them than go together."""
    with a_table(moto_client()) as table:
        refuse_the_large_one(
            DynamoDBStore(moto_client(), table, content_bytes=100), table, tmp_path, lines=60, note=400
        )


def test_an_order_beyond_4_mb_is_refused_whole_and_its_neighbours_are_posted(tmp_path: Path) -> None:
    """With the real limit: 4.5 MB that no packing makes smaller."""
    with a_table(moto_client()) as table:
        store = DynamoDBStore(moto_client(), table, content_bytes=CONTENT_BYTES)
        refuse_the_large_one(store, table, tmp_path, lines=100, note=90_000)


def refuse_the_large_one(store: Store, table: str, home: Path, *, lines: int, note: int = 20) -> None:
    """Stage it between two small ones, post, and see that nothing of it was written but why it failed."""
    stage(store, home, large_order("L-1", 1), large_order("L-2", lines, note=note), large_order("L-3", 1))

    report = post(store)

    assert (report.succeeded, report.failed, report.errors) == (2, 1, {"ORDER_TOO_LARGE": 1})
    failed = record_of(store, "L-2")
    assert (failed.state, failed.codes, failed.sales_id) == (State.FAILED, ("ORDER_TOO_LARGE",), "")
    (problem,) = failed.problems
    assert problem.expected == CODES["ORDER_TOO_LARGE"].meaning
    assert "split the order in the channel" in problem.repair
    # No document, no guard of its reference; the number that it was to have goes to the next order, or is a gap.
    assert store.order_of(failed.key) is None
    items = moto_client().scan(TableName=table, ProjectionExpression="pk, sk")["Items"]
    kept = {item["pk"]["S"] for item in items}
    assert {pk for pk in kept if pk.startswith("reference#")} == {
        f"reference#sales_order#5637144592#W-{posted}" for posted in ("L-1", "L-3")
    }
    documents = {order_of(store, posted).document.id for posted in ("L-1", "L-3")}
    assert {pk for pk in kept if pk.startswith("document#")} == {f"document#USRT#{number}" for number in documents}
    assert documents < {f"ONL-{number:06d}" for number in range(1, 4)}

    # It stays refused, and holds nothing up.
    assert post(store).selected == 0
