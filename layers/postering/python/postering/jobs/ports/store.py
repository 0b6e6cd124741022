"""The store: an adapter only keeps, finds and writes together; what decides is in the domain and the jobs.

Every write that depends on something read before says on which version; `False` or a refusal means that another was
first.
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
        """Those of `keys` that are there, read consistently, pieces complete."""
        ...

    def records(self, keys: Collection[TransactionKey]) -> Mapping[TransactionKey, TransactionRecord]:
        """The records of those of `keys` that are there, read consistently, without their pieces."""
        ...

    def stage(self, stagings: Sequence[Staging]) -> Sequence[bool]:
        """Keep each piece and write its record over `expected_version`, together; in order, whether it was written.

        Every staging has a record, and no transaction appears twice.
        """
        ...

    def update_records(self, records: Sequence[TransactionRecord]) -> Sequence[bool]:
        """Write each record over its version − 1; in order, whether it was written."""
        ...


class SessionStore(Protocol):
    """Upload sessions and channel cursors."""

    def session(self, group: str, session_id: str) -> UploadSession | None:
        """The session, None where there is none."""
        ...

    def sessions(self, group: str | None = None) -> Sequence[UploadSession]:
        """All sessions (of a group), oldest first."""
        ...

    def waiting_sessions(self, group: str) -> Sequence[UploadSession]:
        """Those of `group` that are not applied yet, least tried and oldest first."""
        ...

    def open_session(self, session: UploadSession) -> bool:
        """Keep a new session; False where one of that name is there."""
        ...

    def change_session(
        self, session: UploadSession, cursor: ChannelCursor | None = None, unkeyed: Sequence[UnkeyedRow] = ()
    ) -> bool:
        """Write the session over its version − 1, with the cursor (over its own) and its unkeyed rows, or nothing."""
        ...

    def cursor(self, database: str) -> ChannelCursor:
        """How far a channel database has been read; version 0 and nothing read for a new one."""
        ...

    def record_extraction(self, sessions: Sequence[UploadSession], cursor: ChannelCursor) -> bool:
        """Keep new sessions and the moved cursor (over its version − 1) together; False where another was first."""
        ...

    def unkeyed_hashes(self, group: str, hashes: Collection[str]) -> frozenset[str]:
        """Those of `hashes` that rows without a key, kept with sessions of the group, have."""
        ...

    def unkeyed_rows(self, group: str, session_id: str) -> Sequence[UnkeyedRow]:
        """The rows without a key that a session brought."""
        ...


class SetupStore(Protocol):
    """The setup, by version."""

    def setup(self) -> ActiveSetup:
        """The setup in force."""
        ...

    def setup_at(self, version: int) -> Setup:
        """The setup as it was in `version`."""
        ...

    def setup_versions(self) -> Sequence[SetupVersion]:
        """Every version that was applied, the oldest first."""
        ...

    def apply_setup(self, setup: Setup, expected_version: int, at: datetime, by: str) -> bool:
        """Put `setup` in force as version `expected_version` + 1; False where another was first."""
        ...


class OrderBook(Protocol):
    """What Synchronize orders takes from, and posts to."""

    def channels(self) -> Sequence[int]:
        """Every channel of which a transaction was ever staged."""
        ...

    def due(self, channel: int, part: QueuePart, after: str | None, limit: int) -> DuePage:
        """A page of a part of one channel's queue; the index only proposes, the record decides."""
        ...

    def pending_count(self, channel: int) -> int:
        """How many are pending in one channel."""
        ...

    def failed_before(
        self, channel: int, setup_version: int, after: str | None, limit: int
    ) -> tuple[Sequence[TransactionRecord], str | None]:
        """A page of failed transactions whose verdict saw an older setup, and where the next one starts."""
        ...

    def post(self, postings: Sequence[Posting]) -> Sequence[PostOutcome]:
        """Write each posting whole or not at all; in order, how it ended. None shares an item with another."""
        ...

    def accounts(self, keys: Collection[TransactionKey]) -> Mapping[TransactionKey, Account]:
        """The accounts of originals of which something was taken back, read consistently."""
        ...

    def customers(self, keys: Collection[CustomerKey]) -> Mapping[CustomerKey, CreatedCustomer]:
        """Those of `keys` that postings created, read consistently."""
        ...

    def take_numbers(self, company: str, count: int, first: int, largest: int) -> range:
        """The next `count` numbers of the company's sequence, fewer where it runs out; each is given out once.

        `first` is where the sequence starts when it is first made.
        """
        ...

    def next_number(self, company: str) -> int | None:
        """The number that the company's sequence gives out next; None where it was not made yet."""
        ...

    def open_batch(self, run_id: str, keys: Sequence[TransactionKey], tries: int) -> None:
        """Say, before a batch is tried, that this run tries it."""
        ...

    def close_batch(self, run_id: str) -> None:
        """Say that the run's batch came back."""
        ...

    def open_batches(self) -> Sequence[OpenBatch]:
        """What runs have in hand at the moment."""
        ...


class RunBook(Protocol):
    """What people are told of the jobs' runs: of each job the one that began last, and the one that ended last."""

    def begin_run(self, run: JobRun) -> None:
        """Keep the run as the one of its job that began last."""
        ...

    def end_run(self, run: JobRun) -> None:
        """Keep how the run ended, as the one of its job that ended last."""
        ...

    def last_runs(self) -> Sequence[LastRuns]:
        """Of each job that ever ran, the run that began last and the one that ended last, by job."""
        ...


class Outbox(Protocol):
    """Business events that wait to be sent. Those of transactions ride on their records."""

    def keep_event(self, event: BusinessEvent) -> None:
        """Keep the event of a run; the same one again changes nothing."""
        ...

    def unsent(self, after: str | None, limit: int) -> UnsentPage:
        """A page of what is not sent yet."""
        ...

    def mark_sent(self, sent: Sequence[Unsent]) -> None:
        """Take what was sent out of the outbox; of a record that changed since, nothing: it is sent again."""
        ...


class Records(Protocol):
    """What lists, `show`, `explain` and `reconcile` read; each call sees one consistent state."""

    def find(self, text: str) -> Sequence[TransactionRecord]:
        """Those that a transactionId, a whole key, a channel reference or a sales order number names."""
        ...

    def near(self, text: str, limit: int) -> Sequence[str]:
        """Ids that look like `text`, for suggestions."""
        ...

    def listed(self, wanted: ListFilter, limit: int | None) -> Iterator[TransactionRecord]:
        """Those that match, by business date and key."""
        ...

    def counts_by_state(self) -> Mapping[str, int]:
        """How many transactions are in each state."""
        ...

    def standing(self) -> Standing:
        """Where all transactions stand: counts by state, and each one that is failed, waiting or editing, in short."""
        ...

    def order_of(self, key: TransactionKey) -> PostedOrder | None:
        """What the transaction became, None where it is not posted."""
        ...

    def staged_between(self, start: date | None, end: date | None, store: str | None) -> Iterator[Staged]:
        """Staged transactions of a range of business dates (both included); those without a date too."""
        ...

    def orders_between(self, start: date | None, end: date | None, store: str | None) -> Iterator[PostedOrder]:
        """Posted orders of a range of business dates (both included)."""
        ...


class Store(TransactionStore, SessionStore, SetupStore, OrderBook, Outbox, RunBook, Records, Protocol):
    """The whole store: one adapter serves all the ports."""

    def close(self) -> None:
        """Let go of files and connections."""
        ...
