"""`OrderBook`: posting, each whole or not at all."""

from collections.abc import Callable
from dataclasses import replace

from postering.domain.posting.queue import Posting, PostOutcome, PostResult
from postering.domain.retail_transactions.entities import HEADER, SALES
from postering.domain.sales_orders.customers import CustomerKey
from postering.domain.sales_orders.documents import CreatedCustomer
from postering.domain.staging.queue_order import PENDING
from postering.domain.staging.records import State
from postering.jobs.ports import Store
from tests.domain.transactions_examples import CHANNEL, COMPANY
from tests.store.adapters import Deployment
from tests.store.examples import NOW, SECOND, a_key, a_piece, a_posting, failed, kept, staged_there, taking_back

Reopened = Callable[[Store], Store]

OTHER_CHANNEL = 5637145337
POSTED = PostOutcome(result=PostResult.POSTED)


def test_a_posting_writes_record_and_order_together(store: Store, reopened: Reopened) -> None:
    (there,) = kept(store, a_piece("T-1"))
    posting = a_posting(there, "ONL-000001")
    assert list(store.post([posting])) == [POSTED]
    store = reopened(store)
    assert staged_there(store, a_key("T-1")).record == posting.record
    assert store.order_of(a_key("T-1")) == posting.order
    assert posting.record.state is State.SUCCEEDED
    assert store.due(CHANNEL, PENDING, None, 10).keys == ()


def test_many_are_posted_in_one_call(store: Store) -> None:
    there = kept(store, *(a_piece(f"T-{number}") for number in range(40)))
    postings = [a_posting(each, f"ONL-{number:06d}") for number, each in enumerate(there)]
    assert list(store.post(postings)) == [POSTED] * 40
    assert [store.order_of(posting.record.key) for posting in postings] == [posting.order for posting in postings]


def test_posting_nothing_writes_nothing(store: Store) -> None:
    assert list(store.post([])) == []


def test_a_posting_on_an_older_version_is_lost_and_leaves_nothing(store: Store, reopened: Reopened) -> None:
    (old,) = kept(store, a_piece("T-1", entities=[HEADER, SALES]))
    (new,) = kept(store, a_piece("T-1"))
    (outcome,) = store.post([a_posting(old, "ONL-000001")])
    assert outcome.result is PostResult.LOST
    store = reopened(store)
    assert staged_there(store, a_key("T-1")) == new
    assert store.order_of(a_key("T-1")) is None
    assert list(store.find("ONL-000001")) == []
    assert list(store.post([a_posting(new, "ONL-000001", by="sync-orders 2")])) == [POSTED]


def test_of_two_postings_of_one_transaction_the_second_is_lost(deployment: Deployment) -> None:
    one, other = deployment.opened(), deployment.opened()
    (there,) = kept(one, a_piece("T-1"))
    first, second = a_posting(there, "ONL-000001"), a_posting(there, "ONL-000002", by="sync-orders 2")
    assert list(one.post([first])) == [POSTED]
    assert [outcome.result for outcome in other.post([second])] == [PostResult.LOST]
    assert other.order_of(a_key("T-1")) == first.order
    assert staged_there(other, a_key("T-1")).record == first.record
    assert list(other.find("ONL-000002")) == []


def test_the_same_posting_again_changes_nothing(store: Store, reopened: Reopened) -> None:
    (there,) = kept(store, a_piece("T-1"))
    posting = a_posting(there, "ONL-000001")
    store.post([posting])
    (again,) = store.post([posting])
    # An adapter whose answers can be lost recognises its own write; no other answer is right.
    assert again.result in {PostResult.LOST, PostResult.POSTED}
    store = reopened(store)
    assert staged_there(store, a_key("T-1")).record == posting.record
    assert store.order_of(a_key("T-1")) == posting.order
    assert len(list(store.orders_between(None, None, None))) == 1


def test_a_taken_reference_names_its_holder_and_leaves_nothing(store: Store, reopened: Reopened) -> None:
    first, second = kept(store, a_piece("T-1", reference="W-7"), a_piece("T-2", reference="W-7"))
    assert list(store.post([a_posting(first, "ONL-000001")])) == [POSTED]
    (outcome,) = store.post([a_posting(second, "ONL-000002")])
    assert (outcome.result, outcome.taken_by) == (PostResult.REFERENCE_TAKEN, a_key("T-1").text)
    store = reopened(store)
    assert staged_there(store, a_key("T-2")) == second
    assert store.order_of(a_key("T-2")) is None
    assert list(store.find("ONL-000002")) == []
    assert store.due(CHANNEL, PENDING, None, 10).keys == (a_key("T-2"),)


def test_one_reference_may_be_taken_once_in_each_channel_and_for_each_kind(store: Store) -> None:
    there = kept(
        store,
        a_piece("T-1", reference="W-7"),
        a_piece("T-2", reference="W-7", channel=OTHER_CHANNEL),
        a_piece("T-3", reference="w-7"),
        a_piece("T-4", reference="W-7"),
    )
    postings = [a_posting(each, f"ONL-{number:06d}") for number, each in enumerate(there, 1)]
    postings[3] = replace(postings[3], reference_guard=("quotation", CHANNEL, "W-7"))
    assert list(store.post(postings)) == [POSTED] * 4


def test_postings_without_a_reference_do_not_stand_in_each_others_way(store: Store) -> None:
    there = kept(store, a_piece("T-1", reference=""), a_piece("T-2", reference=""))
    postings = [a_posting(each, f"ONL-{number:06d}") for number, each in enumerate(there, 1)]
    assert [posting.reference_guard for posting in postings] == [None, None]
    assert list(store.post(postings)) == [POSTED, POSTED]


def test_references_with_separators_are_told_apart(store: Store) -> None:
    references = ["W/7", "W%2F7", "W#7", "W|7", "W\n7", "Ẅ-7"]
    there = kept(store, *(a_piece(f"T-{n}", reference=reference) for n, reference in enumerate(references)))
    postings = [a_posting(each, f"ONL-{number:06d}") for number, each in enumerate(there, 1)]
    assert list(store.post(postings)) == [POSTED] * len(references)


def test_a_refused_posting_does_not_hold_up_the_others_of_its_call(store: Store, reopened: Reopened) -> None:
    holder, *there = kept(
        store,
        a_piece("T-0", reference="W-7"),
        a_piece("T-1"),
        a_piece("T-2", reference="W-7"),
        a_piece("T-3"),
        a_piece("T-4"),
    )
    store.post([a_posting(holder, "ONL-000000")])
    store.update_records([failed(there[2].record)])
    postings = [a_posting(each, f"ONL-{number:06d}") for number, each in enumerate(there, 1)]
    results = [outcome.result for outcome in store.post(postings)]
    assert results == [PostResult.POSTED, PostResult.REFERENCE_TAKEN, PostResult.LOST, PostResult.POSTED]
    store = reopened(store)
    orders = [store.order_of(posting.record.key) for posting in postings]
    assert orders == [postings[0].order, None, None, postings[3].order]
    states = [staged_there(store, posting.record.key).record.state for posting in postings]
    assert states == [State.SUCCEEDED, State.PENDING, State.FAILED, State.SUCCEEDED]


def test_what_was_refused_for_its_reference_can_be_posted_under_another(store: Store) -> None:
    first, second = kept(store, a_piece("T-1", reference="W-7"), a_piece("T-2", reference="W-7"))
    store.post([a_posting(first, "ONL-000001")])
    refused = a_posting(second, "ONL-000002")
    store.post([refused])
    other = replace(refused, reference_guard=("sales_order", CHANNEL, "W-8"))
    assert list(store.post([other])) == [POSTED]


def test_rows_that_come_after_posting_are_kept_beside_the_order(store: Store) -> None:
    (there,) = kept(store, a_piece("T-1"))
    posting = a_posting(there, "ONL-000001")
    store.post([posting])
    late = a_piece("T-1", reference="W-other", entities=[HEADER])
    (after,) = kept(store, late, at=NOW + SECOND)
    assert after.record.state is State.SUCCEEDED
    assert after.record.conflicts == 1
    assert after.pieces == (*there.pieces, late)
    assert store.order_of(a_key("T-1")) == posting.order


# --- accounts of originals -----------------------------------------------------------------------------


def test_an_account_is_written_with_its_posting(store: Store, reopened: Reopened) -> None:
    (there,) = kept(store, a_piece("T-1"))
    posting = taking_back(a_posting(there, "ONL-000001"), a_key("T-0"))
    assert store.accounts([a_key("T-0")]) == {}
    assert list(store.post([posting])) == [POSTED]
    store = reopened(store)
    assert store.accounts([a_key("T-0"), a_key("T-9")]) == {a_key("T-0"): posting.accounts[0]}


def test_a_posting_over_another_version_of_an_account_writes_nothing(store: Store) -> None:
    first, second = kept(store, a_piece("T-1"), a_piece("T-2"))
    kept_posting = taking_back(a_posting(first, "ONL-000001"), a_key("T-0"))
    assert list(store.post([kept_posting])) == [POSTED]
    for version in (0, 7):
        late = taking_back(a_posting(second, "ONL-000002"), a_key("T-0"), version)
        assert [outcome.result for outcome in store.post([late])] == [PostResult.ACCOUNT_CHANGED]
    assert store.order_of(a_key("T-2")) is None
    assert staged_there(store, a_key("T-2")).record == second.record
    assert store.accounts([a_key("T-0")]) == {a_key("T-0"): kept_posting.accounts[0]}
    next_one = taking_back(a_posting(second, "ONL-000002"), a_key("T-0"), 1)
    assert list(store.post([next_one])) == [POSTED]


def test_a_posting_whose_account_changed_does_not_hold_up_the_others_of_its_call(store: Store) -> None:
    first, second, third = kept(store, a_piece("T-1"), a_piece("T-2"), a_piece("T-3"))
    assert list(store.post([taking_back(a_posting(first, "ONL-000001"), a_key("T-0"))])) == [POSTED]
    outcomes = store.post([taking_back(a_posting(second, "ONL-000002"), a_key("T-0")), a_posting(third, "ONL-000003")])
    assert [outcome.result for outcome in outcomes] == [PostResult.ACCOUNT_CHANGED, PostResult.POSTED]


# --- customers -----------------------------------------------------------------------------------------


def a_customer(posting: Posting, account: str, company: str = COMPANY) -> CreatedCustomer:
    return CreatedCustomer(
        company=company,
        account=account,
        name="Jürgen Grün",
        email="",
        phone="",
        address=None,
        created_by=posting.record.key.text,
    )


def creating(posting: Posting, *accounts: str, company: str = COMPANY) -> Posting:
    """The posting with customers that are created with it."""
    customers = tuple(a_customer(posting, account, company) for account in accounts)
    return replace(posting, order=replace(posting.order, customers=customers))


def test_a_customer_is_created_with_its_order(store: Store, reopened: Reopened) -> None:
    (there,) = kept(store, a_piece("T-1"))
    posting = creating(a_posting(there, "ONL-000001"), "{A#1}", "Ä/2")
    keys = [CustomerKey(COMPANY, account) for account in ("{A#1}", "Ä/2")]
    assert store.customers([*keys]) == {}
    assert list(store.post([posting])) == [POSTED]
    store = reopened(store)
    assert store.customers([*keys, CustomerKey(COMPANY, "other")]) == dict(
        zip(keys, posting.order.customers, strict=True)
    )
    assert store.customers([]) == {}
    assert store.order_of(a_key("T-1")) == posting.order


def test_a_customer_that_is_there_is_not_created_again_and_nothing_of_the_posting_is_written(store: Store) -> None:
    first, second, third = kept(store, a_piece("T-1"), a_piece("T-2"), a_piece("T-3"))
    assert list(store.post([creating(a_posting(first, "ONL-000001"), "A")])) == [POSTED]
    outcomes = store.post([creating(a_posting(second, "ONL-000002"), "B", "A"), a_posting(third, "ONL-000003")])
    assert [outcome.result for outcome in outcomes] == [PostResult.CUSTOMER_CREATED, PostResult.POSTED]
    assert staged_there(store, a_key("T-2")) == second
    assert store.order_of(a_key("T-2")) is None
    found = store.customers([CustomerKey(COMPANY, account) for account in "AB"])
    assert [customer.created_by for customer in found.values()] == [a_key("T-1").text]
    assert list(store.post([a_posting(second, "ONL-000002")])) == [POSTED]


def test_an_account_is_one_customer_in_each_company_case_included(store: Store) -> None:
    there = kept(store, *(a_piece(f"T-{number}") for number in range(3)))
    postings = [
        creating(a_posting(there[0], "ONL-000001"), "A"),
        creating(a_posting(there[1], "ONL-000002"), "a"),
        creating(a_posting(there[2], "ONL-000003"), "A", company="DEMF"),
    ]
    assert list(store.post(postings)) == [POSTED] * 3
