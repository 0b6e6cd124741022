"""Upload sessions and channel cursors on SQLite."""

from collections.abc import Collection, Sequence

from postering.domain.retail_transactions.rows import UnkeyedRow
from postering.domain.runs.cursors import ChannelCursor
from postering.domain.runs.sessions import UploadSession
from postering.store.packing import packed, unpacked
from postering.store.sqlite.connection import Connection
from postering.store.sqlite.part import Part


class Sessions(Part):
    """`jobs.ports.SessionStore`."""

    def session(self, group: str, session_id: str) -> UploadSession | None:
        """The session, None if there is none."""
        row = self._connection.row(
            "SELECT record FROM sessions WHERE channel_database_group = ? AND id = ?", (group, session_id)
        )
        return unpacked(row[0], UploadSession) if row is not None else None

    def sessions(self, group: str | None = None) -> Sequence[UploadSession]:
        """All sessions (of a group), oldest first."""
        rows = self._connection.rows(
            "SELECT record FROM sessions WHERE ? IS NULL OR channel_database_group = ? ORDER BY position",
            (group, group),
        )
        return [unpacked(record, UploadSession) for (record,) in rows]

    def waiting_sessions(self, group: str) -> Sequence[UploadSession]:
        """Sessions that are not applied yet, least tried and oldest first."""
        rows = self._connection.rows(
            "SELECT record FROM sessions WHERE channel_database_group = ? AND waits = 1 ORDER BY tries, position",
            (group,),
        )
        return [unpacked(record, UploadSession) for (record,) in rows]

    def open_session(self, session: UploadSession) -> bool:
        """Keep a new session. Returns False if one of that name exists."""
        with self._connection.writing() as connection:
            return _insert(connection, session)

    def change_session(
        self, session: UploadSession, cursor: ChannelCursor | None = None, unkeyed: Sequence[UnkeyedRow] = ()
    ) -> bool:
        """Write the session over its version − 1, with its cursor and rows, or write nothing."""
        with self._connection.writing() as connection, connection.savepoint() as part:
            changed = connection.change(
                "UPDATE sessions SET waits = ?, tries = ?, version = ?, record = ? "
                "WHERE channel_database_group = ? AND id = ? AND version = ?",
                (
                    session.waits,
                    session.tries,
                    session.version,
                    packed(session),
                    session.group,
                    session.id,
                    session.version - 1,
                ),
            )
            if changed != 1 or (cursor is not None and not _write_cursor(connection, cursor)):
                part.roll_back()
                return False
            _keep_unkeyed(connection, session, unkeyed)
            return True

    def cursor(self, database: str) -> ChannelCursor:
        """The position up to which a channel database has been read."""
        row = self._connection.row("SELECT record FROM cursors WHERE name = ?", (database,))
        return unpacked(row[0], ChannelCursor) if row is not None else ChannelCursor(database=database)

    def record_extraction(self, sessions: Sequence[UploadSession], cursor: ChannelCursor) -> bool:
        """Write new sessions and the moved cursor together, or write nothing."""
        with self._connection.writing() as connection, connection.savepoint() as part:
            if _write_cursor(connection, cursor) and all(_insert(connection, session) for session in sessions):
                return True
            part.roll_back()
            return False

    def unkeyed_hashes(self, group: str, hashes: Collection[str]) -> frozenset[str]:
        """The members of `hashes` that belong to kept rows without a key."""
        return frozenset(
            value
            for value in hashes
            if self._connection.row(
                "SELECT 1 FROM unkeyed_rows WHERE channel_database_group = ? AND hash = ?", (group, value)
            )
        )

    def unkeyed_rows(self, group: str, session_id: str) -> Sequence[UnkeyedRow]:
        """The rows without a key of a session."""
        rows = self._connection.rows(
            "SELECT record FROM unkeyed_rows WHERE channel_database_group = ? AND session = ? ORDER BY position",
            (group, session_id),
        )
        return [unpacked(record, UnkeyedRow) for (record,) in rows]


def _insert(connection: Connection, session: UploadSession) -> bool:
    statement = (
        "INSERT INTO sessions (channel_database_group, id, waits, tries, version, record) "
        "VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"
    )
    values = (session.group, session.id, session.waits, session.tries, session.version, packed(session))
    return connection.change(statement, values) == 1


def _keep_unkeyed(connection: Connection, session: UploadSession, rows: Sequence[UnkeyedRow]) -> None:
    kept = connection.row(
        "SELECT count(*) FROM unkeyed_rows WHERE channel_database_group = ? AND session = ?",
        (session.group, session.id),
    )
    assert kept is not None
    for position, row in enumerate(rows, start=kept[0]):
        connection.change(
            "INSERT INTO unkeyed_rows VALUES (?, ?, ?, ?, ?)",
            (session.group, session.id, position, row.hash, packed(row)),
        )


def _write_cursor(connection: Connection, cursor: ChannelCursor) -> bool:
    changed = connection.change(
        "UPDATE cursors SET version = ?, record = ? WHERE name = ? AND version = ?",
        (cursor.version, packed(cursor), cursor.database, cursor.version - 1),
    )
    if changed == 1 or cursor.version != 1:
        return changed == 1
    statement = "INSERT INTO cursors (name, version, record) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
    return connection.change(statement, (cursor.database, cursor.version, packed(cursor))) == 1
