"""What DynamoDB may answer instead of doing it, planted under whole runs of both jobs: nothing lost, nothing doubled.

What passes is tried again with back-off; what does not leaves the transaction WAITING_FOR_RETRY, or rises out of the
run (to Lambda, which tries again and alarms): never is anything silently done. Nothing sleeps: pauses are noted.
"""

from collections.abc import Callable, Iterator
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from postering.channels.packages.folder_home import UploadsFolder
from postering.channels.packages.uploads import PackageUploads
from postering.domain.errors import PassingFailure, PosteringError, StoreUnavailable
from postering.domain.retail_transactions.entities import PAYMENT
from postering.domain.runs.sessions import SessionStatus
from postering.jobs.limits import Limits
from postering.lambdas import runs
from postering.store.dynamodb import DynamoDBStore
from tests.domain.transactions_examples import a_sale, a_setup
from tests.jobs.conftest import Deployment, only, rows_of, without
from tests.store.adapters import a_table, moto_client
from tests.store.dynamodb.conftest import Table
from tests.store.dynamodb.faults import (
    Arguments,
    Fault,
    FaultyClient,
    cancels,
    hides_the_item,
    in_small_pages,
    leaves_over,
    loses_the_answer,
    refusal,
    says,
    times_out,
)
from tests.walk.books import Context

SALES = {number: rows_of(a_sale(), number) for number in ("T-1", "T-2", "T-3")}
PASSING: dict[str, Fault] = {
    "ProvisionedThroughputExceeded": says("ProvisionedThroughputExceededException"),
    "ThrottlingException": says("ThrottlingException"),
    "RequestLimitExceeded": says("RequestLimitExceeded"),
    "InternalServerError": says("InternalServerError", status=500),
    "ServiceUnavailable": says("ServiceUnavailable", status=503),
    "time-out": times_out,
    "time-out after it took effect": loses_the_answer,
}
IN_TRANSACTIONS: dict[str, Fault] = {
    "TransactionConflict": cancels("TransactionConflict"),
    "TransactionConflict of one": cancels("None", "TransactionConflict"),
    "TransactionInProgress": says("TransactionInProgressException"),
    "IdempotentParameterMismatch": says("IdempotentParameterMismatchException"),
    "throttled transaction": cancels("ThrottlingError"),
    "transaction without throughput": cancels("ProvisionedThroughputExceeded"),
}
IN_BATCHES: dict[str, Fault] = {
    "nothing of it": leaves_over(lambda asked: 0),
    "one of it": leaves_over(lambda asked: min(1, asked)),
    "half of it": leaves_over(lambda asked: asked // 2),
}
CALLS = ("batch_get_item", "batch_write_item", "put_item", "transact_write_items", "query", "delete_item")


def every_other(fault: Fault) -> Fault:
    """The first call takes the fault, the next goes through, and so on."""
    turns = count()

    def faulty(real: Callable[..., Any], arguments: Arguments) -> Any:
        return fault(real, arguments) if next(turns) % 2 == 0 else real(**arguments)

    return faulty


def touching(transaction_id: str, fault: Fault) -> Fault:
    """The fault, on transactions that write anything of this one."""

    def faulty(real: Callable[..., Any], arguments: Arguments) -> Any:
        items = [operation["Put"]["Item"]["pk"]["S"] for operation in arguments["TransactItems"]]
        ours = any(item.endswith(f"/{transaction_id}") for item in items)
        return fault(real, arguments) if ours else real(**arguments)

    return faulty


class Expiring(FaultyClient):
    """A client whose credentials expire after `calls` calls, whatever they are."""

    def __init__(self, client: Any, calls: int) -> None:
        super().__init__(client)
        self.left = calls

    def __getattr__(self, name: str) -> Any:
        called = super().__getattr__(name)
        if not name.endswith(("_item", "_items", "query", "scan")):
            return called

        def counted(**arguments: Any) -> Any:
            self.left -= 1
            if self.left < 0:
                raise refusal("ExpiredTokenException", "The security token included in the request is expired")
            return called(**arguments)

        return counted


@pytest.fixture
def table() -> Iterator[Table]:
    with a_table(moto_client()) as name:
        yield Table(name, FaultyClient(moto_client()))


def deployed(home: Path, store: DynamoDBStore) -> Deployment:
    return Deployment(
        home=home,
        store=store,  # type: ignore[arg-type]
        uploads=PackageUploads(UploadsFolder(home)),
        limits=Limits(staged_at_once=2, posted_at_once=2, passing_failures=3),
    )


@pytest.fixture
def shop(tmp_path: Path, table: Table) -> Deployment:
    """Two packages that wait: a sale and the children of another, then its header, a third, and the first again."""
    made = deployed(tmp_path, table.store())
    made.apply(a_setup())
    made.put("monday", SALES["T-1"], without(SALES["T-2"], "RetailTransactionTable"))
    made.put("tuesday", only(SALES["T-2"], "RetailTransactionTable"), SALES["T-3"], SALES["T-1"])
    return made


def assert_all_is_posted_once(shop: Deployment) -> None:
    """Three orders, one each, to the cent; both packages Applied; nothing in hand."""
    store = shop.store
    orders = [order for order in map(store.order_of, (shop.record(number).key for number in SALES)) if order]
    assert shop.states() == dict.fromkeys(SALES, "succeeded")
    assert len(list(store.orders_between(None, None, None))) == len(orders) == len(SALES)
    assert len({order.document.id for order in orders}) == len(orders)
    for order in orders:
        assert [payment.amount.text for payment in order.payments] == ["70.40"]
        assert sum(entry.debit.amount for entry in order.journal) == Decimal("70.40")
        assert sum(entry.credit.amount for entry in order.journal) == Decimal("70.40")
    assert [session.status for session in store.sessions()] == [SessionStatus.APPLIED] * 2
    assert list(store.open_batches()) == []


def both(shop: Deployment) -> None:
    shop.p_job()
    shop.sync_orders()


def many_times(shop: Deployment) -> None:
    for _ in range(9):
        both(shop)


@pytest.mark.parametrize("fault", PASSING)
def test_a_failure_that_passes_is_no_failure_of_the_run(shop: Deployment, table: Table, fault: str) -> None:
    took_effect = PASSING[fault] is loses_the_answer
    for call in CALLS:
        if not (took_effect and call == "put_item"):  # the number sequence: below
            table.client.plant_always(call, every_other(PASSING[fault]))

    both(shop)

    table.client.fixed()
    assert_all_is_posted_once(shop)
    assert table.pauses
    assert max(table.pauses) <= 5


@pytest.mark.parametrize("fault", IN_TRANSACTIONS)
def test_a_transaction_that_is_refused_in_passing_is_tried_again(shop: Deployment, table: Table, fault: str) -> None:
    table.client.plant_always("transact_write_items", every_other(IN_TRANSACTIONS[fault]))

    both(shop)

    table.client.fixed()
    assert_all_is_posted_once(shop)
    assert table.pauses


@pytest.mark.parametrize("call", ["batch_get_item", "batch_write_item"])
@pytest.mark.parametrize("fault", IN_BATCHES)
def test_the_unprocessed_rest_of_a_batch_is_never_forgotten(
    shop: Deployment, table: Table, fault: str, call: str
) -> None:
    table.client.plant_always(call, every_other(IN_BATCHES[fault]))

    both(shop)

    table.client.fixed()
    assert_all_is_posted_once(shop)


def test_truncated_and_empty_pages_are_read_to_the_end(shop: Deployment, table: Table) -> None:
    for call in ("query", "scan"):
        table.client.plant_always(call, in_small_pages)

    both(shop)

    assert_all_is_posted_once(shop)


def test_everything_at_once(shop: Deployment, table: Table) -> None:
    table.client.plant_always("transact_write_items", every_other(loses_the_answer))
    table.client.plant_always("batch_write_item", every_other(IN_BATCHES["half of it"]))
    table.client.plant_always("batch_get_item", every_other(IN_BATCHES["nothing of it"]))
    table.client.plant_always("query", in_small_pages)

    both(shop)

    table.client.fixed()
    assert_all_is_posted_once(shop)


# --- what does not pass --------------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", [*PASSING, *IN_TRANSACTIONS])
def test_a_posting_that_does_not_pass_waits_for_a_later_run_and_holds_up_nobody(
    shop: Deployment, table: Table, fault: str
) -> None:
    shop.p_job()
    table.client.plant_always("transact_write_items", touching("T-2", (PASSING | IN_TRANSACTIONS)[fault]))

    report = shop.sync_orders()

    took_effect = fault == "time-out after it took effect"  # the second try finds its own write
    assert (report.succeeded, report.waiting) == ((3, 0) if took_effect else (2, 1))
    assert shop.states()["T-2"] == ("succeeded" if took_effect else "waiting WAITING_FOR_RETRY")
    table.client.fixed()
    assert shop.sync_orders().selected == 0  # not before its time
    shop.later(minutes=2)
    shop.sync_orders()
    assert_all_is_posted_once(shop)


def test_a_posting_that_never_passes_fails_by_name_after_its_tries(shop: Deployment, table: Table) -> None:
    shop.p_job()
    table.client.plant_always("transact_write_items", touching("T-2", IN_TRANSACTIONS["TransactionConflict"]))

    states = []
    for _ in range(4):
        shop.sync_orders()
        states.append(shop.states()["T-2"])
        shop.later(hours=2)

    assert states == [*["waiting WAITING_FOR_RETRY"] * 2, *["failed RETRIES_EXHAUSTED"] * 2]
    assert "TransactionCanceledException" in shop.record("T-2").problems[0].found
    table.client.fixed()
    shop.sync_orders(transaction=shop.record("T-2").key.text)
    assert_all_is_posted_once(shop)


def test_numbers_whose_answers_are_always_lost_never_use_the_sequence_up(shop: Deployment, table: Table) -> None:
    shop.p_job()
    table.client.plant_always("put_item", every_other(loses_the_answer))

    with pytest.raises(PassingFailure, match="number sequence of USRT kept changing, or answers were lost, 20 times"):
        shop.sync_orders()

    table.client.fixed()
    assert (shop.store.next_number("USRT") or 0) <= 1 + 20 * 2
    shop.sync_orders()
    assert_all_is_posted_once(shop)


NOT_DONE = [
    *[
        (call, fault)
        for call in CALLS
        if call != "transact_write_items"
        for fault in ("ThrottlingException", "time-out")
    ],
    ("batch_get_item", "nothing of it"),
    ("batch_write_item", "nothing of it"),
]


@pytest.mark.parametrize(("call", "fault"), NOT_DONE)
def test_what_a_run_can_not_read_or_keep_rises_and_the_next_run_completes_it(
    shop: Deployment, table: Table, call: str, fault: str
) -> None:
    table.client.plant_always(call, (PASSING | IN_BATCHES)[fault])
    risen = []
    for job in (shop.p_job, shop.sync_orders):
        try:
            job()
        except PassingFailure as failure:
            risen.append(str(failure))
        table.client.fixed()
        shop.p_job()  # what the first left is staged before the second begins
        table.client.plant_always(call, (PASSING | IN_BATCHES)[fault])

    assert risen
    assert all(f"table {table.name}" in message for message in risen)
    table.client.fixed()
    shop.later(hours=2)
    both(shop)
    assert_all_is_posted_once(shop)


def test_a_failure_rises_out_of_the_functions_to_lambda(
    shop: Deployment, table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.p_job()
    monkeypatch.setenv("POSTERING_TABLE", table.name)
    monkeypatch.setenv("POSTERING_BUCKET", "shop-uploads")
    monkeypatch.setattr("postering.store.dynamodb.opening.dynamodb_client", lambda: table.client)
    monkeypatch.setattr(DynamoDBStore, "open", lambda client, name: table.store())
    monkeypatch.setattr(FaultyClient, "close", lambda self: None, raising=False)
    table.client.plant_always("query", says("ThrottlingException"))

    for run in (runs.p_job_in_stack, runs.sync_orders_in_stack):
        with pytest.raises(PassingFailure, match=r"did not take query after 8 tries: ThrottlingException"):
            run({}, Context())

    table.client.fixed()
    assert runs.sync_orders_in_stack({}, Context())["succeeded"] == 3
    assert_all_is_posted_once(shop)


@pytest.mark.parametrize("calls", range(0, 60, 9))
def test_credentials_that_expire_in_the_middle_leave_nothing_half_done(
    tmp_path: Path, table: Table, shop: Deployment, calls: int
) -> None:
    expiring = Table(table.name, Expiring(moto_client(), calls))
    away = deployed(tmp_path, expiring.store())

    with pytest.raises(StoreUnavailable, match=rf"table {table.name}: the credentials have expired; sign in again"):
        many_times(away)

    assert expiring.pauses == []  # this does not pass by itself
    posted = sum(state == "succeeded" for state in shop.states().values())
    assert len(list(shop.store.orders_between(None, None, None))) == posted
    both(shop)
    assert_all_is_posted_once(shop)


# --- a condition that another run's write broke --------------------------------------------------------------


@pytest.mark.parametrize("hidden", [False, True])
def test_what_another_run_posted_first_is_skipped_with_and_without_the_item_in_the_refusal(
    tmp_path: Path, table: Table, shop: Deployment, hidden: bool
) -> None:
    shop.p_job()
    other = deployed(tmp_path, DynamoDBStore(moto_client(), table.name))
    other.ids = count(100)

    def another_first(real: Callable[..., Any], arguments: Arguments) -> Any:
        other.sync_orders()
        return hides_the_item(real, arguments) if hidden else real(**arguments)

    table.client.plant("transact_write_items", another_first)
    if hidden:
        table.client.plant("transact_write_items", *[hides_the_item] * 9)

    report = shop.sync_orders()

    assert (report.succeeded, report.skipped) == (0, 2)  # the third is no longer due when its turn comes
    assert_all_is_posted_once(shop)


@pytest.mark.parametrize("call", ["transact_write_items", "put_item"])
@pytest.mark.parametrize("hidden", [False, True])
def test_what_another_run_staged_first_comes_out_once(
    tmp_path: Path, table: Table, shop: Deployment, call: str, hidden: bool
) -> None:
    other = deployed(tmp_path, DynamoDBStore(moto_client(), table.name))
    other.ids = count(100)

    def another_first(real: Callable[..., Any], arguments: Arguments) -> Any:
        other.p_job()
        return hides_the_item(real, arguments) if hidden else real(**arguments)

    table.client.plant(call, another_first)

    both(shop)

    assert_all_is_posted_once(shop)
    assert not any(record.conflicts for record in map(shop.record, SALES))
    assert [row["lineNum"] for row in SALES["T-1"][PAYMENT]] == ["1"]
    assert len(shop.record("T-1").pieces) == 1


def test_pauses_are_the_back_off_times_a_random_part_of_it(table: Table) -> None:
    store = table.store()
    store._calls.jitter = iter([0.5, 0.0, 1.0, 0.25, 0.5, 0.5, 0.5, 0.5]).__next__
    table.client.plant_always("query", says("ThrottlingException"))

    with pytest.raises(PosteringError):
        list(store.sessions())

    assert table.pauses == [0.025, 0.0, 0.2, 0.1, 0.4, 0.8, 1.6, 2.5]
