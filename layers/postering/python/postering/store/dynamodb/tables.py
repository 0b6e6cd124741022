"""The one table: its keys, its indexes, and every kind of item in it. Access patterns: docs/data-model.md.

Point-in-time restore works per table, so one table holds all items that belong together. An item that changes has
`version` and `write_id`; an item that never changes has neither.
"""

from typing import Any

from pynamodb.attributes import BinaryAttribute, DiscriminatorAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.indexes import GlobalSecondaryIndex, KeysOnlyProjection
from pynamodb.models import Model

from postering.store.dynamodb.attributes import DecimalAttribute

PAY_PER_REQUEST = "PAY_PER_REQUEST"


class WorkIndex(GlobalSecondaryIndex[Any]):
    """Work to do, sparse: `due#<channel>`, `failed#<channel>`, `session#<group>`, in order."""

    class Meta:
        """The name in the template."""

        index_name = "work"
        projection = KeysOnlyProjection()

    work = UnicodeAttribute(hash_key=True)
    work_order = UnicodeAttribute(range_key=True)


class TransactionIdIndex(GlobalSecondaryIndex[Any]):
    """Transactions by their transactionId."""

    class Meta:
        """The name in the template."""

        index_name = "transaction_ids"
        projection = KeysOnlyProjection()

    transaction_id = UnicodeAttribute(hash_key=True)


class ReferenceIndex(GlobalSecondaryIndex[Any]):
    """Transactions by channel reference, sparse; and by sales order number (`sales#<number>`)."""

    class Meta:
        """The name in the template."""

        index_name = "references"
        projection = KeysOnlyProjection()

    reference = UnicodeAttribute(hash_key=True)


class DayIndex(GlobalSecondaryIndex[Any]):
    """Transactions (`transaction#<date>#<shard>`) and documents (`document#<date>#<shard>`) by business date."""

    class Meta:
        """The name in the template."""

        index_name = "days"
        projection = KeysOnlyProjection()

    day = UnicodeAttribute(hash_key=True)
    pk = UnicodeAttribute(range_key=True)


class OutboxIndex(GlobalSecondaryIndex[Any]):
    """Items with unsent business events, sparse: `unsent#<shard>`, in order."""

    class Meta:
        """The name in the template."""

        index_name = "outbox"
        projection = KeysOnlyProjection()

    unsent = UnicodeAttribute(hash_key=True)
    unsent_order = UnicodeAttribute(range_key=True)


class Item(Model):
    """Every item: its key, its kind, and the attributes of the indexes."""

    class Meta:
        """The open store sets the name; nothing is read at import."""

        table_name = "postering"
        billing_mode = PAY_PER_REQUEST

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    kind = DiscriminatorAttribute()
    work = UnicodeAttribute(null=True)
    work_order = UnicodeAttribute(null=True)
    transaction_id = UnicodeAttribute(null=True)
    reference = UnicodeAttribute(null=True)
    day = UnicodeAttribute(null=True)
    unsent = UnicodeAttribute(null=True)
    unsent_order = UnicodeAttribute(null=True)
    works = WorkIndex()
    transaction_ids = TransactionIdIndex()
    references = ReferenceIndex()
    days = DayIndex()
    outbox = OutboxIndex()


class TransactionItem(Item, discriminator="transaction"):
    """RetailTransactionTable's state: the whole record, compressed, and uncompressed attributes for searches."""

    version = NumberAttribute()
    write_id = UnicodeAttribute()
    state = UnicodeAttribute()
    codes = UnicodeAttribute(null=True)
    store = UnicodeAttribute(null=True)
    business_date = UnicodeAttribute(null=True)
    currency = UnicodeAttribute(null=True)
    total = DecimalAttribute(null=True)
    sales_id = UnicodeAttribute(null=True)
    record = BinaryAttribute(legacy_encoding=False)


class PieceItem(Item, discriminator="piece"):
    """A part of a piece: the rows of one transaction in one package; never changed."""

    parts = NumberAttribute()
    content = BinaryAttribute(legacy_encoding=False)


class DocumentItem(Item, discriminator="document"):
    """SalesTable with its lines, payments and journal, compressed, in parts if it is large; never changed."""

    parts = NumberAttribute()
    write_id = UnicodeAttribute()
    transaction = UnicodeAttribute()
    document_kind = UnicodeAttribute()
    store = UnicodeAttribute(null=True)
    currency = UnicodeAttribute()
    total = DecimalAttribute()
    content = BinaryAttribute(legacy_encoding=False)


class ReferenceItem(Item, discriminator="reference"):
    """The holder of a reference: one sales order and one quotation per channel and reference."""

    transaction = UnicodeAttribute()
    write_id = UnicodeAttribute()


class AccountItem(Item, discriminator="account"):
    """The returns, refunds and cancellations of one original."""

    version = NumberAttribute()
    write_id = UnicodeAttribute()
    record = BinaryAttribute(legacy_encoding=False)


class CustomerItem(Item, discriminator="customer"):
    """CustTable: a customer that was created from an asynchronous account; never changed."""

    write_id = UnicodeAttribute()
    transaction = UnicodeAttribute()
    record = BinaryAttribute(legacy_encoding=False)


class SessionItem(Item, discriminator="session"):
    """RetailCDXUploadSession."""

    version = NumberAttribute()
    write_id = UnicodeAttribute()
    unkeyed = UnicodeAttribute(null=True)
    record = UnicodeAttribute()


class UnkeyedRowItem(Item, discriminator="unkeyed_row"):
    """A row without a transaction key, kept with its session."""

    record = UnicodeAttribute()


class UnkeyedHashItem(Item, discriminator="unkeyed_hash"):
    """The fact that a row without a key of this content was received."""


class CursorItem(Item, discriminator="cursor"):
    """The position up to which a channel database has been read."""

    version = NumberAttribute()
    write_id = UnicodeAttribute()
    record = UnicodeAttribute()


class SetupItem(Item, discriminator="setup"):
    """A version of the setup, or (`sk` HEAD) the number of the active one."""

    version = NumberAttribute()
    write_id = UnicodeAttribute()
    parts = NumberAttribute(null=True)
    at = UnicodeAttribute(null=True)
    by = UnicodeAttribute(null=True)
    content = BinaryAttribute(legacy_encoding=False, null=True)


class NumberSequenceItem(Item, discriminator="number_sequence"):
    """NumberSequenceTable: the next number of a company."""

    next_number = NumberAttribute()


class RunItem(Item, discriminator="run"):
    """The last run of a job that began (`sk` BEGUN), or the last one that ended (ENDED)."""

    run_id = UnicodeAttribute()
    record = UnicodeAttribute()


class FormItem(Item, discriminator="form"):
    """The version of keys, attributes and packed records in this table."""

    version = NumberAttribute()


class EventItem(Item, discriminator="event"):
    """An unsent business event of a run; events of transactions are in their records."""

    record = UnicodeAttribute()


class ChannelItem(Item, discriminator="channel"):
    """A channel with a staged transaction, now or earlier."""


class GroupItem(Item, discriminator="group"):
    """A channel database group with an upload session."""


class OpenBatchItem(Item, discriminator="in_hand"):
    """An open batch of a run."""

    tries = NumberAttribute()
    keys_in_hand = UnicodeAttribute()
