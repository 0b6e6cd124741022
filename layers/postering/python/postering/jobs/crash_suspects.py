"""Suspects: transactions on which runs were killed. They are posted last and alone, with growing pauses.

A run that died looks like a run that is slow, and a kill does not prove that the transaction is at fault. So nothing is
given up: a transaction of several runs that did not end becomes a suspect. It holds up no other, and is tried again for
ever. If one of those runs was only slow, it posts the transaction when it goes on.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime

from postering.domain.keys import TransactionKey
from postering.domain.posting.queue import OpenBatch
from postering.domain.staging.records import TransactionRecord
from postering.jobs.limits import Limits
from postering.jobs.ports import Store
from postering.jobs.run import Run


def tries_by_transaction(batches: Iterable[OpenBatch]) -> dict[TransactionKey, int]:
    """The largest count of tries of each transaction in open batches, the least tried first."""
    tries: dict[TransactionKey, int] = {}
    for batch in batches:
        for key in batch.keys:
            tries[key] = max(tries.get(key, 0), batch.tries)
    return dict(sorted(tries.items(), key=lambda one: one[1]))


def mark_suspects(tries: Mapping[TransactionKey, int], store: Store, run: Run) -> None:
    """Make suspects of these transactions if they are still due; their next try is due at once."""
    records = store.records(tries.keys()).values()
    new = [record for record in records if record.due is not None and not record.is_suspect]
    store.update_records([_suspected(record, tries[record.key], run, run.now()) for record in new])


def count_try(record: TransactionRecord, store: Store, run: Run, limits: Limits) -> bool:
    """Count a try of a suspect before it is made: a killed run writes nothing more. False if another was first."""
    tries = record.attempts + 1
    retry_at = run.now() + limits.pauses.after(tries - limits.batch_tries + 1)
    (counted,) = store.update_records([_suspected(record, tries, run, retry_at)])
    return counted


def _suspected(record: TransactionRecord, tries: int, run: Run, retry_at: datetime) -> TransactionRecord:
    return record.suspected(tries=tries, retry_at=retry_at, at=run.now(), by=run.by, write_id=run.write_id())
