"""Connections to a channel database: its URL, a connection that only reads, and the error if there is none."""

import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from sqlalchemy import URL, Connection, Engine, create_engine, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from postering.domain.errors import ChannelDatabaseMissing, ChannelDatabaseUnavailable

_SECRET: Final = re.compile(r"(arn:[\w:-]+:secret:)?[\w/+=.@-]{1,512}", re.ASCII)
_WAIT_FOR_LOCK_SECONDS: Final = 30
_SNAPSHOT_LEVELS: Final = {"mssql": "SNAPSHOT", "oracle": "SERIALIZABLE"}
_SNAPSHOT_LEVEL: Final = "REPEATABLE READ"
_LONGEST_CAUSE: Final = 300


class Unavailable:
    """Makes the error of a channel database that cannot be read: name, address without secrets, cause, repair."""

    def __init__(self, database: str, shown: str) -> None:
        self._place = f"channel database {database} ({shown})"

    def __call__(self, cause: str, repair: str = "") -> ChannelDatabaseUnavailable:
        """The exception to raise."""
        repair = repair or "check the database and its url in the setup, then run the job again"
        return ChannelDatabaseUnavailable(f"{self._place}: {cause}; {repair}")

    def missing(self, cause: str, repair: str) -> ChannelDatabaseMissing:
        """The exception to raise if its file is not there."""
        return ChannelDatabaseMissing(f"{self._place}: {cause}; {repair}")


def is_secret_name(url: str) -> bool:
    """Whether the `url` of a channel database is the name of a secret, and not an SQLAlchemy URL."""
    return _SECRET.fullmatch(url) is not None


def public_url(url: str) -> str:
    """`url` for messages: without password, and without options, which may hold one."""
    try:
        return make_url(url).set(query={}).render_as_string(hide_password=True)
    except (ArgumentError, ValueError):
        return "an unreadable url"


def writing_engine(url: str, home: Path) -> Engine:
    """An engine that may write, for the channel databases of demo and tests. A relative file lies below `home`."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite" and parsed.database:
        parsed = parsed.set(database=str(home / parsed.database))
    return create_engine(parsed, poolclass=NullPool)


@contextmanager
def snapshot_connection(url: str, home: Path, unavailable: Unavailable) -> Iterator[Connection]:
    """A connection in one transaction that sees the database as it was at its first read, and writes nothing.

    Errors of the database, here or while the connection is used, are raised as `ChannelDatabaseUnavailable`.
    """
    engine = _reading_engine(url, home, unavailable)
    try:
        with engine.connect() as connection:
            if engine.dialect.name == "sqlite":
                # The driver begins no transaction for reads; an immediate read fixes the moment of the snapshot.
                connection.exec_driver_sql("BEGIN")
                connection.exec_driver_sql("SELECT count(*) FROM sqlite_master").all()
            yield connection
            connection.rollback()
    except DBAPIError as wrong:
        raise unavailable(*_cause(wrong)) from None
    except SQLAlchemyError as wrong:
        raise unavailable(_first_line(str(wrong))) from None
    finally:
        engine.dispose()


def _reading_engine(url: str, home: Path, unavailable: Unavailable) -> Engine:
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() == "sqlite":
            connected = _sqlite_file(parsed, home, unavailable)
            return create_engine("sqlite://", creator=connected, poolclass=NullPool)
        level = _SNAPSHOT_LEVELS.get(parsed.get_backend_name(), _SNAPSHOT_LEVEL)
        return create_engine(parsed, poolclass=NullPool, isolation_level=level)
    except NoSuchModuleError:
        raise unavailable("its kind of database is not known", "write an SQLAlchemy URL; install its dialect") from None
    except (ArgumentError, ValueError):
        repair = "write an SQLAlchemy URL, such as sqlite:///channel.db"
        raise unavailable("its url can't be read", repair) from None
    except ModuleNotFoundError as missing:
        raise unavailable(f"the driver {missing.name} is not installed", f"install {missing.name}") from None


def _sqlite_file(url: URL, home: Path, unavailable: Unavailable) -> Callable[[], sqlite3.Connection]:
    if not url.database or url.database.startswith((":", "file:")):
        raise unavailable("the url names no file", "write it as sqlite:///channel.db")
    path = home / url.database
    if not path.is_file():
        repair = "put the file there, or correct the url in the setup"
        if path.is_dir():
            raise unavailable(f"the file {path} is a folder", repair)
        raise unavailable.missing(f"the file {path} is not there", repair)

    def connected() -> sqlite3.Connection:
        return sqlite3.connect(
            f"{path.resolve().as_uri()}?mode=ro", uri=True, isolation_level=None, timeout=_WAIT_FOR_LOCK_SECONDS
        )

    return connected


def _cause(wrong: DBAPIError) -> tuple[str, str]:
    text = _first_line(str(wrong.orig))
    low = text.casefold()
    if "locked" in low or "busy" in low:
        return f"it is locked by another program ({text})", "let that program end, then run the job again"
    if "not a database" in low or "malformed" in low:
        return f"the file is not a sound database ({text})", "put a sound database there"
    if "snapshot isolation" in low:
        return text, "allow snapshot isolation in that database (ALLOW_SNAPSHOT_ISOLATION ON)"
    return text, ""


def _first_line(text: str) -> str:
    return (text.strip().splitlines() or ["no reason given"])[0][:_LONGEST_CAUSE]
