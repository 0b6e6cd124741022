"""A write took effect and its answer was lost: the store recognises its own, and doubles nothing."""

import pytest

from postering.domain.posting.queue import PostResult
from postering.domain.setup.setup import Setup
from postering.store.dynamodb import DynamoDBStore
from tests.store.dynamodb.conftest import Table
from tests.store.dynamodb.faults import hides_the_item, loses_the_answer, times_out
from tests.store.examples import (
    GROUP,
    NOW,
    a_key,
    a_piece,
    a_posting,
    a_session,
    a_staging,
    an_unkeyed_row,
    changed,
    failed,
    kept,
    moved,
    staged_there,
    the_setup,
)

LOST_ANSWERS = [(loses_the_answer,), (times_out, loses_the_answer), (loses_the_answer, times_out, hides_the_item)]
every_way = pytest.mark.parametrize("faults", LOST_ANSWERS, ids=["once", "late", "hidden"])


@every_way
@pytest.mark.parametrize("count", [1, 4])
def test_a_posting_is_recognised(store: DynamoDBStore, table: Table, faults: tuple, count: int) -> None:  # type: ignore[type-arg]
    there = kept(store, *(a_piece(f"T-{number}") for number in range(count)))
    postings = [a_posting(each, f"ONL-{number:06d}") for number, each in enumerate(there)]
    table.client.plant("transact_write_items", *faults)

    outcomes = store.post(postings)

    assert [outcome.result for outcome in outcomes] == [PostResult.POSTED] * count
    assert len(list(store.orders_between(None, None, None))) == count
    assert [staged_there(store, posting.record.key).record for posting in postings] == [
        posting.record for posting in postings
    ]


def test_a_posting_is_recognised_although_another_changed_the_record_since(store: DynamoDBStore, table: Table) -> None:
    (there,) = kept(store, a_piece("T-1"))
    posting = a_posting(there, "ONL-000001")
    later = failed(posting.record, by="operator")

    def then_another(real: object, arguments: dict) -> None:  # type: ignore[type-arg]
        try:
            loses_the_answer(real, arguments)  # type: ignore[arg-type]
        finally:
            assert list(table.store().update_records([later])) == [True]

    table.client.plant("transact_write_items", then_another)

    assert [outcome.result for outcome in store.post([posting])] == [PostResult.POSTED]
    assert staged_there(store, a_key("T-1")).record == later


@every_way
def test_staging_is_recognised(store: DynamoDBStore, table: Table, faults: tuple) -> None:  # type: ignore[type-arg]
    kept(store, a_piece("T-9"))
    for call in ("put_item", "transact_write_items", "batch_write_item"):
        table.client.plant(call, *faults)
    stagings = [a_staging(a_piece(f"T-{number}")) for number in range(3)]

    assert list(store.stage(stagings[:1])) == [True]
    assert list(store.stage(stagings[1:])) == [True, True]
    assert [len(staged_there(store, a_key(f"T-{number}")).pieces) for number in range(3)] == [1, 1, 1]


@every_way
def test_a_verdict_is_recognised(store: DynamoDBStore, table: Table, faults: tuple) -> None:  # type: ignore[type-arg]
    (there,) = kept(store, a_piece("T-1"))
    table.client.plant("put_item", *faults)

    assert list(store.update_records([failed(there.record)])) == [True]


@every_way
def test_a_session_and_its_changes_are_recognised(store: DynamoDBStore, table: Table, faults: tuple) -> None:  # type: ignore[type-arg]
    session, cursor = a_session(), moved(store.cursor("houston"), 7)
    store.open_session(a_session("S-0"))
    for call in ("put_item", "transact_write_items", "batch_write_item"):
        table.client.plant(call, *faults)

    assert store.open_session(session)
    assert store.change_session(changed(session), cursor=cursor, unkeyed=[an_unkeyed_row(1)])
    assert store.cursor("houston") == cursor
    assert list(store.unkeyed_rows(GROUP, "S-1")) == [an_unkeyed_row(1)]


@every_way
def test_an_extraction_is_recognised(store: DynamoDBStore, table: Table, faults: tuple) -> None:  # type: ignore[type-arg]
    table.client.plant("transact_write_items", *faults)
    cursor = moved(store.cursor("houston"), 7)

    assert store.record_extraction([a_session()], cursor)
    assert (store.cursor("houston"), list(store.sessions())) == (cursor, [a_session()])


@every_way
def test_a_setup_is_recognised(store: DynamoDBStore, table: Table, faults: tuple) -> None:  # type: ignore[type-arg]
    table.client.plant("transact_write_items", *faults)

    assert store.apply_setup(the_setup(), 0, NOW, "operator")
    assert store.setup().version == 1
    assert store.setup_at(2) == Setup()


@every_way
def test_numbers_whose_answer_was_lost_are_a_gap_and_never_given_twice(
    store: DynamoDBStore,
    table: Table,
    faults: tuple,  # type: ignore[type-arg]
) -> None:
    given = [*store.take_numbers("USRT", 3, 1, 999)]
    table.client.plant("put_item", *faults)
    given += store.take_numbers("USRT", 3, 1, 999)
    given += store.take_numbers("USRT", 3, 1, 999)

    assert given == [1, 2, 3, 7, 8, 9, 10, 11, 12]


@every_way
def test_what_is_in_hand_is_kept_and_put_down_once(store: DynamoDBStore, table: Table, faults: tuple) -> None:  # type: ignore[type-arg]
    table.client.plant("batch_write_item", *faults)
    table.client.plant("delete_item", *faults)

    store.open_batch("run-1", [a_key("T-1")], 1)
    assert [(each.run_id, each.keys) for each in store.open_batches()] == [("run-1", (a_key("T-1"),))]
    store.close_batch("run-1")
    assert list(store.open_batches()) == []
