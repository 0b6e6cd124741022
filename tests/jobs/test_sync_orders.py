"""Synchronize orders: each staged transaction becomes its documents once, or says why not."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from postering.domain.errors import JobRefused
from postering.domain.posting import verdicts
from postering.domain.posting.queue import Posting, PostOutcome, PostResult
from postering.domain.problems import Severity
from postering.domain.retail_transactions.entities import HEADER, PAYMENT
from postering.domain.setup.setup import Check, Hierarchy, HierarchyNode, NumberSequence
from postering.domain.staging.records import State
from postering.jobs.limits import Limits
from tests.domain.transactions_examples import CHANNEL, STORE, a_sale, a_setup, with_company
from tests.jobs.conftest import Deployment, changed, rows_of

SALE = rows_of(a_sale(), "T-1")
OTHER = rows_of(a_sale(), "T-2")


@pytest.fixture
def staged(deployment: Deployment) -> Deployment:
    """A deployment with two sales staged."""
    deployment.put("monday", SALE, OTHER)
    deployment.p_job()
    return deployment


def test_a_sale_becomes_an_order_with_payments_and_a_balanced_journal(staged: Deployment) -> None:
    report = staged.sync_orders()

    assert (report.selected, report.succeeded, report.sales_orders) == (2, 2, 2)
    assert report.totals["USD"].orders == Decimal("140.80")
    order = staged.store.order_of(staged.record("T-1").key)
    assert order is not None
    assert order.document.total.text == "70.40"
    assert sum(entry.debit.amount for entry in order.journal) == sum(entry.credit.amount for entry in order.journal)


def test_a_second_run_changes_nothing(staged: Deployment) -> None:
    staged.sync_orders()
    before = staged.record("T-1")

    report = staged.sync_orders()

    assert report.selected == 0
    assert staged.record("T-1") == before


def test_the_report_adds_up(staged: Deployment) -> None:
    staged.put("tuesday", changed(rows_of(a_sale(), "T-3"), PAYMENT, tenderType="99"))
    staged.p_job()

    report = staged.sync_orders()

    assert report.selected == report.succeeded + report.failed + report.waiting + report.skipped == 3
    assert report.errors == {"PAYMENT_METHOD": 1}


def test_a_failed_transaction_is_tried_again_when_the_setup_line_it_names_comes(staged: Deployment) -> None:
    missing = replace(a_setup(), payment_methods=tuple(m for m in a_setup().payment_methods if m.tender_type != "2"))
    staged.apply(missing)
    staged.sync_orders()
    assert set(staged.states().values()) == {"failed PAYMENT_METHOD"}

    assert staged.sync_orders().selected == 0
    staged.apply(a_setup())
    report = staged.sync_orders()

    assert report.succeeded == 2
    assert "the setup changed" in str(staged.record("T-1").timeline)


def test_a_setup_change_that_it_does_not_name_leaves_it_failed(staged: Deployment) -> None:
    missing = replace(a_setup(), payment_methods=tuple(m for m in a_setup().payment_methods if m.tender_type != "2"))
    staged.apply(missing)
    staged.sync_orders()
    staged.apply(replace(missing, charge_codes=()))

    assert staged.sync_orders().selected == 0
    assert staged.record("T-1").state is State.FAILED


def test_a_setup_applied_while_the_run_goes_on_wakes_up_the_next_run(staged: Deployment) -> None:
    missing = replace(a_setup(), payment_methods=tuple(m for m in a_setup().payment_methods if m.tender_type != "2"))
    staged.apply(missing)
    update_records = staged.store.update_records

    def apply_in_between(records: Sequence[Any]) -> Sequence[bool]:
        if staged.store.setup().version == 2:
            staged.apply(a_setup())
        return update_records(records)

    staged.store.update_records = apply_in_between  # type: ignore[method-assign]
    staged.sync_orders()
    report = staged.sync_orders()

    assert report.succeeded == 2


def test_a_conflict_is_not_reopened_by_a_setup_change(deployment: Deployment) -> None:
    deployment.put("first", SALE)
    deployment.put("second", changed(SALE, HEADER, comment="other"))
    deployment.p_job()

    deployment.apply(replace(a_setup(), charge_codes=()))
    deployment.sync_orders()

    assert deployment.states() == {"T-1": "failed CONTENT_CONFLICT"}


def test_a_second_transaction_with_the_same_reference_fails(deployment: Deployment) -> None:
    deployment.put("monday", rows_of(a_sale(), "T-1", "W-7"), rows_of(a_sale(), "T-2", "W-7"))
    deployment.p_job()

    report = deployment.sync_orders()

    assert report.errors == {"DUPLICATE_REFERENCE": 1}
    assert sorted(deployment.states().values()) == ["failed DUPLICATE_REFERENCE", "succeeded"]
    failed = next(r for r in map(deployment.record, ("T-1", "T-2")) if r.state is State.FAILED)
    other = next(r for r in map(deployment.record, ("T-1", "T-2")) if r.state is State.SUCCEEDED)
    assert other.key.text in failed.problems[0].message


def test_an_empty_reference_is_none(deployment: Deployment) -> None:
    for number in (1, 2):
        deployment.put(f"s{number}", changed(rows_of(a_sale(), f"T-{number}"), HEADER, ChannelReferenceId=""))
    deployment.p_job()

    assert deployment.sync_orders().succeeded == 2


def test_numbers_run_out_and_are_said_once(deployment: Deployment) -> None:
    short = with_company(a_setup(), number_sequence=NumberSequence(format="ONL-######", next=1, largest=2))
    deployment.apply(short)
    deployment.put("monday", *(rows_of(a_sale(), f"T-{number}") for number in range(4)))
    deployment.p_job()

    report = deployment.sync_orders()

    assert (report.succeeded, report.errors, len(report.messages)) == (2, {"NUMBER_SEQUENCE": 2}, 1)
    deployment.apply(a_setup())
    assert deployment.sync_orders().succeeded == 2
    assert {record.sales_id for record in map(deployment.record, ("T-0", "T-1", "T-2", "T-3"))} == {
        f"ONL-00000{number}" for number in (1, 2, 3, 4)
    }


def test_a_dry_run_says_what_would_be_and_writes_nothing(staged: Deployment) -> None:
    report = staged.sync_orders(dry_run=True)

    assert (report.succeeded, report.dry_run) == (2, True)
    assert staged.states() == {"T-1": "pending", "T-2": "pending"}
    assert staged.sync_orders().succeeded == 2
    assert {staged.record("T-1").sales_id, staged.record("T-2").sales_id} == {"ONL-000001", "ONL-000002"}


def test_a_dry_run_counts_what_a_setup_change_would_open_again(staged: Deployment) -> None:
    staged.apply(replace(a_setup(), payment_methods=()))
    staged.sync_orders()
    staged.apply(a_setup())

    report = staged.sync_orders(dry_run=True)

    assert (report.selected, report.succeeded) == (2, 2)
    assert staged.states() == {"T-1": "failed PAYMENT_METHOD", "T-2": "failed PAYMENT_METHOD"}


@pytest.mark.parametrize("whole_key", [True, False])
def test_one_transaction_is_tried_by_name_also_when_it_failed(staged: Deployment, whole_key: bool) -> None:
    record = staged.record("T-1")

    report = staged.sync_orders(transaction=record.key.text if whole_key else "T-1")

    assert (report.selected, report.succeeded) == (1, 1)
    assert staged.states() == {"T-1": "succeeded", "T-2": "pending"}


def test_only_the_selected_stores_are_run(staged: Deployment) -> None:
    other = replace(a_setup().channels[0], id=CHANNEL + 1, store="SEATTLE-ONLINE")
    node = HierarchyNode(name="West", stores=(STORE,))
    setup = replace(
        a_setup(),
        channels=(*a_setup().channels, other),
        hierarchies=(Hierarchy(name="Stores by Region", nodes=(node,)),),
    )
    staged.apply(setup)

    assert staged.sync_orders(stores=("SEATTLE-ONLINE",)).selected == 0
    assert staged.sync_orders(nodes=("West",)).selected == 2


def test_an_unknown_store_is_refused_and_nothing_is_done(staged: Deployment) -> None:
    with pytest.raises(JobRefused, match="HUSTON"):
        staged.sync_orders(stores=("HUSTON",))

    assert staged.states() == {"T-1": "pending", "T-2": "pending"}


def test_without_a_setup_the_job_is_refused(tmp_path: Any) -> None:
    from postering.channels.packages.folder_home import UploadsFolder
    from postering.channels.packages.uploads import PackageUploads
    from postering.store.sqlite import SQLiteStore

    empty = Deployment(tmp_path, SQLiteStore(tmp_path / "new.db"), PackageUploads(UploadsFolder(tmp_path)))

    with pytest.raises(JobRefused, match="postering setup apply"):
        empty.sync_orders()
    empty.store.close()


def test_a_run_without_selection_fails_what_the_setup_does_not_know(staged: Deployment) -> None:
    staged.apply(replace(a_setup(), channels=()))

    report = staged.sync_orders()

    assert report.errors == {"STORE": 2}
    staged.apply(a_setup())
    assert staged.sync_orders().succeeded == 2


def test_a_run_whose_time_is_out_says_what_remains(deployment: Deployment) -> None:
    deployment.limits = Limits(posted_at_once=2)
    deployment.put("monday", *(rows_of(a_sale(), f"T-{number}") for number in range(5)))
    deployment.p_job()

    deployment.stop_after = 1
    report = deployment.sync_orders()

    assert (report.succeeded, report.remaining, report.complete) == (2, 3, False)


def test_an_unexpected_failure_on_one_transaction_fails_that_one(
    staged: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    decide = verdicts.decide

    def failing(assembly: Any, *given: Any, **named: Any) -> Any:
        if assembly.transaction.transaction_id == "T-1":
            raise ZeroDivisionError
        return decide(assembly, *given, **named)

    monkeypatch.setattr("postering.jobs.verdict.decide", failing)
    staged.sync_orders()

    assert staged.states() == {"T-1": "failed INTERNAL_ERROR", "T-2": "succeeded"}


class _Refusing:
    """A store whose posts fail in a way that may pass."""

    def __init__(self, outcome: PostOutcome) -> None:
        self.outcome = outcome

    def __call__(self, postings: Sequence[Posting]) -> Sequence[PostOutcome]:
        return [self.outcome] * len(postings)


def test_a_passing_failure_is_tried_again_later_with_back_off(staged: Deployment) -> None:
    post = staged.store.post
    staged.store.post = _Refusing(PostOutcome(result=PostResult.PASSING_FAILURE, detail="busy"))  # type: ignore[method-assign]
    assert staged.sync_orders().waiting == 2
    assert staged.sync_orders().selected == 0
    staged.later(seconds=61)
    assert staged.sync_orders().waiting == 2
    staged.later(seconds=61)
    assert staged.sync_orders().selected == 0

    staged.store.post = post  # type: ignore[method-assign]
    staged.later(seconds=120)

    assert staged.sync_orders().succeeded == 2


def test_a_failure_that_does_not_pass_ends_as_retries_exhausted(staged: Deployment) -> None:
    staged.store.post = _Refusing(PostOutcome(result=PostResult.PASSING_FAILURE, detail="busy"))  # type: ignore[method-assign]
    for _ in range(staged.limits.passing_failures):
        staged.sync_orders()
        staged.later(hours=2)

    assert set(staged.states().values()) == {"failed RETRIES_EXHAUSTED"}


def test_a_number_whose_write_may_have_taken_effect_is_not_given_again(staged: Deployment) -> None:
    post = staged.store.post
    staged.store.post = _Refusing(PostOutcome(result=PostResult.PASSING_FAILURE, detail="busy"))  # type: ignore[method-assign]
    staged.sync_orders()
    staged.store.post = post  # type: ignore[method-assign]
    staged.later(hours=1)
    staged.sync_orders()

    assert {staged.record("T-1").sales_id, staged.record("T-2").sales_id} == {"ONL-000003", "ONL-000004"}


def test_what_another_run_took_first_is_skipped_and_its_number_goes_on(staged: Deployment) -> None:
    post = staged.store.post

    def raced(postings: Sequence[Posting]) -> Sequence[PostOutcome]:
        staged.store.post = post  # type: ignore[method-assign]
        staged.sync_orders(transaction=staged.record("T-1").key.text)
        return post(postings)

    staged.store.post = raced  # type: ignore[method-assign]
    report = staged.sync_orders()

    assert (report.succeeded, report.skipped) == (1, 1)
    assert set(staged.states().values()) == {"succeeded"}


@pytest.mark.parametrize(
    ("severity", "state", "errors"),
    [
        (Severity.BLOCK, "failed NUMBER_OF_ITEMS", {"NUMBER_OF_ITEMS": 1}),
        (Severity.WARN, "succeeded NUMBER_OF_ITEMS", {"NUMBER_OF_ITEMS": 1}),
        (Severity.REPORT, "succeeded", {"NUMBER_OF_ITEMS": 1}),
        (Severity.OFF, "succeeded", {}),
    ],
)
def test_a_checks_severity_decides_what_its_problem_does(
    deployment: Deployment, severity: Severity, state: str, errors: dict[str, int]
) -> None:
    deployment.apply(replace(a_setup(), checks=(Check(code="NUMBER_OF_ITEMS", severity=severity),)))
    deployment.put("monday", changed(SALE, HEADER, numberOfItems="3"))
    deployment.p_job()

    report = deployment.sync_orders()

    assert deployment.states() == {"T-1": state}
    assert report.errors == errors


def test_a_closed_period_fails_until_it_is_opened(deployment: Deployment) -> None:
    deployment.put("monday", changed(SALE, HEADER, businessDate=date(2025, 12, 31).isoformat()))
    deployment.p_job()
    deployment.sync_orders()
    assert deployment.states() == {"T-1": "failed BUSINESS_DATE"}

    deployment.apply(with_company(a_setup(), open_periods=()))
    deployment.sync_orders()

    assert deployment.states() == {"T-1": "succeeded"}


def test_an_empty_transaction_has_no_lines(deployment: Deployment) -> None:
    header = changed(SALE, HEADER, numberOfItemLines="0", numberOfPaymentLines="0", numberOfItems="0")
    empty = {
        HEADER: [{**header[HEADER][0], "grossAmount": "0", "netAmount": "0", "paymentAmount": "0", "discAmount": "0"}]
    }
    deployment.put("monday", empty)
    deployment.p_job()

    deployment.sync_orders()

    assert deployment.states() == {"T-1": "failed NO_LINES"}
