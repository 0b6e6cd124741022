"""`OrderBook`: what is ready, and what failed under an older setup."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from postering.domain.retail_transactions.entities import HEADER
from postering.domain.staging.queue_order import PENDING, SUSPECTS, put_off_beyond
from postering.domain.staging.records import State
from postering.domain.staging.staging import VOIDED_BY_OPERATOR
from postering.jobs.ports import Store
from tests.domain.transactions_examples import CHANNEL
from tests.store.examples import (
    NOW,
    a_key,
    a_piece,
    a_suspect,
    all_due,
    failed,
    ids,
    kept,
    keys_of,
    staged_there,
    tried_again_at,
)

Reopened = Callable[[Store], Store]

OTHER_CHANNEL = 5637145337


def due_ids(store: Store, *, after: timedelta = timedelta(hours=1), limit: int = 10) -> list[str]:
    keys, _ = all_due(store, CHANNEL, NOW + after, limit)
    return [key.transaction_id for key in keys]


# --- channels and the queue --------------------------------------------------------------------------------


def test_every_channel_is_known_of_which_something_was_staged(store: Store, reopened: Reopened) -> None:
    kept(store, a_piece("T-1", channel=OTHER_CHANNEL), a_piece("T-2"), a_piece("T-3"), a_piece("T-4", channel=7))
    assert sorted(reopened(store).channels()) == [7, CHANNEL, OTHER_CHANNEL]


def test_what_is_pending_is_due_by_arrival(store: Store, reopened: Reopened) -> None:
    kept(store, *(a_piece(name) for name in ("T-3", "T-1", "T-2")))
    assert due_ids(reopened(store)) == ["T-3", "T-1", "T-2"]


def test_what_came_at_once_is_due_in_one_order_each_once(store: Store) -> None:
    for number in range(7):
        kept(store, a_piece(f"T-{number}"), at=NOW)
    assert due_ids(store, limit=2) == due_ids(store, limit=100)
    assert sorted(due_ids(store, limit=3)) == [f"T-{number}" for number in range(7)]


def test_each_channel_has_its_own_queue(store: Store) -> None:
    kept(store, a_piece("T-1"), a_piece("T-2", channel=OTHER_CHANNEL))
    assert due_ids(store) == ["T-1"]
    assert store.due(OTHER_CHANNEL, PENDING, None, 10).keys == (a_key("T-2", channel=OTHER_CHANNEL),)
    assert store.due(7, PENDING, None, 10).keys == ()


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 8])
def test_pages_give_each_transaction_once_and_in_order(store: Store, limit: int) -> None:
    pieces = [a_piece(f"T-{number}") for number in (6, 2, 4, 1, 5, 3, 0)]
    kept(store, *pieces)
    keys, pages = all_due(store, CHANNEL, NOW + timedelta(hours=1), limit)
    assert keys == keys_of(pieces)
    assert all(len(page.keys) <= limit for page in pages)


def test_keys_with_separators_in_them_go_through_the_pages(store: Store) -> None:
    names = ["a/b", "a%2Fb", "a#b|c", "line\none", "tab\tzero\0", "ölçü ✓", "-"]
    pieces = [a_piece(name) for name in names]
    kept(store, *pieces)
    assert due_ids(store, limit=1) == names
    assert due_ids(store, limit=2) == names


def test_an_empty_queue_is_one_empty_page(store: Store) -> None:
    page = store.due(CHANNEL, PENDING, None, 10)
    assert (page.keys, page.next) == ((), None)
    assert store.pending_count(CHANNEL) == 0


def test_what_waits_fails_or_was_voided_is_not_due(store: Store) -> None:
    _, to_fail, to_void = kept(store, a_piece("T-1", entities=[HEADER]), a_piece("T-2"), a_piece("T-3"), at=NOW)
    assert due_ids(store) == ["T-2", "T-3"]
    voided = to_void.record.changed(
        at=NOW, by="operator", what="voided", state=State.VOIDED, write_id="void", reason=VOIDED_BY_OPERATOR
    )
    assert all(store.update_records([failed(to_fail.record), voided]))
    assert due_ids(store) == []
    assert store.pending_count(CHANNEL) == 0


def test_what_becomes_ready_later_joins_the_queue(store: Store) -> None:
    kept(store, a_piece("T-1", entities=[HEADER]))
    kept(store, a_piece("T-2"))
    assert due_ids(store) == ["T-2"]
    kept(store, a_piece("T-1"))
    assert sorted(due_ids(store)) == ["T-1", "T-2"]


def test_what_is_tried_again_is_due_from_its_time_on_and_after_what_is_pending(store: Store) -> None:
    (first, _) = kept(store, a_piece("T-1"), a_piece("T-2"))
    when = NOW + timedelta(minutes=4, microseconds=500_000)
    assert all(store.update_records([tried_again_at(first.record, when)]))
    assert due_ids(store, after=timedelta(minutes=4)) == ["T-2"]
    assert store.pending_count(CHANNEL) == 1
    assert due_ids(store, after=when - NOW) == ["T-2", "T-1"]
    assert due_ids(store, after=timedelta(minutes=5), limit=1) == ["T-2", "T-1"]
    assert store.pending_count(CHANNEL) == 1


def test_suspects_are_a_part_of_the_queue_of_their_own_by_their_next_try(store: Store) -> None:
    there = kept(store, *(a_piece(f"T-{number}") for number in range(5)))
    hours = {1: 3, 2: 9_000, 4: 1}
    suspects = [a_suspect(there[number].record, NOW + timedelta(hours=after)) for number, after in hours.items()]
    assert all(store.update_records(suspects))

    assert due_ids(store, after=timedelta(days=1_000)) == ["T-0", "T-3"]
    assert [key.transaction_id for key in store.due(CHANNEL, SUSPECTS, None, 10).keys] == ["T-4", "T-1", "T-2"]
    first = store.due(CHANNEL, SUSPECTS, None, 2)
    assert [key.transaction_id for key in store.due(CHANNEL, SUSPECTS, first.next, 2).keys] == ["T-2"]
    assert store.pending_count(CHANNEL) == 5


def test_what_was_put_off_beyond_a_time_is_found(store: Store) -> None:
    soon, late, _ = kept(store, a_piece("T-1"), a_piece("T-2"), a_piece("T-3"))
    latest = NOW + timedelta(hours=1)
    store.update_records(
        [tried_again_at(soon.record, latest), tried_again_at(late.record, latest + timedelta(microseconds=1))]
    )

    assert store.due(CHANNEL, put_off_beyond(latest), None, 10).keys == (a_key("T-2"),)


def test_records_are_read_without_their_pieces(store: Store, reopened: Reopened) -> None:
    first, second, _ = kept(store, a_piece("T-1"), a_piece("T-2"), a_piece("T-3"))
    store = reopened(store)

    found = store.records([a_key("T-2"), a_key("T-1"), a_key("T-9")])

    assert found == {a_key("T-1"): first.record, a_key("T-2"): second.record}


def test_a_page_goes_on_where_the_last_ended_though_those_before_are_gone(store: Store) -> None:
    there = kept(store, *(a_piece(f"T-{number}") for number in range(6)))
    first = store.due(CHANNEL, PENDING, None, 2)
    assert [key.transaction_id for key in first.keys] == ["T-0", "T-1"]
    store.update_records([failed(each.record) for each in there[:3]])
    second = store.due(CHANNEL, PENDING, first.next, 2)
    assert [key.transaction_id for key in second.keys] == ["T-3", "T-4"]
    assert due_ids(store) == ["T-3", "T-4", "T-5"]


def test_the_count_is_of_the_whole_queue(store: Store) -> None:
    kept(store, *(a_piece(f"T-{number}") for number in range(12)), a_piece("T-x", channel=7))
    assert store.pending_count(CHANNEL) == 12
    assert store.pending_count(7) == 1


# --- verdicts on an older setup ------------------------------------------------------------------------------


def failed_ids(store: Store, setup_version: int, limit: int, channel: int = CHANNEL) -> list[str]:
    found: list[str] = []
    after: str | None = None
    while True:
        records, after = store.failed_before(channel, setup_version, after, limit)
        assert len(records) <= limit
        found += ids(records)
        if after is None:
            return found


def test_failed_ones_are_found_by_the_setup_that_they_saw(store: Store) -> None:
    there = kept(store, *(a_piece(f"T-{number}") for number in range(5)), a_piece("T-x", channel=7))
    seen = (1, 2, 3, 2, 1, 1)
    store.update_records(
        [failed(each.record, setup_version=version) for each, version in zip(there, seen, strict=True)]
    )
    assert sorted(failed_ids(store, 1, 10)) == []
    assert sorted(failed_ids(store, 2, 10)) == ["T-0", "T-4"]
    assert sorted(failed_ids(store, 4, 10)) == ["T-0", "T-1", "T-2", "T-3", "T-4"]
    assert failed_ids(store, 2, 10, channel=7) == ["T-x"]


def test_only_failed_ones_are_among_them(store: Store) -> None:
    there = kept(store, a_piece("T-1"), a_piece("T-2"), a_piece("T-3", entities=[HEADER]))
    store.update_records([failed(there[0].record, setup_version=1)])
    records, following = store.failed_before(CHANNEL, 9, None, 10)
    assert ids(records) == ["T-1"]
    assert following is None
    assert records[0] == staged_there(store, a_key("T-1")).record


@pytest.mark.parametrize("limit", [1, 2, 6, 7])
def test_pages_of_failed_ones_give_each_once(store: Store, limit: int) -> None:
    there = kept(store, *(a_piece(f"T-{number}") for number in range(6)))
    store.update_records([failed(each.record, setup_version=1 + number % 2) for number, each in enumerate(there)])
    assert sorted(failed_ids(store, 3, limit)) == [f"T-{number}" for number in range(6)]


def test_pages_go_on_though_those_before_were_brought_up_to_date(store: Store) -> None:
    there = kept(store, *(a_piece(f"T-{number}") for number in range(6)))
    store.update_records([failed(each.record, setup_version=1) for each in there])
    found: list[str] = []
    after: str | None = None
    while True:
        records, after = store.failed_before(CHANNEL, 2, after, 2)
        found += ids(records)
        renewed = [replace(each, version=each.version + 1, write_id="renewed", setup_version=2) for each in records]
        assert all(store.update_records(renewed))
        if after is None:
            break
    assert sorted(found) == [f"T-{number}" for number in range(6)]
    assert failed_ids(store, 2, 10) == []
