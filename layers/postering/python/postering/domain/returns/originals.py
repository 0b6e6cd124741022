"""Originals: the orders that a return, a refund or a cancellation takes back of, and what is left of each."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Self

from postering.domain.keys import TransactionKey
from postering.domain.money import ZERO, absolute, difference, product, total
from postering.domain.retail_transactions.transactions import PaymentTrans, RetailTransaction, SalesTrans
from postering.domain.returns.kept_payments import kept_payments
from postering.domain.returns.movements import Account, Movement, Taken
from postering.domain.sales_orders.documents import DocumentKind, PostedOrder, SalesLine
from postering.domain.setup.setup import Setup
from postering.domain.staging.records import State, TransactionRecord

__all__ = [
    "Account",
    "Movement",
    "Original",
    "Originals",
    "Taken",
    "key_named",
    "named_originals",
    "names_itself",
    "refunded_key",
    "returned_key",
]


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
        return difference(absolute(line.quantity), total(m.quantity for m in self.account.of_line(line.line)))

    def value_left(self, line: SalesLine) -> tuple[Decimal, Decimal]:
        """Net and tax of a line that were not taken back yet, in its own sign."""
        taken = self.account.of_line(line.line)
        sign = Decimal(-1) if line.total.amount < 0 else Decimal(1)
        return (
            difference(line.net.amount, product(sign, total(movement.net for movement in taken))),
            difference(line.tax.amount, product(sign, total(movement.tax for movement in taken))),
        )

    def refundable(self, payment_line: Decimal) -> Decimal:
        """How much of a payment was neither given as change nor refunded; 0 of one that does not count or is none."""
        kept = kept_payments(self.order).get(payment_line) if self.order is not None else None
        return difference(kept.amount if kept is not None else ZERO, self.account.refunded(payment_line))

    def less(self, movements: Iterable[Movement]) -> Self:
        """The original as `movements`, which are not written yet, leave it."""
        return replace(self, account=replace(self.account, movements=(*self.account.movements, *movements)))


Originals = Mapping[TransactionKey, Original]
"""The originals that a transaction names, by key."""


def returned_key(line: SalesTrans, transaction: RetailTransaction, setup: Setup) -> TransactionKey | None:
    """The transaction that a return line names as its original, None where it names none."""
    if line.quantity <= 0 or not line.return_transaction_id:
        return None
    return key_named(transaction.key, setup, line.return_store, line.return_terminal, line.return_transaction_id)


def refunded_key(payment: PaymentTrans, transaction: RetailTransaction, setup: Setup) -> TransactionKey | None:
    """The transaction whose payment a linked refund gives back, None where it is not linked."""
    if payment.tendered >= 0 or not payment.counts or not payment.linked_transaction_id:
        return None
    return key_named(
        transaction.key, setup, payment.linked_store, payment.linked_terminal, payment.linked_transaction_id
    )


def named_originals(transaction: RetailTransaction, setup: Setup) -> tuple[TransactionKey, ...]:
    """The originals that the lines and refunds of a return name, each once; the transaction itself is none."""
    return tuple(dict.fromkeys(key for key in _names(transaction, setup) if key != transaction.key))


def names_itself(transaction: RetailTransaction, setup: Setup) -> bool:
    """Whether a line or a refund names its own transaction as the original: it can give back nothing of itself."""
    return transaction.key in _names(transaction, setup)


def _names(transaction: RetailTransaction, setup: Setup) -> list[TransactionKey]:
    keys = [returned_key(line, transaction, setup) for line in transaction.lines]
    keys += [refunded_key(payment, transaction, setup) for payment in transaction.paying]
    return [key for key in keys if key is not None]


def key_named(own: TransactionKey, setup: Setup, store: str, terminal: str, transaction_id: str) -> TransactionKey:
    """What rows or documents of `own` name: an empty store is its own; another store's channel is the setup's."""
    channel = setup.channel_of_store(store) if store and store != own.store else None
    return TransactionKey(
        channel.company if channel is not None else own.company,
        channel.id if channel is not None else own.channel,
        store or own.store,
        terminal,
        transaction_id,
    )
