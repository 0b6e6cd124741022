"""Shared by the parts of the SQLite store: the connection."""

from postering.store.sqlite.connection import Connection


class Part:
    """A part of the store."""

    def __init__(self, connection: Connection) -> None:
        """Work over `connection`."""
        self._connection = connection
