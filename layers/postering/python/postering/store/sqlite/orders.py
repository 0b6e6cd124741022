"""The order book on SQLite: the queue, the atomic posting, sales order numbers, and open batches."""

import json
from collections.abc import Collection, Mapping, Sequence

from postering.domain.keys import TransactionKey
from postering.domain.posting.queue import DuePage, OpenBatch, Posting, PostOutcome, PostResult
from postering.domain.returns.accounts import Account
from postering.domain.sales_orders.customers import CustomerKey
from postering.domain.sales_orders.documents import CreatedCustomer, PostedOrder
from postering.domain.staging.queue_order import AFTER_PENDING, QueuePart
from postering.domain.staging.records import TransactionRecord
from postering.store.packing import pack_order, packed, unpacked
from postering.store.page_starts import page_start, split_page_start
from postering.store.sqlite.connection import Connection
from postering.store.sqlite.part import Part
from postering.store.sqlite.transactions import write_record

_POSTED = PostOutcome(result=PostResult.POSTED)
_LOST = PostOutcome(result=PostResult.LOST)
_ACCOUNT_CHANGED = PostOutcome(result=PostResult.ACCOUNT_CHANGED)
_CUSTOMER_CREATED = PostOutcome(result=PostResult.CUSTOMER_CREATED)


class Orders(Part):
    """`jobs.ports.OrderBook`."""

    def channels(self) -> Sequence[int]:
        """Every channel with a staged transaction, now or earlier."""
        return [channel for (channel,) in self._connection.rows("SELECT channel FROM channels ORDER BY channel")]

    def due(self, channel: int, part: QueuePart, after: str | None, limit: int) -> DuePage:
        """A page of a part of one channel's queue, in order of `due`."""
        rows = self._connection.rows(
            "SELECT due, key FROM transactions WHERE channel = ? AND due IS NOT NULL AND due < ? "
            "AND (due, key) > (?, ?) ORDER BY due, key LIMIT ?",
            (channel, part.end, *split_page_start(after or part.start), limit),
        )
        following = page_start(*rows[-1]) if len(rows) == limit else None
        return DuePage(keys=tuple(TransactionKey.parse(key) for _, key in rows), next=following)

    def pending_count(self, channel: int) -> int:
        """The number of pending transactions of one channel."""
        row = self._connection.row(
            "SELECT count(*) FROM transactions WHERE channel = ? AND due IS NOT NULL AND due < ?",
            (channel, AFTER_PENDING),
        )
        return int(row[0]) if row is not None else 0

    def failed_before(
        self, channel: int, setup_version: int, after: str | None, limit: int
    ) -> tuple[Sequence[TransactionRecord], str | None]:
        """A page of failed transactions whose verdict saw an older setup."""
        rows = self._connection.rows(
            "SELECT key, record FROM transactions WHERE channel = ? AND state = 'failed' AND setup_version < ? "
            "AND key > ? ORDER BY key LIMIT ?",
            (channel, setup_version, after or "", limit),
        )
        following = rows[-1][0] if len(rows) == limit else None
        return [unpacked(record, TransactionRecord) for _, record in rows], following

    def post(self, postings: Sequence[Posting]) -> Sequence[PostOutcome]:
        """Write each posting completely or not at all; all that succeed share one commit."""
        outcomes = []
        with self._connection.writing() as connection:
            for posting in postings:
                with connection.savepoint() as part:
                    outcome = _post(connection, posting)
                    if outcome.result is not PostResult.POSTED:
                        part.roll_back()
                outcomes.append(outcome)
        return outcomes

    def accounts(self, keys: Collection[TransactionKey]) -> Mapping[TransactionKey, Account]:
        """The accounts of originals with returns, refunds or cancellations."""
        found = {}
        with self._connection.reading() as connection:
            for key in dict.fromkeys(keys):
                row = connection.row("SELECT record FROM accounts WHERE key = ?", (key.text,))
                if row is not None:
                    found[key] = unpacked(row[0], Account)
        return found

    def customers(self, keys: Collection[CustomerKey]) -> Mapping[CustomerKey, CreatedCustomer]:
        """Those of `keys` that postings created."""
        found = {}
        with self._connection.reading() as connection:
            for key in dict.fromkeys(keys):
                row = connection.row(
                    "SELECT record FROM customers WHERE company = ? AND account = ?", (key.company, key.account)
                )
                if row is not None:
                    found[key] = unpacked(row[0], CreatedCustomer)
        return found

    def take_numbers(self, company: str, count: int, first: int, largest: int) -> range:
        """Take the next numbers of the company's sequence; fewer if it runs out."""
        with self._connection.writing() as connection:
            row = connection.row("SELECT next FROM number_sequences WHERE company = ?", (company,))
            start = int(row[0]) if row is not None else first
            end = max(start, min(start + count, largest + 1))
            connection.change(
                "INSERT INTO number_sequences VALUES (?, ?) ON CONFLICT (company) DO UPDATE SET next = excluded.next",
                (company, end),
            )
            return range(start, end)

    def next_number(self, company: str) -> int | None:
        """The next number of the company's sequence, None if the sequence was not made yet."""
        row = self._connection.row("SELECT next FROM number_sequences WHERE company = ?", (company,))
        return int(row[0]) if row is not None else None

    def open_batch(self, run_id: str, keys: Sequence[TransactionKey], tries: int) -> None:
        """Record that this run tries a batch."""
        with self._connection.writing() as connection:
            connection.change(
                "INSERT INTO in_hand VALUES (?, ?, ?) "
                "ON CONFLICT (run_id) DO UPDATE SET tries = excluded.tries, keys = excluded.keys",
                (run_id, tries, json.dumps([key.text for key in keys])),
            )

    def close_batch(self, run_id: str) -> None:
        """Record that the run finished its batch."""
        with self._connection.writing() as connection:
            connection.change("DELETE FROM in_hand WHERE run_id = ?", (run_id,))

    def open_batches(self) -> Sequence[OpenBatch]:
        """The open batches of all runs."""
        rows = self._connection.rows("SELECT run_id, tries, keys FROM in_hand ORDER BY run_id")
        return [
            OpenBatch(run_id=run_id, tries=tries, keys=tuple(map(TransactionKey.parse, json.loads(keys))))
            for run_id, tries, keys in rows
        ]


def _post(connection: Connection, posting: Posting) -> PostOutcome:
    record = posting.record
    if not write_record(connection, record, record.version - 1):
        return _LOST
    if posting.reference_guard is not None:
        holder = _take_reference(connection, posting.reference_guard, record.key)
        if holder is not None:
            return PostOutcome(result=PostResult.REFERENCE_TAKEN, taken_by=holder)
    if not all(_write_account(connection, account) for account in posting.accounts):
        return _ACCOUNT_CHANGED
    if not all(_create_customer(connection, customer) for customer in posting.order.customers):
        return _CUSTOMER_CREATED
    if not _insert_document(connection, record.key, posting.order):
        # A number can be in use already (if the setup's format was changed): the next try takes the next number.
        document = posting.order.document
        detail = f"sales order number {document.id} of company {document.company} is in use already"
        return PostOutcome(result=PostResult.PASSING_FAILURE, detail=detail)
    return _POSTED


def _take_reference(connection: Connection, guard: tuple[str, int, str], key: TransactionKey) -> str | None:
    """Take the reference for `key`. Returns the key of the transaction that holds it, None if it was free."""
    taken = connection.change(
        "INSERT INTO references_taken (kind, channel, reference, key) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
        (*guard, key.text),
    )
    if taken:
        return None
    holder = connection.row("SELECT key FROM references_taken WHERE kind = ? AND channel = ? AND reference = ?", guard)
    assert holder is not None
    return str(holder[0])


def _write_account(connection: Connection, account: Account) -> bool:
    """Write the account over its version − 1. Returns whether it had that version."""
    if account.version == 1:
        statement = "INSERT INTO accounts (key, version, record) VALUES (?, 1, ?) ON CONFLICT DO NOTHING"
        return connection.change(statement, (account.key.text, packed(account))) == 1
    statement = "UPDATE accounts SET version = ?, record = ? WHERE key = ? AND version = ?"
    values = (account.version, packed(account), account.key.text, account.version - 1)
    return connection.change(statement, values) == 1


def _create_customer(connection: Connection, customer: CreatedCustomer) -> bool:
    """Keep the customer. Returns False if the account exists already."""
    statement = "INSERT INTO customers (company, account, record) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
    return connection.change(statement, (customer.company, customer.account, packed(customer))) == 1


def _insert_document(connection: Connection, key: TransactionKey, order: PostedOrder) -> bool:
    document = order.document
    inserted = connection.change(
        "INSERT INTO documents (company, sales_id, key, kind, store, business_date, currency, content) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        (
            document.company,
            document.id,
            key.text,
            str(document.kind),
            document.store,
            document.business_date.isoformat(),
            document.currency,
            pack_order(order),
        ),
    )
    return inserted == 1
