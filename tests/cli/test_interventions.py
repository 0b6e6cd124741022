"""`edit`, `void`, `unvoid`, `retry`, `release`, `conflicts` on the command line."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli import shop
from tests.cli.conftest import Postering, Ran
from tests.pasting import printed

Stage = Callable[..., Ran]
HEADER, SALES = "RetailTransactionTable", "RetailTransactionSalesTrans"
LIST_KEYS = [
    *("transaction_id", "channel", "store", "terminal", "channel_reference_id", "business_date", "currency", "total"),
    *("state", "codes", "sales_id"),
]
CLOSED = "2031-01-15"
"""A day in no open period of the small shop."""


def closed(number: str) -> shop.Rows:
    return shop.sale(number, day=CLOSED)


def states(postering: Postering) -> dict[str, str]:
    return {row["transaction_id"]: row["state"] for row in postering("transactions", "--json").json["transactions"]}


@pytest.fixture
def failed(stage: Stage, postering: Postering) -> Postering:
    """T-1 and T-2 failed for their business date; T-3 is posted."""
    stage(closed("T-1"), closed("T-2"), shop.sale("T-3"))
    assert postering("sync-orders", "--json").json["errors"] == {"BUSINESS_DATE": 2}
    return postering


def test_an_edit_says_what_the_checks_find_before_and_after_it(failed: Postering) -> None:
    ran = failed("edit", "T-1", "businessDate=2026-11-20", "--reason", "booked a day late")

    assert ran.status == 0
    assert "T-1 was failed (BUSINESS_DATE), is now pending." in ran.out
    assert "The checks found BUSINESS_DATE before the edit, and find nothing after it." in " ".join(ran.out.split())
    failed("sync-orders")
    assert states(failed)["T-1"] == "succeeded"


def test_an_edit_in_json_has_the_rows_of_the_list_and_the_codes(failed: Postering) -> None:
    printed = failed("edit", "T-1", "businessDate=2026-11-20", "--json").json

    (row,) = printed["transactions"]
    assert list(row) == LIST_KEYS
    assert (row["state"], row["business_date"]) == ("pending", "2026-11-20")
    assert printed["checks"] == [{"transaction_id": "T-1", "before": ["BUSINESS_DATE"], "after": []}]


def test_show_has_both_what_was_received_and_what_was_edited(failed: Postering) -> None:
    failed("edit", "T-1", "businessDate=2026-11-20", f"{SALES}[1].comment=by hand", "--reason", "late")

    story = failed("show", "T-1", "--json").json

    assert story["entities"][HEADER][0]["businessDate"] == "2026-11-20"
    assert story["as_received"][HEADER]["businessDate"] == CLOSED
    assert [
        (edit["row"], edit["column"], edit["before"], edit["after"], edit["reason"]) for edit in story["edits"]
    ] == [
        (HEADER, "businessDate", CLOSED, "2026-11-20", "late"),
        (f"{SALES}[1]", "comment", None, "by hand", "late"),
    ]
    printed = failed("show", "T-1").out
    assert "Edits" in printed
    assert "by hand" in printed


def test_many_are_edited_by_their_code(failed: Postering) -> None:
    ran = failed("edit", "--code", "BUSINESS_DATE", "businessDate=2026-11-20")

    assert "Edit: 2 transactions changed." in ran.out
    failed("sync-orders")
    assert set(states(failed).values()) == {"succeeded"}


def test_a_dry_run_changes_nothing_and_says_so(failed: Postering) -> None:
    before = failed("transactions", "--json").out
    for command in (
        ["edit", "T-1", "businessDate=2026-11-20"],
        ["void", "T-1", "T-2"],
        ["retry", "--code", "BUSINESS_DATE"],
    ):
        ran = failed(*command, "--dry-run")
        assert ran.status == 0
        assert "--dry-run" in ran.out
    assert failed("transactions", "--json").out == before


def test_void_and_unvoid_one_many_and_by_code(failed: Postering) -> None:
    assert "T-1 was failed (BUSINESS_DATE), is now voided (BUSINESS_DATE)." in failed("void", "T-1").out
    assert len(failed("void", "T-1", "T-2", "--json").json["transactions"]) == 2
    assert states(failed) == {"T-1": "voided", "T-2": "voided", "T-3": "succeeded"}
    assert "postering unvoid" in failed("explain", "T-1").out

    assert "Unvoid: 2 transactions changed." in failed("unvoid", "--code", "BUSINESS_DATE").out

    assert states(failed) == {"T-1": "pending", "T-2": "pending", "T-3": "succeeded"}


def test_retry_by_code_takes_only_what_failed(failed: Postering) -> None:
    failed("void", "T-2")
    rows = failed("retry", "--code", "BUSINESS_DATE", "--json").json["transactions"]
    assert [row["transaction_id"] for row in rows] == ["T-1"]
    assert failed("retry", "T-1").out == "T-1 is pending: nothing changed.\n"


def test_what_is_held_after_an_edit_is_released(
    stage: Stage, postering: Postering, setup_file: Path, tmp_path: Path
) -> None:
    text = setup_file.read_text(encoding="utf-8").replace('id = "USRT"', 'id = "USRT"\nhold_after_edit = true')
    setup_file.write_text(text, encoding="utf-8")
    stage(closed("T-1"), closed("T-2"))
    postering("sync-orders")
    postering("edit", "--code", "BUSINESS_DATE", "businessDate=2026-11-20")
    assert set(states(postering).values()) == {"editing"}
    assert "held until it is released: postering release" in " ".join(postering("explain", "T-1").out.split())

    assert postering("release", "--code", "BUSINESS_DATE").status == 0

    assert postering("sync-orders", "--json").json["succeeded"] == 2


def test_of_many_each_is_done_alone_and_what_was_refused_makes_exit_status_1(failed: Postering) -> None:
    ran = failed("void", "T-3", "T-1")
    assert ran.status == 1
    assert "can't be voided: it is posted as ONL-000001" in ran.err
    assert states(failed)["T-1"] == "voided"


def test_the_count_that_is_expected_guards_what_is_done_to_many(failed: Postering) -> None:
    ran = failed("void", "--code", "BUSINESS_DATE", "--count", "3")
    assert ran.status == 1
    assert "2 transactions found, not 3" in ran.err
    assert "voided" not in states(failed).values()
    assert failed("void", "--code", "BUSINESS_DATE", "--count", "2").status == 0


@pytest.mark.parametrize(("answer", "state"), [("y\n", "voided"), ("n\n", "failed")])
def test_on_a_terminal_it_asks_before_many_are_changed(
    failed: Postering, monkeypatch: pytest.MonkeyPatch, answer: str, state: str
) -> None:
    asked: list[str] = []

    def confirm(question: str, **_: object) -> None:
        asked.append(question)
        if answer == "n\n":
            raise KeyboardInterrupt

    monkeypatch.setattr("postering.cli.selection.on_a_terminal", lambda: True)
    monkeypatch.setattr("postering.cli.selection.click.confirm", confirm)
    ran = failed("void", "--code", "BUSINESS_DATE")
    assert asked == ["Void 2 transactions, 20.00 USD?"]
    assert ran.status == (0 if state == "voided" else 130)
    assert states(failed)["T-1"] == state
    assert failed("unvoid", "--code", "BUSINESS_DATE", "--yes").status == 0
    assert len(asked) == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ["void"],
        ["void", "T-1", "--code", "CUSTOMER"],
        ["retry", "T-1", "--store", "HOUSTON-ONLINE"],
        ["edit", "T-1"],
        ["edit", "businessDate=2026-11-20"],
        ["edit", "businessDate=2026-11-20", "T-1"],
        ["release", "--code", "NO_SUCH_CODE"],
        ["conflicts", "accept"],
    ],
)
def test_a_wrong_command_line_is_exit_status_2(failed: Postering, arguments: list[str]) -> None:
    assert failed(*arguments).status == 2
    assert set(states(failed).values()) == {"failed", "succeeded"}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["void", "T-1", "T-9"], "did you mean"),
        (["edit", "T-1", "busines_date=2026-11-20"], "Did you mean 'businessDate'"),
        (["edit", "T-1", "businessDate=soon"], "expected a date that exists, as YYYY-MM-DD"),
        (["unvoid", "T-1"], "is not voided, it is failed"),
        (["release", "T-1"], "only a transaction that is held after an edit is released"),
        (["void", "--code", "CUSTOMER", "--store", "HUSTON-ONLINE"], "Did you mean 'HOUSTON-ONLINE'"),
        (["conflicts", "accept", "T-1"], "has no conflict"),
        (["conflicts", "show", "T-9"], "did you mean"),
    ],
)
def test_what_can_not_be_done_says_what_can_and_changes_nothing(
    failed: Postering, arguments: list[str], said: str
) -> None:
    before = failed("transactions", "--json").out
    ran = failed(*arguments)
    assert ran.status == 1
    assert said in ran.err
    assert ran.out == ""
    assert failed("transactions", "--json").out == before


def test_what_matches_no_transaction_is_no_error(failed: Postering) -> None:
    ran = failed("retry", "--code", "CUSTOMER")
    assert (ran.status, ran.out.strip()) == (0, "Retry: 0 transactions changed.")


# --- conflicts -------------------------------------------------------------------------------------------


@pytest.fixture
def in_conflict(stage: Stage, postering: Postering) -> Postering:
    """T-1 came twice with another comment and price before posting; T-2's other version came after."""
    stage(shop.sale("T-2"))
    postering("sync-orders")
    stage(shop.sale("T-1"), shop.sale("T-2", comment="later"))
    stage(shop.changed(shop.sale("T-1", comment="later"), SALES, {"comment": "gift"}))
    return postering


def test_the_conflicts_are_listed_with_row_version_and_session(in_conflict: Postering) -> None:
    found = in_conflict("conflicts", "--json").json["conflicts"]
    assert [(one["transaction"]["transaction_id"], one["row"], one["session"]) for one in found] == [
        ("T-1", HEADER, "Default/session-2"),
        ("T-1", f"{SALES}[1]", "Default/session-2"),
        ("T-2", HEADER, "Default/session-1"),
    ]
    assert found[0]["differences"] == [{"column": "comment", "kept": "", "other": "later"}]
    assert HEADER in in_conflict("conflicts").out


def test_both_versions_are_shown_side_by_side(in_conflict: Postering) -> None:
    shown = in_conflict("conflicts", "show", "T-1").out
    assert "T-1: failed, 2 conflicts" in shown
    assert "First" in shown
    assert "gift" in shown
    assert len(in_conflict("conflicts", "show", "T-1", "--json").json["conflicts"]) == 2


def test_the_commands_that_explain_names_decide_the_conflict(in_conflict: Postering) -> None:
    (repair, _) = (one["repair"] for one in in_conflict("explain", "T-1", "--json").json["problems"])
    accept, dismiss = (each.words for each in printed(repair))
    assert accept == ["conflicts", "accept", f"{shop.KEY}T-1"]
    assert dismiss == ["conflicts", "dismiss", f"{shop.KEY}T-1"]

    ran = in_conflict(*accept, "--reason", "corrected in the shop")

    assert ran.status == 0
    assert ran.out.endswith("T-1 is pending.\n")
    in_conflict("sync-orders")
    story = in_conflict("show", "T-1", "--json").json
    assert story["entities"][HEADER][0]["comment"] == "later"
    assert any("accepted" in each["what"] and "corrected in the shop" in each["what"] for each in story["timeline"])


def test_edits_of_the_replaced_version_are_reported_to_have_no_effect(in_conflict: Postering) -> None:
    in_conflict("edit", "T-1", "comment=mine", f"{SALES}[1].comment=own")
    assert "without effect" not in in_conflict("show", "T-1").out

    ran = in_conflict("conflicts", "accept", "T-1", HEADER)

    assert f"Edits of the first version are not in this one: {HEADER}.comment." in " ".join(ran.out.split())
    story = in_conflict("show", "T-1", "--json").json
    assert [(edit["row"], edit["applies"]) for edit in story["edits"]] == [(HEADER, False), (f"{SALES}[1]", True)]
    printed = " ".join(in_conflict("show", "T-1").out.split())
    assert f"and have no effect now: {HEADER}.comment." in printed
    assert "is not in this one" not in in_conflict("conflicts", "dismiss", "T-1").out


def test_one_row_is_accepted_and_the_other_dismissed(in_conflict: Postering) -> None:
    assert in_conflict("conflicts", "accept", "T-1", HEADER.lower()).status == 0
    assert states(in_conflict)["T-1"] == "failed"
    assert in_conflict("conflicts", "dismiss", "T-1", f"{SALES}[1]").status == 0
    assert states(in_conflict)["T-1"] == "pending"


def test_over_an_order_nothing_is_accepted(in_conflict: Postering) -> None:
    ran = in_conflict("conflicts", "accept", "T-2")
    assert ran.status == 1
    assert "cancellation (type 37)" in ran.err
    assert in_conflict("conflicts", "dismiss", "T-2", "--json").json["transactions"][0]["state"] == "succeeded"
    assert [one["row"] for one in in_conflict("conflicts", "--json").json["conflicts"]] == [HEADER, f"{SALES}[1]"]


def test_of_several_versions_the_right_one_is_named(in_conflict: Postering, stage: Stage) -> None:
    stage(shop.sale("T-1", comment="third"))
    versions = [
        one["version"]
        for one in in_conflict("conflicts", "show", "T-1", "--json").json["conflicts"]
        if one["row"] == HEADER
    ]
    ran = in_conflict("conflicts", "accept", "T-1", HEADER)
    assert ran.status == 1
    assert all(version in ran.err for version in versions)
    assert in_conflict("conflicts", "accept", "T-1", HEADER, "--version", "zz").status == 1
    assert in_conflict("conflicts", "accept", "T-1", HEADER, "--version", versions[1]).status == 0
    assert in_conflict("show", "T-1", "--json").json["entities"][HEADER][0]["comment"] == "third"


def test_a_row_that_is_in_no_conflict_is_told_with_those_that_are(in_conflict: Postering) -> None:
    ran = in_conflict("conflicts", "dismiss", "T-1", f"{SALES}[2]")
    assert ran.status == 1
    assert f"Did you mean '{SALES}[1]'" in ran.err


def test_without_conflicts_the_list_says_so(failed: Postering) -> None:
    assert failed("conflicts").out == "There are no conflicts.\n"
    assert failed("conflicts", "--json").json == {"conflicts": []}
