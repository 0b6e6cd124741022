"""`postering export`: what the receipt says is what `reconcile` says, and wrong use is told."""

import csv
import hashlib
import itertools
import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from beancount import loader

from postering.cli import main
from postering.domain.money import total
from tests.cli import shop
from tests.cli.conftest import Postering, Ran
from tests.orders.order_book import GROUP, SETUP, OrderBook, kinds, runs_of

Stage = Callable[..., Ran]


def csv_rows(folder: str, kind: str) -> list[dict[str, str]]:
    (path,) = Path(folder).glob(f"{kind}-*.csv")
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def summed(rows: Sequence[Mapping[str, Any]], *path: str) -> Decimal:
    """The sum of a figure over rows; 0 where a row has none."""
    found = []
    for row in rows:
        value: Any = row
        for name in path:
            value = value.get(name, {})
        found.append(Decimal(value or 0))
    return total(found)


RECONCILED: dict[tuple[str, ...], tuple[str, ...]] = {
    **{("orders", name): ("orders", name) for name in ("transactions", "gross", "payments", "variance", "open")},
    **{("orders", "cancelled", name): ("orders", "cancelled", name) for name in ("gross", "payments")},
    **{("quotations", name): ("orders", "not_orders", "quotation", name) for name in ("transactions", "gross")},
    **{("journal", name): ("journal", name) for name in ("transactions", "payments", "on_account")},
    ("journal", "cancelled", "payments"): ("journal", "cancelled", "payments"),
}


def assert_ties(totals: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> None:
    """Each figure of the receipt is the sum of the rows of `reconcile`, by currency."""
    posted = [row for row in rows if row["orders"]["transactions"] or "quotation" in row["orders"]["not_orders"]]
    assert set(totals) == {row["currency"] for row in posted}
    for currency, sums in totals.items():
        there = [row for row in rows if row["currency"] == currency]
        for ours, theirs in RECONCILED.items():
            assert summed([sums], *ours) == summed(there, *theirs), (currency, ours)


def assert_files_tie(report: Mapping[str, Any]) -> None:
    """The files have the bytes, rows and sums that the receipt says, and the sums that docs/export.md promises."""
    folder = report["folder"]
    for file in report["files"]:
        content = (Path(folder) / file["name"]).read_bytes()
        assert (hashlib.sha256(content).hexdigest(), len(content)) == (file["sha256"], file["bytes"])
        rows = csv_rows(folder, file["kind"])
        assert len(rows) == file["rows"]
        for column, by_currency in file["sums"].items():
            for currency, described in by_currency.items():
                assert summed([row for row in rows if row["currency"] == currency], column) == Decimal(described)
    orders, lines, payments, journal = (csv_rows(folder, k) for k in ("orders", "lines", "payments", "journal"))
    for order in orders:
        of_lines = [row for row in lines if row["document"] == order["document"]]
        assert total(
            (summed(of_lines, "total"), summed([order], "charges"), summed([order], "charges_tax"))
        ) == Decimal(order["total"])
        settled = total(summed([order], name) for name in ("paid", "variance", "open"))
        assert settled == (0 if order["kind"] == "quotation" else Decimal(order["total"]))
    for currency, sums in report["control_totals"].items():
        of_currency = [row for row in orders if row["currency"] == currency]
        sales = [row for row in of_currency if row["kind"] != "quotation"]
        paid = summed([sums], "orders", "payments") + summed([sums], "orders", "cancelled", "payments")
        gross = summed([sums], "orders", "gross") + summed([sums], "orders", "cancelled", "gross")
        assert summed(sales, "total") == gross
        assert summed(of_currency, "paid") == paid
        assert summed([row for row in payments if row["currency"] == currency], "paid") == paid
        for side in ("debit", "credit"):
            assert summed([row for row in journal if row["currency"] == currency], side) == summed(
                [sums], "journal", side
            )


def test_the_demo_s_export_ties_to_its_reconciliation(postering: Postering, demo: object, home: Path) -> None:
    rows = postering("reconcile", "--json").json["rows"]

    whole = postering("export", "--out", "all", "--json").json
    store = postering("export", "--out", "one", "--store", "OR-UK", "--to", "2010-12-31", "--json").json
    none = postering("export", "--out", "none", "--from", "2011-01-01", "--json").json

    assert_ties(whole["control_totals"], rows)
    assert_files_tie(whole)
    assert_ties(store["control_totals"], [row for row in rows if row["store"] == "OR-UK"])
    assert_files_tie(store)
    assert (none["documents"], none["control_totals"]) == (0, {})
    assert whole["documents"] == 88


def test_every_kind_of_order_ties_by_day_and_in_exports_that_follow_each_other(postering: Postering) -> None:
    assert postering("setup", "apply", SETUP).status == 0
    book = OrderBook(postering)
    for folders in itertools.zip_longest(*map(runs_of, kinds())):
        for folder in filter(None, folders):
            assert postering("package", folder, "--group", GROUP).status == 0
        assert postering("p-job").status == 0
        book.sync_orders()
        assert_files_tie(postering("export", "--out", "parts", "--since-last", "--json").json)
    reconciled = postering("reconcile", "--json").json

    report = postering("export", "--out", "whole", "--json").json

    assert reconciled["balanced"]
    assert_ties(report["control_totals"], reconciled["rows"])
    assert_files_tie(report)
    assert {row["kind"] for row in csv_rows(report["folder"], "orders")} == {
        "sales_order",
        "return_order",
        "quotation",
        "cancellation",
    }
    parts = [json.loads(path.read_text(encoding="utf-8")) for path in Path("parts").rglob("receipt-*.json")]
    last = max(parts, key=lambda receipt: receipt["receipt"])
    names = [name for receipt in parts for name in receipt["names"]]
    assert len(names) == len(set(names)) == report["documents"] == last["documents_so_far"]
    assert last["control_totals_so_far"] == report["control_totals"]
    for day in {row["business_date"] for row in reconciled["rows"] if row["business_date"]}:
        one = postering("export", "--out", f"day-{day}", "--from", day, "--to", day, "--json").json
        assert_ties(one["control_totals"], [row for row in reconciled["rows"] if row["business_date"] == day])
    ledger = postering("export", "--out", "ledger", "--format", "beancount", "--json").json
    entries, errors, _ = loader.load_file(str(Path(ledger["folder"]) / "journal-1.beancount"))
    assert errors == []
    assert len([entry for entry in entries if type(entry).__name__ == "Transaction"]) == sum(
        sums["journal"]["transactions"] for sums in report["control_totals"].values()
    )


def test_what_came_since_is_exported_and_told(postering: Postering, stage: Stage) -> None:
    stage(shop.sale("T-1"))
    postering("sync-orders")
    first = postering("export", "--out", "out", "--since-last")
    again = postering("export", "--out", "out", "--since-last")
    stage(shop.sale("T-2", day="2026-01-02", amount="5.00"))
    postering("sync-orders")
    report = postering("export", "--out", "out", "--since-last", "--json").json

    assert "out/export-1: 1 document, all of the selection." in first.out
    assert "USD: orders 10.00, payments 10.00, debits 10.00, credits 10.00" in first.out
    assert again.out == "Nothing was posted since receipt-1.json: nothing was written.\n"
    assert (again.status, postering("export", "--out", "out", "--since-last", "--json").json) == (
        0,
        {"exported": False, "folder": None, "receipt_file": None, "last_receipt": 2},
    )
    assert [row["transaction_id"] for row in csv_rows(report["folder"], "orders")] == ["T-2"]
    assert report["receipt_file"] == "out/export-2/receipt-2.json"
    assert report["control_totals_so_far"]["USD"]["orders"]["gross"] == "15.00"
    assert "names" not in report


@pytest.mark.parametrize(
    "dies",
    ["order_files.SheetFile.add = die", "exports._write_durably = die", "exports._appear = die"],
    ids=["while it reads", "before the receipt", "before the name"],
)
def test_one_that_is_killed_leaves_nothing_under_its_name(
    dies: str, postering: Postering, stage: Stage, home: Path
) -> None:
    stage(shop.sale("T-1"))
    postering("sync-orders")
    program = (
        "import os; from postering.cli.main import run\n"
        "from postering.operations.exporting import exports, order_files\n"
        f"def die(*given): os._exit(9)\n{dies}\nrun(['export', '--out', 'out'])"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program],
        env={"PYTHONPATH": str(Path(main.__file__).parents[2]), "POSTERING_HOME": str(home)},
        check=False,
    )

    assert ended.returncode == 9
    assert [path.name for path in Path("out").iterdir() if not path.name.endswith(".part")] == []
    report = postering("export", "--out", "out", "--since-last", "--json").json
    assert (report["receipt"], report["documents"]) == (1, 1)


def test_a_formula_in_a_name_reaches_no_spreadsheet(postering: Postering, stage: Stage) -> None:
    stage(shop.sale("T-1", ChannelReferenceId="=cmd|' /C calc'!A0"))
    postering("sync-orders")

    report = postering("export", "--out", "out", "--json").json

    (order,) = csv_rows(report["folder"], "orders")
    assert order["channel_reference_id"] == "'=cmd|' /C calc'!A0"
    assert order["total"] == "10.00"


def test_without_pyarrow_parquet_says_how_to_get_it(
    postering: Postering, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    monkeypatch.delitem(sys.modules, "postering.operations.exporting.parquet_rows", raising=False)
    monkeypatch.delattr("postering.operations.exporting.parquet_rows", raising=False)

    ran = postering("export", "--out", "out", "--format", "parquet")

    assert ran.status == 1
    assert "make setup-parquet" in ran.err
    assert "defect" not in ran.err
    assert not Path("out").exists()
    assert postering("export", "--out", "out").status == 0


def test_only_who_writes_parquet_waits_for_pyarrow(home: Path) -> None:
    program = (
        "import sys; from postering.cli.main import run; run(['export', '--out', 'out', '--json']); "
        "print(*{name.partition('.')[0] for name in sys.modules}, file=sys.stderr)"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program],
        env={"PYTHONPATH": str(Path(main.__file__).parents[2]), "POSTERING_HOME": str(home)},
        capture_output=True,
        text=True,
        check=True,
    )

    assert {"pyarrow", "boto3", "sqlalchemy", "rich"} & set(ended.stderr.split()) == set()


@pytest.mark.parametrize(
    ("line", "described"),
    [
        ("", "Missing option '--out'"),
        ("--out out --format xls", "'xls' is not one of"),
        ("--out out --what order", "Did you mean 'orders'?"),
        ("--out out --what orders,,lines", "'' can't be exported"),
        ("--out out --format ledger --what orders,journal", "ledger holds only the journal: for orders choose csv"),
        ("--out out --from 2026-02-02 --to 2026-02-01", "--to 2026-02-01 is before --from 2026-02-02"),
        ("--out out --from tomorrow", "is not a day"),
    ],
)
def test_wrong_use_ends_with_2_and_writes_nothing(line: str, described: str, postering: Postering, home: Path) -> None:
    ran = postering("export", *line.split())

    assert ran.status == 2
    assert described in ran.err
    assert not Path("out").exists()
    assert not home.exists()


def test_an_empty_store_never_means_all_of_them(postering: Postering) -> None:
    assert "is empty" in postering("export", "--out", "out", "--store", "").err
    assert "is empty" in postering("export", "--out", "out", "--what", "").err


def test_an_unknown_store_is_told_with_a_near_one(postering: Postering, stage: Stage) -> None:
    stage(shop.sale("T-1"))

    ran = postering("export", "--out", "out", "--store", "HOUSTON-ONLIN")

    assert ran.status == 1
    assert shop.STORE in ran.err
    assert not Path("out").exists()


def test_receipts_of_another_deployment_are_told(
    postering: Postering, stage: Stage, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage(shop.sale("T-1"))
    postering("sync-orders")
    assert postering("export", "--out", "out").status == 0
    shutil.copytree("out", "kept")
    monkeypatch.setenv("POSTERING_HOME", str(tmp_path / "other"))

    ran = postering("export", "--out", "out", "--since-last")

    assert ran.status == 1
    assert "receipt-1.json in out is not of these books" in ran.err
    assert sorted(path.name for path in Path("out").rglob("*")) == sorted(path.name for path in Path("kept").rglob("*"))
