"""Originals: what a return or a cancellation takes back of an order, and the account of what was taken back before.

The account lies under the original's key and is written, over its version, in the same write as the document that takes
back: two at once can't return, refund or cancel more than there is. It is kept also before the original is there.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import Self

from postering.domain.documents import DocumentKind, PostedOrder, SalesLine
from postering.domain.keys import TransactionKey
from postering.domain.money import ZERO, amount_text, difference, plain, size, total
from postering.domain.problems import CODES, Problem, Severity
from postering.domain.records import State, TransactionRecord
from postering.domain.setup import Setup
from postering.domain.transactions import PaymentTrans, RetailTransaction, SalesTrans


class Taken(StrEnum):
    """What a movement takes back."""

    RETURNED = "returned"
    CANCELLED = "cancelled"
    CHARGE = "charge"
    REFUNDED = "refunded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """What one transaction (`by`, its key) took back of one line, charge or payment of the original.

    Quantity and amounts have no sign: they are what is less afterwards. `amount` is of a payment or a whole charge.
    """

    by: str
    kind: Taken
    line: Decimal
    number: Decimal = ZERO
    quantity: Decimal = ZERO
    net: Decimal = ZERO
    tax: Decimal = ZERO
    amount: Decimal = ZERO


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What was taken back of one original; version 0 and empty before anything was."""

    key: TransactionKey
    version: int = 0
    write_id: str = ""
    movements: tuple[Movement, ...] = ()

    def of_line(self, line: Decimal) -> tuple[Movement, ...]:
        """What was returned or cancelled of a line."""
        return tuple(m for m in self.movements if m.line == line and m.kind in {Taken.RETURNED, Taken.CANCELLED})

    def refunded(self, payment_line: Decimal) -> Decimal:
        """What was refunded of a payment."""
        return total(m.amount for m in self.movements if m.kind is Taken.REFUNDED and m.line == payment_line)

    def has_charge(self, line: Decimal, number: Decimal) -> bool:
        """Whether a charge was taken back."""
        return any(m.kind is Taken.CHARGE and (m.line, m.number) == (line, number) for m in self.movements)

    def moved(self, movements: Iterable[Movement], write_id: str) -> Self:
        """The next version, with `movements` on it."""
        return replace(self, version=self.version + 1, write_id=write_id, movements=(*self.movements, *movements))


@dataclass(frozen=True, slots=True, kw_only=True)
class Original:
    """An order that is named as the original: its record and order, where they are there, and its account."""

    account: Account
    record: TransactionRecord | None = None
    order: PostedOrder | None = None

    @property
    def is_posted(self) -> bool:
        """Whether there is an order of which something can be taken back."""
        return self.order is not None and self.order.document.kind in {
            DocumentKind.SALES_ORDER,
            DocumentKind.RETURN_ORDER,
        }

    @property
    def may_come(self) -> bool:
        """Whether it is staged and may still become an order."""
        coming = {State.PENDING, State.WAITING, State.FAILED, State.EDITING}
        return self.record is not None and self.record.state in coming

    def line(self, number: Decimal) -> SalesLine | None:
        """A line of the order by its number."""
        lines = self.order.document.lines if self.order is not None else ()
        return next((line for line in lines if line.line == number), None)

    def quantity_left(self, line: SalesLine) -> Decimal:
        """How much of a line was not taken back yet."""
        return difference(size(line.quantity), total(m.quantity for m in self.account.of_line(line.line)))

    def refundable(self, payment_line: Decimal) -> Decimal:
        """How much of a payment was not refunded yet; 0 of one that does not count or is not there."""
        payments = self.order.payments if self.order is not None else ()
        paid = total(p.amount.amount for p in payments if p.line == payment_line and p.counts and p.amount.amount > 0)
        return difference(paid, self.account.refunded(payment_line))


Originals = Mapping[TransactionKey, Original]
"""The originals that a transaction names, by key."""


def returned_key(line: SalesTrans, transaction: RetailTransaction, setup: Setup) -> TransactionKey | None:
    """The transaction that a return line names as its original, None where it names none."""
    if line.quantity <= 0 or not line.return_transaction_id:
        return None
    return _named(transaction, setup, line.return_store, line.return_terminal, line.return_transaction_id)


def refunded_key(payment: PaymentTrans, transaction: RetailTransaction, setup: Setup) -> TransactionKey | None:
    """The transaction whose payment a linked refund gives back, None where it is not linked."""
    if payment.tendered >= 0 or not payment.counts or not payment.linked_transaction_id:
        return None
    return _named(transaction, setup, payment.linked_store, payment.linked_terminal, payment.linked_transaction_id)


def named_originals(transaction: RetailTransaction, setup: Setup) -> tuple[TransactionKey, ...]:
    """The originals that the lines and refunds of a return name, each once."""
    keys = [returned_key(line, transaction, setup) for line in transaction.lines]
    keys += [refunded_key(payment, transaction, setup) for payment in transaction.paying]
    return tuple(dict.fromkeys(key for key in keys if key is not None and key != transaction.key))


def _named(
    transaction: RetailTransaction, setup: Setup, store: str, terminal: str, transaction_id: str
) -> TransactionKey:
    """An empty store is the transaction's own; another store's channel is the setup's."""
    own = transaction.key
    channel = setup.channel_of_store(store) if store and store != own.store else None
    return TransactionKey(
        channel.company if channel is not None else own.company,
        channel.id if channel is not None else own.channel,
        store or own.store,
        terminal,
        transaction_id,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class TakingBack:
    """What a return does to its originals: movements by original, what is wrong, and whether it has to wait.

    `unlinked` are originals that are not there: what names them is posted without the link.
    """

    movements: Mapping[TransactionKey, tuple[Movement, ...]]
    problems: tuple[Problem, ...] = ()
    waits: bool = False
    unlinked: frozenset[TransactionKey] = frozenset()


def take_back(transaction: RetailTransaction, originals: Originals, setup: Setup, *, has_waited: bool) -> TakingBack:
    """What `transaction` takes back of its originals, held against what is left of each.

    One that is staged and not posted is waited for, however long; one that is not there, voided or no order, until
    `has_waited`, then it is `RETURN_ORIGINAL`.
    """
    missing = frozenset(key for key, original in originals.items() if not original.is_posted)
    if any(originals[key].may_come or not has_waited for key in missing):
        return TakingBack(movements={}, waits=True)
    problems = [_original_missing(key, originals[key], transaction, setup) for key in sorted(missing)]
    movements: dict[TransactionKey, list[Movement]] = {}
    for line in transaction.lines:
        key = returned_key(line, transaction, setup)
        if key is not None and key in originals:
            _return_line(line, transaction, originals[key], movements.setdefault(key, []), problems)
    for payment in transaction.paying:
        key = refunded_key(payment, transaction, setup)
        if key is not None and key in originals:
            _refund(payment, transaction, originals[key], movements.setdefault(key, []), problems)
    return TakingBack(
        movements={key: tuple(made) for key, made in movements.items()},
        problems=tuple(problem for problem in problems if problem is not None),
        unlinked=missing,
    )


def _return_line(
    line: SalesTrans,
    transaction: RetailTransaction,
    original: Original,
    made: list[Movement],
    problems: list[Problem | None],
) -> None:
    sold = _sold_line(line, original)
    quantity = size(line.quantity)
    if original.is_posted:
        taken = total(m.quantity for m in made if sold is not None and m.line == sold.line)
        left = difference(original.quantity_left(sold), taken) if sold is not None and sold.quantity > 0 else ZERO
        if quantity > left:
            problems.append(_too_much_returned(line, original, left))
    made.append(
        Movement(
            by=transaction.key.text,
            kind=Taken.RETURNED,
            line=sold.line if sold is not None else line.return_line,
            quantity=quantity,
            net=size(line.net),
            tax=size(line.tax),
        )
    )


def _sold_line(line: SalesTrans, original: Original) -> SalesLine | None:
    """The original's line: by number; where the return names none, the one with this item that has most left."""
    if line.return_line:
        return original.line(line.return_line)
    lines = original.order.document.lines if original.order is not None else ()
    same_item = [sold for sold in lines if sold.item == line.item and sold.variant == line.variant]
    return max(same_item, key=original.quantity_left, default=None)


def _refund(
    payment: PaymentTrans,
    transaction: RetailTransaction,
    original: Original,
    made: list[Movement],
    problems: list[Problem | None],
) -> None:
    amount = size(payment.tendered)
    currency = transaction.header.currency
    left: Decimal | None = None
    if original.is_posted:
        taken = total(m.amount for m in made if m.kind is Taken.REFUNDED and m.line == payment.linked_line)
        left = difference(original.refundable(payment.linked_line), taken)
    if payment.refundable is not None and payment.refundable != 0:
        left = size(payment.refundable) if left is None else min(left, size(payment.refundable))
    if left is not None and amount > left:
        problems.append(_too_much_refunded(payment, original, amount, left, currency))
    made.append(Movement(by=transaction.key.text, kind=Taken.REFUNDED, line=payment.linked_line, amount=amount))


def _original_missing(
    key: TransactionKey, original: Original, transaction: RetailTransaction, setup: Setup
) -> Problem | None:
    severity = setup.severity_of("RETURN_ORIGINAL") or CODES["RETURN_ORIGINAL"].severity
    if severity is Severity.OFF:
        return None
    state = str(original.record.state).replace("_", " ") if original.record is not None else "not staged"
    rows = [line.name for line in transaction.lines if returned_key(line, transaction, setup) == key]
    rows += [row.name for row in transaction.paying if refunded_key(row, transaction, setup) == key]
    return Problem(
        code="RETURN_ORIGINAL",
        severity=severity,
        message=f"the original {key.transaction_id} of store {key.store or 'without number'} is {state}",
        expected="an original that is posted",
        found=state,
        rows=tuple(rows),
        repair=(
            "see that the original reaches the uploads, or correct returnTransactionId or LinkedPaymentTransactionId "
            "of the rows at the source; of an original older than this deployment nothing is to be done. To wait more "
            f'for it: in the setup file, in [[companies]] with id = "{transaction.key.company}", raise '
            "original_wait_days, then run: postering setup apply FILE"
        ),
        depends_on=("checks/RETURN_ORIGINAL", f"companies/{transaction.key.company}"),
    )


def _too_much_returned(line: SalesTrans, original: Original, left: Decimal) -> Problem:
    named = f"line {plain(line.return_line)}" if line.return_line else f"item {line.item}"
    return Problem(
        code="RETURN_QUANTITY",
        message=(
            f"{line.name}: returns {plain(size(line.quantity))} of {named} of transaction "
            f"{original.account.key.transaction_id}, of which {plain(left)} are left"
        ),
        expected=f"at most {plain(left)}",
        found=plain(size(line.quantity)),
        rows=(line.name,),
        repair=(
            f"look at `postering show '{original.account.key}'` for what was sold and taken back; correct qty, "
            f"returnTransactionId or returnLineNum of {line.name} at the source"
        ),
    )


def _too_much_refunded(
    payment: PaymentTrans, original: Original, amount: Decimal, left: Decimal, currency: str
) -> Problem:
    return Problem(
        code="REFUND_AMOUNT",
        message=(
            f"{payment.name}: refunds {amount_text(amount, currency)} {currency} of payment "
            f"{plain(payment.linked_line)} of transaction {original.account.key.transaction_id}, of which "
            f"{amount_text(left, currency)} {currency} are left"
        ),
        expected=f"at most {amount_text(left, currency)}",
        found=amount_text(amount, currency),
        rows=(payment.name,),
        repair=(
            f"look at `postering show '{original.account.key}'` for what was paid and refunded; correct "
            f"amountTendered, LinkedPaymentTransactionId or LinkedPaymentLineNumber of {payment.name} at the source"
        ),
    )
