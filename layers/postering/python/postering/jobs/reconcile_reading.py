"""The reading of reconciliation: every side once, then the transactions that differ again, with their rows' values."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from postering.domain.keys import TransactionKey
from postering.domain.lists import batched
from postering.domain.reconciliation.books import Booked, booked
from postering.domain.reconciliation.differences import STAGED_AND_ORDERS, Difference, Fault
from postering.domain.reconciliation.refunds import refunds_named
from postering.domain.reconciliation.sides import RowId
from postering.domain.reconciliation.staged import StagedSide, staged_side
from postering.domain.sales_orders.documents import PostedOrder
from postering.domain.setup.setup import Setup
from postering.domain.staging.records import Staged
from postering.jobs.ports import Store
from postering.jobs.reconcile_channels import ChannelReading
from postering.jobs.reconcile_packages import PackageReading
from postering.jobs.reconcile_range import Range
from postering.jobs.run import Run

_ASKED_AT_ONCE: Final = 200
_SHOWN_EVERY: Final = 500


@dataclass(kw_only=True)
class Reading:
    """The sides as read so far."""

    wanted: Range
    setup: Setup
    store: Store
    packages: PackageReading
    channels: ChannelReading
    run: Run

    def __post_init__(self) -> None:
        self.booked: dict[TransactionKey, Booked] = {}
        self.refunds: dict[TransactionKey, Mapping[TransactionKey, Decimal]] = {}
        self.staged: dict[TransactionKey, StagedSide] = {}
        self._numbers: dict[tuple[str, str], TransactionKey] = {}
        self._doubled: dict[TransactionKey, str] = {}

    def keys(self) -> frozenset[TransactionKey]:
        """Every transaction that any side has."""
        return frozenset((*self.booked, *self.staged, *self.packages.kept, *self.channels.parts))

    @property
    def unexplained(self) -> list[Difference]:
        """Unexplained differences of whole packages."""
        return self.packages.unexplained

    @property
    def explained(self) -> list[Difference]:
        """Explained differences of whole packages and channel databases."""
        return [*self.packages.explained, *self.channels.explained]

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
        """Read the store's part of some transactions."""
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
            self.packages.kept.pop(key, None)
            self.channels.parts.pop(key, None)
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
        """Read packages, then channel databases; cursors before both, so that rows pulled meanwhile are above them."""
        self.channels.read_cursors()
        self.packages.read(only, lambda key: key in self.staged or key in self.booked)
        kept = self.packages.kept
        self.channels.read(only, lambda key: key in self.staged or key in self.booked or key in kept, self._pulled)

    def _pulled(self, key: TransactionKey) -> set[RowId]:
        return {
            row for part in self.packages.kept.get(key, ()) for row in (*part.brought.sound, *part.brought.rejected)
        }

    def _show(self, what: str, number: int) -> None:
        if number % _SHOWN_EVERY == 0:
            self.run.progress(what, number, 0)
