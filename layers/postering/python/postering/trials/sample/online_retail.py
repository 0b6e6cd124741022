"""Online Retail invoices as rows of the channel's eleven entities: ready for a channel database."""

from collections.abc import Iterable, Mapping
from typing import Final

from postering.domain.retail_transactions.entities import ENTITIES
from postering.trials.sample.countries import CHANNELS
from postering.trials.sample.invoices import Invoice, InvoiceLine, OnlineRetailError, read_invoices
from postering.trials.sample.links import link_returns
from postering.trials.sample.payments import tender_lines
from postering.trials.sample.rows import Row, rows_of
from postering.trials.sample.transactions import ShopTransaction, shop_transactions

__all__ = [
    "CHANNELS",
    "COMPANY",
    "Invoice",
    "InvoiceLine",
    "OnlineRetailError",
    "Row",
    "channel_rows",
    "read_invoices",
]

COMPANY: Final = "ORUK"
"""The company of the bundled setup: made up."""


def channel_rows(
    invoices: Iterable[Invoice], *, company: str = COMPANY, channels: Mapping[str, int] = CHANNELS
) -> dict[str, list[Row]]:
    """The rows of each of the eleven entities, empty lists included, by transaction time, then by its number.

    `channels` gives the channel's RecId of each of the four stores. Values are text, whole numbers, exact
    decimals, dates and one UTC date-time, in the channel's sign; a column without a value is not in the row,
    only the terminal is there empty. The replication counter of each table runs from 1 in that order. Returns
    are linked to sales among `invoices`. The same invoices make the same rows.
    """
    transactions = shop_transactions(invoices)
    links = link_returns(transactions)
    tenders = tender_lines(transactions, links)
    tables: dict[str, list[Row]] = {entity: [] for entity in ENTITIES}
    for transaction in transactions:
        for entity, values in rows_of(transaction, tenders[transaction.number], links):
            table = tables[entity]
            key = _key(entity, company, channels[transaction.store], transaction)
            table.append(key | values | {ENTITIES[entity].counter: len(table) + 1})
    return tables


def _key(entity: str, company: str, channel: int, transaction: ShopTransaction) -> Row:
    """The transaction's key, spelled as `entity` spells it; an online store has no terminal."""
    values = (company, channel, transaction.store, "", transaction.number)
    return dict(zip(ENTITIES[entity].transaction_keys, values, strict=True))
