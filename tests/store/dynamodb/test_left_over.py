"""Batches that are done in part and answers that come in pages: the rest is never forgotten."""

import pytest

from postering.domain.errors import PassingFailure
from postering.domain.inquiries.standing import ListFilter
from postering.store.dynamodb import DynamoDBStore
from tests.domain.transactions_examples import CHANNEL, DAY
from tests.store.dynamodb.conftest import Table
from tests.store.dynamodb.faults import in_small_pages, leaves_over
from tests.store.examples import (
    GROUP,
    NOW,
    SECOND,
    a_key,
    a_piece,
    a_posting,
    a_session,
    a_staging,
    all_due,
    an_unkeyed_row,
    changed,
    failed,
    kept,
    staged_there,
)

NONE_DONE = leaves_over(lambda count: 0)
ONE_DONE = leaves_over(lambda count: 1)
HALF_DONE = leaves_over(lambda count: count // 2)


@pytest.mark.parametrize("faults", [[HALF_DONE] * 3, [NONE_DONE, HALF_DONE, NONE_DONE], [ONE_DONE] * 29])
def test_writes_that_were_left_over_are_written(store: DynamoDBStore, table: Table, faults: list) -> None:  # type: ignore[type-arg]
    pieces = [a_piece(f"T-{number}") for number in range(30)]
    table.client.plant("batch_write_item", *faults)

    assert list(store.stage([a_staging(piece) for piece in pieces])) == [True] * 30
    assert all(staged_there(store, piece.transaction).pieces == (piece,) for piece in pieces)


@pytest.mark.parametrize("faults", [[HALF_DONE] * 3, [NONE_DONE, HALF_DONE, NONE_DONE], [ONE_DONE] * 29])
def test_reads_that_were_left_over_are_read(store: DynamoDBStore, table: Table, faults: list) -> None:  # type: ignore[type-arg]
    there = kept(store, *(a_piece(f"T-{number}") for number in range(30)))
    table.client.plant("batch_get_item", *faults)

    assert store.staged([each.record.key for each in there]) == {each.record.key: each for each in there}
    assert all(call["RequestItems"][table.name]["ConsistentRead"] for call in table.client.made["batch_get_item"])


def test_writes_that_are_always_left_over_are_a_passing_failure(store: DynamoDBStore, table: Table) -> None:
    table.client.plant_always("batch_write_item", NONE_DONE)

    with pytest.raises(PassingFailure, match=rf"table {table.name} left 1 writes unprocessed"):
        store.stage([a_staging(a_piece("T-1"))])
    table.client.fixed()
    assert store.staged([a_key("T-1")]) == {}


def test_reads_that_are_always_left_over_are_a_passing_failure_and_never_nothing(
    store: DynamoDBStore, table: Table
) -> None:
    kept(store, a_piece("T-1"))
    table.client.plant_always("batch_get_item", NONE_DONE)

    with pytest.raises(PassingFailure, match=rf"table {table.name} left 1 reads unprocessed"):
        store.staged([a_key("T-1")])


def test_a_key_that_is_asked_for_twice_is_asked_once(store: DynamoDBStore, table: Table) -> None:
    kept(store, a_piece("T-1"))
    key = {"pk": {"S": "channels"}, "sk": {"S": str(CHANNEL)}}

    assert len(store._calls.get([key, dict(key)])) == 1


def test_answers_in_small_and_empty_pages_are_read_to_the_end(store: DynamoDBStore, table: Table) -> None:
    there = kept(store, *(a_piece(f"T-{number}") for number in range(7)), a_piece("U-1", channel=4))
    store.post([a_posting(each, f"ONL-{number:06d}") for number, each in enumerate(there[:2])])
    store.update_records([failed(there[2].record), failed(there[3].record)])
    sessions = [a_session("S-1"), a_session("S-2", group="Other", number=1), a_session("S-3", number=2)]
    for session in sessions:
        store.open_session(session)
    store.change_session(changed(sessions[0]), unkeyed=[an_unkeyed_row(number) for number in range(3)])
    store.open_batch("run-1", [a_key("T-1")], 1)
    store.open_batch("run-2", [a_key("T-2")], 1)
    for call in ("query", "scan"):
        table.client.plant_always(call, in_small_pages)
    later = NOW + 60 * SECOND

    assert list(store.channels()) == [4, CHANNEL]
    due, _ = all_due(store, CHANNEL, later, 2)
    assert due == [a_key(f"T-{number}") for number in (4, 5, 6)]
    assert store.pending_count(CHANNEL) == 3
    assert [record.key for record in store.failed_before(CHANNEL, 1, None, 10)[0]] == [a_key("T-2"), a_key("T-3")]
    assert [session.id for session in store.sessions()] == ["S-1", "S-2", "S-3"]
    assert [session.id for session in store.waiting_sessions(GROUP)] == ["S-1", "S-3"]
    assert len(store.unkeyed_rows(GROUP, "S-1")) == 3
    assert store.unkeyed_hashes(GROUP, [an_unkeyed_row(2).hash, "other"]) == {an_unkeyed_row(2).hash}
    assert len(list(store.open_batches())) == 2
    assert len(list(store.listed(ListFilter(dates=(DAY,)), None))) == 8
    assert len(list(store.listed(ListFilter(), None))) == 8
    assert sum(store.counts_by_state().values()) == 8
    assert len(list(store.orders_between(DAY, DAY, None))) == len(list(store.orders_between(None, None, None))) == 2
    assert [record.key for record in store.find("T-5")] == [a_key("T-5")]
    assert "T-5" in store.near("T-55", 7)
