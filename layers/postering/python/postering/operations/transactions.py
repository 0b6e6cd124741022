"""Reads a transaction as received so far; checks the stores that an operator names."""

from collections.abc import Sequence

from postering.deployment.wiring import Deployment
from postering.domain.errors import JobRefused
from postering.domain.inquiries.standing import ListFilter
from postering.domain.keys import TransactionKey
from postering.domain.near_names import near_or_all
from postering.domain.staging.assembly import Assembly
from postering.domain.staging.records import TransactionRecord


def assembled(at: Deployment, key: TransactionKey) -> tuple[TransactionRecord, Assembly]:
    """A transaction as received so far, with its record. Both are read at once."""
    staged = at.store.staged([key])[key]
    return staged.record, staged.record.assembled(staged.pieces)


def check_stores(at: Deployment, stores: Sequence[str]) -> None:
    """Raise `JobRefused` for a store that is not in the setup and has no staged transaction."""
    setup = at.store.setup().setup
    for store in stores:
        if setup.channels and setup.channel_of_store(store) is None:
            if any(True for _ in at.store.listed(ListFilter(stores=(store,)), 1)):
                continue
            hint = near_or_all(store, (channel.store for channel in setup.channels))
            raise JobRefused(f"the setup has no store {store!r}, and no transaction of it is staged. {hint}")
