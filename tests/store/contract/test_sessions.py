"""`SessionStore`: upload sessions, channel cursors, rows without a key."""

from collections.abc import Callable

import pytest

from postering.domain.runs.cursors import ChannelCursor
from postering.domain.runs.sessions import SessionStatus, StagedCounts, UploadSession
from postering.jobs.ports import Store
from tests.store.examples import GROUP, NOW, a_session, an_unkeyed_row, changed, moved

Reopened = Callable[[Store], Store]


def names(sessions: object) -> list[str]:
    assert isinstance(sessions, list | tuple)
    return [session.id for session in sessions]


def test_a_new_store_has_no_sessions(store: Store) -> None:
    assert store.session(GROUP, "S-1") is None
    assert list(store.sessions()) == []
    assert list(store.waiting_sessions(GROUP)) == []


def test_an_opened_session_is_there_after_the_store_was_closed(store: Store, reopened: Reopened) -> None:
    session = a_session()
    assert store.open_session(session)
    assert reopened(store).session(GROUP, "S-1") == session


def test_a_session_opened_twice_is_refused_and_stays_as_it_was(store: Store) -> None:
    first = a_session("S-1")
    assert store.open_session(first)
    assert not store.open_session(a_session("S-1", number=7))
    assert store.session(GROUP, "S-1") == first
    assert list(store.sessions()) == [first]


def test_sessions_of_two_groups_may_have_one_id(store: Store) -> None:
    ours, theirs = a_session("S-1"), a_session("S-1", group="Winter / trial#")
    assert store.open_session(ours)
    assert store.open_session(theirs)
    assert store.session("Winter / trial#", "S-1") == theirs
    assert store.session(GROUP, "S-1") == ours


def test_sessions_are_listed_oldest_first(store: Store, reopened: Reopened) -> None:
    for number, name in enumerate(("S-9", "S-10", "S-1")):
        store.open_session(a_session(name, number=number))
    store.open_session(a_session("W-1", group="Winter", number=5))
    store = reopened(store)
    assert names(store.sessions()) == ["S-9", "S-10", "S-1", "W-1"]
    assert names(store.sessions(GROUP)) == ["S-9", "S-10", "S-1"]
    assert names(store.sessions("Winter")) == ["W-1"]
    assert names(store.sessions("Summer")) == []


@pytest.mark.parametrize("status", SessionStatus)
def test_those_wait_that_the_job_still_has_to_apply(store: Store, status: SessionStatus) -> None:
    session = a_session(status=status)
    store.open_session(session)
    assert list(store.waiting_sessions(GROUP)) == ([session] if session.waits else [])


def test_the_least_tried_waits_first_and_then_the_oldest(store: Store) -> None:
    tries = {"S-4": 2, "S-3": 0, "S-2": 1, "S-1": 0, "S-0": 1}
    for number, (name, tried) in enumerate(tries.items()):
        session = a_session(name, number=number)
        store.open_session(session)
        if tried:
            assert store.change_session(changed(session, tries=tried))
    assert names(store.waiting_sessions(GROUP)) == ["S-3", "S-1", "S-2", "S-0", "S-4"]
    assert names(store.waiting_sessions("Winter")) == []


def test_an_applied_session_waits_no_longer(store: Store) -> None:
    session = a_session()
    store.open_session(session)
    assert store.change_session(changed(session, status=SessionStatus.APPLIED, applied=NOW))
    assert list(store.waiting_sessions(GROUP)) == []


def test_a_change_is_kept_whole(store: Store, reopened: Reopened) -> None:
    session = a_session()
    store.open_session(session)
    applied = changed(
        session,
        status=SessionStatus.APPLIED,
        applied=NOW,
        sha256="ab" * 32,
        transactions=3,
        records=12,
        staged_transactions=3,
        counts=StagedCounts(staged=1, duplicates=1, rejected=1),
        counters_before={"RetailTransactionTable": 2**62},
        message="tout va bien ✓",
    )
    assert store.change_session(applied)
    assert reopened(store).session(GROUP, "S-1") == applied


def test_a_change_over_an_older_version_is_refused(store: Store) -> None:
    session = a_session()
    store.open_session(session)
    canceled = changed(session, status=SessionStatus.CANCELED, by="operator")
    assert store.change_session(canceled)
    assert not store.change_session(changed(session, status=SessionStatus.APPLIED))
    assert store.session(GROUP, "S-1") == canceled


def test_a_change_that_leaves_out_a_version_is_refused(store: Store) -> None:
    session = a_session()
    store.open_session(session)
    assert not store.change_session(changed(changed(session), status=SessionStatus.APPLIED))
    assert store.session(GROUP, "S-1") == session


def test_a_change_of_a_session_that_is_not_there_is_refused(store: Store) -> None:
    assert not store.change_session(changed(a_session()))
    assert store.session(GROUP, "S-1") is None


def test_a_database_that_was_never_read_has_an_empty_cursor(store: Store) -> None:
    assert store.cursor("houston") == ChannelCursor(database="houston")


def test_an_extraction_keeps_sessions_and_cursor(store: Store, reopened: Reopened) -> None:
    sessions = [a_session("S-1"), a_session("S-2", number=1)]
    first = moved(store.cursor("houston"), 100)
    assert store.record_extraction(sessions, first)
    second = moved(first, 2**63 - 1)
    assert store.record_extraction([a_session("S-3", number=2)], second)
    store = reopened(store)
    assert store.cursor("houston") == second
    assert names(store.sessions()) == ["S-1", "S-2", "S-3"]
    assert store.cursor("berlin") == ChannelCursor(database="berlin")


def test_an_extraction_that_brought_nothing_moves_the_cursor_alone(store: Store) -> None:
    first = moved(store.cursor("houston"), 100)
    assert store.record_extraction([], first)
    assert store.cursor("houston") == first


def test_an_extraction_whose_cursor_another_run_moved_first_keeps_nothing(store: Store) -> None:
    start = store.cursor("houston")
    first = moved(start, 100)
    assert store.record_extraction([a_session("S-1")], first)
    assert not store.record_extraction([a_session("S-2")], moved(start, 200))
    assert not store.record_extraction([a_session("S-3")], moved(moved(first, 200), 300))
    assert store.cursor("houston") == first
    assert names(store.sessions()) == ["S-1"]


def test_an_extraction_with_a_session_that_is_there_already_keeps_nothing(store: Store, reopened: Reopened) -> None:
    there = a_session("S-2")
    store.open_session(there)
    extracted = [a_session("S-1", number=1), a_session("S-2", number=2), a_session("S-3", number=3)]
    assert not store.record_extraction(extracted, moved(store.cursor("houston"), 100))
    store = reopened(store)
    assert store.cursor("houston") == ChannelCursor(database="houston")
    assert list(store.sessions()) == [there]


def test_a_change_gives_the_cursor_back_with_it(store: Store) -> None:
    session = a_session()
    cursor = moved(store.cursor("houston"), 100)
    store.record_extraction([session], cursor)
    canceled, back = changed(session, status=SessionStatus.CANCELED), moved(cursor, 0)
    assert store.change_session(canceled, cursor=back)
    assert (store.session(GROUP, "S-1"), store.cursor("houston")) == (canceled, back)


def _an_extracted_session(store: Store) -> tuple[UploadSession, ChannelCursor]:
    session, cursor = a_session(), moved(store.cursor("houston"), 100)
    assert store.record_extraction([session], cursor)
    return session, cursor


def test_a_change_whose_cursor_another_run_moved_first_changes_nothing(store: Store, reopened: Reopened) -> None:
    session, cursor = _an_extracted_session(store)
    further = moved(cursor, 200)
    assert store.record_extraction([], further)
    row = an_unkeyed_row(1)
    applied = changed(session, status=SessionStatus.APPLIED)
    assert not store.change_session(applied, cursor=moved(cursor, 0), unkeyed=[row])
    store = reopened(store)
    assert (store.session(GROUP, "S-1"), store.cursor("houston")) == (session, further)
    assert list(store.unkeyed_rows(GROUP, "S-1")) == []
    assert store.unkeyed_hashes(GROUP, [row.hash]) == frozenset()


def test_a_change_over_an_older_version_leaves_cursor_and_rows_alone(store: Store, reopened: Reopened) -> None:
    session, cursor = _an_extracted_session(store)
    canceled = changed(session, status=SessionStatus.CANCELED, by="operator")
    assert store.change_session(canceled)
    row = an_unkeyed_row(1)
    applied = changed(session, status=SessionStatus.APPLIED)
    assert not store.change_session(applied, cursor=moved(cursor, 0), unkeyed=[row])
    store = reopened(store)
    assert (store.session(GROUP, "S-1"), store.cursor("houston")) == (canceled, cursor)
    assert list(store.unkeyed_rows(GROUP, "S-1")) == []
    assert store.unkeyed_hashes(GROUP, [row.hash]) == frozenset()


def test_rows_without_a_key_are_kept_with_their_session_in_order(store: Store, reopened: Reopened) -> None:
    session = a_session()
    store.open_session(session)
    rows = [an_unkeyed_row(number) for number in (3, 1, 2)]
    assert store.change_session(changed(session, status=SessionStatus.APPLIED), unkeyed=rows)
    store = reopened(store)
    assert list(store.unkeyed_rows(GROUP, "S-1")) == rows
    assert list(store.unkeyed_rows(GROUP, "S-2")) == []
    assert list(store.unkeyed_rows("Winter", "S-1")) == []


def test_equal_rows_without_a_key_are_kept_each(store: Store) -> None:
    session = a_session()
    store.open_session(session)
    rows = [an_unkeyed_row(1), an_unkeyed_row(1)]
    assert store.change_session(changed(session), unkeyed=rows)
    assert list(store.unkeyed_rows(GROUP, "S-1")) == rows


def test_a_later_change_leaves_the_rows_without_a_key_alone(store: Store) -> None:
    session = a_session()
    store.open_session(session)
    rows = [an_unkeyed_row(1), an_unkeyed_row(2)]
    applied = changed(session, status=SessionStatus.APPLIED)
    assert store.change_session(applied, unkeyed=rows)
    assert store.change_session(changed(applied, quarantined=True))
    assert list(store.unkeyed_rows(GROUP, "S-1")) == rows


def test_hashes_of_rows_without_a_key_are_known_in_their_group(store: Store) -> None:
    session = a_session()
    store.open_session(session)
    there, other = an_unkeyed_row(1), an_unkeyed_row(2)
    assert store.change_session(changed(session), unkeyed=[there])
    assert store.unkeyed_hashes(GROUP, [there.hash, other.hash]) == {there.hash}
    assert store.unkeyed_hashes("Winter", [there.hash]) == frozenset()
    assert store.unkeyed_hashes(GROUP, []) == frozenset()
