"""The P-job, its look-back and its duplicates, and reconcile, over every kind of source."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest

from postering.deployment import sources
from postering.deployment.settings import Settings
from postering.deployment.wiring import Deployment, new_run, reconcile, run_p_job, run_sync_orders
from postering.domain.inquiries.standing import ListFilter
from postering.domain.reconciliation import Reconciliation
from postering.domain.retail_transactions.entities import PAYMENT, SALES
from postering.domain.runs.reports import PJobReport
from postering.domain.runs.requests import PJobRequest, SyncOrdersRequest
from postering.domain.runs.sources import CannotRead
from postering.domain.setup.setup import ChannelDatabase
from postering.domain.setup.setup_file import SetupError
from postering.jobs.explaining import not_staged
from postering.jobs.ports import ChannelSource
from postering.jobs.sessions import cancel_session
from postering.operations.setups import apply_setup
from tests.channels.sources.json_lines import FolderSnapshot, JsonLinesFolder
from tests.channels.sources.kinds import FOLDER, Source
from tests.domain.transactions_examples import a_sale
from tests.jobs.conftest import changed, dated, only, rows_of, without

FIRST, SECOND, THIRD = (rows_of(a_sale(), name) for name in ("T-1", "T-2", "T-3"))


def p_job(at: Deployment, **request: Any) -> PJobReport:
    return run_p_job(at, PJobRequest(**request), new_run("p-job"))


def reconciled(at: Deployment) -> Reconciliation:
    return reconcile(at, new_run("reconcile"))


def states(at: Deployment) -> dict[str, str]:
    return {one.key.transaction_id: str(one.state) for one in at.store.listed(ListFilter(), None)}


def test_sold_transactions_are_posted_once(source: Source, at: Deployment) -> None:
    source.sell(FIRST, SECOND)

    staged = [p_job(at).counts.staged, p_job(at).counts.staged]
    run_sync_orders(at, SyncOrdersRequest(), new_run("sync-orders"))
    source.sell(THIRD)
    staged.append(p_job(at).counts.staged)

    assert staged == [2, 0, 1]
    assert states(at) == {"T-1": "succeeded", "T-2": "succeeded", "T-3": "pending"}


def test_rows_that_come_later_complete_their_transaction(source: Source, at: Deployment) -> None:
    source.sell(without(FIRST, PAYMENT))
    p_job(at)
    before = states(at)
    source.sell(only(FIRST, PAYMENT))
    p_job(at)

    assert (before, states(at)) == ({"T-1": "waiting"}, {"T-1": "pending"})


def test_a_transaction_that_came_late_is_staged_once(source: Source, at: Deployment) -> None:
    source.sell(FIRST)
    p_job(at)
    source.sell_late(SECOND)

    assert [p_job(at).counts.staged for _ in range(2)] == [1, 0]


def test_reading_again_from_a_date_counts_duplicates_and_stages_nothing_twice(source: Source, at: Deployment) -> None:
    source.sell(dated(FIRST, date(2026, 3, 1)), SECOND)
    p_job(at)

    again = p_job(at, from_date=date(2026, 3, 2))

    assert (again.counts.staged, again.counts.duplicates, again.sessions) == (0, 1, ())


def test_a_canceled_extraction_is_read_again(source: Source, at: Deployment) -> None:
    source.sell(FIRST)
    p_job(at)
    source.sell(SECOND)
    asked = iter(range(100))
    run = new_run("p-job", must_stop=lambda: next(asked) > 0)
    run_p_job(at, PJobRequest(), run)
    (waiting,) = at.store.waiting_sessions("Default")

    cancel_session(waiting.id, at.store, new_run())

    assert p_job(at).counts.staged == 1
    assert states(at) == {"T-1": "pending", "T-2": "pending"}


def test_a_source_that_starts_anew_loses_and_doubles_nothing(source: Source, at: Deployment) -> None:
    source.sell(FIRST, THIRD)
    p_job(at)
    source.start_anew()
    source.sell(FIRST)
    source.sell(SECOND)

    reports = [p_job(at), p_job(at)]

    assert [report.counts.staged for report in reports] == [1, 0]
    assert [len(report.messages) for report in reports] == [1, 0]
    assert states(at) == dict.fromkeys(("T-1", "T-2", "T-3"), "pending")


def test_a_source_that_is_gone_is_named_and_the_run_ends_with_an_error(source: Source, at: Deployment) -> None:
    source.sell(FIRST)
    p_job(at)
    source.take_away()

    (failure,) = p_job(at).failures

    assert "houston" in failure


def test_the_books_agree_with_the_source_to_the_cent(source: Source, at: Deployment) -> None:
    source.sell(FIRST, SECOND)
    p_job(at)
    run_sync_orders(at, SyncOrdersRequest(), new_run("sync-orders"))

    result = reconciled(at)

    assert (result.unexplained, result.balanced) == ((), True)
    (row,) = (row.as_json() for row in result.rows)
    assert row["channel"] == row["packages"] == row["staged"]


def test_sales_that_were_not_read_yet_explain_their_difference(source: Source, at: Deployment) -> None:
    source.sell(FIRST)
    p_job(at)
    run_sync_orders(at, SyncOrdersRequest(), new_run("sync-orders"))
    source.sell(SECOND)

    result = reconciled(at)

    assert result.unexplained == ()
    assert "T-2" in [one.transaction.transaction_id for one in result.explained if one.transaction is not None]


def test_a_cent_that_changed_below_the_cursor_is_not_explained(source: Source, at: Deployment) -> None:
    source.sell(FIRST, SECOND)
    p_job(at)
    run_sync_orders(at, SyncOrdersRequest(), new_run("sync-orders"))
    source.start_anew()
    source.sell(FIRST)
    source.sell(changed(SECOND, SALES, netAmount="-0.01"))

    result = reconciled(at)

    assert {one.transaction.transaction_id for one in result.unexplained if one.transaction} == {"T-2"}


def test_explain_says_when_the_source_was_read(source: Source, at: Deployment) -> None:
    run = new_run()
    before = not_staged("T-1", at.store, at.uploads, run.now())
    p_job(at)
    after = not_staged("T-1", at.store, at.uploads, run.now())

    assert "houston (group Default) was never read" in before.message
    assert "houston (group Default)" in after.message
    assert "never read" not in after.message
    assert after.databases[0].at is not None


def test_a_scheme_that_no_kind_has_is_refused_and_names_the_near_one(source: Source, at: Deployment) -> None:
    setup = at.store.setup()
    text = f"""
    [[channel_database_groups]]
    name = "Default"
    [[channel_databases]]
    name = "houston"
    group = "Default"
    url = "{source.kind.scheme}x://reader:s3cret@shop/orders"
    """

    with pytest.raises(SetupError) as refused:
        apply_setup(at, text.encode(), "setup.toml", lambda _: True)

    (problem,) = refused.value.problems
    assert (problem.place, problem.found) == ("channel_databases[0].url", f"the text '{source.kind.scheme}x:'")
    assert {*sources.known_schemes()} <= {*problem.expected.replace(",", "").split()}
    assert f"Did you mean '{source.kind.scheme}'?" in problem.repair
    assert "s3cret" not in str(refused.value)
    assert at.store.setup() == setup


class WithoutDates(FolderSnapshot):
    def dated_from(self, day: date | None, cursor: str) -> CannotRead:  # type: ignore[override]
        return CannotRead("the shop gives no orders of the past; compare with its own totals")


class ForgetfulFolder(JsonLinesFolder):
    """A folder that cannot be read from a date."""

    @contextmanager
    def snapshot(self) -> Iterator[WithoutDates]:
        with super().snapshot() as inner:
            yield WithoutDates(inner.name, inner.files)


@pytest.mark.parametrize("kind", [FOLDER], indirect=True, ids=["jsonl"])
def test_a_source_that_cannot_be_read_from_a_date_says_so(
    source: Source, at: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    def opened(line: ChannelDatabase, _home: object, _settings: Settings) -> ChannelSource:
        return ForgetfulFolder(name=line.name, group=line.group, folder=source.home / "sold")

    monkeypatch.setattr(sources, "KINDS", {"jsonl": opened})
    source.sell(FIRST)
    p_job(at)
    run_sync_orders(at, SyncOrdersRequest(), new_run("sync-orders"))
    source.sell(SECOND)

    (failure,) = p_job(at, from_date=date(2026, 3, 1)).failures
    result = reconciled(at)

    assert "gives no orders of the past" in failure
    assert states(at) == {"T-1": "succeeded"}
    assert (result.unexplained, [row.as_json()["channel"] for row in result.rows]) == ((), [None])
    assert any("gives no orders of the past" in one.why for one in result.explained)
    assert p_job(at).counts.staged == 1
