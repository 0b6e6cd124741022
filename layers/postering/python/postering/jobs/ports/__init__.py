"""The ports of the jobs: protocols in the business' verbs, which adapters satisfy by their shape.

One file for each side: store, upload packages, sources, receivers of business events.
"""

from postering.jobs.ports.receivers import Receiver
from postering.jobs.ports.sources import ChannelSource, SourceSnapshot
from postering.jobs.ports.store import (
    OrderBook,
    Outbox,
    Records,
    RunBook,
    SessionStore,
    SetupStore,
    Store,
    TransactionStore,
)
from postering.jobs.ports.uploads import ReadPackage, Uploads

__all__ = [
    "ChannelSource",
    "OrderBook",
    "Outbox",
    "ReadPackage",
    "Receiver",
    "Records",
    "RunBook",
    "SessionStore",
    "SetupStore",
    "SourceSnapshot",
    "Store",
    "TransactionStore",
    "Uploads",
]
