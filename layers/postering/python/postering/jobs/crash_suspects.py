"""Transactions of which runs may have died: counted before each try, posted last and alone, with growing pauses.

No lease and no time-out tells a run that died from one that is slow, and a kill is not the transaction's fault until
that is shown. So nothing is given up: what several runs had in hand becomes a suspect, which starves nobody and is
tried by itself for ever. Whoever of those runs lives posts it when it comes back.
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
    """How often each transaction that runs have in hand was tried, at the most; the least tried first."""
    tries: dict[TransactionKey, int] = {}
    for batch in batches:
        for key in batch.keys:
            tries[key] = max(tries.get(key, 0), batch.tries)
    return dict(sorted(tries.items(), key=lambda one: one[1]))


def mark_suspects(tries: Mapping[TransactionKey, int], store: Store, run: Run) -> None:
    """Make suspects of those that are still to be taken; their next try is due at once."""
    records = store.records(tries.keys()).values()
    new = [record for record in records if record.due is not None and not record.is_suspect]
    store.update_records([_suspected(record, tries[record.key], run, run.now()) for record in new])


def count_try(record: TransactionRecord, store: Store, run: Run, limits: Limits) -> bool:
    """Count a try of a suspect before it is made: nothing else is left of a run that dies. False: another was first."""
    tries = record.attempts + 1
    retry_at = run.now() + limits.pauses.after(tries - limits.batch_tries + 1)
    (counted,) = store.update_records([_suspected(record, tries, run, retry_at)])
    return counted


def _suspected(record: TransactionRecord, tries: int, run: Run, retry_at: datetime) -> TransactionRecord:
    return record.suspected(tries=tries, retry_at=retry_at, at=run.now(), by=run.by, write_id=run.write_id())
