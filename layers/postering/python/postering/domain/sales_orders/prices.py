"""Whether a transaction's prices include tax: by its header, else by its channel."""

from postering.domain.retail_transactions.transactions import RetailTransaction
from postering.domain.setup.setup import Channel


def prices_include_tax(transaction: RetailTransaction, channel: Channel) -> bool:
    """The header's value (a given 0 is a no); if it is absent, the channel's `prices_include_tax`."""
    given = transaction.header.prices_include_tax
    return channel.prices_include_tax if given is None else given == 1
