"""What is committed survives the death of the process, and two users of one file never both win."""

import os
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import TypeVar

import pytest

from postering.domain.inquiries.standing import ListFilter
from postering.domain.posting.queue import PostResult
from postering.domain.staging.assembly import assemble
from postering.domain.staging.records import State
from postering.store.sqlite import SQLiteStore
from tests.store.examples import a_key, a_piece, a_posting, a_session, a_staging, failed, kept, staged_there

ROOT = Path(__file__).parents[3]
USERS = 4

Item = TypeVar("Item")
Result = TypeVar("Result")


@pytest.fixture
def store(path: Path) -> Iterator[SQLiteStore]:
    with closing(SQLiteStore(path)) as opened:
        yield opened


# --- kill -9 -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lines", [1, 2, 3, 8, 31])
def test_a_process_that_is_killed_loses_nothing_that_it_committed(path: Path, lines: int) -> None:
    committed = _killed_after(path, lines)
    with closing(SQLiteStore(path)) as store:
        assert path.with_name("store.db-wal").exists()
        records = list(store.listed(ListFilter(), None))
        names = {record.key.transaction_id for record in records}
        succeeded = {record.key.transaction_id for record in records if record.state is State.SUCCEEDED}
        assert {name for what, name in committed if what == "staged"} <= names
        assert {name for what, name in committed if what == "posted"} <= succeeded
        assert len(names) <= lines + 1
        for record in records:
            there = staged_there(store, record.key)
            assert assemble(record.key, there.pieces).retail_transaction.sales
            order = store.order_of(record.key)
            assert (order is not None) == (record.state is State.SUCCEEDED)
            assert order is None or order.document.id == record.sales_id
        taken = [int(number) for what, number in committed if what == "taken"]
        assert store.take_numbers("USRT", 1, 1, 999_999)[0] > max(taken, default=0)
    with closing(sqlite3.connect(path)) as raw:
        assert raw.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def _killed_after(path: Path, lines: int) -> list[tuple[str, str]]:
    """Run the writer until it has said so many lines, then kill it; all that it said."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "layers/postering/python")))}
    script = str(Path(__file__).with_name("writes_until_killed.py"))
    with subprocess.Popen(
        [sys.executable, script, str(path)], stdout=subprocess.PIPE, text=True, env=environment, cwd=ROOT
    ) as process:
        assert process.stdout is not None
        said = [process.stdout.readline() for _ in range(lines)]
        process.send_signal(signal.SIGKILL)
        said += process.stdout.readlines()
    assert process.returncode == -signal.SIGKILL
    whole = [line.split() for line in said if line.endswith("\n")]
    return [(what, name) for what, name in whole]


# --- two users of one file -----------------------------------------------------------------------------------


def _at_once(path: Path, work: Callable[[SQLiteStore, Item], Result], items: Sequence[Item]) -> list[Result]:
    """`work` on each item in a thread with a store of its own, all let go at one moment; what each came to."""
    start = threading.Barrier(len(items))

    def do(item: Item) -> Result:
        start.wait()
        with closing(SQLiteStore(path)) as store:
            return work(store, item)

    with ThreadPoolExecutor(len(items)) as users:
        return list(users.map(do, items))


def test_a_new_store_may_be_made_by_many_at_once(tmp_path: Path) -> None:
    for turn in range(10):
        path = tmp_path / f"{turn}.db"
        assert _at_once(path, lambda store, _: store.setup().version, range(USERS)) == [0] * USERS


def test_of_many_who_stage_one_new_transaction_exactly_one_wins(store: SQLiteStore, path: Path) -> None:
    stagings = [a_staging(a_piece("T-1"), by=f"p-job {user}") for user in range(USERS)]
    won = _at_once(path, lambda own, staging: own.stage([staging])[0], stagings)
    assert sorted(won) == [False] * (USERS - 1) + [True]
    assert staged_there(store, a_key("T-1")).record == stagings[won.index(True)].record


def test_of_many_who_post_one_transaction_exactly_one_wins(store: SQLiteStore, path: Path) -> None:
    (there,) = kept(store, a_piece("T-1"))
    postings = [a_posting(there, f"ONL-{user:06d}", by=f"sync-orders {user}") for user in range(USERS)]
    results = [outcome.result for outcome in _at_once(path, lambda own, one: own.post([one])[0], postings)]
    assert sorted(results) == [PostResult.LOST] * (USERS - 1) + [PostResult.POSTED]
    winner = postings[results.index(PostResult.POSTED)]
    assert list(store.orders_between(None, None, None)) == [winner.order]
    assert staged_there(store, a_key("T-1")).record == winner.record


def test_of_many_who_post_one_reference_exactly_one_wins(store: SQLiteStore, path: Path) -> None:
    there = kept(store, *(a_piece(f"T-{user}", reference="W-7") for user in range(USERS)))
    postings = [a_posting(each, f"ONL-{user:06d}") for user, each in enumerate(there)]
    outcomes = _at_once(path, lambda own, one: own.post([one])[0], postings)
    results = [outcome.result for outcome in outcomes]
    assert sorted(results) == [PostResult.POSTED] + [PostResult.REFERENCE_TAKEN] * (USERS - 1)
    holder = a_key(f"T-{results.index(PostResult.POSTED)}").text
    assert {outcome.taken_by for outcome in outcomes} == {"", holder}


def test_many_who_take_numbers_at_once_share_none(store: SQLiteStore, path: Path) -> None:
    def take(own: SQLiteStore, _: int) -> list[int]:
        return [number for count in (1, 2, 3, 4, 5) for number in own.take_numbers("USRT", count, 1, 40)]

    taken = _at_once(path, take, range(USERS))
    assert sorted(number for one in taken for number in one) == list(range(1, 41))
    assert list(store.take_numbers("USRT", 1, 1, 40)) == []


def test_of_many_who_settle_one_version_exactly_one_wins(store: SQLiteStore, path: Path) -> None:
    (there,) = kept(store, a_piece("T-1"))
    verdicts = [failed(there.record, by=f"sync-orders {user}") for user in range(USERS)]
    won = _at_once(path, lambda own, verdict: own.update_records([verdict])[0], verdicts)
    assert sorted(won) == [False] * (USERS - 1) + [True]
    assert staged_there(store, a_key("T-1")).record == verdicts[won.index(True)]


def test_of_many_who_open_one_session_exactly_one_wins(store: SQLiteStore, path: Path) -> None:
    sessions = [a_session("S-1", number=user) for user in range(USERS)]
    won = _at_once(path, lambda own, session: own.open_session(session), sessions)
    assert sorted(won) == [False] * (USERS - 1) + [True]
    assert list(store.sessions()) == [sessions[won.index(True)]]


# --- views ---------------------------------------------------------------------------------------------------


def test_a_long_read_sees_one_state_of_the_store(store: SQLiteStore, path: Path) -> None:
    kept(store, a_piece("T-1"), a_piece("T-2"), a_piece("T-9"))
    staged, orders = store.staged_between(None, None, None), store.orders_between(None, None, None)
    listed = store.listed(ListFilter(), None)
    first, also_first = next(staged), next(listed)
    with closing(SQLiteStore(path)) as other:
        kept(other, a_piece("T-3"))
        kept(store, a_piece("T-4"))
        other.post([a_posting(staged_there(other, a_key("T-2")), "ONL-000002")])
    assert [each.record.state for each in (first, *staged)] == [State.PENDING] * 3
    assert [record.state for record in (also_first, *listed)] == [State.PENDING] * 3
    assert len(list(orders)) == 1
    assert len(list(store.staged_between(None, None, None))) == 5
