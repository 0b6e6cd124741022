"""A file that is no store, of another version, or not to be written: told with what to do, and left as it is."""

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from postering.domain.errors import StoreUnavailable
from postering.domain.inquiries.standing import ListFilter
from postering.store.sqlite import SQLiteStore
from postering.store.sqlite.opening import VERSION
from postering.store.sqlite.schema import APPLICATION_ID
from tests.store.examples import a_piece, kept, staged_there
from tests.store.sqlite.files import refused, run

# --- the file ------------------------------------------------------------------------------------------------


def test_a_new_file_says_whose_it_is_and_keeps_what_is_committed(path: Path) -> None:
    SQLiteStore(path).close()
    assert run(path, "PRAGMA application_id") == [(APPLICATION_ID,)]
    assert run(path, "PRAGMA user_version") == [(VERSION,)]
    assert run(path, "PRAGMA journal_mode") == [("wal",)]


def test_every_connection_writes_through_to_the_disk(path: Path) -> None:
    for _ in range(2):
        with closing(SQLiteStore(path)) as store:
            connection = store._connection
            assert connection.row("PRAGMA synchronous") == (2,)  # FULL
            assert connection.row("PRAGMA journal_mode") == ("wal",)
            with connection.snapshot() as view:
                assert view.row("PRAGMA synchronous") == (2,)


def test_an_empty_file_becomes_a_store(path: Path) -> None:
    path.touch()
    with closing(SQLiteStore(path)) as store:
        kept(store, a_piece())


def test_a_file_that_was_left_while_it_was_made_becomes_a_store(path: Path) -> None:
    run(path, "PRAGMA journal_mode = WAL")
    assert path.stat().st_size > 0
    with closing(SQLiteStore(path)) as store:
        kept(store, a_piece())


@pytest.mark.parametrize(
    ("version", "not_there_yet"), [(2, ("customers", "outbox", "runs")), (3, ("outbox", "runs"))], ids=["2", "3"]
)
def test_a_file_of_an_earlier_version_is_brought_to_this_one_with_all_that_is_in_it(
    path: Path, version: int, not_there_yet: tuple[str, ...]
) -> None:
    with closing(SQLiteStore(path)) as store:
        (there,) = kept(store, a_piece())
    tables = run(path, "SELECT name, sql FROM sqlite_master ORDER BY name")
    run(path, *(f"DROP TABLE {name}" for name in not_there_yet), f"PRAGMA user_version = {version}001")

    for _ in range(2):
        with closing(SQLiteStore(path)) as store:
            assert staged_there(store, there.record.key) == there
    assert run(path, "SELECT name, sql FROM sqlite_master ORDER BY name") == tables
    assert run(path, "PRAGMA user_version") == [(VERSION,)]


@pytest.mark.parametrize("version", [1001, VERSION + 1, VERSION - 1, VERSION + 1000])
def test_a_file_of_another_version_is_refused_and_left_as_it_is(path: Path, version: int) -> None:
    with closing(SQLiteStore(path)) as store:
        kept(store, a_piece())
    run(path, f"PRAGMA user_version = {version}")
    before = path.read_bytes()
    described = refused(path)
    assert f"schema version {version}" in described
    assert str(VERSION) in described
    assert "POSTERING_HOME" in described
    assert path.read_bytes() == before


@pytest.mark.parametrize("also", ["", "PRAGMA user_version = 7", "PRAGMA application_id = 7"])
def test_a_sqlite_file_of_another_program_is_refused_and_left_as_it_is(path: Path, also: str) -> None:
    run(path, "CREATE TABLE theirs (x)", "INSERT INTO theirs VALUES (1)", also)
    before = path.read_bytes()
    assert "is not a store of Postering; set POSTERING_HOME" in refused(path)
    assert path.read_bytes() == before
    assert not path.with_name("store.db-wal").exists()


def test_a_text_file_is_refused_and_left_as_it_is(path: Path) -> None:
    path.write_text("order,total\nW-1,70.40\n" * 200, encoding="utf-8")
    before = path.read_bytes()
    assert "it is not a SQLite file; set POSTERING_HOME" in refused(path)
    assert path.read_bytes() == before


def test_a_folder_in_its_place_is_refused(path: Path) -> None:
    path.mkdir()
    assert "it can't be opened; check that its folder exists" in refused(path)


def test_a_folder_that_does_not_exist_is_named(path: Path) -> None:
    assert "it can't be opened; check that its folder exists" in refused(path / "deeper" / "store.db")


def test_a_damaged_file_is_told_to_be(path: Path) -> None:
    with closing(SQLiteStore(path)) as store:
        kept(store, *(a_piece(f"T-{number}") for number in range(30)))
    content = bytearray(path.read_bytes())
    content[4096:] = b"\xa5" * (len(content) - 4096)
    path.write_bytes(content)
    with pytest.raises(StoreUnavailable, match=r"store\.db: the file is damaged; restore it from a backup"):
        _used(path, lambda store: list(store.listed(ListFilter(), None)))


def _used(path: Path, use: Callable[[SQLiteStore], object]) -> None:
    with closing(SQLiteStore(path, busy_seconds=0)) as store:
        use(store)


# --- rights --------------------------------------------------------------------------------------------------


@contextmanager
def an_ordinary_user() -> Iterator[None]:
    """Rights do not hold for root: what is within is done as `nobody`."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def shared_path() -> Iterator[Path]:
    """A store in a folder that every user can look into but not write to; its file can be read only."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "store.db"
        with closing(SQLiteStore(path)) as store:
            kept(store, a_piece())
        path.chmod(0o444)
        path.parent.chmod(0o555)
        try:
            yield path
        finally:
            path.parent.chmod(0o755)


def test_a_file_that_may_only_be_read_is_told(shared_path: Path) -> None:
    shared_path.parent.chmod(0o777)
    with an_ordinary_user(), pytest.raises(StoreUnavailable) as described:
        _used(shared_path, lambda store: kept(store, a_piece("T-2")))
    assert str(shared_path) in str(described.value)
    assert "it can't be written; give this user the right" in str(described.value)


def test_a_folder_that_may_only_be_read_is_told(shared_path: Path) -> None:
    with an_ordinary_user():
        assert "this user" in refused(shared_path)
        assert "this user" in refused(shared_path.with_name("other.db"))
    assert [each.name for each in shared_path.parent.iterdir()] == ["store.db"]
