"""The SQLite adapter: the durable, embedded store of the local deployment. It needs only the standard library."""

from postering.store.sqlite.store import SQLiteStore

__all__ = ["SQLiteStore"]
