"""One transaction compared over its five sides: its differences, explained or not."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from postering.domain.keys import TransactionKey
from postering.domain.reconciliation.books import Booked
from postering.domain.reconciliation.channel_differences import ChannelSide, compare_channel, compare_removed
from postering.domain.reconciliation.differences import Difference, Fault, Findings
from postering.domain.reconciliation.order_differences import compare_order, compare_payments, not_an_order, order_gross
from postering.domain.reconciliation.package_differences import compare_packages
from postering.domain.reconciliation.packages import PackagesSide
from postering.domain.reconciliation.sides import HeaderFigures
from postering.domain.reconciliation.staged import StagedSide


@dataclass(frozen=True, slots=True, kw_only=True)
class Sides:
    """A transaction on its five sides; orders, payments and journal are one value. None: the side does not have it.

    `has_channel`: its store has a channel database that was read, else `not_compared` says why not; `damaged`: packages
    that could not be trusted or read; `removed`: retention removed a package that brought some of it.
    """

    transaction: TransactionKey
    has_channel: bool
    channel: ChannelSide | None
    packages: PackagesSide | None
    staged: StagedSide | None
    booked: Booked | None
    not_compared: str = ""
    damaged: frozenset[str] = frozenset()
    removed: bool = False

    @property
    def dates(self) -> frozenset[date]:
        """Its business date on each side that has one."""
        headers = (
            self.channel.received.header if self.channel else None,
            self.packages.header if self.packages else None,
            self.staged.received.header if self.staged else None,
        )
        found = {header.business_date for header in headers if header is not None}
        booked = {self.booked.business_date} if self.booked else set()
        return frozenset(day for day in (*found, *booked) if day is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """A transaction compared: its figures on each side (None: it is not there) and its differences.

    `not_an_order` is the state, or `quotation`, of a non-order; `order_gross` is the order's total. `edited`: it was
    posted with an operator's edits, so that order and staged transaction may differ. `removed`: retention removed a
    package that brought some of it, so that packages and staged transaction may differ.
    """

    transaction: TransactionKey
    has_channel: bool
    not_compared: str
    channel: HeaderFigures | None
    packages: HeaderFigures | None
    staged: HeaderFigures | None
    not_an_order: str
    booked: Booked | None
    order_gross: Decimal
    edited: bool
    removed: bool
    unexplained: tuple[Difference, ...]
    explained: tuple[Difference, ...]


def compare(sides: Sides) -> Compared:
    """Check every identity on this transaction."""
    staged, booked = sides.staged, sides.booked
    currency = _currency(sides)
    unexplained: list[Fault] = []
    explained: list[Fault] = []
    for unexplained_here, explained_here in (
        _channel_and_packages(sides),
        compare_packages(sides.packages, sides.staged, sides.damaged, removed=sides.removed),
        compare_order(staged, booked),
        compare_payments(booked),
    ):
        unexplained += unexplained_here
        explained += explained_here
    return Compared(
        transaction=sides.transaction,
        has_channel=sides.has_channel,
        not_compared=sides.not_compared,
        channel=sides.channel.received.header if sides.channel else None,
        packages=_packages_header(sides),
        staged=staged.received.header if staged else None,
        not_an_order=not_an_order(staged, booked),
        booked=booked,
        order_gross=order_gross(staged, booked),
        edited=staged is not None and bool(staged.edited),
        removed=sides.removed,
        unexplained=_differences(sides.transaction, currency, unexplained),
        explained=_differences(sides.transaction, currency, explained),
    )


def _packages_header(sides: Sides) -> HeaderFigures | None:
    """The figures of the packages; None if they do not have it, or retention removed the one with the header."""
    union = sides.packages.received if sides.packages is not None else None
    if union is None or (sides.removed and union.header.business_date is None and not union.header.currency):
        return None
    return union.header


def _channel_and_packages(sides: Sides) -> Findings:
    if sides.removed and sides.staged is not None and sides.channel is not None:
        return compare_removed(sides.channel, sides.packages, sides.staged.received)
    if sides.channel is None and not sides.has_channel:
        return [], []
    return compare_channel(sides.channel, sides.packages)


def _currency(sides: Sides) -> str:
    headers = (
        sides.staged.received.header if sides.staged else None,
        sides.packages.header if sides.packages else None,
        sides.channel.received.header if sides.channel else None,
    )
    named = [header.currency for header in headers if header is not None and header.currency]
    if named:
        return named[0]
    return sides.booked.currency if sides.booked is not None else ""


def _differences(transaction: TransactionKey, currency: str, faults: Iterable[Fault]) -> tuple[Difference, ...]:
    return tuple(
        Difference(
            transaction=transaction,
            between=fault.between,
            amount=fault.amount,
            currency=fault.currency or currency,
            why=fault.why,
            reason=fault.reason,
        )
        for fault in faults
    )
