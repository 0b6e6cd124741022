"""A disk that is full or fails, a file that is locked: told with what to do, and nothing is half-done."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from postering.domain.errors import StoreUnavailable
from postering.domain.inquiries.standing import ListFilter
from postering.domain.posting.queue import PostResult
from postering.store.sqlite import SQLiteStore
from tests.store.examples import NOW, a_key, a_piece, a_posting, a_staging, kept, staged_there, the_setup
from tests.store.sqlite.files import refused


class Failing(sqlite3.Connection):
    """A connection on which what `fails` names fails with `error`, after `left` that go well."""

    fails = ""
    error = ""
    left = 0

    def execute(self, statement: str, *values: Any) -> sqlite3.Cursor:
        if Failing.fails and Failing.fails in statement:
            if Failing.left == 0:
                if "disk" in Failing.error and self.in_transaction:
                    super().execute("ROLLBACK")  # SQLite takes the transaction back itself where the disk fails
                raise sqlite3.OperationalError(Failing.error)
            Failing.left -= 1
        return super().execute(statement, *values)


@pytest.fixture
def fail(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Makes statements of stores that were opened after it fail."""
    connect = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda *args, **named: connect(*args, factory=Failing, **named))

    def failing(fails: str, error: str, left: int = 0) -> None:
        for name, value in (("fails", fails), ("error", error), ("left", left)):
            monkeypatch.setattr(Failing, name, value)

    return failing


FAILURES = [
    ("database or disk is full", "the disk is full; free some space and run again"),
    ("disk I/O error", "the disk refused to read or write"),
    ("database is locked", "another program keeps it locked"),
]


@pytest.mark.parametrize(("error", "advice"), FAILURES)
@pytest.mark.parametrize("statement", ["BEGIN IMMEDIATE", "INSERT INTO transactions", "INSERT INTO pieces", "COMMIT"])
def test_a_staging_that_fails_midway_leaves_nothing(
    path: Path, fail: Callable[..., None], statement: str, error: str, advice: str
) -> None:
    with closing(SQLiteStore(path)) as store:
        kept(store, a_piece("T-0"))
        stagings = [a_staging(a_piece("T-1")), a_staging(a_piece("T-2"))]
        fail(statement, error)
        with pytest.raises(StoreUnavailable) as described:
            store.stage(stagings)
        assert str(path) in str(described.value)
        assert advice in str(described.value)
        assert set(store.staged([a_key("T-0"), a_key("T-1"), a_key("T-2")])) == {a_key("T-0")}
        fail("", "")
        assert list(store.stage(stagings)) == [True, True]


@pytest.mark.parametrize(
    ("statement", "left"),
    [
        ("UPDATE transactions", 0),
        ("UPDATE transactions", 1),
        ("INSERT INTO references_taken", 1),
        ("INSERT INTO documents", 0),
        ("INSERT INTO documents", 1),
        ("RELEASE", 1),
        ("COMMIT", 0),
    ],
)
def test_postings_that_fail_midway_leave_nothing(
    path: Path, fail: Callable[..., None], statement: str, left: int
) -> None:
    with closing(SQLiteStore(path)) as store:
        there = kept(store, a_piece("T-1"), a_piece("T-2"))
        postings = [a_posting(each, f"ONL-{number:06d}") for number, each in enumerate(there, 1)]
        fail(statement, "database or disk is full", left)
        with pytest.raises(StoreUnavailable, match="the disk is full"):
            store.post(postings)
        fail("", "")
        assert [staged_there(store, each.record.key) for each in there] == there
        assert list(store.orders_between(None, None, None)) == []
        assert [outcome.result for outcome in store.post(postings)] == [PostResult.POSTED] * 2


def test_a_disk_that_is_really_full_takes_nothing_back_that_was_committed(path: Path) -> None:
    with closing(SQLiteStore(path)) as store:
        kept(store, a_piece("T-1"))
        pages = store._connection.row("PRAGMA page_count")
        assert pages is not None
        store._connection.row(f"PRAGMA max_page_count = {pages[0] + 2}")
        many = [a_staging(a_piece(f"T-{number}")) for number in range(2, 60)]
        with pytest.raises(StoreUnavailable, match=r"store\.db: the disk is full; free some space"):
            store.stage(many)
        assert [record.key for record in store.listed(ListFilter(), None)] == [a_key("T-1")]
        store._connection.row("PRAGMA max_page_count = 1000000")
        assert list(store.stage(many)) == [True] * len(many)


def test_a_store_that_can_not_be_made_for_want_of_room_is_made_later(path: Path, fail: Callable[..., None]) -> None:
    fail("CREATE TABLE sessions", "database or disk is full")
    assert "the disk is full" in refused(path)
    fail("", "")
    with closing(SQLiteStore(path)) as store:
        assert list(store.sessions()) == []


def test_a_store_that_another_program_keeps_locked_is_told(path: Path) -> None:
    with (
        closing(SQLiteStore(path, busy_seconds=0)) as store,
        closing(sqlite3.connect(path, isolation_level=None)) as raw,
    ):
        (there,) = kept(store, a_piece("T-1"))
        raw.execute("BEGIN IMMEDIATE")
        for write in (
            lambda: store.stage([a_staging(a_piece("T-2"))]),
            lambda: store.post([a_posting(there, "ONL-000001")]),
            lambda: store.take_numbers("USRT", 1, 1, 9),
            lambda: store.apply_setup(the_setup(), 0, NOW, "operator"),
        ):
            with pytest.raises(
                StoreUnavailable, match=r"store\.db: another program keeps it locked; close that program"
            ):
                write()
        assert staged_there(store, a_key("T-1")) == there  # reading goes on
        raw.execute("ROLLBACK")
        assert list(store.take_numbers("USRT", 1, 1, 9)) == [1]
        assert store.setup().version == 0


def test_a_store_whose_making_another_program_holds_up_is_told(path: Path, fail: Callable[..., None]) -> None:
    fail("PRAGMA journal_mode", "database is locked")
    assert "another program keeps it locked" in refused(path)
    assert path.stat().st_size == 0
