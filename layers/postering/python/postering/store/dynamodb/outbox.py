"""The outbox of business events on DynamoDB: an index finds the events, which are in their transaction's record."""

import zlib
from collections.abc import Sequence
from dataclasses import replace

from postering.domain.errors import PassingFailure
from postering.domain.staging.business_events import BusinessEvent
from postering.domain.staging.outbox import Unsent, UnsentPage
from postering.domain.staging.records import TransactionRecord
from postering.store.dynamodb.client import RawItem
from postering.store.dynamodb.part import NEW, OUTBOX_SHARDS, Part, over, raw_key, unsent_part, unsent_place
from postering.store.dynamodb.tables import EventItem
from postering.store.dynamodb.transactions import transaction_item
from postering.store.packing import packed, unpacked


class Outbox(Part):
    """`jobs.ports.Outbox`."""

    def keep_event(self, event: BusinessEvent) -> None:
        """Keep the event of a run."""
        unsent, unsent_order = unsent_place(event.id, (event,))
        item = EventItem(
            pk=f"event#{event.id}", sk="EVENT", unsent=unsent, unsent_order=unsent_order, record=packed(event)
        )
        self._calls.put(item.serialize(), NEW)

    def unsent(self, after: str | None, limit: int) -> UnsentPage:
        """A page of one shard, oldest first, then of the next shard. Events that are sent already are left out."""
        shard, _, order = (after or "0|").partition("|")
        found: list[RawItem] = []
        pages = self._calls.query(
            IndexName="outbox",
            KeyConditionExpression="#unsent = :unsent AND #order > :after",
            ExpressionAttributeNames={"#unsent": "unsent", "#order": "unsent_order"},
            ExpressionAttributeValues={":unsent": {"S": unsent_part(int(shard))}, ":after": {"S": order or "0"}},
            Limit=limit,
        )
        for page in pages:
            found += page["Items"]
            if len(found) >= limit:
                break
        found = found[:limit]
        following = f"{shard}|{found[-1]['unsent_order']['S']}" if len(found) == limit else f"{int(shard) + 1}|"
        places = {(item["pk"]["S"], item["sk"]["S"]): item["unsent_order"]["S"] for item in found}
        items = self._calls.get([raw_key(*place) for place in places])
        items.sort(key=lambda item: places[item["pk"]["S"], item["sk"]["S"]])
        held = [unsent for unsent in map(_unsent, items) if unsent.events]
        is_last = int(following.partition("|")[0]) == OUTBOX_SHARDS
        return UnsentPage(unsent=tuple(held), next=None if is_last else following)

    def mark_sent(self, sent: Sequence[Unsent]) -> None:
        """Remove sent events from the outbox, unless their record changed since."""
        for each in sent:
            if each.record is None:
                self._calls.delete(raw_key(f"event#{each.events[0].id}", "EVENT"))
                continue
            item = transaction_item(replace(each.record, outbox=()))
            try:
                self._calls.put(item.serialize(), over(each.record.version))
            except PassingFailure:  # it is sent again
                continue


def _unsent(item: RawItem) -> Unsent:
    if item["kind"]["S"] == "event":
        return Unsent(events=(unpacked(item["record"]["S"], BusinessEvent),))
    record = unpacked(zlib.decompress(item["record"]["B"]).decode("utf-8"), TransactionRecord)
    return Unsent(events=record.outbox, record=record)
