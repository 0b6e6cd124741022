"""The counts of a run of Synchronize orders: each transaction once, by its result."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from postering.domain.keys import TransactionKey
from postering.domain.problems import Problem, codes_of
from postering.domain.runs.reports import CurrencyTotals, SyncOrdersReport
from postering.domain.sales_orders.documents import DocumentKind, PostedOrder
from postering.domain.staging.records import State
from postering.domain.staging.staging import Judgement
from postering.jobs.run import Run


class _Result(StrEnum):
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    WAITING = "waiting"
    SKIPPED = "skipped"


@dataclass(kw_only=True)
class Tally:
    """Counts for the report. A transaction that a run takes up twice counts once, with its last result."""

    sales_orders: int = 0
    payments: int = 0
    totals: dict[str, CurrencyTotals] = field(default_factory=dict)
    messages: list[str] = field(default_factory=list)
    _put_off: set[TransactionKey] = field(default_factory=set)
    _results: dict[TransactionKey, tuple[_Result, tuple[str, ...]]] = field(default_factory=dict)

    def post(self, order: PostedOrder, problems: Iterable[Problem]) -> None:
        """Count an order that was written."""
        document = order.document
        self._results[document.transaction] = (_Result.SUCCEEDED, codes_of(problems))
        self.payments += len(order.payments)
        if document.kind in {DocumentKind.SALES_ORDER, DocumentKind.RETURN_ORDER}:
            self.sales_orders += 1
        if document.kind is not DocumentKind.QUOTATION:
            sums = CurrencyTotals(
                orders=document.total.amount, payments=order.paid.amount, variance=order.variance.amount
            )
            self.totals[document.currency] = self.totals.get(document.currency, CurrencyTotals()) + sums

    def hold_back(self, key: TransactionKey, judgement: Judgement, problems: Sequence[Problem]) -> None:
        """Count a transaction that was not posted."""
        result = {State.FAILED: _Result.FAILED, State.WAITING: _Result.WAITING}.get(judgement.state, _Result.SKIPPED)
        self._results[key] = (result, codes_of(problems))

    def skip(self, key: TransactionKey) -> None:
        """Count a transaction that another run took first, if this run has no result for it."""
        self._results.setdefault(key, (_Result.SKIPPED, ()))

    def put_off(self, key: TransactionKey) -> None:
        """Note a suspect whose pause is not over. This run does not take it up."""
        self._put_off.add(key)

    def report_once(self, message: str) -> None:
        """Add a message to the report, if it is not there yet."""
        if message not in self.messages:
            self.messages.append(message)

    def report(self, run: Run, started_ns: int, *, remaining: int, dry_run: bool, complete: bool) -> SyncOrdersReport:
        """The report of the run."""
        if self._put_off:
            self.report_once(
                f"transactions that wait because runs were killed on them: {len(self._put_off)}; "
                "`postering status` names each, and when it is tried next"
            )
        counts = Counter(result for result, _ in self._results.values())
        return SyncOrdersReport(
            run_id=run.id,
            succeeded=counts[_Result.SUCCEEDED],
            failed=counts[_Result.FAILED],
            waiting=counts[_Result.WAITING],
            skipped=counts[_Result.SKIPPED],
            sales_orders=self.sales_orders,
            payments=self.payments,
            totals=dict(self.totals),
            errors=dict(Counter(code for _, codes in self._results.values() for code in codes)),
            remaining=remaining,
            duration_seconds=run.seconds_since(started_ns),
            dry_run=dry_run,
            messages=tuple(self.messages),
            complete=complete,
        )
