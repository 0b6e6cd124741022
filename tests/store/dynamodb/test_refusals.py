"""Conflicts, conditions and throttling: what passes is tried again, what does not holds up nobody else."""

from collections.abc import Sequence
from typing import Any

import pytest

from postering.domain.errors import PassingFailure, StoreUnavailable
from postering.domain.posting.queue import Posting, PostResult
from postering.domain.staging.records import State
from postering.store.dynamodb import DynamoDBStore
from tests.store.dynamodb.conftest import Table
from tests.store.dynamodb.faults import Fault, cancels, hides_the_item, says
from tests.store.examples import NOW, a_key, a_piece, a_posting, a_staging, failed, kept, staged_there, the_setup

POSTED, LOST, PASSING = PostResult.POSTED, PostResult.LOST, PostResult.PASSING_FAILURE

THROTTLED: Sequence[Fault] = (
    says("ProvisionedThroughputExceededException"),
    says("ThrottlingException"),
    says("RequestLimitExceeded"),
    says("InternalServerError", status=500),
    says("ServiceUnavailable", status=503),
    says("502", "Bad Gateway", status=502),
    says("TransactionInProgressException"),
    says("IdempotentParameterMismatchException"),
    cancels("TransactionConflict"),
    cancels("None", "TransactionConflict"),
    cancels("ThrottlingError"),
    cancels("ProvisionedThroughputExceeded"),
)


def postings_of(store: DynamoDBStore, count: int) -> list[Posting]:
    there = kept(store, *(a_piece(f"T-{number}") for number in range(count)))
    return [a_posting(each, f"ONL-{number:06d}") for number, each in enumerate(there)]


def results(store: DynamoDBStore, postings: Sequence[Posting]) -> list[PostResult]:
    return [outcome.result for outcome in store.post(postings)]


@pytest.mark.parametrize("fault", THROTTLED)
@pytest.mark.parametrize("count", [1, 3])
def test_what_passes_is_tried_again(store: DynamoDBStore, table: Table, fault: Fault, count: int) -> None:
    postings = postings_of(store, count)
    table.client.plant("transact_write_items", fault, fault)

    assert results(store, postings) == [POSTED] * count
    assert len(table.pauses) == 2
    assert all(store.order_of(posting.record.key) == posting.order for posting in postings)


def test_pauses_grow_to_five_seconds_at_most(store: DynamoDBStore, table: Table) -> None:
    store._calls.jitter = lambda: 1.0
    table.client.plant_always("batch_get_item", says("ThrottlingException"))

    with pytest.raises(PassingFailure, match=rf"table {table.name} did not take batch_get_item after 8 tries"):
        store.setup()
    assert table.pauses == [0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 5.0]


def test_a_conflict_that_does_not_pass_leaves_the_transaction_for_a_later_run(
    store: DynamoDBStore, table: Table
) -> None:
    (posting,) = postings_of(store, 1)
    table.client.plant_always("transact_write_items", cancels("TransactionConflict"))

    (outcome,) = store.post([posting])

    assert outcome.result is PASSING
    assert "TransactionCanceledException" in outcome.detail
    assert staged_there(store, posting.record.key).record.state is State.PENDING
    table.client.fixed()
    assert results(store, [posting]) == [POSTED]


def test_a_refusal_of_one_of_25_leaves_the_other_24_posted(store: DynamoDBStore) -> None:
    postings = postings_of(store, 25)
    (changed,) = store.update_records([failed(staged_there(store, a_key("T-7")).record)])
    assert changed

    assert results(store, postings) == [LOST if number == 7 else POSTED for number in range(25)]
    assert [store.order_of(posting.record.key) is not None for posting in postings].count(True) == 24
    assert staged_there(store, a_key("T-7")).record.state is State.FAILED


def conflicts_on(transaction_id: str) -> Fault:
    """Whatever touches this transaction conflicts with something."""

    def fault(real: Any, arguments: dict[str, Any]) -> Any:
        operations = arguments["TransactItems"]
        ours = [operation["Put"]["Item"]["pk"]["S"].endswith(f"/{transaction_id}") for operation in operations]
        return (
            cancels(*("TransactionConflict" if it else "None" for it in ours))(real, arguments)
            if any(ours)
            else (real(**arguments))
        )

    return fault


def test_a_conflict_on_one_of_many_that_does_not_pass_holds_up_nobody_else(store: DynamoDBStore, table: Table) -> None:
    postings = postings_of(store, 5)
    table.client.plant_always("transact_write_items", conflicts_on("T-2"))

    assert results(store, postings) == [POSTED, POSTED, PASSING, POSTED, POSTED]


def test_a_request_that_is_invalid_holds_up_nobody_else(store: DynamoDBStore, table: Table) -> None:
    postings = postings_of(store, 3)
    invalid = says("ValidationException", "Item size has exceeded the maximum allowed size")
    table.client.plant("transact_write_items", invalid, invalid)

    outcomes = store.post(postings)

    assert [outcome.result for outcome in outcomes] == [PASSING, POSTED, POSTED]
    assert "Item size has exceeded" in outcomes[0].detail


@pytest.mark.parametrize("reasons", [("ValidationError",), ("ItemCollectionSizeLimitExceeded",)])
def test_a_reason_that_is_not_known_is_told(store: DynamoDBStore, table: Table, reasons: tuple[str, ...]) -> None:
    (posting,) = postings_of(store, 1)
    table.client.plant("transact_write_items", cancels(*reasons))

    (outcome,) = store.post([posting])

    assert (outcome.result, outcome.detail) == (PASSING, reasons[0])


def test_a_refusal_without_reasons_is_no_crash(store: DynamoDBStore, table: Table) -> None:
    (posting,) = postings_of(store, 1)
    table.client.plant("transact_write_items", says("TransactionCanceledException"))

    assert results(store, [posting]) == [PASSING]


@pytest.mark.parametrize("hidden", [False, True])
def test_another_s_write_is_told_from_ours_with_and_without_the_old_item(
    store: DynamoDBStore, table: Table, hidden: bool
) -> None:
    (posting,) = postings_of(store, 1)
    other = a_posting(staged_there(store, a_key("T-0")), "ONL-000009", by="sync-orders 2")
    assert results(store, [other]) == [POSTED]
    if hidden:
        table.client.plant_always("transact_write_items", hides_the_item)

    assert results(store, [posting]) == [LOST]
    assert results(store, [other]) == [POSTED]
    assert store.order_of(a_key("T-0")) == other.order


@pytest.mark.parametrize("hidden", [False, True])
def test_a_taken_reference_names_its_holder_with_and_without_the_old_item(
    store: DynamoDBStore, table: Table, hidden: bool
) -> None:
    first, second = kept(store, a_piece("T-1", reference="W-7"), a_piece("T-2", reference="W-7"))
    store.post([a_posting(first, "ONL-000001")])
    if hidden:
        table.client.plant_always("transact_write_items", hides_the_item)

    (outcome,) = store.post([a_posting(second, "ONL-000002")])

    assert (outcome.result, outcome.taken_by) == (PostResult.REFERENCE_TAKEN, a_key("T-1").text)


def test_staging_goes_on_past_one_that_another_changed(store: DynamoDBStore) -> None:
    kept(store, a_piece("T-1"))
    stagings = [a_staging(a_piece(f"T-{number}"), by="p-job 2") for number in range(3)]

    assert list(store.stage(stagings)) == [True, False, True]


@pytest.mark.parametrize(
    "fault", [cancels("TransactionConflict"), says("ThrottlingException"), says("ValidationException")]
)
def test_staging_goes_on_one_by_one_where_a_transaction_is_never_taken(
    store: DynamoDBStore, table: Table, fault: Fault
) -> None:
    table.client.plant_always("transact_write_items", fault)

    assert list(store.stage([a_staging(a_piece(f"T-{number}")) for number in range(3)])) == [True] * 3


def test_a_verdict_that_can_not_be_kept_now_stays_for_a_later_run(store: DynamoDBStore, table: Table) -> None:
    there = kept(store, a_piece("T-1"), a_piece("T-2"))
    table.client.plant_always("transact_write_items", says("ThrottlingException"))
    table.client.plant("put_item", *[says("TransactionConflictException")] * 8)

    assert list(store.update_records([failed(each.record) for each in there])) == [False, True]
    assert staged_there(store, a_key("T-1")) == there[0]


def test_a_number_in_use_already_is_not_posted_twice(store: DynamoDBStore) -> None:
    first, second = kept(store, a_piece("T-1"), a_piece("T-2"))
    store.post([a_posting(first, "ONL-000001")])

    (outcome,) = store.post([a_posting(second, "ONL-000001")])

    assert outcome.result is PASSING
    assert "sales order number ONL-000001 is in use already" in outcome.detail
    assert staged_there(store, a_key("T-2")) == second


def test_numbers_are_tried_again_until_a_block_is_free(store: DynamoDBStore, table: Table) -> None:
    other = table.store()

    def meanwhile(real: Any, arguments: dict[str, Any]) -> Any:
        assert other.take_numbers("USRT", 5, 1, 999) == range(1, 6)
        return real(**arguments)

    table.client.plant("put_item", meanwhile)

    assert store.take_numbers("USRT", 5, 1, 999) == range(6, 11)


def test_a_read_together_that_is_refused_is_told(store: DynamoDBStore, table: Table) -> None:
    kept(store, a_piece("T-1"))
    table.remove(lambda pk, sk: sk.startswith("PIECE#"))
    table.client.plant("transact_get_items", cancels("ValidationError"))

    with pytest.raises(StoreUnavailable, match=rf"table {table.name}: a read was refused"):
        store.staged([a_key("T-1")])


def test_two_who_apply_a_setup_at_once_are_told_apart_without_the_old_item(store: DynamoDBStore, table: Table) -> None:
    assert store.apply_setup(the_setup(), 0, NOW, "operator 1")
    table.client.plant_always("transact_write_items", hides_the_item)

    assert not store.apply_setup(the_setup(), 0, NOW, "operator 2")
    assert store.apply_setup(the_setup(), 0, NOW, "operator 1")
