"""The order book on DynamoDB: the queue, the atomic posting, sales order numbers, and open batches."""

import json
import zlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from postering.domain.errors import PassingFailure
from postering.domain.keys import TransactionKey, escaped
from postering.domain.posting.queue import DuePage, OpenBatch, Posting, PostOutcome, PostResult
from postering.domain.returns.accounts import Account
from postering.domain.sales_orders.customers import CustomerKey
from postering.domain.sales_orders.documents import CreatedCustomer
from postering.domain.staging.queue_order import AFTER_PENDING, QueuePart
from postering.domain.staging.records import TransactionRecord
from postering.store.dynamodb.client import OPERATIONS_PER_TRANSACTION, RawItem, Refused, RequestInvalid
from postering.store.dynamodb.lots import ITEM_OVERHEAD, lots
from postering.store.dynamodb.part import Part, day_key, key_of, raw_key, shard_of, split, wrote_it
from postering.store.dynamodb.tables import (
    AccountItem,
    CustomerItem,
    DocumentItem,
    NumberSequenceItem,
    OpenBatchItem,
    ReferenceItem,
)
from postering.store.dynamodb.transactions import (
    RECORD,
    due_work,
    failed_work,
    record_of,
    setup_order,
    transaction_item,
)
from postering.store.packing import pack_order, packed, unpacked

_POSTED: Final = PostOutcome(result=PostResult.POSTED)
_LARGEST_TRANSACTION: Final = 4_000_000
_NUMBER_TRIES: Final = 20
"""A try whose answer is lost costs a block of numbers: without a limit, tries would use up the sequence."""


@dataclass(frozen=True, slots=True)
class _Write:
    """A posting as operations of one transaction: record, guard, accounts, customers, parts of the document."""

    posting: Posting
    operations: tuple[Mapping[str, Any], ...]
    size: int


class Orders(Part):
    """`jobs.ports.OrderBook`."""

    def channels(self) -> Sequence[int]:
        """Every channel with a staged transaction, now or earlier."""
        pages = self._calls.query(
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": "channels"}},
            ConsistentRead=True,
        )
        return sorted(int(item["sk"]["S"]) for page in pages for item in page["Items"])

    def due(self, channel: int, part: QueuePart, after: str | None, limit: int) -> DuePage:
        """A page of a part of one channel's queue, in order."""
        items = self._work(due_work(channel), after or part.start, part.end, limit)
        following = items[-1]["work_order"]["S"] if len(items) == limit else None
        return DuePage(keys=tuple(key_of(item["pk"]["S"]) for item in items), next=following)

    def pending_count(self, channel: int) -> int:
        """The number of pending transactions of one channel, by the index."""
        pages = self._calls.query(**_between(due_work(channel), "0", AFTER_PENDING), Select="COUNT")
        return sum(int(page["Count"]) for page in pages)

    def failed_before(
        self, channel: int, setup_version: int, after: str | None, limit: int
    ) -> tuple[Sequence[TransactionRecord], str | None]:
        """A page of failed transactions whose verdict saw an older setup, by that version."""
        items = self._work(failed_work(channel), after or "0", setup_order(setup_version), limit)
        following = items[-1]["work_order"]["S"] if len(items) == limit else None
        found = self._calls.get([raw_key(item["pk"]["S"], RECORD) for item in items])
        records = [record_of(item) for item in found]
        return [r for r in records if r.state == "failed" and r.setup_version < setup_version], following

    def post(self, postings: Sequence[Posting]) -> Sequence[PostOutcome]:
        """Write lots of postings in one transaction each. If a lot is refused, write each of its postings alone.

        So no posting blocks another.
        """
        outcomes: list[PostOutcome] = []
        writes = [self._write(posting) for posting in postings]
        for lot in lots(writes, operations=lambda write: len(write.operations), size=lambda write: write.size):
            operations = [operation for write in lot for operation in write.operations]
            if len(lot) > 1 and self._went_through(operations):
                outcomes += [_POSTED] * len(lot)
            else:
                outcomes += [self._post_alone(write) for write in lot]
        return outcomes

    def accounts(self, keys: Collection[TransactionKey]) -> Mapping[TransactionKey, Account]:
        """The accounts of originals with returns, refunds or cancellations."""
        items = self._calls.get([raw_key(*_account_key(key)) for key in dict.fromkeys(keys)])
        found = [unpacked(zlib.decompress(item["record"]["B"]).decode("utf-8"), Account) for item in items]
        return {account.key: account for account in found}

    def customers(self, keys: Collection[CustomerKey]) -> Mapping[CustomerKey, CreatedCustomer]:
        """Those of `keys` that postings created."""
        items = self._calls.get([raw_key(*_customer_key(key)) for key in dict.fromkeys(keys)])
        found = [unpacked(zlib.decompress(item["record"]["B"]).decode("utf-8"), CreatedCustomer) for item in items]
        return {CustomerKey(customer.company, customer.account): customer for customer in found}

    def take_numbers(self, company: str, count: int, first: int, largest: int) -> range:
        """Take the next numbers of the company's sequence; fewer if it runs out.

        Raises:
            PassingFailure: the sequence kept changing through many tries.
        """
        key = raw_key(f"numbers#{escaped(company)}", "NEXT")
        for _ in range(_NUMBER_TRIES):
            there = self._calls.get([key])
            start = int(there[0]["next_number"]["N"]) if there else first
            end = max(start, min(start + count, largest + 1))
            item = NumberSequenceItem(pk=key["pk"]["S"], sk=key["sk"]["S"], next_number=end).serialize()
            condition: Mapping[str, Any] = {"ConditionExpression": "attribute_not_exists(pk)"}
            if there:
                condition = {
                    "ConditionExpression": "next_number = :start",
                    "ExpressionAttributeValues": {":start": {"N": str(start)}},
                }
            # A lost answer looks like another run's block: its numbers stay unused, and are never given twice.
            if self._calls.put(item, condition) is None:
                return range(start, end)
        raise PassingFailure(
            f"table {self._calls.table}: the number sequence of {company} kept changing, or answers were lost, "
            f"{_NUMBER_TRIES} times; try again later"
        )

    def next_number(self, company: str) -> int | None:
        """The next number of the company's sequence, None if the sequence was not made yet."""
        there = self._calls.get([raw_key(f"numbers#{escaped(company)}", "NEXT")])
        return int(there[0]["next_number"]["N"]) if there else None

    def open_batch(self, run_id: str, keys: Sequence[TransactionKey], tries: int) -> None:
        """Record that this run tries a batch."""
        item = OpenBatchItem(pk="in_hand", sk=run_id, tries=tries, keys_in_hand=json.dumps([key.text for key in keys]))
        self._calls.put_all([item.serialize()])

    def close_batch(self, run_id: str) -> None:
        """Record that the run finished its batch."""
        self._calls.delete(raw_key("in_hand", run_id))

    def open_batches(self) -> Sequence[OpenBatch]:
        """The open batches of all runs."""
        pages = self._calls.query(
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": "in_hand"}},
            ConsistentRead=True,
        )
        return [
            OpenBatch(
                run_id=item["sk"]["S"],
                tries=int(item["tries"]["N"]),
                keys=tuple(map(TransactionKey.parse, json.loads(item["keys_in_hand"]["S"]))),
            )
            for page in pages
            for item in page["Items"]
        ]

    def _write(self, posting: Posting) -> _Write:
        record, order = posting.record, posting.order
        item = transaction_item(record)
        operations = [self._put_over(item, record.version - 1)]
        if posting.reference_guard is not None:
            kind, channel, reference = posting.reference_guard
            guard = ReferenceItem(
                pk=f"reference#{kind}#{channel}#{escaped(reference)}",
                sk="HOLDER",
                transaction=record.key.text,
                write_id=record.write_id,
            )
            operations.append(self._put_new(guard))
        operations += [self._put_over(account_item(account), account.version - 1) for account in posting.accounts]
        customers = [_customer_item(customer, record.write_id) for customer in order.customers]
        operations += map(self._put_new, customers)
        content = pack_order(order)
        parts = split(content, self._content_bytes)
        operations += [self._put_new(self._document_item(posting, n, len(parts), part)) for n, part in enumerate(parts)]
        size = len(item.record) + len(content) + ITEM_OVERHEAD * len(operations)
        size += sum(len(packed(account)) for account in posting.accounts)
        size += sum(len(customer.record) for customer in customers)
        return _Write(posting, tuple(operations), size)

    def _document_item(self, posting: Posting, number: int, parts: int, content: bytes) -> DocumentItem:
        document, key = posting.order.document, posting.record.key
        return DocumentItem(
            pk=document_pk(document.company, document.id),
            sk=document_sk(number),
            reference=f"sales#{document.id}" if number == 0 else None,
            day=day_key("document", document.business_date.isoformat(), shard_of(key)) if number == 0 else None,
            parts=parts,
            write_id=posting.record.write_id,
            transaction=key.text,
            document_kind=str(document.kind),
            store=document.store or None,
            currency=document.currency,
            total=document.header_total.amount,
            content=content,
        )

    def _post_alone(self, write: _Write) -> PostOutcome:
        if len(write.operations) > OPERATIONS_PER_TRANSACTION or write.size > _LARGEST_TRANSACTION:
            return PostOutcome(
                result=PostResult.TOO_LARGE,
                detail=f"{write.size} bytes in {len(write.operations)} items, at most {_LARGEST_TRANSACTION} in "
                f"{OPERATIONS_PER_TRANSACTION} go together",
            )
        try:
            refused = self._calls.write_together(write.operations)
        except (PassingFailure, RequestInvalid) as failure:
            return PostOutcome(result=PostResult.PASSING_FAILURE, detail=str(failure))
        return _POSTED if refused is None else _outcome(write.posting, refused)

    def _work(self, work: str, after: str, until: str, limit: int) -> list[RawItem]:
        found: list[RawItem] = []
        for page in self._calls.query(**_between(work, after, until), Limit=limit + 1):
            found += (item for item in page["Items"] if item["work_order"]["S"] > after)
            if len(found) >= limit:
                return found[:limit]
        return found


def document_pk(company: str, sales_id: str) -> str:
    """The partition of a document."""
    return f"document#{escaped(company)}#{escaped(sales_id)}"


def account_item(account: Account) -> AccountItem:
    """An original's account as its item."""
    pk, sk = _account_key(account.key)
    record = zlib.compress(packed(account).encode("utf-8"))
    return AccountItem(pk=pk, sk=sk, version=account.version, write_id=account.write_id, record=record)


def _account_key(key: TransactionKey) -> tuple[str, str]:
    return f"account#{key.text}", "ACCOUNT"


def _customer_item(customer: CreatedCustomer, write_id: str) -> CustomerItem:
    pk, sk = _customer_key(CustomerKey(customer.company, customer.account))
    record = zlib.compress(packed(customer).encode("utf-8"))
    return CustomerItem(pk=pk, sk=sk, write_id=write_id, transaction=customer.created_by, record=record)


def _customer_key(key: CustomerKey) -> tuple[str, str]:
    return f"customer#{escaped(key.company)}#{escaped(key.account)}", "CUSTOMER"


def document_sk(part: int) -> str:
    """The sort key of a part of a document."""
    return f"PART#{part:03d}"


def _outcome(posting: Posting, refused: Refused) -> PostOutcome:
    """The result of a refused posting. If the item in the way is our own write, its answer was lost: it is posted."""
    # Any of the three items shows it. Another run may have changed the record since; guard and document never change.
    if any(wrote_it(item, posting.record.write_id) for item in refused.items):
        return _POSTED
    if refused.codes[:1] == ("ConditionalCheckFailed",):
        return PostOutcome(result=PostResult.LOST)
    if posting.reference_guard is not None and refused.codes[1:2] == ("ConditionalCheckFailed",):
        holder = refused.items[1] or {}
        return PostOutcome(result=PostResult.REFERENCE_TAKEN, taken_by=str(holder.get("transaction", {}).get("S", "")))
    before = 1 + (posting.reference_guard is not None)
    if "ConditionalCheckFailed" in refused.codes[before : before + len(posting.accounts)]:
        return PostOutcome(result=PostResult.ACCOUNT_CHANGED)
    before += len(posting.accounts)
    if "ConditionalCheckFailed" in refused.codes[before : before + len(posting.order.customers)]:
        return PostOutcome(result=PostResult.CUSTOMER_CREATED)
    if "ConditionalCheckFailed" in refused.codes:
        # The number is in use (a table restored to an earlier moment): the next try takes another one.
        number = posting.order.document.id
        return PostOutcome(result=PostResult.PASSING_FAILURE, detail=f"sales order number {number} is in use already")
    codes = ", ".join(dict.fromkeys(code for code in refused.codes if code != "None"))
    return PostOutcome(result=PostResult.PASSING_FAILURE, detail=codes or "refused without a reason")


def _between(work: str, after: str, until: str) -> dict[str, Any]:
    return {
        "IndexName": "work",
        "KeyConditionExpression": "#work = :work AND work_order BETWEEN :after AND :until",
        "ExpressionAttributeNames": {"#work": "work"},
        "ExpressionAttributeValues": {":work": {"S": work}, ":after": {"S": after}, ":until": {"S": until}},
    }
