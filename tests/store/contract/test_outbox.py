"""`Outbox`: events ride on records, are found in order, and are taken off where nothing changed since."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime

from postering.domain.staging.business_events import BusinessEvent, EventKind, event_of, run_finished
from postering.domain.staging.outbox import Unsent
from postering.domain.staging.records import TransactionRecord
from postering.jobs.ports import Store
from tests.store.examples import NOW, SECOND, a_key, a_piece, a_posting, failed, kept, staged_there

Reopened = Callable[[Store], Store]


def an_event(subject: str, number: int = 1, at: datetime = NOW) -> BusinessEvent:
    return event_of(EventKind.TRANSACTION_FAILED, number, at, subject, {"codes": ["GRÖSS"]})


def with_events(record: TransactionRecord, *events: BusinessEvent) -> TransactionRecord:
    return replace(record, outbox=events)


def all_unsent(store: Store, limit: int = 3) -> Iterator[Unsent]:
    after: str | None = None
    while True:
        page = store.unsent(after, limit)
        yield from page.unsent
        if page.next is None:
            return
        after = page.next


def ids(store: Store) -> set[str]:
    return {event.id for each in all_unsent(store) for event in each.events}


def test_a_new_store_has_nothing_to_send(store: Store) -> None:
    assert list(all_unsent(store)) == []


def test_events_that_ride_on_a_record_are_found_in_their_order(store: Store, reopened: Reopened) -> None:
    (there,) = kept(store, a_piece("T-1"))
    key = a_key("T-1").text
    record = with_events(failed(there.record), an_event(key, 1), an_event(key, 2, NOW + SECOND))
    assert list(store.update_records([record])) == [True]
    (unsent,) = all_unsent(reopened(store))
    assert unsent == Unsent(events=record.outbox, record=record)


def test_the_event_of_a_posting_is_written_with_it(store: Store) -> None:
    (there,) = kept(store, a_piece("T-1"))
    posting = a_posting(there, "ONL-000001")
    store.post([replace(posting, record=with_events(posting.record, an_event(a_key("T-1").text)))])
    assert ids(store) == {f"{a_key('T-1').text}#1"}


def test_the_event_of_a_posting_that_was_refused_is_not_there(store: Store) -> None:
    first, second = kept(store, a_piece("T-1", reference="W-7"), a_piece("T-2", reference="W-7"))
    store.post([a_posting(first, "ONL-000001")])
    refused = a_posting(second, "ONL-000002")
    store.post([replace(refused, record=with_events(refused.record, an_event(a_key("T-2").text)))])
    assert ids(store) == set()


def test_many_are_found_page_by_page_each_once(store: Store) -> None:
    there = kept(store, *(a_piece(f"T-{number}") for number in range(20)))
    records = [with_events(failed(each.record), an_event(each.record.key.text)) for each in there]
    store.update_records(records)
    found = [event.id for each in all_unsent(store, 3) for event in each.events]
    assert sorted(found) == sorted(record.outbox[0].id for record in records)


def test_what_was_sent_is_taken_off_and_the_rest_of_the_record_stays(store: Store, reopened: Reopened) -> None:
    (there,) = kept(store, a_piece("T-1"))
    record = with_events(failed(there.record), an_event(a_key("T-1").text))
    store.update_records([record])
    store.mark_sent(list(all_unsent(store)))
    store = reopened(store)
    assert list(all_unsent(store)) == []
    assert staged_there(store, a_key("T-1")).record == replace(record, outbox=())


def test_of_a_record_that_changed_while_it_was_sent_all_is_sent_again(store: Store) -> None:
    (there,) = kept(store, a_piece("T-1"))
    key = a_key("T-1").text
    record = with_events(failed(there.record), an_event(key, 1))
    store.update_records([record])
    sent = list(all_unsent(store))
    later = with_events(failed(record, "NET_AMOUNT"), *record.outbox, an_event(key, 2, NOW + SECOND))
    store.update_records([later])
    store.mark_sent(sent)
    (unsent,) = all_unsent(store)
    assert [event.id for event in unsent.events] == [f"{key}#1", f"{key}#2"]
    store.mark_sent([unsent])
    assert list(all_unsent(store)) == []


def test_taking_off_does_not_stand_in_the_way_of_who_read_the_record_before(store: Store) -> None:
    (there,) = kept(store, a_piece("T-1"))
    record = with_events(failed(there.record), an_event(a_key("T-1").text))
    store.update_records([record])
    store.mark_sent(list(all_unsent(store)))
    assert list(store.update_records([failed(record, "NET_AMOUNT")])) == [True]
    assert ids(store) == {f"{a_key('T-1').text}#1"}  # sent again: the writer knew it as unsent


def test_the_event_of_a_run_is_kept_once_until_it_is_sent(store: Store) -> None:
    event = run_finished("p-job", "r-1", NOW, {"transactions_staged": 3, "messages": ["Jane"]})
    store.keep_event(event)
    store.keep_event(event)
    assert list(all_unsent(store)) == [Unsent(events=(event,))]
    store.mark_sent([Unsent(events=(event,))])
    assert list(all_unsent(store)) == []
