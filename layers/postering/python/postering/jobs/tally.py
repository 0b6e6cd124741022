"""What a run of Synchronize orders has done so far, each transaction counted once, by how it ended."""

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


class _Ended(StrEnum):
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    WAITING = "waiting"
    SKIPPED = "skipped"


@dataclass(kw_only=True)
class Tally:
    """Counts for the report. A transaction that is taken up twice in a run counts as it ended."""

    sales_orders: int = 0
    payments: int = 0
    totals: dict[str, CurrencyTotals] = field(default_factory=dict)
    messages: list[str] = field(default_factory=list)
    _put_off: set[TransactionKey] = field(default_factory=set)
    _ended: dict[TransactionKey, tuple[_Ended, tuple[str, ...]]] = field(default_factory=dict)

    def post(self, order: PostedOrder, problems: Iterable[Problem]) -> None:
        """Count an order that was written."""
        document = order.document
        self._ended[document.transaction] = (_Ended.SUCCEEDED, codes_of(problems))
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
        ended = {State.FAILED: _Ended.FAILED, State.WAITING: _Ended.WAITING}.get(judgement.state, _Ended.SKIPPED)
        self._ended[key] = (ended, codes_of(problems))

    def skip(self, key: TransactionKey) -> None:
        """Count a transaction that another run took first; how this run ended it before stands."""
        self._ended.setdefault(key, (_Ended.SKIPPED, ()))

    def put_off(self, key: TransactionKey) -> None:
        """Note a suspect whose pause is not over: this run does not take it up."""
        self._put_off.add(key)

    def say_once(self, message: str) -> None:
        """A message for the report, the same one once."""
        if message not in self.messages:
            self.messages.append(message)

    def report(self, run: Run, started_ns: int, *, remaining: int, dry_run: bool, complete: bool) -> SyncOrdersReport:
        """The run's report."""
        if self._put_off:
            count = f"{len(self._put_off)} transaction{'s' if len(self._put_off) != 1 else ''}"
            self.say_once(f"{count} that runs died of: tried again after a pause; `postering status` names each")
        counts = Counter(ended for ended, _ in self._ended.values())
        return SyncOrdersReport(
            run_id=run.id,
            succeeded=counts[_Ended.SUCCEEDED],
            failed=counts[_Ended.FAILED],
            waiting=counts[_Ended.WAITING],
            skipped=counts[_Ended.SKIPPED],
            sales_orders=self.sales_orders,
            payments=self.payments,
            totals=dict(self.totals),
            errors=dict(Counter(code for _, codes in self._ended.values() for code in codes)),
            remaining=remaining,
            duration_seconds=run.seconds_since(started_ns),
            dry_run=dry_run,
            messages=tuple(self.messages),
            complete=complete,
        )
