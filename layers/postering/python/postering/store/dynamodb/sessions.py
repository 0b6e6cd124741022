"""Upload sessions and channel cursors on DynamoDB."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from urllib.parse import unquote

from postering.domain.keys import escaped
from postering.domain.retail_transactions.rows import UnkeyedRow
from postering.domain.runs.cursors import ChannelCursor
from postering.domain.runs.sessions import UploadSession
from postering.store.dynamodb.part import NEW, Part, over, raw_key, wrote_it
from postering.store.dynamodb.tables import CursorItem, GroupItem, SessionItem, UnkeyedHashItem, UnkeyedRowItem
from postering.store.packing import packed, unpacked


class Sessions(Part):
    """`jobs.ports.SessionStore`."""

    def session(self, group: str, session_id: str) -> UploadSession | None:
        """The session, None if there is none."""
        items = self._calls.get([raw_key(_pk(group), _sk(session_id))])
        return unpacked(items[0]["record"]["S"], UploadSession) if items else None

    def sessions(self, group: str | None = None) -> Sequence[UploadSession]:
        """All sessions (of a group), oldest first."""
        groups = self._groups() if group is None else [group]
        found = [session for each in groups for session in self._of_group(each)]
        return sorted(found, key=lambda session: (session.created, session.group, session.id))

    def waiting_sessions(self, group: str) -> Sequence[UploadSession]:
        """Sessions that are not applied yet, least tried and oldest first. The index finds them, the records decide."""
        keys = [
            raw_key(item["pk"]["S"], item["sk"]["S"])
            for page in self._calls.query(
                IndexName="work",
                KeyConditionExpression="#work = :work",
                ExpressionAttributeNames={"#work": "work"},
                ExpressionAttributeValues={":work": {"S": f"session#{group}"}},
            )
            for item in page["Items"]
        ]
        found = [unpacked(item["record"]["S"], UploadSession) for item in self._calls.get(keys)]
        waiting = [session for session in found if session.waits]
        return sorted(waiting, key=lambda session: (session.tries, session.created, session.id))

    def open_session(self, session: UploadSession) -> bool:
        """Keep a new session. Returns False if one of that name exists."""
        self._keep_groups([session])
        refused = self._calls.put(session_item(session).serialize(), NEW)
        return refused is None or wrote_it(refused.items[0], session.write_id)

    def change_session(
        self, session: UploadSession, cursor: ChannelCursor | None = None, unkeyed: Sequence[UnkeyedRow] = ()
    ) -> bool:
        """Write the session over its version − 1, with its cursor. Its rows are written first, and count only then."""
        there = self._calls.get([raw_key(_pk(session.group), _sk(session.id))])
        kept = there[0].get("unkeyed", {}).get("S") if there else None
        lot = kept
        if unkeyed:
            lot = f"{escaped(session.group)}#{escaped(session.id)}#{session.write_id}"
            self._calls.put_all([item.serialize() for item in _unkeyed_items(session, lot, unkeyed)])
        item = session_item(session, lot)
        if cursor is None:
            refused = self._calls.put(item.serialize(), over(session.version - 1))
            return refused is None or wrote_it(refused.items[0], session.write_id)
        operations = [self._put_over(item, session.version - 1), self._cursor_operation(cursor, session.write_id)]
        return self._together(operations, session.write_id)

    def cursor(self, database: str) -> ChannelCursor:
        """The position up to which a channel database has been read."""
        items = self._calls.get([raw_key(f"cursor#{escaped(database)}", "CURSOR")])
        return unpacked(items[0]["record"]["S"], ChannelCursor) if items else ChannelCursor(database=database)

    def record_extraction(self, sessions: Sequence[UploadSession], cursor: ChannelCursor) -> bool:
        """Write new sessions and the moved cursor together, or write nothing."""
        self._keep_groups(sessions)
        write_id = sessions[0].write_id if sessions else f"{cursor.database}.{cursor.version}.{cursor.at}"
        operations = [self._cursor_operation(cursor, write_id)]
        operations += [self._put_new(session_item(session)) for session in sessions]
        return self._together(operations, write_id)

    def unkeyed_hashes(self, group: str, hashes: Collection[str]) -> frozenset[str]:
        """The members of `hashes` that belong to kept rows without a key."""
        return frozenset(each for each in set(hashes) if any(map(self._counts, self._lots_of(group, each))))

    def unkeyed_rows(self, group: str, session_id: str) -> Sequence[UnkeyedRow]:
        """The rows without a key of a session."""
        items = self._calls.get([raw_key(_pk(group), _sk(session_id))])
        lot = items[0].get("unkeyed", {}).get("S") if items else None
        if lot is None:
            return []
        pages = self._calls.query(
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": f"unkeyed#{lot}"}},
            ConsistentRead=True,
        )
        return [unpacked(item["record"]["S"], UnkeyedRow) for page in pages for item in page["Items"]]

    def _lots_of(self, group: str, row_hash: str) -> list[str]:
        """The lots with a row without a key of this content."""
        pages = self._calls.query(
            KeyConditionExpression="pk = :pk AND begins_with(sk, :hash)",
            ExpressionAttributeValues={
                ":pk": {"S": f"unkeyed_hash#{escaped(group)}"},
                ":hash": {"S": f"{escaped(row_hash)}#"},
            },
            ConsistentRead=True,
        )
        return [item["sk"]["S"].partition("#")[2] for page in pages for item in page["Items"]]

    def _counts(self, lot: str) -> bool:
        """Whether the session names this lot. A lot does not count if the change of its session was refused."""
        group, session_id, _ = lot.split("#", 2)
        items = self._calls.get([raw_key(f"session#{group}", _sk(unquote(session_id)))])
        return bool(items) and items[0].get("unkeyed", {}).get("S") == lot

    def _together(self, operations: Sequence[Mapping[str, Any]], write_id: str) -> bool:
        refused = self._calls.write_together(operations)
        return refused is None or any(wrote_it(item, write_id) for item in refused.items)

    def _cursor_operation(self, cursor: ChannelCursor, write_id: str) -> Mapping[str, Any]:
        item = CursorItem(
            pk=f"cursor#{escaped(cursor.database)}",
            sk="CURSOR",
            version=cursor.version,
            write_id=write_id,
            record=packed(cursor),
        )
        return self._put_over(item, cursor.version - 1)

    def _of_group(self, group: str) -> list[UploadSession]:
        pages = self._calls.query(
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": _pk(group)}},
            ConsistentRead=True,
        )
        return [unpacked(item["record"]["S"], UploadSession) for page in pages for item in page["Items"]]

    def _groups(self) -> list[str]:
        pages = self._calls.query(
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": "groups"}},
            ConsistentRead=True,
        )
        return [item["sk"]["S"] for page in pages for item in page["Items"]]

    def _keep_groups(self, sessions: Sequence[UploadSession]) -> None:
        for group in {session.group for session in sessions} - self._seen_groups:
            self._calls.put(GroupItem(pk="groups", sk=group).serialize(), NEW)
            self._seen_groups.add(group)


def session_item(session: UploadSession, unkeyed: str | None = None) -> SessionItem:
    """A session as its item, which is in the work index while the session waits."""
    waits = session.waits
    return SessionItem(
        pk=_pk(session.group),
        sk=_sk(session.id),
        work=f"session#{session.group}" if waits else None,
        work_order=f"{session.tries:06d}#{session.created.isoformat()}#{session.id}" if waits else None,
        version=session.version,
        write_id=session.write_id,
        unkeyed=unkeyed,
        record=packed(session),
    )


def _unkeyed_items(
    session: UploadSession, lot: str, rows: Sequence[UnkeyedRow]
) -> list[UnkeyedRowItem | UnkeyedHashItem]:
    """The rows, and (each once) their hashes."""
    group = escaped(session.group)
    kept: list[UnkeyedRowItem | UnkeyedHashItem] = [
        UnkeyedRowItem(pk=f"unkeyed#{lot}", sk=f"{position:08d}", record=packed(row))
        for position, row in enumerate(rows)
    ]
    return kept + [
        UnkeyedHashItem(pk=f"unkeyed_hash#{group}", sk=f"{escaped(each)}#{lot}") for each in {row.hash for row in rows}
    ]


def _pk(group: str) -> str:
    return f"session#{escaped(group)}"


def _sk(session_id: str) -> str:
    return f"SESSION#{session_id}"
