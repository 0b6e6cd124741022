"""What a run may have died of: given up after several deaths, and taken up again when a run comes back after all.

No lease and no time-out tells a run that died from one that is slow. What several runs have in hand is given up, so
that it can't starve the rest; whoever of them lives finds that out when it comes back, and takes the verdict back.
"""

from collections.abc import Iterable
from typing import Final

from postering.domain.keys import TransactionKey
from postering.domain.posting.queue import OpenBatch
from postering.domain.problems import Problem
from postering.domain.repairs import commands as repairs
from postering.domain.staging.records import State, TransactionRecord
from postering.jobs.run import Run

_EXPECTED: Final = "a run that comes back"


def tries_by_transaction(batches: Iterable[OpenBatch]) -> dict[TransactionKey, int]:
    """How often each transaction that runs have in hand was tried, at the most."""
    tries: dict[TransactionKey, int] = {}
    for batch in batches:
        for key in batch.keys:
            tries[key] = max(tries.get(key, 0), batch.tries)
    return tries


def crash_problem(key: TransactionKey, tries: int) -> Problem:
    """Several runs ended without an answer while they had it in hand."""
    return Problem(
        code="INTERNAL_ERROR",
        message=f"{tries} runs ended without an answer while they had this transaction in hand",
        expected=_EXPECTED,
        found=f"{tries} that did not",
        repair=f"Look at the function's memory and time limits.{repairs.again(key)}",
    )


def is_crash_suspect(record: TransactionRecord) -> bool:
    """Whether it failed because runs were thought to have died of it."""
    return record.state is State.FAILED and any(problem.expected == _EXPECTED for problem in record.problems)


def reinstated(record: TransactionRecord, run: Run) -> TransactionRecord:
    """The record of one that was given up, by a run that had it in hand and lives."""
    return record.changed(
        at=run.now(),
        by=run.by,
        what="taken up again: a run that was thought to have died of it came back",
        state=State.PENDING,
        write_id=run.write_id(),
        reason="",
        problems=(),
    )
