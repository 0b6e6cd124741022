"""The SQLite adapter: the durable, embedded store of the local deployment. Standard library, nothing to install."""

from postering.store.sqlite.store import SQLiteStore

__all__ = ["SQLiteStore"]
