"""`Records`: what lists, `show` and reconciliation read."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from postering.domain.inquiries.standing import ListFilter
from postering.domain.posting.queue import Posting
from postering.domain.retail_transactions.entities import HEADER, SALES
from postering.domain.sales_orders.documents import PostedOrder
from postering.domain.staging.records import State
from postering.jobs.ports import Store
from tests.domain.transactions_examples import CHANNEL, DAY
from tests.store.examples import NOW, a_key, a_piece, a_posting, failed, ids, kept, staged_there

Reopened = Callable[[Store], Store]

YESTERDAY, TOMORROW = DAY - timedelta(days=1), DAY + timedelta(days=1)
BERLIN = "BERLIN-ONLINE"


def post(store: Store, *transaction_ids: str) -> list[Posting]:
    """Post staged sales under numbers of their own: `ONL-` and their id."""
    postings = [a_posting(staged_there(store, a_key(name)), f"ONL-{name}") for name in transaction_ids]
    store.post(postings)
    return postings


# --- find and near -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["T-1", a_key("T-1").text, "W-T-1", "ONL-T-1"])
def test_a_transaction_is_found_by_each_of_its_names(store: Store, reopened: Reopened, text: str) -> None:
    kept(store, a_piece("T-1"), a_piece("T-2"))
    post(store, "T-1", "T-2")
    assert ids(reopened(store).find(text)) == ["T-1"]


def test_what_is_found_is_the_record_as_it_is_now(store: Store) -> None:
    (there,) = kept(store, a_piece("T-1"))
    store.update_records([failed(there.record)])
    assert list(store.find("T-1")) == [staged_there(store, a_key("T-1")).record]


def test_an_ambiguous_name_finds_all_that_bear_it_each_once(store: Store) -> None:
    kept(
        store,
        a_piece("T-1"),
        a_piece("T-1", channel=7),
        a_piece("T-2", reference="T-1"),
        a_piece("T-3", reference="T-3"),
        a_piece("T-4"),
    )
    assert {(record.key.transaction_id, record.key.channel) for record in store.find("T-1")} == {
        ("T-1", CHANNEL),
        ("T-1", 7),
        ("T-2", CHANNEL),
    }
    assert ids(store.find("T-3")) == ["T-3"]


@pytest.mark.parametrize(
    "text", ["", "T", "T-", "t-1", "T-1 ", "%", "W-", "USRT///", "not/a/key", "\udcff", "T-1\udcff"]
)
def test_what_names_nothing_finds_nothing(store: Store, text: str) -> None:
    kept(store, a_piece("T-1"), a_piece("T-2", reference=""), a_piece("T-3", entities=[SALES]))
    assert list(store.find(text)) == []


def test_keys_with_separators_are_found(store: Store) -> None:
    names = ["a/b", "a%2Fb", "a#b|c", "line\none", "ölçü ✓"]
    kept(store, *(a_piece(name) for name in names))
    for name in names:
        assert ids(store.find(name)) == [name]
        assert ids(store.find(a_key(name).text)) == [name]


def test_ids_that_look_alike_are_near(store: Store) -> None:
    kept(store, *(a_piece(name) for name in ("HOU-10001", "HOU-10002", "HOU-99999", "BER-20001")))
    assert set(store.near("HOU-1000", 2)) == {"HOU-10001", "HOU-10002"}
    assert len(store.near("HOU-1000", 1)) == 1
    assert "BER-20001" in store.near("BER-2001", 3)


def test_ids_that_sort_before_are_near_too(store: Store) -> None:
    kept(store, a_piece("A-10001"), a_piece("Z-77777"))
    assert list(store.near("B-10001", 3)) == ["A-10001"]


@pytest.mark.parametrize("text", ["", "something else", "\udcff"])
def test_nothing_is_near_what_looks_like_nothing(store: Store, text: str) -> None:
    assert list(store.near(text, 3)) == []
    kept(store, a_piece("HOU-10001"))
    assert list(store.near(text, 3)) == []


# --- lists ---------------------------------------------------------------------------------------------------


def a_full_store(store: Store) -> None:
    """T-1 succeeded yesterday, T-2 failed (ITEM, UNIT) and T-3 is pending today, T-4 failed (UNIT) tomorrow in
    Berlin, T-5 waits for its header."""
    there = kept(
        store,
        a_piece("T-5", entities=[SALES]),
        a_piece("T-4", business_date=TOMORROW, store=BERLIN),
        a_piece("T-3"),
        a_piece("T-2"),
        a_piece("T-1", business_date=YESTERDAY),
    )
    store.update_records([failed(there[1].record, "UNIT"), failed(there[3].record, "ITEM", "UNIT")])
    store.post([a_posting(there[4], "ONL-T-1")])


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (ListFilter(), ["T-5", "T-1", "T-2", "T-3", "T-4"]),
        (ListFilter(states=("failed",)), ["T-2", "T-4"]),
        (ListFilter(states=("failed", "succeeded")), ["T-1", "T-2", "T-4"]),
        (ListFilter(states=("editing",)), []),
        (ListFilter(stores=(BERLIN,)), ["T-4"]),
        (ListFilter(stores=(BERLIN, "HOUSTON-ONLINE")), ["T-5", "T-1", "T-2", "T-3", "T-4"]),
        (ListFilter(stores=("houston-online",)), []),
        (ListFilter(dates=(DAY,)), ["T-2", "T-3"]),
        (ListFilter(dates=(TOMORROW, YESTERDAY)), ["T-1", "T-4"]),
        (ListFilter(dates=(date(1999, 1, 1),)), []),
        (ListFilter(codes=("ITEM",)), ["T-2"]),
        (ListFilter(codes=("UNIT",)), ["T-2", "T-4"]),
        (ListFilter(codes=("ITEM", "WAITING_FOR_HEADER")), ["T-5", "T-2"]),
        (ListFilter(codes=("unit",)), []),
        (ListFilter(codes=("%",)), []),
        (ListFilter(codes=("UNI_",)), []),
        (ListFilter(codes=("IT",)), []),
        (ListFilter(codes=("UNIT",), stores=("HOUSTON-ONLINE",)), ["T-2"]),
        (ListFilter(codes=("UNIT",), dates=(TOMORROW,), states=("failed",), stores=(BERLIN,)), ["T-4"]),
        (ListFilter(codes=("UNIT",), states=("succeeded",)), []),
        (ListFilter(states=("\udcff",)), []),
        (ListFilter(codes=("\udcff",), stores=("\udcff",)), []),
    ],
)
def test_a_list_has_what_matches_by_date_and_key(
    store: Store, reopened: Reopened, wanted: ListFilter, found: list[str]
) -> None:
    a_full_store(store)
    assert ids(reopened(store).listed(wanted, None)) == found


@pytest.mark.parametrize("limit", [0, 1, 3, 5, 6])
def test_a_list_ends_at_its_limit(store: Store, limit: int) -> None:
    a_full_store(store)
    assert ids(store.listed(ListFilter(), limit)) == ["T-5", "T-1", "T-2", "T-3", "T-4"][:limit]
    assert ids(store.listed(ListFilter(states=("failed",)), 1)) == ["T-2"]


def test_a_list_has_the_records_as_they_are(store: Store) -> None:
    a_full_store(store)
    records = list(store.listed(ListFilter(), None))
    assert records == [staged_there(store, record.key).record for record in records]


def test_what_a_list_shows_can_be_changed_while_it_is_read(store: Store) -> None:
    kept(store, *(a_piece(f"T-{number}") for number in range(4)))
    seen = []
    for record in store.listed(ListFilter(states=("pending",)), None):
        assert list(store.update_records([failed(record)])) == [True]
        seen.append(record.key.transaction_id)
    assert seen == ["T-0", "T-1", "T-2", "T-3"]


def test_a_list_that_is_left_early_holds_nothing_up(store: Store) -> None:
    a_full_store(store)
    listed = store.listed(ListFilter(), None)
    assert next(listed).key == a_key("T-5")
    del listed
    kept(store, a_piece("T-6"))
    assert len(list(store.listed(ListFilter(), None))) == 6


def test_every_transaction_is_counted_in_one_state(store: Store) -> None:
    assert sum(store.counts_by_state().values()) == 0
    a_full_store(store)
    counts = {state: count for state, count in store.counts_by_state().items() if count}
    assert counts == {State.PENDING: 1, State.FAILED: 2, State.SUCCEEDED: 1, State.WAITING: 1}


# --- orders --------------------------------------------------------------------------------------------------


def test_what_is_not_posted_has_no_order(store: Store) -> None:
    kept(store, a_piece("T-1"))
    assert store.order_of(a_key("T-1")) is None
    assert store.order_of(a_key("T-9")) is None


def sales_ids(orders: Iterable[PostedOrder]) -> list[str]:
    return sorted(order.document.id for order in orders)


def a_store_with_orders(store: Store) -> list[Posting]:
    there = kept(
        store,
        a_piece("T-1", business_date=YESTERDAY),
        a_piece("T-2"),
        a_piece("T-3", store=BERLIN),
        a_piece("T-4", business_date=TOMORROW),
        a_piece("T-5"),
    )
    postings = [a_posting(each, f"ONL-{each.record.key.transaction_id}") for each in there[:4]]
    postings[2] = replace(
        postings[2], order=replace(postings[2].order, document=replace(postings[2].order.document, store=BERLIN))
    )
    store.post(postings)
    return postings


RANGES = [
    (None, None, ["T-1", "T-2", "T-3", "T-4"]),
    (DAY, DAY, ["T-2", "T-3"]),
    (YESTERDAY, DAY, ["T-1", "T-2", "T-3"]),
    (DAY, None, ["T-2", "T-3", "T-4"]),
    (None, YESTERDAY, ["T-1"]),
    (TOMORROW, YESTERDAY, []),
    (date.min, date.max, ["T-1", "T-2", "T-3", "T-4"]),
    (date(1999, 1, 1), date(1999, 12, 31), []),
]


@pytest.mark.parametrize(("start", "end", "found"), RANGES)
def test_orders_are_read_by_business_date(
    store: Store, reopened: Reopened, start: date | None, end: date | None, found: list[str]
) -> None:
    postings = a_store_with_orders(store)
    orders = list(reopened(store).orders_between(start, end, None))
    assert sales_ids(orders) == [f"ONL-{name}" for name in found]
    written = [posting.order for posting in postings]
    assert all(order in written for order in orders)


@pytest.mark.parametrize(("start", "end"), [(None, None), (DAY, DAY), (YESTERDAY, TOMORROW)])
def test_orders_are_read_by_store(store: Store, start: date | None, end: date | None) -> None:
    a_store_with_orders(store)
    assert sales_ids(store.orders_between(start, end, BERLIN)) == ["ONL-T-3"]
    assert sales_ids(store.orders_between(start, end, "SEATTLE-ONLINE")) == []


@pytest.mark.parametrize(("start", "end", "found"), RANGES)
def test_staged_ones_are_read_by_business_date_with_those_that_have_none(
    store: Store, reopened: Reopened, start: date | None, end: date | None, found: list[str]
) -> None:
    kept(
        store,
        a_piece("T-1", business_date=YESTERDAY),
        a_piece("T-2"),
        a_piece("T-3", store=BERLIN),
        a_piece("T-4", business_date=TOMORROW),
        a_piece("T-5", entities=[SALES]),
    )
    staged = list(reopened(store).staged_between(start, end, None))
    assert sorted(ids(each.record for each in staged)) == [*found, "T-5"]


def test_staged_ones_are_read_whole(store: Store) -> None:
    kept(store, a_piece("T-1", entities=[SALES]), a_piece("T-2"))
    kept(store, a_piece("T-1", entities=[HEADER]))
    staged = {each.record.key: each for each in store.staged_between(DAY, DAY, None)}
    assert staged == store.staged([a_key("T-1"), a_key("T-2")])
    assert len(staged[a_key("T-1")].pieces) == 2


@pytest.mark.parametrize(("start", "end"), [(None, None), (DAY, DAY), (YESTERDAY, TOMORROW)])
def test_staged_ones_are_read_by_store(store: Store, start: date | None, end: date | None) -> None:
    kept(store, a_piece("T-1"), a_piece("T-2", store=BERLIN), a_piece("T-3", store=BERLIN, entities=[SALES]))
    found = store.staged_between(start, end, BERLIN)
    assert sorted(ids(each.record for each in found)) == ["T-2", "T-3"]
    assert list(store.staged_between(start, end, "SEATTLE-ONLINE")) == []


def test_more_than_fit_one_page_are_all_read(store: Store) -> None:
    there = kept(store, *(a_piece(f"T-{number:02d}") for number in range(70)), at=NOW)
    store.post([a_posting(each, f"ONL-{each.record.key.transaction_id}") for each in there])
    names = [f"T-{number:02d}" for number in range(70)]
    assert sorted(ids(each.record for each in store.staged_between(None, None, None))) == names
    assert sorted(ids(each.record for each in store.staged_between(DAY, DAY, None))) == names
    assert sales_ids(store.orders_between(None, None, None)) == [f"ONL-{name}" for name in names]
    assert ids(store.listed(ListFilter(), None)) == names
