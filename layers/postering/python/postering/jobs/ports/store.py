"""The store: it keeps and finds records, and writes them together. The domain and the jobs decide.

A write that depends on an earlier read names the version that was read. `False`, or a refusal, means that another
writer was first.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Protocol

from postering.domain.inquiries.standing import ListFilter, Standing
from postering.domain.keys import TransactionKey
from postering.domain.posting.queue import DuePage, OpenBatch, Posting, PostOutcome
from postering.domain.retail_transactions.rows import UnkeyedRow
from postering.domain.returns.accounts import Account
from postering.domain.runs.cursors import ChannelCursor
from postering.domain.runs.runs import JobRun, LastRuns
from postering.domain.runs.sessions import UploadSession
from postering.domain.sales_orders.customers import CustomerKey
from postering.domain.sales_orders.documents import CreatedCustomer, PostedOrder
from postering.domain.setup.setup import ActiveSetup, Setup, SetupVersion
from postering.domain.staging.business_events import BusinessEvent
from postering.domain.staging.outbox import Unsent, UnsentPage
from postering.domain.staging.queue_order import QueuePart
from postering.domain.staging.records import Staged, TransactionRecord
from postering.domain.staging.staging import Staging


class TransactionStore(Protocol):
    """Staged transactions."""

    def staged(self, keys: Collection[TransactionKey]) -> Mapping[TransactionKey, Staged]:
        """Those of `keys` that exist, with all their pieces, read consistently."""
        ...

    def records(self, keys: Collection[TransactionKey]) -> Mapping[TransactionKey, TransactionRecord]:
        """The records of those of `keys` that exist, without their pieces, read consistently."""
        ...

    def stage(self, stagings: Sequence[Staging]) -> Sequence[bool]:
        """Write each piece with its record, over `expected_version`. Returns in order whether each was written.

        Every staging has a record, and no transaction appears twice.
        """
        ...

    def update_records(self, records: Sequence[TransactionRecord]) -> Sequence[bool]:
        """Write each record over its version − 1. Returns in order whether each was written."""
        ...


class SessionStore(Protocol):
    """Upload sessions and channel cursors."""

    def session(self, group: str, session_id: str) -> UploadSession | None:
        """The session; None if there is none."""
        ...

    def sessions(self, group: str | None = None) -> Sequence[UploadSession]:
        """All sessions (of a group), oldest first."""
        ...

    def waiting_sessions(self, group: str) -> Sequence[UploadSession]:
        """The sessions of `group` that are not applied yet, least tried and oldest first."""
        ...

    def open_session(self, session: UploadSession) -> bool:
        """Write a new session. False if one of that name exists."""
        ...

    def change_session(
        self, session: UploadSession, cursor: ChannelCursor | None = None, unkeyed: Sequence[UnkeyedRow] = ()
    ) -> bool:
        """Write the session over its version − 1, with the cursor (over its own) and rows without key, or nothing."""
        ...

    def cursor(self, database: str) -> ChannelCursor:
        """How far a channel database has been read. A new one has version 0."""
        ...

    def record_extraction(self, sessions: Sequence[UploadSession], cursor: ChannelCursor) -> bool:
        """Write new sessions and the moved cursor (over its version − 1) together. False if another was first."""
        ...

    def unkeyed_hashes(self, group: str, hashes: Collection[str]) -> frozenset[str]:
        """Those of `hashes` that belong to rows without key of the group's sessions."""
        ...

    def unkeyed_rows(self, group: str, session_id: str) -> Sequence[UnkeyedRow]:
        """The rows without key of a session's package."""
        ...


class SetupStore(Protocol):
    """The setup, by version."""

    def setup(self) -> ActiveSetup:
        """The active setup."""
        ...

    def setup_at(self, version: int) -> Setup:
        """The setup as it was in `version`."""
        ...

    def setup_versions(self) -> Sequence[SetupVersion]:
        """Every version that was applied, oldest first."""
        ...

    def apply_setup(self, setup: Setup, expected_version: int, at: datetime, by: str) -> bool:
        """Make `setup` active as version `expected_version` + 1. False if another was first."""
        ...


class OrderBook(Protocol):
    """The queue of Synchronize orders, and the orders that it posts."""

    def channels(self) -> Sequence[int]:
        """Every channel that ever had a staged transaction."""
        ...

    def due(self, channel: int, part: QueuePart, after: str | None, limit: int) -> DuePage:
        """A page of a part of one channel's queue. The index only proposes: the record decides."""
        ...

    def pending_count(self, channel: int) -> int:
        """The count of pending transactions of one channel."""
        ...

    def failed_before(
        self, channel: int, setup_version: int, after: str | None, limit: int
    ) -> tuple[Sequence[TransactionRecord], str | None]:
        """A page of failed transactions of an older setup, and the start of the next page."""
        ...

    def post(self, postings: Sequence[Posting]) -> Sequence[PostOutcome]:
        """Write each posting as a whole or not at all. Returns the results in order. No two postings share an item."""
        ...

    def accounts(self, keys: Collection[TransactionKey]) -> Mapping[TransactionKey, Account]:
        """The accounts of originals that were returned or cancelled, wholly or in part, read consistently."""
        ...

    def customers(self, keys: Collection[CustomerKey]) -> Mapping[CustomerKey, CreatedCustomer]:
        """The customers of `keys` that postings created, read consistently."""
        ...

    def take_numbers(self, company: str, count: int, first: int, largest: int) -> range:
        """The next `count` numbers of the company's sequence, fewer if it runs out. No number is given twice.

        A new sequence starts at `first`.
        """
        ...

    def next_number(self, company: str) -> int | None:
        """The next number of the company's sequence; None if it was never used."""
        ...

    def open_batch(self, run_id: str, keys: Sequence[TransactionKey], tries: int) -> None:
        """Record, before a batch is tried, that this run tries it."""
        ...

    def close_batch(self, run_id: str) -> None:
        """Record that the run's batch ended."""
        ...

    def open_batches(self) -> Sequence[OpenBatch]:
        """The batches that runs have taken up and not closed."""
        ...


class RunBook(Protocol):
    """The last runs of each job, for people: the one that began last, and the one that ended last."""

    def begin_run(self, run: JobRun) -> None:
        """Record the run as the one of its job that began last."""
        ...

    def end_run(self, run: JobRun) -> None:
        """Record the run as the one of its job that ended last."""
        ...

    def last_runs(self) -> Sequence[LastRuns]:
        """The last runs of each job that ever ran, by job."""
        ...


class Outbox(Protocol):
    """Business events that are not sent yet. Those of transactions are kept on their records."""

    def keep_event(self, event: BusinessEvent) -> None:
        """Keep the event of a run. The same event again changes nothing."""
        ...

    def unsent(self, after: str | None, limit: int) -> UnsentPage:
        """A page of the events that are not sent yet."""
        ...

    def mark_sent(self, sent: Sequence[Unsent]) -> None:
        """Remove sent events from the outbox. Those of a record that changed meanwhile stay, and are sent again."""
        ...


class Records(Protocol):
    """Reads for lists, `show`, `explain` and `reconcile`. Each call sees one consistent state."""

    def find(self, text: str) -> Sequence[TransactionRecord]:
        """The transactions with this transactionId, whole key, channel reference or sales order number."""
        ...

    def near(self, text: str, limit: int) -> Sequence[str]:
        """Ids that look like `text`, for suggestions."""
        ...

    def listed(self, wanted: ListFilter, limit: int | None) -> Iterator[TransactionRecord]:
        """The transactions that match, by business date and key."""
        ...

    def counts_by_state(self) -> Mapping[str, int]:
        """The count of transactions in each state."""
        ...

    def standing(self) -> Standing:
        """Counts by state, and in short each transaction that is failed, waiting, editing or a suspect."""
        ...

    def order_of(self, key: TransactionKey) -> PostedOrder | None:
        """The document of the transaction; None if it is not posted."""
        ...

    def staged_between(self, start: date | None, end: date | None, store: str | None) -> Iterator[Staged]:
        """Staged transactions of a range of business dates (both included), and those without a date."""
        ...

    def orders_between(self, start: date | None, end: date | None, store: str | None) -> Iterator[PostedOrder]:
        """Posted orders of a range of business dates (both included)."""
        ...


class Store(TransactionStore, SessionStore, SetupStore, OrderBook, Outbox, RunBook, Records, Protocol):
    """All ports of the store together."""

    def close(self) -> None:
        """Close files and connections."""
        ...
