"""Posting a batch: read, decide, number, write. The condition on each record is the lock; nothing else is needed."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

from postering.domain.assembly import assemble
from postering.domain.documents import DocumentKind, PostedOrder
from postering.domain.keys import TransactionKey
from postering.domain.port_values import Posting, PostOutcome, PostResult, Staged
from postering.domain.problems import Problem, Severity, Waiting, codes_of
from postering.domain.records import State, TransactionRecord
from postering.domain.reports import CurrencyTotals, SyncOrdersReport
from postering.domain.setup import Setup
from postering.domain.staging import Judgement, internal_error
from postering.domain.verdicts import (
    Verdict,
    decide,
    duplicate_reference,
    held_back,
    numbered,
    out_of_numbers,
    posted,
    reference_guard,
    retries_exhausted,
    too_large,
)
from postering.jobs.limits import Limits
from postering.jobs.ports import Store
from postering.jobs.run import Run

_TAKEN_STATES = frozenset({State.PENDING, State.WAITING, State.FAILED})


@dataclass(kw_only=True)
class Tally:
    """What a run has done so far."""

    succeeded: int = 0
    failed: int = 0
    waiting: int = 0
    skipped: int = 0
    sales_orders: int = 0
    payments: int = 0
    totals: dict[str, CurrencyTotals] = field(default_factory=dict)
    errors: Counter[str] = field(default_factory=Counter)
    messages: list[str] = field(default_factory=list)

    def post(self, order: PostedOrder, problems: Sequence[Problem]) -> None:
        """Count an order that was written."""
        document = order.document
        self.succeeded += 1
        if document.kind in {DocumentKind.SALES_ORDER, DocumentKind.RETURN_ORDER}:
            self.sales_orders += 1
            sums = CurrencyTotals(
                orders=document.total.amount, payments=order.paid.amount, variance=order.variance.amount
            )
            self.totals[document.currency] = self.totals.get(document.currency, CurrencyTotals()) + sums
        self.payments += len(order.payments)
        self.errors.update(codes_of(problems))

    def hold_back(self, judgement: Judgement, problems: Sequence[Problem]) -> None:
        """Count a transaction that was not posted."""
        if judgement.state is State.FAILED:
            self.failed += 1
        elif judgement.state is State.WAITING:
            self.waiting += 1
        else:
            self.skipped += 1
        self.errors.update(codes_of(problems))

    def say_once(self, message: str) -> None:
        """A message for the report, the same one once."""
        if message not in self.messages:
            self.messages.append(message)

    def report(self, run: Run, started_ns: int, *, remaining: int, dry_run: bool, complete: bool) -> SyncOrdersReport:
        """The run's report."""
        return SyncOrdersReport(
            run_id=run.id,
            succeeded=self.succeeded,
            failed=self.failed,
            waiting=self.waiting,
            skipped=self.skipped,
            sales_orders=self.sales_orders,
            payments=self.payments,
            totals=dict(self.totals),
            errors=dict(self.errors),
            remaining=remaining,
            duration_seconds=run.seconds_since(started_ns),
            dry_run=dry_run,
            messages=tuple(self.messages),
            complete=complete,
        )


@dataclass(frozen=True, slots=True)
class _Decided:
    record: TransactionRecord
    verdict: Verdict


@dataclass(kw_only=True)
class PostingBatch:
    """Posts transactions under one setup. Numbers that a lost posting leaves over go to the next one."""

    store: Store
    setup: Setup
    setup_version: int
    run: Run
    limits: Limits
    dry_run: bool
    tally: Tally
    _numbers: dict[str, list[str]] = field(default_factory=dict)

    def post(self, keys: Sequence[TransactionKey]) -> None:
        """Post those of `keys` that are pending; each is named as in hand before it is tried."""
        if not keys:
            return
        if self.dry_run:
            self._only_decide(keys)
            return
        self.store.take_in_hand(self.run.id, keys, 1)
        self._post_pending(keys)
        self.store.put_down(self.run.id)

    def post_suspect(self, key: TransactionKey, tries: int) -> None:
        """Post one that a run may have died of; after several deaths it fails, so that it can't starve the rest."""
        if self.dry_run:
            self._only_decide((key,))
            return
        if tries >= self.limits.in_hand_tries:
            self._give_up(key, tries)
            return
        self.store.take_in_hand(self.run.id, (key,), tries + 1)
        self._post_pending((key,))
        self.store.put_down(self.run.id)

    def post_one(self, key: TransactionKey) -> None:
        """Post one by name ("Synchronize order"): also one that failed or waits, decided anew on what is there."""
        if self.dry_run:
            self._only_decide((key,), states=_TAKEN_STATES)
            return
        self._post_pending((key,), states=_TAKEN_STATES)

    def _only_decide(
        self,
        keys: Sequence[TransactionKey],
        states: frozenset[State] = frozenset({State.PENDING, State.WAITING}),
    ) -> None:
        for decided in self._decided(keys, states):
            verdict = decided.verdict
            if verdict.order is not None:
                self.tally.post(verdict.order, verdict.problems)
            elif verdict.judgement is not None:
                self.tally.hold_back(verdict.judgement, verdict.problems)

    def _post_pending(
        self,
        keys: Sequence[TransactionKey],
        states: frozenset[State] = frozenset({State.PENDING, State.WAITING}),
    ) -> None:
        decided = self._decided(keys, states)
        postings: list[tuple[_Decided, Posting]] = []
        held: list[tuple[TransactionRecord, Judgement, Sequence[Problem]]] = []
        self._reserve_numbers(decided)
        for each in decided:
            if each.verdict.order is None:
                assert each.verdict.judgement is not None
                held.append((each.record, each.verdict.judgement, each.verdict.problems))
            elif (posting := self._posting(each)) is not None:
                postings.append((each, posting))
            else:
                problem = out_of_numbers(each.record.key.company)
                self.tally.say_once(problem.message)
                held.append((each.record, _failed(problem), (problem,)))
        for group in _unshared(postings):
            outcomes = self.store.post([posting for _, posting in group])
            for (each, posting), outcome in zip(group, outcomes, strict=True):
                if outcome.result is PostResult.POSTED:
                    self.tally.post(posting.order, each.verdict.problems)
                else:
                    self._give_back(posting.order, outcome)
                    judgement = self._refused(each.record, posting, outcome)
                    if judgement is None:
                        self.tally.skipped += 1
                    else:
                        held.append((each.record, judgement, judgement.problems))
        self._hold_back(held)

    def _decided(self, keys: Sequence[TransactionKey], states: frozenset[State]) -> list[_Decided]:
        """A verdict for each that is still to be taken; what another run took first is skipped."""
        there = self.store.staged(keys)
        decided = []
        for key in keys:
            staged = there.get(key)
            if staged is None or staged.record.state not in states:
                self.tally.skipped += 1
                continue
            decided.append(_Decided(staged.record, self._verdict(staged)))
        return decided

    def _verdict(self, staged: Staged) -> Verdict:
        try:
            assembly = assemble(staged.record.key, staged.pieces, decisions=staged.record.decisions)
            return decide(assembly, self.setup)
        except Exception as error:  # rule 5: one transaction never holds up another
            problem = internal_error(error)
            return Verdict(judgement=_failed(problem), problems=(problem,))

    def _posting(self, decided: _Decided) -> Posting | None:
        """The posting with its number; None where the company's numbers have run out."""
        assert decided.verdict.order is not None
        left = self._numbers.get(decided.record.key.company)
        if not left:
            return None
        order = numbered(decided.verdict.order, left.pop(0))
        return Posting(
            record=posted(
                decided.record,
                order,
                decided.verdict,
                setup_version=self.setup_version,
                at=self.run.now(),
                by=self.run.by,
                write_id=self.run.write_id(),
            ),
            order=order,
            reference_guard=reference_guard(order),
        )

    def _reserve_numbers(self, decided: Sequence[_Decided]) -> None:
        """Take a block no larger than the orders about to be written, less what earlier ones left over."""
        needed = Counter(each.record.key.company for each in decided if each.verdict.order is not None)
        for company_id, count in needed.items():
            company = self.setup.company(company_id)
            assert company is not None
            left = self._numbers.setdefault(company_id, [])
            sequence = company.number_sequence
            if count > len(left):
                taken = self.store.take_numbers(company_id, count - len(left), sequence.next, sequence.largest)
                left += map(sequence.number, taken)

    def _give_back(self, order: PostedOrder, outcome: PostOutcome) -> None:
        """Leave the number to the next order, unless the write may have taken effect although it failed."""
        if outcome.result is not PostResult.PASSING_FAILURE:
            self._numbers[order.document.company].insert(0, order.document.id)

    def _refused(self, record: TransactionRecord, posting: Posting, outcome: PostOutcome) -> Judgement | None:
        """What a posting that was not written means; None where another run was first."""
        match outcome.result:
            case PostResult.REFERENCE_TAKEN:
                return _failed(duplicate_reference(posting.order, outcome.taken_by))
            case PostResult.TOO_LARGE:
                return _failed(too_large(outcome.detail))
            case PostResult.PASSING_FAILURE:
                if record.attempts + 1 >= self.limits.passing_failures:
                    return _failed(retries_exhausted(record.attempts + 1, outcome.detail))
                return Judgement(state=State.WAITING, reason=Waiting.FOR_RETRY)
            case _:
                return None

    def _hold_back(self, held: Sequence[tuple[TransactionRecord, Judgement, Sequence[Problem]]]) -> None:
        records = [self._held_record(record, judgement) for record, judgement, _ in held]
        written = self.store.settle(records) if records else ()
        for (_, judgement, problems), done in zip(held, written, strict=True):
            if done:
                self.tally.hold_back(judgement, problems)
            else:
                self.tally.skipped += 1

    def _held_record(self, record: TransactionRecord, judgement: Judgement) -> TransactionRecord:
        held = held_back(
            record,
            judgement,
            setup_version=self.setup_version,
            at=self.run.now(),
            by=self.run.by,
            write_id=self.run.write_id(),
        )
        if judgement.reason != Waiting.FOR_RETRY:
            return replace(held, attempts=0, retry_at=None)
        pause = min(self.limits.first_retry_seconds * 2**record.attempts, self.limits.longest_retry_seconds)
        return replace(held, attempts=record.attempts + 1, retry_at=self.run.now() + timedelta(seconds=pause))

    def _give_up(self, key: TransactionKey, tries: int) -> None:
        staged = self.store.staged([key]).get(key)
        if staged is None or staged.record.state not in {State.PENDING, State.WAITING}:
            self.tally.skipped += 1
            return
        problem = Problem(
            code="INTERNAL_ERROR",
            message=f"{tries} runs ended without an answer while they had this transaction in hand",
            expected="a run that comes back",
            found=f"{tries} that did not",
            repair=f"look at the function's memory and time limits, then `postering sync-orders --transaction '{key}'`",
        )
        self._hold_back([(staged.record, _failed(problem), (problem,))])


def _failed(problem: Problem) -> Judgement:
    return Judgement(state=State.FAILED, problems=(replace(problem, severity=Severity.BLOCK),))


def _unshared(postings: Sequence[tuple[_Decided, Posting]]) -> list[list[tuple[_Decided, Posting]]]:
    """Groups in which no two share an item: equal references go one after the other, never together."""
    groups: list[list[tuple[_Decided, Posting]]] = []
    held: list[set[tuple[str, int, str]]] = []
    for each in postings:
        guard = each[1].reference_guard
        place = next((n for n, guards in enumerate(held) if guard is None or guard not in guards), None)
        if place is None:
            groups.append([])
            held.append(set())
            place = len(groups) - 1
        groups[place].append(each)
        if guard is not None:
            held[place].add(guard)
    return groups
