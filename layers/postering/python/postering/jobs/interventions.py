"""An operator's actions on staged transactions. Each is written over the version that was read, or refused."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from postering.domain.errors import JobRefused
from postering.domain.keys import TransactionKey
from postering.domain.problems import Problem, listed
from postering.domain.retail_transactions import card_data
from postering.domain.staging import interventions
from postering.domain.staging.assembly import Conflict
from postering.domain.staging.edit_parsing import Change, edits_of
from postering.domain.staging.interventions import Act
from postering.domain.staging.records import Staged, TransactionRecord
from postering.jobs.ports import Store
from postering.jobs.run import Run
from postering.jobs.verdict import verdict_of

Decide = Callable[[Staged, Act], TransactionRecord | None]
"""Gives the record to write for a transaction as it was read; None for no change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Intervention:
    """An action on one transaction: its record before and after (the same if nothing had to be done)."""

    before: TransactionRecord
    after: TransactionRecord

    @property
    def changed(self) -> bool:
        """Whether the action changed the record, or would change it."""
        return self.after is not self.before


@dataclass(frozen=True, slots=True, kw_only=True)
class Edited(Intervention):
    """An edit, with the problems of the transaction before and after it."""

    problems_before: tuple[Problem, ...]
    problems_after: tuple[Problem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorActions:
    """The actions of the operator `run.by`, for a `reason`. With `dry_run` nothing is written."""

    store: Store
    run: Run
    reason: str = ""
    dry_run: bool = False

    def __post_init__(self) -> None:
        """Refuse a reason that must not be kept. Raises `JobRefused`."""
        if card_data.masked(self.reason) != self.reason:
            raise JobRefused("the reason holds card data, which is never kept: give another reason; nothing was done")

    def edit(self, record: TransactionRecord, changes: Sequence[Change]) -> Edited:
        """Edit fields of a transaction, all of them or none. Raises `JobRefused`."""
        staged = self._as_read(record)
        setup = self.store.setup().setup
        problems = verdict_of(staged, setup, self.store, self.run)[0].problems
        assembly = record.assembled(staged.pieces)
        act = self._act()
        edits = edits_of(assembly, changes, at=act.at, by=act.by, reason=act.reason)
        after = interventions.edited(record, staged.pieces, edits, setup, act)
        if after is None:
            return Edited(before=record, after=record, problems_before=problems, problems_after=problems)
        found = verdict_of(replace(staged, record=after), setup, self.store, self.run)[0].problems
        self._write(record, after)
        return Edited(before=record, after=after, problems_before=listed(problems), problems_after=listed(found))

    def void(self, record: TransactionRecord) -> Intervention:
        """Void a transaction: it is never posted. Raises `JobRefused`."""
        return self._act_on(record, lambda staged, act: interventions.voided(staged.record, act))

    def unvoid(self, record: TransactionRecord) -> Intervention:
        """Undo a void. Raises `JobRefused`."""
        return self._act_on(record, lambda staged, act: interventions.unvoided(staged.record, staged.pieces, act))

    def retry(self, record: TransactionRecord) -> Intervention:
        """Make a failed transaction pending again. Raises `JobRefused`."""
        return self._act_on(record, lambda staged, act: interventions.retried(staged.record, staged.pieces, act))

    def release(self, record: TransactionRecord) -> Intervention:
        """Release a transaction that is held after an edit. Raises `JobRefused`."""
        return self._act_on(record, lambda staged, act: interventions.released(staged.record, staged.pieces, act))

    def decide(self, record: TransactionRecord, conflicts: Sequence[Conflict], *, accept: bool) -> Intervention:
        """Accept or dismiss versions of rows that are in conflict. Raises `JobRefused`."""

        def decided(staged: Staged, act: Act) -> TransactionRecord:
            after = staged.record
            for conflict in conflicts:
                after = interventions.decided(after, staged.pieces, conflict, accept, act)
            return replace(after, version=record.version + 1)

        return self._act_on(record, decided)

    def _act_on(self, record: TransactionRecord, decide: Decide) -> Intervention:
        after = decide(self._as_read(record), self._act())
        if after is None:
            return Intervention(before=record, after=record)
        self._write(record, after)
        return Intervention(before=record, after=after)

    def _as_read(self, record: TransactionRecord) -> Staged:
        """The transaction with its pieces, as it was when `record` was read."""
        staged = self.store.staged([record.key]).get(record.key)
        if staged is None or staged.record.version != record.version:
            raise _another_was_first(record.key, staged)
        return staged

    def _write(self, record: TransactionRecord, after: TransactionRecord) -> None:
        if self.dry_run:
            return
        if self.run.announces:
            after = after.announced(record)
        (written,) = self.store.update_records([after])
        if not written:
            raise _another_was_first(record.key, self.store.staged([record.key]).get(record.key))

    def _act(self) -> Act:
        return Act(at=self.run.now(), by=self.run.by, reason=self.reason, write_id=self.run.write_id())


def _another_was_first(key: TransactionKey, staged: Staged | None) -> JobRefused:
    if staged is None or not staged.record.timeline:
        return JobRefused(f"{key} changed meanwhile: nothing was done; look at it again")
    last = staged.record.timeline[-1]
    return JobRefused(
        f"{key} was changed meanwhile by {last.by}, {last.at:%Y-%m-%d %H:%M:%S} UTC: {last.what}. Nothing was done; "
        "look at it with postering show, and try again"
    )
