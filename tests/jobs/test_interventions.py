"""An operator's hand: edit, void, unvoid, retry, release, accept, dismiss; guarded by version, kept on the timeline."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from postering.domain.errors import JobRefused
from postering.domain.problems import codes_of
from postering.domain.retail_transactions.entities import HEADER, SALES
from postering.domain.setup.setup import Setup
from postering.domain.staging.edit_parsing import parse_change
from postering.domain.staging.records import TransactionRecord
from postering.jobs.interventions import Edited, Intervention, OperatorActions
from tests.domain.transactions_examples import a_sale, a_setup, with_company
from tests.jobs.conftest import Deployment, Rows, changed, only, rows_of, without

WRONG_TOTAL = changed(rows_of(a_sale(), "T-1"), HEADER, grossAmount="-70.41")
RIGHT = f"{HEADER}.grossAmount=-70.40"
HELD = with_company(a_setup(), hold_after_edit=True)


def operator_actions(
    deployment: Deployment, by: str = "anna", reason: str = "", *, dry_run: bool = False
) -> OperatorActions:
    return OperatorActions(store=deployment.store, run=deployment.run(by), reason=reason, dry_run=dry_run)


def staged(deployment: Deployment, *rows: Rows, setup: Setup | None = None, sync: bool = True) -> None:
    if setup is not None:
        deployment.apply(setup)
    deployment.put(f"package-{next(deployment.ids)}", *rows)
    deployment.p_job()
    if sync:
        deployment.sync_orders()


def edit(deployment: Deployment, *texts: str, by: str = "anna", reason: str = "", dry_run: bool = False) -> Edited:
    operator = operator_actions(deployment, by, reason, dry_run=dry_run)
    return operator.edit(deployment.record("T-1"), [parse_change(text) for text in texts])


def state(deployment: Deployment) -> str:
    return deployment.states()["T-1"]


def total_of_order(deployment: Deployment) -> str:
    order = deployment.store.order_of(deployment.record("T-1").key)
    assert order is not None
    return order.document.header_total.text


# --- edit ----------------------------------------------------------------------------------------------


def test_an_edit_mends_a_failed_transaction_and_the_next_run_posts_it(deployment: Deployment) -> None:
    staged(deployment, WRONG_TOTAL)
    assert state(deployment) == "failed GROSS_AMOUNT NET_PLUS_TAX UNDER_OVER_PAYMENT"

    done = edit(deployment, RIGHT, reason="typed wrong in the shop")

    assert codes_of(done.problems_before) == ("GROSS_AMOUNT", "NET_PLUS_TAX", "UNDER_OVER_PAYMENT")
    assert done.problems_after == ()
    assert state(deployment) == "pending"
    assert deployment.sync_orders().succeeded == 1
    assert total_of_order(deployment) == "70.40"


def test_the_timeline_says_who_edited_what_from_what_to_what_and_why(deployment: Deployment) -> None:
    staged(deployment, WRONG_TOTAL)
    edit(deployment, RIGHT, by="anna", reason="typed wrong in the shop")
    entry = deployment.record("T-1").timeline[-1]
    assert (entry.by, entry.before, entry.after) == ("anna", "failed", "pending")
    assert entry.what == f"edited {HEADER}.grossAmount -70.41 → -70.4: typed wrong in the shop"
    (kept,) = deployment.record("T-1").edits
    assert (kept.column, kept.before, kept.after, kept.by) == ("grossAmount", "-70.41", "-70.4", "anna")


def test_an_edit_that_mends_nothing_is_kept_and_the_checks_say_so(deployment: Deployment) -> None:
    staged(deployment, WRONG_TOTAL)
    done = edit(deployment, f"{HEADER}.grossAmount=-70.42")
    assert "GROSS_AMOUNT" in codes_of(done.problems_after)
    deployment.sync_orders()
    assert state(deployment).startswith("failed GROSS_AMOUNT")


def test_where_the_company_says_so_an_edited_transaction_is_held_until_it_is_released(deployment: Deployment) -> None:
    staged(deployment, WRONG_TOTAL, setup=HELD)
    edit(deployment, RIGHT)
    assert state(deployment).startswith("editing")
    assert deployment.sync_orders().selected == 0
    edit(deployment, "comment=seen")
    assert state(deployment).startswith("editing")

    operator_actions(deployment).release(deployment.record("T-1"))

    assert state(deployment) == "pending"
    assert deployment.sync_orders().succeeded == 1


def test_rows_that_come_while_it_is_held_leave_it_held(deployment: Deployment) -> None:
    rows = rows_of(a_sale(), "T-1")
    staged(deployment, changed(without(rows, "RetailTransactionTaxTrans"), HEADER, grossAmount="-70.41"), setup=HELD)
    edit(deployment, RIGHT)
    staged(deployment, only(rows, "RetailTransactionTaxTrans"))
    assert state(deployment).startswith("editing")
    operator_actions(deployment).release(deployment.record("T-1"))
    deployment.sync_orders()
    assert state(deployment) == "succeeded"


def test_what_is_received_again_is_compared_with_what_was_received_not_with_the_edit(deployment: Deployment) -> None:
    staged(deployment, WRONG_TOTAL)
    edit(deployment, RIGHT)
    deployment.put("again", WRONG_TOTAL)
    report = deployment.p_job().as_json()
    assert (report["duplicates"], report["conflicts"]) == (1, 0)
    assert state(deployment) == "pending"

    deployment.put("as edited", rows_of(a_sale(), "T-1"))
    assert deployment.p_job().as_json()["conflicts"] == 1
    assert state(deployment) == "failed CONTENT_CONFLICT"


def test_a_refused_edit_changes_nothing(deployment: Deployment) -> None:
    staged(deployment, WRONG_TOTAL)
    before = deployment.record("T-1")
    with pytest.raises(JobRefused, match="expected a plain decimal"):
        edit(deployment, "comment=fine", "grossAmount=much")
    assert deployment.record("T-1") == before


def test_an_edit_of_nothing_new_writes_nothing(deployment: Deployment) -> None:
    staged(deployment, WRONG_TOTAL)
    before = deployment.record("T-1")
    assert not edit(deployment, "grossAmount=-70.41").changed
    assert deployment.record("T-1") == before


def test_a_dry_run_says_what_the_checks_would_find_and_writes_nothing(deployment: Deployment) -> None:
    staged(deployment, WRONG_TOTAL)
    before = deployment.record("T-1")
    done = edit(deployment, RIGHT, dry_run=True)
    assert done.problems_after == ()
    assert done.changed
    assert deployment.record("T-1") == before


def test_a_rejected_row_can_be_mended_by_an_edit(deployment: Deployment) -> None:
    staged(deployment, changed(rows_of(a_sale(), "T-1"), SALES, qty="two"))
    assert state(deployment) == "failed ROW_INVALID"
    edit(deployment, f"{SALES}[1].qty=-2")
    assert deployment.record("T-1").rejected == 0
    deployment.sync_orders()
    assert state(deployment) == "succeeded"


# --- posted transactions ---------------------------------------------------------------------------------


DEEDS: Sequence[Callable[[OperatorActions, TransactionRecord], Intervention]] = (
    lambda operator_actions, record: operator_actions.edit(record, [parse_change("comment=x")]),
    lambda operator_actions, record: operator_actions.void(record),
    lambda operator_actions, record: operator_actions.unvoid(record),
    lambda operator_actions, record: operator_actions.retry(record),
    lambda operator_actions, record: operator_actions.release(record),
)


@pytest.mark.parametrize("deed", DEEDS)
def test_what_is_posted_is_never_changed_and_the_refusal_says_what_to_do_instead(
    deployment: Deployment, deed: Callable[[OperatorActions, TransactionRecord], Intervention]
) -> None:
    staged(deployment, rows_of(a_sale(), "T-1"))
    before = deployment.record("T-1")
    with pytest.raises(JobRefused, match=r"posted as ONL-000001.*cancellation \(type 37\) or a return"):
        deed(operator_actions(deployment), before)
    assert deployment.record("T-1") == before


# --- two at once -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("deed", [*DEEDS[:2], DEEDS[3]])
def test_of_two_operators_the_second_is_told_who_was_first_and_what_they_did(
    deployment: Deployment, deed: Callable[[OperatorActions, TransactionRecord], Intervention]
) -> None:
    staged(deployment, WRONG_TOTAL)
    as_seen = deployment.record("T-1")
    edit(deployment, "comment=first", by="anna")

    with pytest.raises(JobRefused, match=f"changed meanwhile by anna, .*: edited {HEADER}.comment nothing → first"):
        deed(operator_actions(deployment, "ben"), as_seen)

    assert [each.by for each in deployment.record("T-1").timeline].count("ben") == 0


def test_a_change_that_comes_between_reading_and_writing_is_seen_too(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    staged(deployment, WRONG_TOTAL)
    update_records = deployment.store.update_records

    def raced(records: Sequence[TransactionRecord]) -> Sequence[bool]:
        monkeypatch.setattr(deployment.store, "update_records", update_records)
        operator_actions(deployment, "anna").void(deployment.record("T-1"))
        return update_records(records)

    monkeypatch.setattr(deployment.store, "update_records", raced)
    with pytest.raises(JobRefused, match=r"changed meanwhile by anna, .*: voided"):
        edit(deployment, RIGHT, by="ben")
    assert deployment.record("T-1").edits == ()


def test_an_edit_during_a_run_is_not_lost_and_the_run_skips_what_changed(deployment: Deployment) -> None:
    staged(deployment, rows_of(a_sale(), "T-1"), sync=False)
    post = deployment.store.post

    def raced(postings):  # type: ignore[no-untyped-def]
        deployment.store.post = post  # type: ignore[method-assign]
        edit(deployment, "comment=changed in the middle")
        return post(postings)

    deployment.store.post = raced  # type: ignore[method-assign]
    assert deployment.sync_orders().skipped == 1
    deployment.sync_orders()
    order = deployment.store.order_of(deployment.record("T-1").key)
    assert order is not None
    assert order.document.comment == "changed in the middle"


# --- void and unvoid -------------------------------------------------------------------------------------


def test_a_voided_transaction_is_not_posted_until_it_is_unvoided(deployment: Deployment) -> None:
    staged(deployment, rows_of(a_sale(), "T-1"), sync=False)
    operator_actions(deployment, reason="a test order").void(deployment.record("T-1"))
    assert state(deployment) == "voided"
    assert deployment.record("T-1").timeline[-1].what == "voided: a test order"
    assert deployment.sync_orders().selected == 0

    operator_actions(deployment).unvoid(deployment.record("T-1"))

    assert deployment.sync_orders().succeeded == 1


def test_a_void_of_what_failed_keeps_its_codes_and_unvoid_judges_it_anew(deployment: Deployment) -> None:
    staged(deployment, WRONG_TOTAL)
    operator_actions(deployment).void(deployment.record("T-1"))
    assert state(deployment) == "voided GROSS_AMOUNT NET_PLUS_TAX UNDER_OVER_PAYMENT"
    operator_actions(deployment).unvoid(deployment.record("T-1"))
    assert state(deployment) == "pending"


def test_rows_that_come_for_a_voided_transaction_leave_it_voided(deployment: Deployment) -> None:
    rows = rows_of(a_sale(), "T-1")
    staged(deployment, without(rows, SALES))
    operator_actions(deployment).void(deployment.record("T-1"))
    staged(deployment, only(rows, SALES))
    assert state(deployment).startswith("voided")
    operator_actions(deployment).unvoid(deployment.record("T-1"))
    deployment.sync_orders()
    assert state(deployment) == "succeeded"


def test_what_was_held_after_an_edit_is_held_again_when_its_void_is_taken_back(deployment: Deployment) -> None:
    rows = rows_of(a_sale(), "T-1")
    late = "RetailTransactionTaxTrans"
    staged(deployment, changed(without(rows, late), HEADER, grossAmount="-70.41"), setup=HELD)
    edit(deployment, RIGHT)
    operator_actions(deployment).void(deployment.record("T-1"))
    staged(deployment, only(rows, late))

    operator_actions(deployment).unvoid(deployment.record("T-1"))

    assert state(deployment).startswith("editing")
    assert deployment.sync_orders().selected == 0
    operator_actions(deployment).release(deployment.record("T-1"))
    deployment.sync_orders()
    assert state(deployment) == "succeeded"


def test_voiding_twice_does_nothing_the_second_time(deployment: Deployment) -> None:
    staged(deployment, WRONG_TOTAL)
    operator_actions(deployment).void(deployment.record("T-1"))
    before = deployment.record("T-1")
    assert not operator_actions(deployment).void(before).changed
    assert deployment.record("T-1") == before


def test_what_the_channel_voided_is_not_unvoided(deployment: Deployment) -> None:
    staged(deployment, changed(rows_of(a_sale(), "T-1"), HEADER, entryStatus="1"))
    with pytest.raises(JobRefused, match=r"voided in the channel .* edit entryStatus"):
        operator_actions(deployment).unvoid(deployment.record("T-1"))
    edit(deployment, "entryStatus=0")
    deployment.sync_orders()
    assert state(deployment) == "succeeded"


def test_a_voided_transaction_is_unvoided_before_it_is_edited(deployment: Deployment) -> None:
    staged(deployment, WRONG_TOTAL)
    operator_actions(deployment).void(deployment.record("T-1"))
    with pytest.raises(JobRefused, match="take that back first, with postering unvoid"):
        edit(deployment, RIGHT)


# --- retry and release -----------------------------------------------------------------------------------


def test_a_retried_transaction_is_pending_and_judged_anew(deployment: Deployment) -> None:
    staged(deployment, WRONG_TOTAL)
    operator_actions(deployment).retry(deployment.record("T-1"))
    assert state(deployment) == "pending"
    assert deployment.sync_orders().failed == 1


@pytest.mark.parametrize("deed", ["retry", "release"])
def test_retry_and_release_of_a_pending_one_do_nothing(deployment: Deployment, deed: str) -> None:
    staged(deployment, rows_of(a_sale(), "T-1"), sync=False)
    before = deployment.record("T-1")
    assert not getattr(operator_actions(deployment), deed)(before).changed
    assert deployment.record("T-1") == before


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (changed(rows_of(a_sale(), "T-1"), HEADER, grossAmount="abc"), "one of its rows is rejected"),
        (without(rows_of(a_sale(), "T-1"), SALES), "becomes ready by itself"),
        (changed(rows_of(a_sale(), "T-1"), HEADER, type="2"), "is not an order"),
    ],
)
def test_what_a_retry_can_not_help_is_refused_with_what_can(deployment: Deployment, rows: Rows, words: str) -> None:
    staged(deployment, rows)
    with pytest.raises(JobRefused, match=words):
        operator_actions(deployment).retry(deployment.record("T-1"))


def test_only_what_is_held_is_released(deployment: Deployment) -> None:
    staged(deployment, WRONG_TOTAL)
    with pytest.raises(JobRefused, match="only a transaction that is held after an edit is released"):
        operator_actions(deployment).release(deployment.record("T-1"))


# --- conflicts -------------------------------------------------------------------------------------------

OTHER = changed(rows_of(a_sale(), "T-1"), HEADER, comment="the second version")


def decide(deployment: Deployment, *, accept: bool) -> None:
    record = deployment.record("T-1")
    assembly = record.assembled(deployment.store.staged([record.key])[record.key].pieces)
    operator_actions(deployment).decide(record, assembly.conflicts, accept=accept)


@pytest.mark.parametrize(("accept", "comment"), [(True, "the second version"), (False, "")])
def test_a_conflict_is_decided_and_the_version_that_was_chosen_is_posted(
    deployment: Deployment, accept: bool, comment: str
) -> None:
    staged(deployment, rows_of(a_sale(), "T-1"), OTHER)
    assert state(deployment) == "failed CONTENT_CONFLICT"

    decide(deployment, accept=accept)

    assert state(deployment) == "pending"
    assert deployment.record("T-1").conflicts == 0
    deployment.sync_orders()
    order = deployment.store.order_of(deployment.record("T-1").key)
    assert order is not None
    assert order.document.comment == comment


def test_a_version_that_can_not_be_read_is_not_accepted_and_the_first_one_stays_until_it_is_dismissed(
    deployment: Deployment,
) -> None:
    unreadable = changed(rows_of(a_sale(), "T-1"), HEADER, transDate="garbage")
    staged(deployment, rows_of(a_sale(), "T-1"), unreadable, sync=False)
    record = deployment.record("T-1")
    (problem,) = record.problems
    assert problem.code == "CONTENT_CONFLICT"
    assert "conflicts accept" not in problem.repair
    assembly = record.assembled(deployment.store.staged([record.key])[record.key].pieces)

    with pytest.raises(JobRefused, match=r"can't be read: .*'garbage'.*dismiss it and edit"):
        operator_actions(deployment).decide(record, assembly.conflicts, accept=True)
    assert deployment.record("T-1") == record

    operator_actions(deployment).decide(record, assembly.conflicts, accept=False)
    assert state(deployment) == "pending"


def test_a_version_that_was_set_aside_makes_no_conflict_when_it_comes_again(deployment: Deployment) -> None:
    staged(deployment, rows_of(a_sale(), "T-1"), OTHER)
    decide(deployment, accept=True)
    deployment.put("again", rows_of(a_sale(), "T-1"), OTHER)
    assert deployment.p_job().as_json()["duplicates"] == 1
    assert state(deployment) == "pending"


def test_over_an_order_nothing_is_accepted_but_a_conflict_can_be_dismissed(deployment: Deployment) -> None:
    staged(deployment, rows_of(a_sale(), "T-1"))
    staged(deployment, OTHER)
    assert (state(deployment), deployment.record("T-1").conflicts) == ("succeeded", 1)

    with pytest.raises(JobRefused, match=r"can't be accepted, it is posted as ONL-000001.*cancellation"):
        decide(deployment, accept=True)
    decide(deployment, accept=False)

    assert (state(deployment), deployment.record("T-1").conflicts) == ("succeeded", 0)
    assert total_of_order(deployment) == "70.40"


def test_a_held_transaction_stays_held_when_its_conflict_is_decided(deployment: Deployment) -> None:
    staged(deployment, WRONG_TOTAL, setup=HELD)
    edit(deployment, RIGHT)
    staged(deployment, changed(WRONG_TOTAL, HEADER, comment="other"))
    decide(deployment, accept=False)
    assert state(deployment).startswith("editing")
    operator_actions(deployment).release(deployment.record("T-1"))
    deployment.sync_orders()
    assert state(deployment) == "succeeded"


def test_an_open_conflict_holds_back_what_is_retried_or_released(deployment: Deployment) -> None:
    staged(deployment, rows_of(a_sale(), "T-1"), OTHER)
    with pytest.raises(JobRefused, match="as long as a conflict is open"):
        operator_actions(deployment).retry(deployment.record("T-1"))


# --- the books -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "edits",
    [
        ["comment=no amount"],
        ["businessDate=2026-03-16"],
        [
            "grossAmount=-81.40",
            "netAmount=-74",
            "paymentAmount=81.40",
            f"{SALES}[1].price=35",
            f"{SALES}[1].netAmount=-64",
            f"{SALES}[1].taxAmount=-6.40",
            f"{SALES}[1].netAmountInclTax=-70.40",
            "RetailTransactionTaxTrans[1,VAT].Amount=6.40",
            "RetailTransactionPaymentTrans[1].amountTendered=81.40",
        ],
    ],
)
def test_the_books_balance_after_an_edit_and_the_edit_is_explained(deployment: Deployment, edits: list[str]) -> None:
    staged(deployment, rows_of(a_sale(), "T-1"), rows_of(a_sale(), "T-2"), sync=False)
    edit(deployment, *edits)
    deployment.sync_orders()
    assert set(deployment.states().values()) == {"succeeded"}

    reconciled = deployment.reconcile()

    assert reconciled.balanced, reconciled.unexplained
    explained = [one for one in reconciled.explained if one.transaction is not None]
    assert len(explained) == (2 if edits == ["businessDate=2026-03-16"] else 1)
    for one in explained:
        assert one.transaction is not None
        assert one.transaction.transaction_id == "T-1"
        assert one.why.startswith("edited by an operator before it was posted: ")


@pytest.mark.parametrize("day", [date(2026, 3, 14), date(2026, 3, 16)])
def test_what_an_edit_moved_to_another_day_is_said_on_both_days(deployment: Deployment, day: date) -> None:
    staged(deployment, rows_of(a_sale(), "T-1"), rows_of(a_sale(), "T-2"), sync=False)
    edit(deployment, "businessDate=2026-03-16")
    deployment.sync_orders()

    reconciled = deployment.reconcile(from_date=day, to_date=day)

    assert reconciled.balanced, reconciled.unexplained
    moved = [one for one in reconciled.explained if one.transaction is not None]
    assert [one.amount for one in moved] == [Decimal("70.40"), Decimal("-70.40")]
    assert all(text in one.why for one in moved for text in ("2026-03-14", "2026-03-16"))
    assert [row.business_date for row in reconciled.rows] == [day]


def test_an_edit_in_the_store_that_no_operator_made_is_found(deployment: Deployment) -> None:
    """An order that is not what rows and edits make of it is red, whatever the edits explain."""
    staged(deployment, rows_of(a_sale(), "T-1"), sync=False)
    edit(deployment, "comment=x")
    deployment.sync_orders()
    record = deployment.record("T-1")
    forged = replace(record.edits[0], column="grossAmount", before="-70.4", after="-70.39")
    deployment.store.update_records([replace(record, version=record.version + 1, edits=(*record.edits, forged))])

    reconciled = deployment.reconcile()

    assert not reconciled.balanced
