"""Posts a batch: read, decide, number, write. The version of each record is the only lock."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from postering.domain.keys import TransactionKey
from postering.domain.posting.problems import duplicate_reference, out_of_numbers, retries_exhausted, too_large
from postering.domain.posting.queue import Posting, PostOutcome, PostResult
from postering.domain.posting.verdicts import Verdict, held_back, numbered, posted, reference_guard
from postering.domain.problems import Problem, Severity, Waiting
from postering.domain.returns.originals import Originals
from postering.domain.setup.setup import Setup
from postering.domain.staging.records import State, TransactionRecord
from postering.domain.staging.staging import Judgement
from postering.jobs.crash_suspects import count_try
from postering.jobs.limits import Limits
from postering.jobs.numbering import Numbering
from postering.jobs.ports import Store
from postering.jobs.run import Run
from postering.jobs.tally import Tally
from postering.jobs.verdict import verdict_of

_BY_NAME = frozenset({State.PENDING, State.WAITING, State.FAILED})
"""States of a transaction that may be posted by name."""

_DECIDE_AGAIN = frozenset({PostResult.ACCOUNT_CHANGED, PostResult.CUSTOMER_CREATED})
"""Another run changed the same original's account, or created the same customer."""

_DECIDED_AGAIN = 10
"""How often a run decides a posting again because of this."""


@dataclass(frozen=True, slots=True)
class _Decided:
    record: TransactionRecord
    verdict: Verdict
    originals: Originals


@dataclass(frozen=True, slots=True)
class _Held:
    record: TransactionRecord
    judgement: Judgement
    problems: Sequence[Problem]

    @property
    def is_new(self) -> bool:
        """Whether the record does not have this state, reason and problems yet."""
        record, judgement = self.record, self.judgement
        return (record.state, record.reason, record.problems) != (
            judgement.state,
            judgement.reason,
            judgement.problems,
        ) or judgement.reason == Waiting.FOR_RETRY


@dataclass(kw_only=True)
class PostingBatch:
    """Posts transactions under one setup."""

    store: Store
    setup: Setup
    setup_version: int
    run: Run
    limits: Limits
    dry_run: bool
    tally: Tally
    _skipped: list[TransactionKey] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._numbering = Numbering(store=self.store, setup=self.setup)

    def post(self, keys: Sequence[TransactionKey]) -> None:
        """Post those of `keys` that are due. The batch is recorded as open before it is tried."""
        if not keys:
            return
        if self.dry_run:
            self._only_decide(keys)
            return
        self._post_batch(keys, 1)

    def post_alone(self, key: TransactionKey, tries: int) -> None:
        """Post one on which a run may have been killed. `tries` counts this try too."""
        if self.dry_run:
            self._only_decide((key,))
            return
        self._post_batch((key,), tries)

    def post_suspect(self, key: TransactionKey) -> None:
        """Post a suspect, or one that a wrong clock put off too far, if its pause is over."""
        record = self.store.records([key]).get(key)
        if record is None or record.due is None:
            return
        if not self.limits.pauses.is_over(record.retry_at, self.run.now()):
            self.tally.put_off(key)
        elif self.dry_run or not record.is_suspect:
            self.post_alone(key, 1)
        elif count_try(record, self.store, self.run, self.limits):
            self._post_again_if_suspected((key,))
        else:
            self._skip(key)

    def post_one(self, key: TransactionKey) -> None:
        """Post one by name ("Synchronize order"), also if it failed or waits: it is decided anew."""
        if self.dry_run:
            self._only_decide((key,), by_name=True)
            return
        self._post_due((key,), by_name=True)

    def _post_batch(self, keys: Sequence[TransactionKey], tries: int) -> None:
        self.store.open_batch(self.run.id, keys, tries)
        self._post_again_if_suspected(keys)
        self.store.close_batch(self.run.id)

    def _post_again_if_suspected(self, keys: Sequence[TransactionKey]) -> None:
        """Post those that are due; again those that another run made suspects, because it took this run for dead."""
        left = keys
        for _ in range(_DECIDED_AGAIN):
            self._skipped.clear()
            self._post_due(left)
            skipped = self.store.records(self._skipped) if self._skipped else {}
            left = [record.key for record in skipped.values() if record.is_suspect]
            if not left:
                return

    def _only_decide(self, keys: Sequence[TransactionKey], *, by_name: bool = False) -> None:
        for decided in self._decided(keys, by_name):
            verdict = decided.verdict
            if verdict.order is not None:
                self.tally.post(verdict.order, verdict.problems)
            elif verdict.judgement is not None:
                self.tally.hold_back(decided.record.key, verdict.judgement, verdict.problems)

    def _post_due(self, keys: Sequence[TransactionKey], *, by_name: bool = False) -> None:
        """Post those that are due; decide again if an account changed, or a customer was created, meanwhile."""
        left = keys
        for _ in range(_DECIDED_AGAIN):
            left = self._post_once(left, by_name)
            if not left:
                return
        for key in left:
            self._skip(key)

    def _post_once(self, keys: Sequence[TransactionKey], by_name: bool) -> list[TransactionKey]:
        """Decide, number and write each. Returns those that must be decided again."""
        decided = self._decided(keys, by_name)
        postings: list[tuple[_Decided, Posting]] = []
        held: list[_Held] = []
        again: list[TransactionKey] = []
        self._numbering.reserve(each.record.key.company for each in decided if each.verdict.order is not None)
        for each in decided:
            if each.verdict.order is None:
                assert each.verdict.judgement is not None
                held.append(_Held(each.record, each.verdict.judgement, each.verdict.problems))
            elif (posting := self._posting(each)) is not None:
                postings.append((each, posting))
            else:
                problem = out_of_numbers(each.record.key.company, self._numbering.sequence(each.record.key.company))
                self.tally.report_once(problem.message)
                held.append(_Held(each.record, _failed(problem), (problem,)))
        for group in _unshared(postings):
            outcomes = self.store.post([posting for _, posting in group])
            for (each, posting), outcome in zip(group, outcomes, strict=True):
                if outcome.result is PostResult.POSTED:
                    self.tally.post(posting.order, each.verdict.problems)
                    continue
                self._numbering.give_back(posting.order, outcome)
                if outcome.result in _DECIDE_AGAIN:
                    again.append(each.record.key)
                elif (judgement := self._refused(each.record, posting, outcome)) is not None:
                    held.append(_Held(each.record, judgement, judgement.problems))
                else:
                    self._skip(each.record.key)
        self._hold_back(held)
        return again

    def _decided(self, keys: Sequence[TransactionKey], by_name: bool) -> list[_Decided]:
        """A verdict for each that is still due; one that another run took first is skipped."""
        there = self.store.staged(keys)
        decided = []
        for key in keys:
            staged = there.get(key)
            if staged is None or not (staged.record.due is not None or (by_name and staged.record.state in _BY_NAME)):
                self._skip(key)
                continue
            verdict, originals = verdict_of(staged, self.setup, self.store, self.run)
            decided.append(_Decided(staged.record, verdict, originals))
        return decided

    def _posting(self, decided: _Decided) -> Posting | None:
        """The posting with its number. None if the company's numbers have run out."""
        assert decided.verdict.order is not None
        number = self._numbering.next(decided.record.key.company)
        if number is None:
            return None
        order = numbered(decided.verdict.order, number)
        write_id = self.run.write_id()
        record = posted(
            decided.record,
            order,
            decided.verdict,
            setup_version=self.setup_version,
            at=self.run.now(),
            by=self.run.by,
            write_id=write_id,
        )
        return Posting(
            record=record.announced(decided.record, order) if self.run.announces else record,
            order=order,
            reference_guard=reference_guard(order),
            accounts=tuple(
                decided.originals[key].account.moved(movements, write_id)
                for key, movements in decided.verdict.taken_back.items()
            ),
        )

    def _refused(self, record: TransactionRecord, posting: Posting, outcome: PostOutcome) -> Judgement | None:
        """The state that follows from a refused posting. None if another run was first."""
        match outcome.result:
            case PostResult.REFERENCE_TAKEN:
                return _failed(duplicate_reference(posting.order, outcome.taken_by))
            case PostResult.TOO_LARGE:
                return _failed(too_large(outcome.detail, record.key))
            case PostResult.PASSING_FAILURE:
                if record.passing_failures + 1 >= self.limits.passing_failures:
                    return _failed(retries_exhausted(record.passing_failures + 1, outcome.detail, record.key))
                return Judgement(state=State.WAITING, reason=Waiting.FOR_RETRY)
            case _:
                return None

    def _hold_back(self, held: Sequence[_Held]) -> None:
        """Write new results; a transaction that waits or fails for the same reason as before is only counted."""
        new = [each for each in held if each.is_new]
        written = (
            self.store.update_records([self._held_record(each.record, each.judgement) for each in new]) if new else ()
        )
        lost = {each.record.key for each, done in zip(new, written, strict=True) if not done}
        for each in held:
            if each.record.key in lost:
                self._skip(each.record.key)
            else:
                self.tally.hold_back(each.record.key, each.judgement, each.problems)

    def _held_record(self, record: TransactionRecord, judgement: Judgement) -> TransactionRecord:
        held = held_back(
            record,
            judgement,
            setup_version=self.setup_version,
            at=self.run.now(),
            by=self.run.by,
            write_id=self.run.write_id(),
        )
        if self.run.announces:
            held = held.announced(record)
        if judgement.reason != Waiting.FOR_RETRY:
            return replace(held, attempts=0, retry_at=None)
        failures = record.passing_failures + 1
        return replace(held, attempts=failures, retry_at=self.run.now() + self.limits.pauses.after(failures))

    def _skip(self, key: TransactionKey) -> None:
        self._skipped.append(key)
        self.tally.skip(key)


def _failed(problem: Problem) -> Judgement:
    return Judgement(state=State.FAILED, problems=(replace(problem, severity=Severity.BLOCK),))


def _unshared(postings: Sequence[tuple[_Decided, Posting]]) -> list[list[tuple[_Decided, Posting]]]:
    """Groups of postings that share no item: no equal references, original's accounts or new customers."""
    groups: list[list[tuple[_Decided, Posting]]] = []
    held: list[set[object]] = []
    for each in postings:
        items: set[object] = {account.key for account in each[1].accounts}
        items |= {(customer.company, customer.account) for customer in each[1].order.customers}
        if each[1].reference_guard is not None:
            items.add(each[1].reference_guard)
        place = next((n for n, taken in enumerate(held) if not items & taken), None)
        if place is None:
            groups.append([])
            held.append(set())
            place = len(groups) - 1
        groups[place].append(each)
        held[place] |= items
    return groups
