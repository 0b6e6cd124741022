"""Opening the file of the store: a new file is made; a file of another program or a later version is refused."""

import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import Final

from postering.domain.errors import StoreUnavailable
from postering.store.packing import FORM_VERSION
from postering.store.sqlite.schema import APPLICATION_ID, SCHEMA_VERSION, STATEMENTS, STEPS

VERSION: Final = SCHEMA_VERSION * 1000 + FORM_VERSION
"""The `user_version` of a file of this program: the version of the tables and of the records packed in them."""

_PAUSE_SECONDS: Final = 0.01


def open_connection(path: Path, busy_seconds: float) -> sqlite3.Connection:
    """Open a connection to the store at `path`, and make the file if there is none.

    WAL, `synchronous=FULL`: a committed write survives a crash of everything. The connection waits `busy_seconds` for
    other writers. A file of an earlier version is brought to this one.

    Raises:
        StoreUnavailable: the file belongs to another program or to a later version. It stays as it is.
    """
    connection = sqlite3.connect(path, timeout=busy_seconds, isolation_level=None)
    try:
        connection.execute("PRAGMA synchronous = FULL")
        if _is_empty(connection):
            _use_wal(connection, busy_seconds)
            _create(connection)
        _bring_up_to_date(connection)
        _check(connection, path)
    except BaseException:
        connection.close()
        raise
    return connection


def _look(connection: sqlite3.Connection) -> tuple[int, int, int]:
    """The file's program, its version and its number of tables, read by one statement: they belong to one moment."""
    looked = connection.execute(
        "SELECT application_id, user_version, (SELECT count(*) FROM sqlite_master) "
        "FROM pragma_application_id, pragma_user_version"
    )
    with closing(looked):
        application, version, tables = looked.fetchone()
    return application, version, tables


def _is_empty(connection: sqlite3.Connection) -> bool:
    return _look(connection) == (0, 0, 0)


def _use_wal(connection: sqlite3.Connection, busy_seconds: float) -> None:
    """Turn WAL on. SQLite does not wait by itself if two processes make the file at once, so this function waits."""
    until = time.monotonic() + busy_seconds
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL").close()
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() >= until:
                raise
            time.sleep(_PAUSE_SECONDS)
        else:
            return


def _create(connection: sqlite3.Connection) -> None:
    connection.execute("BEGIN IMMEDIATE")
    try:
        if _is_empty(connection):  # another process may have been first
            for statement in STATEMENTS:
                connection.execute(statement)
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            connection.execute(f"PRAGMA user_version = {VERSION}")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _bring_up_to_date(connection: sqlite3.Connection) -> None:
    """Bring a file of an earlier version to this one, in one transaction; `_check` refuses all others."""
    if not _is_earlier(connection):
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        if _is_earlier(connection):  # another process may have been first
            for version in range(_look(connection)[1] // 1000, SCHEMA_VERSION):
                for statement in STEPS[version]:
                    connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {VERSION}")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _is_earlier(connection: sqlite3.Connection) -> bool:
    application, version, _ = _look(connection)
    schema, form = divmod(version, 1000)
    return application == APPLICATION_ID and form == FORM_VERSION and schema in STEPS


def _check(connection: sqlite3.Connection, path: Path) -> None:
    application, version, _ = _look(connection)
    if application != APPLICATION_ID:
        raise StoreUnavailable(f"{path} is not a store of Postering; set POSTERING_HOME to another folder")
    if version != VERSION:
        raise StoreUnavailable(
            f"{path} has schema version {version}, this program works with {VERSION}: use the program "
            "that made it, or set POSTERING_HOME to a new folder and apply the kept packages again"
        )
