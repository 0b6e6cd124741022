"""Lists, look-ups and what reconciliation reads, on SQLite."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from postering.domain.documents import PostedOrder
from postering.domain.keys import TransactionKey
from postering.domain.near_names import near_names
from postering.domain.port_values import ListFilter, Staged
from postering.domain.records import TransactionRecord
from postering.store.packing import unpack_order, unpack_piece, unpacked
from postering.store.sqlite.part import Part

_FETCHED_AT_ONCE = 500
_COMPARED_FOR_NEARNESS = 2_000


class Reading(Part):
    """`jobs.ports.Records`."""

    def find(self, text: str) -> Sequence[TransactionRecord]:
        """Those that a transactionId, a whole key, a channel reference or a sales order number names."""
        rows = self._connection.rows(
            "SELECT record FROM transactions WHERE key = ?1 OR transaction_id = ?1 "
            "OR (reference = ?1 AND reference <> '') OR (sales_id = ?1 AND sales_id <> '') ORDER BY key",
            (text,),
        )
        return [unpacked(record, TransactionRecord) for (record,) in rows]

    def near(self, text: str, limit: int) -> Sequence[str]:
        """Ids that begin alike, or else look alike."""
        rows = self._connection.rows(
            "SELECT transaction_id FROM transactions WHERE transaction_id >= ? ORDER BY transaction_id LIMIT ?",
            (text[:2], _COMPARED_FOR_NEARNESS),
        )
        return tuple(near_names(text, [transaction_id for (transaction_id,) in rows]))[:limit]

    def listed(self, wanted: ListFilter, limit: int | None) -> Iterator[TransactionRecord]:
        """Those that match, by business date and key."""
        conditions, values = _conditions(wanted)
        rows = self._connection.rows(
            f"SELECT record FROM transactions WHERE {conditions} ORDER BY business_date, key LIMIT ?",
            (*values, -1 if limit is None else limit),
        )
        for (record,) in rows:
            yield unpacked(record, TransactionRecord)

    def counts_by_state(self) -> Mapping[str, int]:
        """How many transactions are in each state."""
        return dict(self._connection.rows("SELECT state, count(*) FROM transactions GROUP BY state"))

    def order_of(self, key: TransactionKey) -> PostedOrder | None:
        """What the transaction became, None where it is not posted."""
        row = self._connection.row("SELECT content FROM documents WHERE key = ?", (key.text,))
        return unpack_order(row[0]) if row is not None else None

    def staged_between(self, start: date | None, end: date | None, store: str | None) -> Iterator[Staged]:
        """Staged transactions of a range of business dates, read a page at a time."""
        after = ""
        while True:
            with self._connection.reading() as connection:
                rows = connection.rows(
                    "SELECT key, record FROM transactions WHERE key > ? "
                    "AND (business_date = '' OR (business_date >= ? AND business_date <= ?)) "
                    "AND (?4 IS NULL OR store = ?4) ORDER BY key LIMIT ?",
                    (after, *_range(start, end), store, _FETCHED_AT_ONCE),
                )
                found = [unpacked(record, TransactionRecord) for _, record in rows]
                contents = {
                    (record.key.text, piece.name): connection.row(
                        "SELECT content FROM pieces WHERE key = ? AND name = ?", (record.key.text, piece.name)
                    )
                    for record in found
                    for piece in record.pieces
                }
            for record in found:
                pieces = (contents[record.key.text, piece.name] for piece in record.pieces)
                yield Staged(
                    record=record,
                    pieces=tuple(
                        unpack_piece(record.key, content[0]) for content in pieces if content is not None
                    ),
                )
            if len(rows) < _FETCHED_AT_ONCE:
                return
            after = rows[-1][0]

    def orders_between(
        self, start: date | None, end: date | None, store: str | None
    ) -> Iterator[PostedOrder]:
        """Posted orders of a range of business dates, read a page at a time."""
        after = ("", "")
        while True:
            rows = self._connection.rows(
                "SELECT business_date, key, content FROM documents WHERE (business_date, key) > (?1, ?2) "
                "AND business_date >= ?3 AND business_date <= ?4 AND (?5 IS NULL OR store = ?5) "
                "ORDER BY business_date, key LIMIT ?6",
                (*after, *_range(start, end), store, _FETCHED_AT_ONCE),
            )
            for _, _, content in rows:
                yield unpack_order(content)
            if len(rows) < _FETCHED_AT_ONCE:
                return
            after = (rows[-1][0], rows[-1][1])


def _range(start: date | None, end: date | None) -> tuple[str, str]:
    return (start or date.min).isoformat(), (end or date.max).isoformat()


def _conditions(wanted: ListFilter) -> tuple[str, list[object]]:
    conditions, values = ["1"], list[object]()
    for column, chosen in (
        ("state", wanted.states),
        ("store", wanted.stores),
        ("business_date", [day.isoformat() for day in wanted.dates]),
    ):
        if chosen:
            conditions.append(f"{column} IN ({', '.join('?' * len(chosen))})")
            values += chosen
    if wanted.codes:
        conditions.append(f"({' OR '.join('codes LIKE ?' for _ in wanted.codes)})")
        values += [f"% {code} %" for code in wanted.codes]
    return " AND ".join(conditions), values
