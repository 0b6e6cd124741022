"""Whether a transaction's prices are with tax: the one place where header and channel are asked."""

from postering.domain.retail_transactions.transactions import RetailTransaction
from postering.domain.setup.setup import Channel


def prices_include_tax(transaction: RetailTransaction, channel: Channel) -> bool:
    """What the header says; where it says nothing (a given 0 is a no), the channel's `prices_include_tax`."""
    given = transaction.header.prices_include_tax
    return channel.prices_include_tax if given is None else given == 1
