"""The outbox of business events on SQLite: a row for each transaction whose record holds events, and for each run."""

from collections.abc import Sequence
from dataclasses import replace

from postering.domain.staging.business_events import BusinessEvent
from postering.domain.staging.outbox import Unsent, UnsentPage
from postering.domain.staging.records import TransactionRecord
from postering.store.packing import packed, unpacked
from postering.store.page_starts import page_start, split_page_start
from postering.store.sqlite.connection import Connection
from postering.store.sqlite.part import Part


class Outbox(Part):
    """`jobs.ports.Outbox`."""

    def keep_event(self, event: BusinessEvent) -> None:
        """Keep the event of a run."""
        with self._connection.writing() as connection:
            connection.change(
                "INSERT INTO outbox (id, at, event) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                (event.id, event.at.isoformat(), packed(event)),
            )

    def unsent(self, after: str | None, limit: int) -> UnsentPage:
        """A page of unsent events, oldest first."""
        rows = self._connection.rows(
            "SELECT outbox.at, outbox.id, event, record FROM outbox LEFT JOIN transactions ON key = outbox.id "
            "WHERE (outbox.at, outbox.id) > (?, ?) ORDER BY outbox.at, outbox.id LIMIT ?",
            (*split_page_start(after), limit),
        )
        following = page_start(rows[-1][0], rows[-1][1]) if len(rows) == limit else None
        return UnsentPage(unsent=tuple(_unsent(event, record) for _, _, event, record in rows), next=following)

    def mark_sent(self, sent: Sequence[Unsent]) -> None:
        """Remove sent events from the outbox, unless their record changed since."""
        with self._connection.writing() as connection:
            for each in sent:
                if each.record is None:
                    connection.change("DELETE FROM outbox WHERE id = ?", (each.events[0].id,))
                    continue
                changed = connection.change(
                    "UPDATE transactions SET record = ? WHERE key = ? AND version = ?",
                    (packed(replace(each.record, outbox=())), each.record.key.text, each.record.version),
                )
                if changed:
                    connection.change("DELETE FROM outbox WHERE id = ?", (each.record.key.text,))


def put_into_outbox(connection: Connection, record: TransactionRecord) -> None:
    """Put a record with events into the outbox, in the write of the record."""
    if record.outbox:
        connection.change(
            "INSERT INTO outbox (id, at) VALUES (?, ?) ON CONFLICT DO NOTHING",
            (record.key.text, record.outbox[0].at.isoformat()),
        )


def _unsent(event: str | None, record: str | None) -> Unsent:
    if event is not None:
        return Unsent(events=(unpacked(event, BusinessEvent),))
    assert record is not None
    found = unpacked(record, TransactionRecord)
    return Unsent(events=found.outbox, record=found)
