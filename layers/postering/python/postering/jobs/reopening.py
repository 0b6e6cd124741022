"""Failed transactions become pending again if the setup changed something that their problems name."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from postering.domain.keys import TransactionKey
from postering.domain.setup.setup import Setup, changed_facts
from postering.domain.staging.records import State, TransactionRecord
from postering.jobs.ports import Store
from postering.jobs.run import Run


def reopen(channels: Sequence[int], version: int, setup: Setup, store: Store, run: Run) -> None:
    """Make failed transactions pending again if their problems name something that the setup changed since.

    The others get this setup version, so that no later run looks at them again.
    """
    for page in _older_verdicts(channels, version, setup, store):
        store.update_records([_reopened(record, healed, version, run) for record, healed in page])


def to_reopen(channels: Sequence[int], version: int, setup: Setup, store: Store) -> Iterator[TransactionKey]:
    """The transactions that `reopen` would make pending again."""
    for page in _older_verdicts(channels, version, setup, store):
        yield from (record.key for record, healed in page if healed)


def _older_verdicts(
    channels: Sequence[int], version: int, setup: Setup, store: Store
) -> Iterator[list[tuple[TransactionRecord, list[str]]]]:
    """Failed transactions of an older setup, a page at a time, each with the changes that may heal it."""
    changes: dict[int, frozenset[str]] = {}
    for channel in channels:
        after: str | None = None
        while True:
            records, after = store.failed_before(channel, version, after, 100)
            for record in records:
                if record.setup_version not in changes:
                    changes[record.setup_version] = changed_facts(store.setup_at(record.setup_version), setup)
            yield [(record, _healed(record, changes[record.setup_version])) for record in records]
            if after is None:
                break


def _healed(record: TransactionRecord, changes: frozenset[str]) -> list[str]:
    """The changes of the setup that its problems name. None if it has a conflict or a rejected row."""
    if record.conflicts or record.rejected:
        return []
    return sorted({fact for problem in record.problems for fact in problem.depends_on} & changes)


def _reopened(record: TransactionRecord, healed: Sequence[str], version: int, run: Run) -> TransactionRecord:
    if not healed:
        return replace(record, version=record.version + 1, write_id=run.write_id(), setup_version=version)
    return record.changed(
        at=run.now(),
        by=run.by,
        what=f"tried again: the setup changed {', '.join(healed)}",
        state=State.PENDING,
        write_id=run.write_id(),
        reason="",
        problems=(),
        setup_version=version,
    )
