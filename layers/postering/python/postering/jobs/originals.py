"""Reads the originals of a return or cancellation, and the customers that jobs created."""

from collections.abc import Iterable

from postering.domain.keys import TransactionKey
from postering.domain.retail_transactions.transactions import RetailTransaction
from postering.domain.retail_transactions.types import ASYNC_CANCELLATION
from postering.domain.returns.accounts import Account
from postering.domain.returns.links import may_be_cancelled_by, named_originals
from postering.domain.returns.originals import Original, Originals
from postering.domain.sales_orders.customers import Customers, unknown_customers
from postering.domain.setup.setup import Setup
from postering.domain.staging.records import TransactionRecord
from postering.jobs.ports import Store


def originals_of(transaction: RetailTransaction, setup: Setup, store: Store) -> Originals:
    """The originals that `transaction` names. A cancellation names orders by their number or reference."""
    if transaction.header.type == ASYNC_CANCELLATION:
        records = {record.key: record for record in _cancelled(transaction, store)}
    else:
        named = named_originals(transaction, setup)
        if not named:
            return {}
        records = {key: staged.record for key, staged in store.staged(named).items()}
        return _originals(named, records, store)
    return _originals(records, records, store)


def customers_of(transaction: RetailTransaction, setup: Setup, store: Store) -> Customers:
    """The customers that `transaction` names and a job created; those of the setup are left out."""
    asked = unknown_customers(transaction, setup)
    return store.customers(asked) if asked else {}


def _cancelled(transaction: RetailTransaction, store: Store) -> Iterable[TransactionRecord]:
    """The orders that a cancellation names."""
    name = transaction.header.sales_order_id or transaction.header.channel_reference_id
    found = store.find(name) if name else ()
    return (record for record in found if may_be_cancelled_by(record, transaction))


def _originals(
    keys: Iterable[TransactionKey], records: dict[TransactionKey, TransactionRecord], store: Store
) -> Originals:
    named = tuple(keys)
    accounts = store.accounts(named)
    return {
        key: Original(
            account=accounts.get(key, Account(key=key)),
            record=records.get(key),
            order=store.order_of(key) if key in records and records[key].sales_id else None,
        )
        for key in named
    }
