"""The steps from each side to the next: by how much a transaction changes the sum, and for which reason."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from decimal import Decimal

from postering.domain.money import ZERO, difference, negated, total
from postering.domain.reconciliation.books import Booked
from postering.domain.reconciliation.compare import Compared
from postering.domain.reconciliation.differences import (
    CHANNEL_AND_PACKAGES,
    ORDERS_AND_PAYMENTS,
    PACKAGES_AND_STAGED,
    PAYMENTS_AND_JOURNAL,
    STAGED_AND_ORDERS,
    Reason,
)
from postering.domain.reconciliation.sides import HeaderFigures
from postering.domain.sales_orders.documents import DocumentKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What is more on the second of two sides (negative: less), in transactions and in amount."""

    between: str
    reason: Reason
    transactions: int = 0
    amount: Decimal = ZERO


class Steps:
    """Steps added up, by the two sides and the reason."""

    def __init__(self) -> None:
        self._sums: dict[tuple[str, Reason], Step] = {}

    def add(self, step: Step) -> None:
        """Add a step to those of its reason."""
        place = (step.between, step.reason)
        before = self._sums.get(place, Step(between=step.between, reason=step.reason))
        self._sums[place] = Step(
            between=step.between,
            reason=step.reason,
            transactions=before.transactions + step.transactions,
            amount=total((before.amount, step.amount)),
        )

    def __iter__(self) -> Iterator[Step]:
        """Each sum that is not nothing."""
        return (step for step in self._sums.values() if step.transactions or step.amount)


def steps_of(one: Compared) -> Iterator[tuple[HeaderFigures, Step]]:
    """The steps of a transaction, each with the figures whose day and currency it belongs to."""
    yield from _between(CHANNEL_AND_PACKAGES, _channel_reason(one), one.channel, one.packages)
    yield from _between(
        PACKAGES_AND_STAGED, _reason(one, PACKAGES_AND_STAGED, (Reason.REMOVED,)), one.packages, one.staged
    )
    order = _order(one)
    yield from _between(STAGED_AND_ORDERS, _order_reason(one), one.staged, order)
    if order is not None and one.booked is not None:
        for step in _steps_of_books(one, one.booked):
            yield order, step


def _between(
    between: str, reason: Reason, left: HeaderFigures | None, right: HeaderFigures | None
) -> Iterator[tuple[HeaderFigures, Step]]:
    """From one side to the next: the transaction is taken from where the one has it, and added where the other has."""
    if left is not None:
        yield left, Step(between=between, reason=reason, transactions=-1, amount=negated(left.gross))
    if right is not None:
        yield right, Step(between=between, reason=reason, transactions=1, amount=right.gross)


def _reason(one: Compared, between: str, reasons: Collection[Reason] = frozenset(Reason)) -> Reason:
    """The reason of the difference between two sides, if it is one of `reasons`."""
    if any(each.between == between for each in one.unexplained):
        return Reason.UNEXPLAINED
    found = (each.reason for each in one.explained if each.between == between and each.reason in reasons)
    return next(found, Reason.UNEXPLAINED)


def _channel_reason(one: Compared) -> Reason:
    if one.channel is None and one.not_compared:
        return Reason.NOT_COMPARED
    return _reason(one, CHANNEL_AND_PACKAGES)


def _order_reason(one: Compared) -> Reason:
    """Of a non-order its state; of an order only an edit may change the sum."""
    moving = (Reason.EDITED,) if _order(one) is not None else tuple(Reason)
    return _reason(one, STAGED_AND_ORDERS, moving)


def _order(one: Compared) -> HeaderFigures | None:
    """The figures of the order; a quotation is none."""
    booked = one.booked
    if booked is None or booked.kind is DocumentKind.QUOTATION:
        return None
    return HeaderFigures(
        business_date=booked.business_date, currency=booked.currency, gross=one.order_gross, payments=booked.paid
    )


def _steps_of_books(one: Compared, booked: Booked) -> Iterator[Step]:
    """From the order to its payments, and from these to the journal."""
    filled_in = _reason(one, STAGED_AND_ORDERS, (Reason.FILLED_IN, Reason.HEADER_AND_LINES))
    yield Step(between=ORDERS_AND_PAYMENTS, reason=filled_in, amount=booked.cancelled_gross)
    variance = total((booked.variance, booked.cancelled_variance))
    left_open = total((booked.open, booked.cancelled_open))
    yield Step(between=ORDERS_AND_PAYMENTS, reason=Reason.VARIANCE, amount=negated(variance))
    yield Step(between=ORDERS_AND_PAYMENTS, reason=Reason.OPEN, amount=negated(left_open))
    paid = total((booked.paid, booked.cancelled_payments))
    due = difference(total((one.order_gross, booked.cancelled_gross)), total((variance, left_open)))
    yield Step(between=ORDERS_AND_PAYMENTS, reason=Reason.UNEXPLAINED, amount=difference(paid, due))
    on_account = total((booked.on_account, booked.cancelled_on_account))
    entered = total((booked.entered, booked.cancelled_entered))
    yield Step(between=PAYMENTS_AND_JOURNAL, reason=Reason.ON_ACCOUNT, amount=negated(on_account))
    apart = difference(entered, difference(paid, on_account))
    yield Step(between=PAYMENTS_AND_JOURNAL, reason=Reason.UNEXPLAINED, amount=apart)
