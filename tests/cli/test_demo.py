"""The demo, end to end on the real sample, and what can be looked at afterwards."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Postering


def test_the_demo_posts_the_real_day_to_the_penny(demo_made: tuple[Path, Any]) -> None:
    _, report = demo_made
    first, second, third = report["sync_orders"]

    assert (first["selected"], first["succeeded"], first["failed"]) == (88, 80, 8)
    assert first["errors"] == {"PAYMENT_METHOD": 8}
    assert (second["selected"], second["succeeded"]) == (8, 8)
    assert third["selected"] == 0
    assert [one["transactions_staged"] for one in report["p_jobs"]] == [96, 0]
    assert report["p_jobs"][1]["sessions"] == []
    assert report["states"] == {"succeeded": 88, "not_an_order": 8}
    assert report["reconciliation"]["balanced"] is True
    assert report["reconciliation"]["unexplained"] == []


def test_the_demo_explains_one_that_failed(demo_made: tuple[Path, Any]) -> None:
    explained = demo_made[1]["explained"]

    assert explained["transaction"]["state"] == "failed"
    assert [problem["code"] for problem in explained["problems"]] == ["PAYMENT_METHOD"]
    assert 'tender_type = "8"' in explained["problems"][0]["repair"]


@pytest.mark.usefixtures("demo")
def test_orders_and_returns_add_up_to_the_shop_s_day(postering: Postering) -> None:
    posted = postering("transactions", "--state", "succeeded", "--json").json["transactions"]
    stories = [postering("show", one["sales_id"], "--json").json["documents"][0] for one in posted]
    pennies: dict[str, list[int]] = {}
    for document in stories:
        pennies.setdefault(document["kind"], []).append(int(document["total"].replace(".", "")))

    assert {kind: (len(found), sum(found)) for kind, found in pennies.items()} == {
        "sales_order": (61, 3126733),
        "return_order": (27, -240580),
    }
    assert len(postering("transactions", "--state", "not_an_order", "--json").json["transactions"]) == 8


@pytest.mark.usefixtures("demo")
def test_running_both_jobs_again_changes_nothing(postering: Postering, home: Path) -> None:
    before = postering("transactions", "--json").out
    again = postering("p-job", "--from", "2010-12-20", "--json")
    synced = postering("sync-orders", "--json")

    assert again.status == synced.status == 0
    assert again.json["sessions"] == []
    assert synced.json["selected"] == 0
    assert postering("transactions", "--json").out == before


@pytest.mark.usefixtures("demo")
def test_the_demo_replaces_what_a_demo_made(postering: Postering, home: Path) -> None:
    (home / "notes.txt").write_text("mine", encoding="utf-8")

    ran = postering("demo")

    assert ran.status == 0, ran.err
    for part in ("Orders by store", "Payments by method", "Problems by code", "Upload sessions", "What to try next"):
        assert part in ran.out
    assert "31,267.33" in ran.out
    assert "−2,405.80" in ran.out
    assert "nothing is unexplained" in ran.out
    assert ran.out.count("nothing changed") == 2
    assert (home / "notes.txt").read_text(encoding="utf-8") == "mine"
    assert [line for line in ran.out.splitlines() if len(line) > 80 and str(home) not in line] == []


def test_the_demo_refuses_a_deployment_that_it_did_not_make(postering: Postering, home: Path, setup_file: Path) -> None:
    postering("setup", "apply", setup_file)
    before = {path: path.read_bytes() for path in home.rglob("*") if path.is_file()}

    ran = postering("demo", "--json")

    assert ran.status == 1
    assert ran.out == ""
    assert "was not made by a demo" in ran.err
    assert {path: path.read_bytes() for path in home.rglob("*") if path.is_file()} == before


def test_the_demo_refuses_a_folder_with_something_in_it(postering: Postering, home: Path) -> None:
    home.mkdir()
    (home / "thesis.txt").write_text("mine", encoding="utf-8")

    assert postering("demo").status == 1
    assert [path.name for path in home.iterdir()] == ["thesis.txt"]


@pytest.mark.usefixtures("demo")
def test_reconcile_explains_every_difference(postering: Postering) -> None:
    ran = postering("reconcile")
    as_json = postering("reconcile", "--from", "2010-12-20", "--to", "2010-12-20", "--store", "OR-UK", "--json")

    assert ran.status == as_json.status == 0
    assert "Explained: 13 differences" in ran.out
    assert as_json.json["verdict"] == "explained"
    assert [row["store"] for row in as_json.json["rows"]] == ["OR-UK"]
    assert "groups" not in as_json.json


@pytest.mark.usefixtures("demo")
@pytest.mark.parametrize(
    ("by", "groups"),
    [
        ("day", ["2010-12-20"]),
        ("month", ["2010-12"]),
        ("store", ["OR-DOTCOM", "OR-EU", "OR-EXPORT", "OR-UK"]),
        ("currency", ["GBP"]),
    ],
)
def test_reconcile_adds_up_by_what_was_asked_for(postering: Postering, by: str, groups: list[str]) -> None:
    ran = postering("reconcile", "--by", by)
    report = postering("reconcile", "--by", by, "--json").json

    assert ran.status == 0
    assert all(group in ran.out for group in groups)
    assert (report["by"], [group["group"] for group in report["groups"]]) == (by, groups)
    sums = [sum(Decimal(row["staged"]["gross"]) for row in report[name]) for name in ("groups", "rows")]
    assert sums == [Decimal("28861.53")] * 2
    sides = [(line["side"], line["amount"]) for line in report["bridge"][0]["lines"] if "side" in line]
    assert sides == [(side, "28861.53") for side in ("channel", "packages", "staged", "orders", "payments")] + [
        ("journal", "25448.98")
    ]


@pytest.mark.usefixtures("demo")
def test_reconcile_ends_with_1_where_a_penny_is_lost(postering: Postering, home: Path) -> None:
    import sqlite3

    connection = sqlite3.connect(home / "channel.db")
    connection.execute(
        "UPDATE RetailTransactionTable SET grossAmount = grossAmount + 0.01, paymentAmount = paymentAmount - 0.01 "
        "WHERE transactionId = '539487'"
    )
    connection.commit()
    connection.close()

    ran = postering("reconcile", "--json")

    assert ran.status == 1
    assert ran.json["balanced"] is False
    assert {one["transaction_id"] for one in ran.json["unexplained"]} == {"539487"}
    assert "539487" in postering("reconcile").out
