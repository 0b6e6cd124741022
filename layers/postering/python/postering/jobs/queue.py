"""Works through the queue of Synchronize orders: due transactions in batches, then suspects, one by one."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain

from postering.domain.keys import TransactionKey
from postering.domain.posting.queue import OpenBatch
from postering.domain.staging.queue_order import PENDING, SUSPECTS, QueuePart, due_later, put_off_beyond
from postering.jobs.crash_suspects import mark_suspects, tries_by_transaction
from postering.jobs.posting import PostingBatch


def post_all(channels: Sequence[int], batch: PostingBatch) -> bool:
    """Post all due transactions in batches, then suspects one by one. Returns False if the run had to stop."""
    store, run = batch.store, batch.run
    open_batches = _of_channels(store.open_batches(), channels)
    in_hand = tries_by_transaction(open_batches)
    total = sum(store.pending_count(channel) for channel in channels)
    done = 0
    for keys in _due(channels, batch):
        if run.must_stop():
            return False
        batch.post([key for key in keys if key not in in_hand])
        done += len(keys)
        run.progress("posting orders", min(done, total), total)
    if batch.tally.sales_orders and not batch.dry_run:
        # A posted order may be the original of a return or cancellation that was taken up before it.
        for keys in _later(channels, batch):
            if run.must_stop():
                return False
            batch.post([key for key in keys if key not in in_hand])
    return _post_in_hand(in_hand, open_batches, batch) and _post_suspects(channels, batch)


def _post_in_hand(
    tries_of: Mapping[TransactionKey, int], open_batches: Sequence[OpenBatch], batch: PostingBatch
) -> bool:
    """Post transactions of batches that did not end, one by one. Those of many tries become suspects instead."""
    suspects = {key: tries for key, tries in tries_of.items() if tries + 1 >= batch.limits.batch_tries}
    for key, tries in tries_of.items():
        if batch.run.must_stop():
            return False
        if batch.dry_run or key not in suspects:
            batch.post_alone(key, tries + 1)
    if not batch.dry_run:
        mark_suspects(suspects, batch.store, batch.run)
        for each in open_batches:
            batch.store.close_batch(each.run_id)
    return True


def _post_suspects(channels: Sequence[int], batch: PostingBatch) -> bool:
    """Post suspects, and transactions that a wrong clock put off too far, one by one."""
    beyond = put_off_beyond(batch.run.now() + batch.limits.pauses.longest)
    pages = (_pages(channel, part, batch) for channel in channels for part in (SUSPECTS, beyond))
    for key in chain.from_iterable(chain.from_iterable(pages)):
        if batch.run.must_stop():
            return False
        batch.post_suspect(key)
    return True


def _due(channels: Sequence[int], batch: PostingBatch) -> Iterator[tuple[TransactionKey, ...]]:
    for channel in channels:
        yield from _pages(channel, PENDING, batch)
        yield from _pages(channel, due_later(batch.run.now()), batch)


def _later(channels: Sequence[int], batch: PostingBatch) -> Iterator[tuple[TransactionKey, ...]]:
    for channel in channels:
        yield from _pages(channel, due_later(batch.run.now()), batch)


def _pages(channel: int, part: QueuePart, batch: PostingBatch) -> Iterator[tuple[TransactionKey, ...]]:
    after: str | None = None
    while True:
        page = batch.store.due(channel, part, after, batch.limits.posted_at_once)
        if page.keys:
            yield page.keys
        if page.next is None:
            break
        after = page.next


def _of_channels(batches: Iterable[OpenBatch], channels: Sequence[int]) -> list[OpenBatch]:
    """Open batches of these channels: other runs are at work on them, or died."""
    chosen = frozenset(channels)
    return [batch for batch in batches if all(key.channel in chosen for key in batch.keys)]
