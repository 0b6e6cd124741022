"""Links: the originals that rows of a return or a cancellation name, by key or by the number of the order."""

from postering.domain.keys import TransactionKey
from postering.domain.retail_transactions.transactions import PaymentTrans, RetailTransaction, SalesTrans
from postering.domain.retail_transactions.types import ASYNC_ORDER, ONLINE_ORDER
from postering.domain.setup.setup import Setup
from postering.domain.staging.records import TransactionRecord


def returned_key(line: SalesTrans, transaction: RetailTransaction, setup: Setup) -> TransactionKey | None:
    """The transaction that a return line names as its original, None if it names none."""
    if line.quantity <= 0 or not line.return_transaction_id:
        return None
    return key_named(transaction.key, setup, line.return_store, line.return_terminal, line.return_transaction_id)


def refunded_key(payment: PaymentTrans, transaction: RetailTransaction, setup: Setup) -> TransactionKey | None:
    """The transaction whose payment a linked refund gives back, None if it is not linked."""
    if payment.tendered >= 0 or not payment.counts or not payment.linked_transaction_id:
        return None
    return key_named(
        transaction.key, setup, payment.linked_store, payment.linked_terminal, payment.linked_transaction_id
    )


def named_originals(transaction: RetailTransaction, setup: Setup) -> tuple[TransactionKey, ...]:
    """The originals that the lines and refunds of a return name, each once, without the transaction itself."""
    return tuple(dict.fromkeys(key for key in _names(transaction, setup) if key != transaction.key))


def names_itself(transaction: RetailTransaction, setup: Setup) -> bool:
    """Whether a line or a refund names its own transaction as the original: nothing of itself can be given back."""
    return transaction.key in _names(transaction, setup)


def _names(transaction: RetailTransaction, setup: Setup) -> list[TransactionKey]:
    keys = [returned_key(line, transaction, setup) for line in transaction.lines]
    keys += [refunded_key(payment, transaction, setup) for payment in transaction.paying]
    return [key for key in keys if key is not None]


def key_named(own: TransactionKey, setup: Setup, store: str, terminal: str, transaction_id: str) -> TransactionKey:
    """The key that a row of `own` names: an empty store is the own one; the setup has another store's channel."""
    channel = setup.channel_of_store(store) if store and store != own.store else None
    return TransactionKey(
        channel.company if channel is not None else own.company,
        channel.id if channel is not None else own.channel,
        store or own.store,
        terminal,
        transaction_id,
    )


def may_be_cancelled_by(record: TransactionRecord, transaction: RetailTransaction) -> bool:
    """Whether a cancellation names this order: by its number, else by its reference, in the same channel."""
    header, key = transaction.header, transaction.key
    bears_the_name = (
        record.sales_id == header.sales_order_id
        if header.sales_order_id
        else record.summary.channel_reference_id == header.channel_reference_id
    )
    is_order = record.summary.type in {ONLINE_ORDER, ASYNC_ORDER}
    same_channel = (record.key.company, record.key.channel) == (key.company, key.channel)
    return bears_the_name and is_order and same_channel
