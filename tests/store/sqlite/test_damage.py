"""What is not as the store wrote it is told, and what would not fit is not written."""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from postering.domain.errors import StoreUnavailable
from postering.domain.inquiries.standing import ListFilter
from postering.domain.posting.queue import PostResult
from postering.store.sqlite import SQLiteStore
from tests.store.examples import (
    GROUP,
    a_key,
    a_piece,
    a_posting,
    a_rejected_piece,
    a_session,
    a_staging,
    an_unkeyed_row,
    changed,
    kept,
    staged_there,
)
from tests.store.sqlite.files import run


def test_a_piece_that_is_missing_is_never_no_rows(path: Path) -> None:
    with closing(SQLiteStore(path)) as store:
        kept(store, a_piece("T-1"), a_piece("T-2"))
        run(path, f"DELETE FROM pieces WHERE key = '{a_key('T-1').text}'")
        message = r"piece \w+ of transaction USRT/\d+/HOUSTON-ONLINE//T-1 is missing, the store is damaged; restore it"
        with pytest.raises(StoreUnavailable, match=message):
            store.staged([a_key("T-1")])
        with pytest.raises(StoreUnavailable, match=message):
            list(store.staged_between(None, None, None))
        assert staged_there(store, a_key("T-2")).pieces


@pytest.mark.parametrize(
    ("damage", "read"),
    [
        ("UPDATE transactions SET record = '{}'", lambda store: store.staged([a_key("T-1")])),
        ("UPDATE transactions SET record = '{}'", lambda store: list(store.listed(ListFilter(), None))),
        ("UPDATE pieces SET content = x'00ff'", lambda store: store.staged([a_key("T-1")])),
        ("UPDATE documents SET content = x'00ff'", lambda store: store.order_of(a_key("T-1"))),
        ("UPDATE documents SET content = x'00ff'", lambda store: list(store.orders_between(None, None, None))),
    ],
)
def test_content_that_was_changed_to_nonsense_is_told(
    path: Path, damage: str, read: Callable[[SQLiteStore], object]
) -> None:
    with closing(SQLiteStore(path)) as store:
        (there,) = kept(store, a_piece("T-1"))
        store.post([a_posting(there, "ONL-000001")])
        run(path, damage)
        with pytest.raises(StoreUnavailable, match=r"can't be read, the store is damaged .*; restore it from a backup"):
            read(store)


def test_a_number_that_is_given_already_is_not_posted_twice(path: Path) -> None:
    with closing(SQLiteStore(path)) as store:
        first, second = kept(store, a_piece("T-1"), a_piece("T-2"))
        store.post([a_posting(first, "ONL-000001")])
        (outcome,) = store.post([a_posting(second, "ONL-000001")])
        assert outcome.result is PostResult.PASSING_FAILURE
        assert outcome.detail == "sales order number ONL-000001 of company USRT is in use already"
        assert staged_there(store, a_key("T-2")) == second
        assert [each.result for each in store.post([a_posting(second, "ONL-000002")])] == [PostResult.POSTED]


def test_a_refused_staging_leaves_no_piece_and_no_channel(path: Path) -> None:
    with closing(SQLiteStore(path)) as store:
        kept(store, a_rejected_piece("T-1"))
        late = a_staging(a_piece("T-1"))
        assert list(store.stage([late])) == [False]
    assert run(path, "SELECT count(*) FROM pieces") == [(1,)]
    assert run(path, "SELECT count(*) FROM channels") == [(1,)]


def test_rows_without_a_key_of_a_later_change_join_those_that_are_there(path: Path) -> None:
    with closing(SQLiteStore(path)) as store:
        session = a_session()
        store.open_session(session)
        once, twice = changed(session), changed(changed(session))
        rows = [an_unkeyed_row(number) for number in range(3)]
        assert store.change_session(once, unkeyed=rows[:2])
        assert store.change_session(twice, unkeyed=rows[2:])
        assert list(store.unkeyed_rows(GROUP, "S-1")) == rows
