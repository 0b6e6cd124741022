"""`OrderBook`: numbers, and what runs have in hand."""

from collections.abc import Callable

from postering.domain.posting.queue import OpenBatch
from postering.jobs.ports import Store
from tests.store.adapters import Deployment
from tests.store.examples import a_key

Reopened = Callable[[Store], Store]


# --- numbers -------------------------------------------------------------------------------------------------


def test_numbers_are_given_out_once_and_in_blocks(store: Store, reopened: Reopened) -> None:
    assert store.take_numbers("USRT", 3, 1, 999) == range(1, 4)
    assert store.take_numbers("USRT", 1, 1, 999) == range(4, 5)
    assert reopened(store).take_numbers("USRT", 20, 1, 999) == range(5, 25)


def test_two_users_never_get_one_number(deployment: Deployment) -> None:
    users = [deployment.opened(), deployment.opened()]
    taken = [number for turn in range(10) for number in users[turn % 2].take_numbers("USRT", 1 + turn % 3, 1, 999)]
    assert taken == list(range(1, len(taken) + 1))


def test_each_company_has_its_own_numbers(store: Store) -> None:
    assert store.take_numbers("USRT", 2, 1, 999) == range(1, 3)
    assert store.take_numbers("DEMF", 2, 500, 999) == range(500, 502)
    assert store.take_numbers("USRT", 2, 1, 999) == range(3, 5)


def test_where_a_sequence_starts_counts_only_when_it_is_first_made(store: Store, reopened: Reopened) -> None:
    store.take_numbers("USRT", 2, 10, 999)
    store = reopened(store)
    assert store.take_numbers("USRT", 2, 500, 999) == range(12, 14)
    assert store.take_numbers("DEMF", 0, 7, 999) == range(7, 7)
    assert list(store.take_numbers("DEMF", 1, 7, 999)) == [7]


def test_a_sequence_that_runs_out_gives_what_is_left_and_then_nothing(store: Store) -> None:
    assert store.take_numbers("USRT", 3, 1, 5) == range(1, 4)
    assert list(store.take_numbers("USRT", 3, 1, 5)) == [4, 5]
    assert list(store.take_numbers("USRT", 3, 1, 5)) == []
    assert list(store.take_numbers("USRT", 1, 1, 5)) == []
    assert list(store.take_numbers("USRT", 2, 1, 6)) == [6]


def test_a_largest_number_that_was_lowered_gives_nothing_and_loses_nothing(store: Store) -> None:
    store.take_numbers("USRT", 8, 1, 9)
    assert list(store.take_numbers("USRT", 1, 1, 5)) == []
    assert list(store.take_numbers("USRT", 1, 1, 9)) == [9]


# --- in hand -------------------------------------------------------------------------------------------------


def test_what_a_run_took_up_is_in_hand_until_it_is_put_down(store: Store, reopened: Reopened) -> None:
    keys = (a_key("T-1"), a_key("a/b #|\n"))
    store.open_batch("run 1", keys, 1)
    store.open_batch("run 2", keys[:1], 3)
    store = reopened(store)
    assert sorted(store.open_batches(), key=lambda batch: batch.run_id) == [
        OpenBatch(run_id="run 1", keys=keys, tries=1),
        OpenBatch(run_id="run 2", keys=keys[:1], tries=3),
    ]
    store.close_batch("run 1")
    assert [batch.run_id for batch in store.open_batches()] == ["run 2"]


def test_a_run_has_one_batch_in_hand(store: Store) -> None:
    store.open_batch("run 1", [a_key("T-1")], 1)
    store.open_batch("run 1", [a_key("T-2")], 2)
    assert list(store.open_batches()) == [OpenBatch(run_id="run 1", keys=(a_key("T-2"),), tries=2)]


def test_putting_down_what_is_not_in_hand_does_nothing(store: Store) -> None:
    store.close_batch("run 1")
    assert list(store.open_batches()) == []
