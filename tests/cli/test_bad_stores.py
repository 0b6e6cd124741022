"""A store that can't be used, through the command line: both jobs and an operator's edit end with 1 and what to do.

Nothing is half-done: when the store is well again, everything is as before, and the same commands do their work.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import NoCredentialsError

from postering.deployment import stores
from postering.store.sqlite import SQLiteStore
from tests.cli import shop
from tests.cli.conftest import Postering, Ran
from tests.store.adapters import a_table, moto_client
from tests.store.dynamodb.faults import Fault, FaultyClient, raises, says
from tests.store.sqlite.test_disk_and_locks import Failing

COMMANDS: dict[str, tuple[str, ...]] = {
    "p-job": ("p-job", "--json"),
    "sync-orders": ("sync-orders", "--json"),
    "edit": ("edit", "T-1", "businessDate=2026-11-20", "--json"),
}
each_command = pytest.mark.parametrize("line", COMMANDS.values(), ids=COMMANDS)


def states(postering: Postering) -> dict[str, list[object]]:
    rows = postering("transactions", "--json").json["transactions"]
    return {row["transaction_id"]: [row["state"], row["codes"], row["sales_id"]] for row in rows}


@pytest.fixture
def day(stage: Callable[..., Ran], postering: Postering, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Postering:
    """T-1 failed for its date, T-2 is pending, T-3 waits in a package."""
    monkeypatch.setattr(stores, "SQLiteStore", partial(SQLiteStore, busy_seconds=0))
    stage(shop.sale("T-1", day="2031-01-15"))
    postering("sync-orders")
    stage(shop.sale("T-2"))
    folder = shop.written(tmp_path / "late", shop.sale("T-3"))
    assert postering("package", folder, "--group", "Default", "--session", "late").status == 0
    return postering


@pytest.fixture
def fail(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], None]:
    """Makes a statement of SQLite fail."""
    connect = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda *args, **named: connect(*args, factory=Failing, **named))

    def failing(statement: str, error: str) -> None:
        for name, value in (("fails", statement), ("error", error), ("left", 0)):
            monkeypatch.setattr(Failing, name, value)

    return failing


def assert_told(ran: Ran, *words: str) -> None:
    assert ran.status == 1
    assert ran.out == ""
    assert "Traceback" not in ran.err
    assert "defect" not in ran.err
    for word in words:
        assert word in ran.err


def assert_well_again(postering: Postering, before: dict[str, list[object]]) -> None:
    """What was there is there, and all of the commands do their work, once."""
    assert states(postering) == before
    for line in COMMANDS.values():
        assert postering(*line).status == 0
    assert postering("sync-orders").status == 0
    after = states(postering)
    assert {number: state[0] for number, state in after.items()} == dict.fromkeys(("T-1", "T-2", "T-3"), "succeeded")
    assert len({str(state[2]) for state in after.values()}) == 3
    assert postering("reconcile", "--json").json["balanced"]


INJECTED = {
    "database or disk is full": "the disk is full; free some space and run again",
    "disk I/O error": "the disk refused to read or write; check the disk",
    "attempt to write a readonly database": "it can't be written; give this user the right to write the file",
    "database is locked": "another program keeps it locked; close that program, or wait for it, and run again",
}


@each_command
@pytest.mark.parametrize("error", INJECTED)
@pytest.mark.parametrize("statement", ["BEGIN IMMEDIATE", "UPDATE", "COMMIT"])
def test_a_store_that_can_not_be_written_is_told_and_nothing_is_half_done(
    day: Postering, home: Path, fail: Callable[[str, str], None], line: tuple[str, ...], error: str, statement: str
) -> None:
    before = states(day)
    fail(statement, error)

    ran = day(*line)

    fail("", "")
    assert_told(ran, str(home / "postering.db"), INJECTED[error])
    # A job that wrote before it was stopped goes on from there; what stopped it was taken back whole.
    is_whole = statement == "BEGIN IMMEDIATE" or line[0] == "edit"
    assert_well_again(day, before if is_whole else states(day))


@each_command
def test_a_store_that_another_program_keeps_locked_is_told(day: Postering, home: Path, line: tuple[str, ...]) -> None:
    before = states(day)
    with closing(sqlite3.connect(home / "postering.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        ran = day(*line)
        other.execute("ROLLBACK")

    assert_told(ran, str(home / "postering.db"), "another program keeps it locked; close that program")
    assert_well_again(day, before)


@each_command
@pytest.mark.parametrize("version", [1, 999_001])
def test_a_store_of_another_version_is_told_and_left_as_it_is(
    day: Postering, home: Path, line: tuple[str, ...], version: int
) -> None:
    before = states(day)
    with closing(sqlite3.connect(home / "postering.db")) as raw:
        (own,) = raw.execute("PRAGMA user_version").fetchone()
        raw.execute(f"PRAGMA user_version = {version}")
        raw.commit()

    ran = day(*line)

    assert_told(ran, f"has schema version {version}", "use the program that made it, or set POSTERING_HOME")
    with closing(sqlite3.connect(home / "postering.db")) as raw:
        raw.execute(f"PRAGMA user_version = {own}")
        raw.commit()
    assert_well_again(day, before)


@each_command
def test_a_store_without_its_tables_is_told(day: Postering, home: Path, line: tuple[str, ...]) -> None:
    before = states(day)
    with closing(sqlite3.connect(home / "postering.db")) as raw:
        raw.execute("ALTER TABLE setups RENAME TO away")
        raw.execute("ALTER TABLE transactions RENAME TO gone")
        raw.commit()

    ran = day(*line)

    assert_told(ran, str(home / "postering.db"), "a table or column is missing", "restore it from a backup")
    with closing(sqlite3.connect(home / "postering.db")) as raw:
        raw.execute("ALTER TABLE away RENAME TO setups")
        raw.execute("ALTER TABLE gone RENAME TO transactions")
        raw.commit()
    assert_well_again(day, before)


# --- DynamoDB ------------------------------------------------------------------------------------------------


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch, home: Path) -> Iterator[FaultyClient]:
    """The command works on a table of its own on moto."""
    faulty = FaultyClient(moto_client())
    monkeypatch.setattr("postering.store.dynamodb.opening.dynamodb_client", lambda: faulty)
    monkeypatch.setattr(FaultyClient, "close", lambda self: None, raising=False)
    with a_table(moto_client()) as name:
        monkeypatch.setenv("POSTERING_TABLE", name)
        monkeypatch.setenv("POSTERING_BUCKET", "shop-uploads")
        yield faulty


WORLDS: dict[str, tuple[Fault, str]] = {
    "no permission": (says("AccessDeniedException"), "this identity may not use it: give the identity the rights that"),
    "expired credentials": (says("ExpiredTokenException"), "the credentials have expired; sign in again"),
    "wrong credentials": (says("UnrecognizedClientException"), "the credentials are not valid; sign in again"),
    "no credentials": (raises(NoCredentialsError()), "sign in, or set AWS_DEFAULT_REGION, AWS_ACCESS_KEY_ID"),
}


@each_command
@pytest.mark.parametrize("world", WORLDS)
def test_a_table_that_may_not_be_used_is_told(
    client: FaultyClient, postering: Postering, line: tuple[str, ...], world: str
) -> None:
    fault, advice = WORLDS[world]
    for call in ("batch_get_item", "put_item", "query", "scan", "transact_write_items", "batch_write_item"):
        client.plant_always(call, fault)

    ran = postering(*line)

    assert_told(ran, "Error: ", advice)


@each_command
def test_a_table_that_is_not_there_or_in_another_region_is_told(
    client: FaultyClient, postering: Postering, monkeypatch: pytest.MonkeyPatch, line: tuple[str, ...]
) -> None:
    monkeypatch.setenv("POSTERING_TABLE", "nowhere-postering")

    ran = postering(*line)

    assert_told(
        ran, "table nowhere-postering: there is no such table in this region: deploy the stack first", "AWS_DEFAULT"
    )


@each_command
def test_a_table_of_another_version_is_told(
    client: FaultyClient, postering: Postering, line: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    import os

    key: dict[str, Any] = {"pk": {"S": "form"}, "sk": {"S": "VERSION"}}
    moto_client().put_item(TableName=os.environ["POSTERING_TABLE"], Item=key | {"version": {"N": "999001"}})

    ran = postering(*line)

    assert_told(ran, "holds records of version 999001", "deploy the program that made them, or name another table")
