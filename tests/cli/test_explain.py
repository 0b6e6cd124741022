"""`explain` of what is no transaction: upload sessions, and what is not here."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli import shop
from tests.cli.conftest import Postering, Ran
from tests.pasting import printed

Stage = Callable[..., Ran]
SALES = "RetailTransactionSalesTrans"


def test_an_applied_session_says_what_it_brought(stage: Stage, postering: Postering) -> None:
    stage(shop.sale("T-1"), shop.sale("T-2"))

    said = " ".join(postering("explain", "session-0").out.split())

    assert "Session Default/session-0: Applied" in said
    assert "of 2 transactions 2 brought something new, 0 nothing; conflicts 0, rejected 0." in said
    explained = postering("explain", "Default/session-0", "--json").json
    assert list(explained) == ["session", "message", "repair", "unkeyed_rows"]
    assert explained["repair"] == ""


def test_a_session_with_rejected_rows_names_the_list_of_them(stage: Stage, postering: Postering) -> None:
    stage(shop.changed(shop.sale("T-1"), SALES, {"qty": "two"}))

    (listing,) = printed(postering("explain", "session-0", "--json").json["repair"])

    assert [row["transaction_id"] for row in postering(*listing.words, "--json").json["transactions"]] == ["T-1"]


def test_rows_that_name_no_transaction_are_told_with_their_place(stage: Stage, postering: Postering) -> None:
    stage(shop.changed(shop.sale("T-1"), SALES, {"transactionId": ""}), shop.sale("T-2"))

    (row,) = postering("explain", "session-0", "--json").json["unkeyed_rows"]
    assert row["entity"] == SALES
    assert "row 1" in row["where"]
    assert "rows that name no transaction: 1." in " ".join(postering("explain", "session-0").out.split())
    absent = postering("explain", "T-9", "--json").json["not_staged"]
    assert absent["unkeyed_rows"] == 1


def test_a_refused_package_says_why_and_can_be_canceled(
    stage: Stage, postering: Postering, home: Path, tmp_path: Path
) -> None:
    stage(shop.sale("T-1"))
    (home / "uploads" / "Default" / "torn.zip").write_bytes(b"PK\x03\x04torn")
    postering("p-job")

    explained = postering("explain", "torn", "--json").json
    rerun, cancel = printed(explained["repair"])

    assert "could not be applied" in explained["message"]
    assert rerun.words == ["sessions", "rerun", "Default/torn"]
    assert postering(*cancel.words).status == 0
    assert "was canceled" in postering("explain", "torn", "--json").json["message"]


def test_what_is_not_here_is_told_with_near_names_groups_and_what_to_run(stage: Stage, postering: Postering) -> None:
    stage(shop.sale("T-1000"))

    ran = postering("explain", "T-1001")

    assert ran.status == 1
    assert "did you mean T-1000?" in ran.err
    assert "T-1001: not staged" in ran.out
    assert "    postering p-job\n" in ran.out
    described = postering("explain", "T-1001", "--json").json
    assert (described["transaction"], described["problems"]) == (None, [])
    assert described["not_staged"]["near"] == ["T-1000"]


def test_without_a_setup_it_says_so(postering: Postering) -> None:
    ran = postering("explain", "T-1", "--json")

    assert ran.status == 1
    assert printed(ran.json["not_staged"]["repair"])[0].is_setup


@pytest.mark.parametrize("stack", ["", "shop"])
def test_an_empty_id_is_a_wrong_command_line(postering: Postering, stack: str) -> None:
    assert postering("explain", stack and " ").status == 2


def test_long_commands_are_printed_on_one_line(stage: Stage, postering: Postering) -> None:
    stage(shop.changed(shop.sale("T-1" * 12), SALES, {"netAmountInclTax": "-11.00", "taxAmount": "-0.5"}))
    postering("sync-orders")

    lines = [
        line for line in postering("explain", "T-1" * 12).out.splitlines() if line.startswith("      postering edit")
    ]

    assert lines
    assert all("--reason" in line for line in lines)
