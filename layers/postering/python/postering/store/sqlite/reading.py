"""Lists, look-ups and the reads of reconciliation, on SQLite."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from postering.domain.inquiries.standing import ListFilter, Standing, Unfinished, suspects_of
from postering.domain.keys import TransactionKey
from postering.domain.lists import batched
from postering.domain.near_names import near_names
from postering.domain.sales_orders.documents import PostedOrder
from postering.domain.staging.queue_order import PENDING, SUSPECTS, time_of
from postering.domain.staging.records import Staged, TransactionRecord
from postering.store.packing import unpack_order, unpacked
from postering.store.sqlite.part import Part
from postering.store.sqlite.pieces import ASKED_AT_ONCE, marks, pieces_of

_COMPARED_FOR_NEARNESS = 1_000
_UNFINISHED = (
    "SELECT key, transaction_id, state, codes, record FROM transactions "
    "WHERE state IN ('failed', 'waiting', 'editing') ORDER BY key"
)
_SUSPECTS = (
    "SELECT record FROM channels JOIN transactions ON transactions.channel = channels.channel "
    "AND due IS NOT NULL AND due >= ? AND due < ?"
)


class Reading(Part):
    """`jobs.ports.Records`. Long reads use their own snapshot, so that writes are possible meanwhile."""

    def find(self, text: str) -> Sequence[TransactionRecord]:
        """The transactions with this transactionId, key, channel reference or sales order number."""
        rows = self._connection.rows(
            "SELECT record FROM transactions WHERE key = :text OR transaction_id = :text "
            "OR (reference = :text AND reference <> '') OR (sales_id = :text AND sales_id <> '') ORDER BY key",
            {"text": _asked(text)},
        )
        return [unpacked(record, TransactionRecord) for (record,) in rows]

    def near(self, text: str, limit: int) -> Sequence[str]:
        """Ids similar to `text`, among those that sort next to it on either side."""
        before = "SELECT transaction_id FROM transactions WHERE transaction_id < ? ORDER BY transaction_id DESC LIMIT ?"
        after = "SELECT transaction_id FROM transactions WHERE transaction_id >= ? ORDER BY transaction_id LIMIT ?"
        asked = (_asked(text[:2]), _COMPARED_FOR_NEARNESS)
        rows = self._connection.rows(before, asked) + self._connection.rows(after, asked)
        return near_names(text, [transaction_id for (transaction_id,) in rows])[:limit]

    def listed(self, wanted: ListFilter, limit: int | None) -> Iterator[TransactionRecord]:
        """The transactions that match, by business date and key."""
        conditions, values = _conditions(wanted)
        statement = f"SELECT record FROM transactions WHERE {conditions} ORDER BY business_date, key LIMIT ?"
        with self._connection.snapshot() as connection:
            for (record,) in connection.each(statement, (*values, -1 if limit is None else limit)):
                yield unpacked(record, TransactionRecord)

    def counts_by_state(self) -> Mapping[str, int]:
        """The number of transactions by state."""
        return dict(self._connection.rows("SELECT state, count(*) FROM transactions GROUP BY state"))

    def standing(self) -> Standing:
        """Counts by state, and each failed, waiting or held transaction in short. Only these records are read."""
        with self._connection.reading() as connection:
            states = dict(connection.rows("SELECT state, count(*) FROM transactions GROUP BY state"))
            pending = connection.rows(
                "SELECT (SELECT min(due) FROM transactions WHERE channel = channels.channel AND due IS NOT NULL "
                "AND due < ?) FROM channels",
                (PENDING.end,),
            )
            conflicts = connection.row("SELECT count(*) FROM transactions WHERE conflicts > 0")
            unfinished = tuple(map(_unfinished, connection.each(_UNFINISHED)))
            suspects = [
                unpacked(record, TransactionRecord)
                for (record,) in connection.rows(_SUSPECTS, (SUSPECTS.start, SUSPECTS.end))
            ]
        oldest = min((due for (due,) in pending if due), default=None)
        return Standing(
            states=states,
            oldest_pending=time_of(oldest) if oldest else None,
            in_conflict=conflicts[0] if conflicts else 0,
            unfinished=unfinished,
            suspects=suspects_of(suspects),
        )

    def order_of(self, key: TransactionKey) -> PostedOrder | None:
        """The posted order of the transaction, None if it is not posted."""
        row = self._connection.row("SELECT content FROM documents WHERE key = ?", (key.text,))
        return unpack_order(key.text, row[0]) if row is not None else None

    def staged_between(self, start: date | None, end: date | None, store: str | None) -> Iterator[Staged]:
        """Staged transactions of a range of business dates and those without a date, by key."""
        statement = (
            "SELECT record FROM transactions WHERE (business_date = '' OR business_date BETWEEN :start AND :end) "
            "AND (:store IS NULL OR store = :store) ORDER BY key"
        )
        with self._connection.snapshot() as connection:
            found = connection.each(statement, _range(start, end, store))
            records = (unpacked(record, TransactionRecord) for (record,) in found)
            for some in batched(records, ASKED_AT_ONCE):
                pieces = pieces_of(connection, some)
                for record in some:
                    yield Staged(record=record, pieces=pieces[record.key])

    def orders_between(self, start: date | None, end: date | None, store: str | None) -> Iterator[PostedOrder]:
        """Posted orders of a range of business dates, by date and key."""
        statement = (
            "SELECT key, content FROM documents WHERE business_date BETWEEN :start AND :end "
            "AND (:store IS NULL OR store = :store) ORDER BY business_date, key"
        )
        with self._connection.snapshot() as connection:
            for key, content in connection.each(statement, _range(start, end, store)):
                yield unpack_order(key, content)


@dataclass(frozen=True, slots=True, kw_only=True)
class _ShortSummary:
    currency: str = ""
    total: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _ShortRecord:
    """The part of a record that `standing` reads."""

    received: datetime
    summary: _ShortSummary = _ShortSummary()


def _unfinished(row: tuple[str, str, str, str, str]) -> Unfinished:
    key, transaction_id, state, codes, record = row
    short = unpacked(record, _ShortRecord)
    return Unfinished(
        transaction_id=transaction_id,
        key=key,
        state=state,
        codes=tuple(codes.split()),
        received=short.received,
        currency=short.summary.currency,
        total=short.summary.total,
    )


def _range(start: date | None, end: date | None, store: str | None) -> Mapping[str, object]:
    return {
        "start": (start or date.min).isoformat(),
        "end": (end or date.max).isoformat(),
        "store": _asked(store),
    }


def _conditions(wanted: ListFilter) -> tuple[str, list[object]]:
    conditions, values = ["1"], list[object]()
    for column, chosen in (
        ("state", wanted.states),
        ("store", wanted.stores),
        ("business_date", tuple(day.isoformat() for day in wanted.dates)),
    ):
        if chosen:
            conditions.append(f"{column} IN ({marks(chosen)})")
            values += map(_asked, chosen)
    if wanted.in_conflict:
        conditions.append("conflicts > 0")
    if wanted.codes:
        conditions.append(f"({' OR '.join('instr(codes, ?)' for _ in wanted.codes)})")
        values += [_asked(f" {code} ") for code in wanted.codes]
    return " AND ".join(conditions), values


def _asked(text: str | None) -> str | bytes | None:
    """`text` for a statement. A text that is not valid Unicode (a command line can have it) equals no kept text."""
    if text is None:
        return None
    content = text.encode("utf-8", "surrogatepass")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content
