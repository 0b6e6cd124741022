"""What reconciliation reads: all of it once, and the transactions that differ once more, with their rows' values."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Final, Protocol

from postering.domain.errors import PackageMissing, PackageRefused
from postering.domain.keys import TransactionKey
from postering.domain.lists import batched
from postering.domain.money import ZERO
from postering.domain.reconciliation.books import Booked, booked
from postering.domain.reconciliation.differences import (
    CHANNEL_AND_PACKAGES,
    PACKAGES_AND_STAGED,
    STAGED_AND_ORDERS,
    Difference,
    Fault,
    Reason,
)
from postering.domain.reconciliation.packages import KeptPart
from postering.domain.reconciliation.refunds import refunds_named
from postering.domain.reconciliation.sides import Brought, RowId, brought, counter_of, row_id, without_values
from postering.domain.reconciliation.staged import StagedSide, staged_side
from postering.domain.retail_transactions.entities import ENTITIES
from postering.domain.retail_transactions.rows import AnyRow, RejectedRow, Row, UnkeyedRow, read_row
from postering.domain.runs.kept_packages import KeptPackage, kept_packages, removed_text
from postering.domain.runs.packages import ChannelRows
from postering.domain.runs.sessions import ChannelCursor, SessionStatus
from postering.domain.sales_orders.documents import PostedOrder
from postering.domain.setup.setup import Setup
from postering.domain.staging.records import Staged
from postering.jobs.ports import ChannelSource, Store
from postering.jobs.run import Run

_ASKED_AT_ONCE: Final = 200
_SHOWN_EVERY: Final = 500


class KeptPackages(Protocol):
    """The kept packages' own bytes, in the uploads or in quarantine."""

    def digest(self, group: str, package: str) -> str:
        """SHA-256 of the package's bytes; raises `PackageMissing`."""
        ...

    def readable_rows(self, group: str, package: str) -> Iterator[AnyRow]:
        """The rows that can be read, headers before children, also of a package that is not sound.

        Raises `PackageMissing`, and `PackageRefused` for what is no package at all.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """Business dates, both included (None: open), and a store ('': all)."""

    start: date | None
    end: date | None
    store: str

    def has(self, day: date | None) -> bool:
        """Whether the day is wanted; what has no date yet is."""
        if day is None:
            return True
        return (self.start is None or day >= self.start) and (self.end is None or day <= self.end)

    def has_store(self, store: str) -> bool:
        """Whether the store is wanted."""
        return not self.store or store == self.store


@dataclass(slots=True)
class ChannelParts:
    """What the channel databases have of a transaction, and which rows stand above the counter read last."""

    parts: list[Brought] = field(default_factory=list)
    fresh: set[RowId] = field(default_factory=set)


@dataclass(kw_only=True)
class Reading:
    """The sides as read so far. `unexplained` and `explained` are of packages and databases, not of a transaction."""

    wanted: Range
    setup: Setup
    store: Store
    uploads: KeptPackages
    channels: Sequence[ChannelSource]
    run: Run

    def __post_init__(self) -> None:
        self.booked: dict[TransactionKey, Booked] = {}
        self.refunds: dict[TransactionKey, Mapping[TransactionKey, Decimal]] = {}
        self.staged: dict[TransactionKey, StagedSide] = {}
        self.kept: dict[TransactionKey, list[KeptPart]] = {}
        self.channel: dict[TransactionKey, ChannelParts] = {}
        self.damaged: set[str] = set()
        self.removed: set[tuple[str, str]] = set()
        self.unexplained: list[Difference] = []
        self.explained: list[Difference] = []
        self._numbers: dict[tuple[str, str], TransactionKey] = {}
        self._doubled: dict[TransactionKey, str] = {}

    def keys(self) -> frozenset[TransactionKey]:
        """Every transaction that any side has."""
        return frozenset((*self.booked, *self.staged, *self.kept, *self.channel))

    def read_all(self) -> None:
        """Read every side, of all transactions that are wanted."""
        wanted, store = self.wanted, self.wanted.store or None
        for number, order in enumerate(self.store.orders_between(wanted.start, wanted.end, store), 1):
            self._book(order, detailed=False)
            self._show("reading orders", number)
        for number, staged in enumerate(self.store.staged_between(wanted.start, wanted.end, store), 1):
            self.staged[staged.record.key] = staged_side(staged)
            self._show("reading staged transactions", number)
        self._read_origins(None)

    def read_store_again(self, keys: Collection[TransactionKey]) -> None:
        """Read what the store has of some transactions."""
        for key in keys:
            self.booked.pop(key, None)
            self.refunds.pop(key, None)
            if (order := self.store.order_of(key)) is not None:
                self._book(order, detailed=True)
        for some in batched(keys, _ASKED_AT_ONCE):
            there: Mapping[TransactionKey, Staged] = self.store.staged(some)
            for key in some:
                self.staged.pop(key, None)
                if key in there:
                    self.staged[key] = staged_side(there[key], detailed=True)

    def read_all_again(self, keys: Collection[TransactionKey]) -> None:
        """Read every side of some transactions."""
        self.read_store_again(keys)
        for key in keys:
            self.kept.pop(key, None)
            self.channel.pop(key, None)
        self._read_origins(frozenset(keys))

    def _book(self, order: PostedOrder, *, detailed: bool) -> None:
        document = order.document
        company = self.setup.company(document.company)
        one = booked(order, company.receivable_account if company is not None else "", detailed=detailed)
        key = document.transaction
        before = self.booked.get(key)
        if before is not None and before.id != document.id:
            self._doubled[key] = f"it has two documents, {before.id} and {document.id}"
        holder = self._numbers.setdefault((document.company, document.id), key)
        faults = list(one.faults)
        if key in self._doubled:
            faults.append(Fault(STAGED_AND_ORDERS, one.header_total, self._doubled[key]))
        if holder != key:
            why = f"number {document.id} is also that of transaction {holder}"
            faults.append(Fault(STAGED_AND_ORDERS, one.header_total, why))
        self.booked[key] = replace(one, faults=tuple(faults))
        if refunds := refunds_named(order, self.setup):
            self.refunds[key] = refunds

    def _read_origins(self, only: frozenset[TransactionKey] | None) -> None:
        """Packages, then channel databases; cursors before both, so that what is pulled meanwhile is above them."""
        self.damaged, self.removed, self.unexplained, self.explained = set(), set(), [], []
        cursors = {source.name: self.store.cursor(source.name) for source in self.channels}
        packages = kept_packages(self.store.sessions())
        for number, package in enumerate(packages, 1):
            self._read_package(package, only)
            self.run.progress("reading packages", number, len(packages))
        for source in self.channels:
            self._read_channel(source, cursors[source.name], only)

    def _read_package(self, package: KeptPackage, only: frozenset[TransactionKey] | None) -> None:
        if any(session.quarantined for session in package.sessions):
            self._say(
                self.explained, f"package {package.text} lies in quarantine: it holds card data", Reason.QUARANTINED
            )
        found: dict[TransactionKey, list[Row | RejectedRow]] = {}
        unkeyed: set[str] = set()
        try:
            self._check_bytes(package)
            if only is None or only:
                for row in self.uploads.readable_rows(package.group, package.name):
                    if isinstance(row, UnkeyedRow):
                        unkeyed.add(row.hash)
                    elif self._is_wanted(row.transaction, only):
                        found.setdefault(row.transaction, []).append(without_values(row) if only is None else row)
        except (PackageMissing, PackageRefused) as unreadable:
            if package.removed is not None and isinstance(unreadable, PackageMissing):
                self.removed |= {(session.group, session.id) for session in package.sessions}
                self._say(self.explained, removed_text(package), Reason.REMOVED)
            elif package.promised_sha256:
                self.damaged.add(package.text)
                self._say(self.unexplained, f"package {package.text}: {unreadable}")
        for key, rows in found.items():
            part = brought(rows, detailed=only is not None)
            known = key in self.staged or key in self.booked
            if known or self.wanted.has(part.header.business_date):
                self.kept.setdefault(key, []).append(KeptPart(package=package, brought=part))
        if not self.wanted.store:
            self._check_unkeyed(package, unkeyed)

    def _check_bytes(self, package: KeptPackage) -> None:
        promised = package.promised_sha256
        if not promised:
            return
        actual = self.uploads.digest(package.group, package.name)
        if actual != promised:
            self.damaged.add(package.text)
            self._say(
                self.unexplained,
                f"package {package.text} was changed since it was staged: its SHA-256 is {actual}, it was {promised}; "
                "put the original back",
            )

    def _check_unkeyed(self, package: KeptPackage, hashes: set[str]) -> None:
        """Rows without a key belong to no transaction: they must be kept with the session."""
        applied = [session for session in package.sessions if session.status is SessionStatus.APPLIED]
        if not hashes or not applied:
            return
        kept = {row.hash for s in applied for row in self.store.unkeyed_rows(s.group, s.id)}
        if lost := len(hashes - kept):
            self._say(self.unexplained, f"{lost} rows of package {package.text} name no transaction, and were not kept")
        if there := len(hashes & kept):
            why = f"{there} rows of package {package.text} name no transaction: they are kept with the session"
            self._say(self.explained, why, Reason.NO_TRANSACTION)

    def _read_channel(
        self, source: ChannelSource, cursor: ChannelCursor, only: frozenset[TransactionKey] | None
    ) -> None:
        if only is not None and not only:
            return
        unkeyed = 0
        with source.snapshot() as snapshot:
            highest = snapshot.highest()
            restarted = any(counter < cursor.highest.get(table, 0) for table, counter in highest.items())
            found = snapshot.whole_transactions({}, self.wanted.start)
            for number, transaction in enumerate(found, 1):
                unkeyed += self._take_channel_rows(transaction, cursor, restarted, only)
                self._show(f"reading channel database {source.name}", number)
        if unkeyed and not self.wanted.store:
            why = f"{unkeyed} rows of channel database {source.name} name no transaction"
            self.explained.append(_of_no_transaction(CHANNEL_AND_PACKAGES, why, Reason.NO_TRANSACTION))

    def _take_channel_rows(
        self,
        transaction: ChannelRows,
        cursor: ChannelCursor,
        restarted: bool,
        only: frozenset[TransactionKey] | None,
    ) -> int:
        """Keep the rows of a transaction of the channel; how many of them name none."""
        rows = [read_row(ENTITIES[entity], raw, where) for entity, raw, where in transaction.rows]
        by_key: dict[TransactionKey, list[Row | RejectedRow]] = {}
        for row in rows:
            if not isinstance(row, UnkeyedRow) and self._is_wanted(row.transaction, only):
                by_key.setdefault(row.transaction, []).append(row)
        for key, of_key in by_key.items():
            part = brought(of_key, detailed=only is not None)
            known = key in self.staged or key in self.booked or key in self.kept
            if known or self.wanted.has(part.header.business_date):
                there = self.channel.setdefault(key, ChannelParts())
                there.parts.append(part)
                there.fresh |= self._fresh(key, of_key, cursor, restarted)
        return sum(isinstance(row, UnkeyedRow) for row in rows)

    def _fresh(
        self, key: TransactionKey, rows: Sequence[Row | RejectedRow], cursor: ChannelCursor, restarted: bool
    ) -> set[RowId]:
        """Rows above the counter read last. Where counters tell nothing, only a row that was never pulled is new."""
        pulled = {row for part in self.kept.get(key, ()) for row in (*part.brought.sound, *part.brought.rejected)}
        fresh: set[RowId] = set()
        for row in rows:
            counter = counter_of(row)
            above = counter is not None and counter > cursor.highest.get(row.entity, 0)
            never = (counter is None or restarted) and (row.entity, row.key) not in pulled
            if above or never:
                fresh.add(row_id(row))
        return fresh

    def _is_wanted(self, key: TransactionKey, only: frozenset[TransactionKey] | None) -> bool:
        return self.wanted.has_store(key.store) and (only is None or key in only)

    def _say(self, said: list[Difference], why: str, reason: Reason = Reason.UNEXPLAINED) -> None:
        said.append(_of_no_transaction(PACKAGES_AND_STAGED, why, reason))

    def _show(self, what: str, number: int) -> None:
        if number % _SHOWN_EVERY == 0:
            self.run.progress(what, number, 0)


def _of_no_transaction(between: str, why: str, reason: Reason) -> Difference:
    return Difference(transaction=None, between=between, amount=ZERO, currency="", why=why, reason=reason)
