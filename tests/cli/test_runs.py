"""`package`, `p-job`, `sync-orders` and `sessions`: reports, exit status, and what a run leaves alone."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli import shop
from tests.cli.conftest import Postering, Ran

Stage = Callable[..., Ran]
P_JOB_KEYS = {
    *("job", "run_id", "sessions", "transactions_staged", "duplicates", "conflicts", "rejected", "waiting"),
    "duration_seconds",
}
SYNC_ORDERS_KEYS = {
    *("job", "run_id", "selected", "succeeded", "failed", "waiting", "skipped", "sales_orders", "payments", "totals"),
    *("errors", "remaining", "duration_seconds"),
}


def test_a_package_of_plain_files_goes_all_the_way(stage: Stage, postering: Postering) -> None:
    p_job = stage(shop.sale("T-1"), shop.sale("T-2", amount="25.50"))
    synced = postering("sync-orders", "--json")

    assert p_job.status == synced.status == 0
    assert set(p_job.json) >= P_JOB_KEYS
    assert p_job.json["sessions"] == [
        {"id": "session-0", "group": "Default", "status": "Applied", "transactions": 2, "records": 6, "message": ""}
    ]
    assert p_job.json["transactions_staged"] == 2
    assert set(synced.json) >= SYNC_ORDERS_KEYS
    assert (synced.json["selected"], synced.json["succeeded"]) == (2, 2)
    assert synced.json["totals"] == {"USD": {"orders": "35.50", "payments": "35.50", "variance": "0.00"}}


def test_a_second_run_of_either_job_changes_nothing_and_says_so(stage: Stage, postering: Postering) -> None:
    stage(shop.sale("T-1"))
    postering("sync-orders")
    before = postering("show", "T-1", "--json").out

    p_job, synced = postering("p-job"), postering("sync-orders")

    assert p_job.status == synced.status == 0
    assert "nothing changed" in p_job.out
    assert "nothing changed" in synced.out
    assert postering("show", "T-1", "--json").out == before


def test_rejected_rows_and_failed_transactions_are_results(stage: Stage, postering: Postering) -> None:
    p_job = stage(
        shop.sale("T-1"),
        shop.sale("T-2", businessDate="the day before"),
        shop.changed(shop.sale("T-3"), "RetailTransactionPaymentTrans", {"tenderType": "77"}),
    )
    synced = postering("sync-orders", "--json")

    assert p_job.status == synced.status == 0
    assert p_job.json["rejected"] == 1
    assert synced.json["errors"] == {"PAYMENT_METHOD": 1}
    assert synced.json["failed"] == 1


def test_a_session_that_can_not_be_applied_is_an_error_and_the_report_is_printed(
    stage: Stage, postering: Postering, home: Path
) -> None:
    stage(shop.sale("T-1"))
    (home / "uploads" / "Default" / "broken.zip").write_bytes(b"no zip")

    ran = postering("p-job", "--json")
    again = postering("p-job", "--json")

    assert ran.status == 1
    assert [one["status"] for one in ran.json["sessions"]] == ["ApplyFailed"]
    assert "session Default/broken" in ran.err
    assert again.status == 0


def test_a_dry_run_does_nothing(stage: Stage, postering: Postering) -> None:
    stage(shop.sale("T-1"))

    ran = postering("sync-orders", "--dry-run", "--json")

    assert ran.json["succeeded"] == 1
    assert postering("transactions", "--json").json["transactions"][0]["state"] == "pending"


@pytest.mark.parametrize(
    "selection",
    [("--store", shop.STORE), ("--node", "West"), ("--hierarchy", "Stores by Region"), ("--transaction", "T-1")],
)
def test_a_selection_takes_what_it_names(selection: tuple[str, str], stage: Stage, postering: Postering) -> None:
    stage(shop.sale("T-1"))

    assert postering("sync-orders", *selection, "--json").json["succeeded"] == 1


@pytest.mark.parametrize(
    "line",
    [
        "sync-orders --store NOWHERE",
        "sync-orders --node Wast",
        "sync-orders --hierarchy None",
        "sync-orders --transaction T-999",
        "p-job --group Nowhere",
        "sessions rerun nowhere",
        "sessions cancel nowhere",
        "reconcile --store NOWHERE",
    ],
)
def test_what_the_setup_does_not_know_is_refused(line: str, stage: Stage, postering: Postering) -> None:
    stage(shop.sale("T-1"))

    ran = postering(*line.split(), "--json")

    assert ran.status == 1
    assert ran.out == ""
    assert ran.err.startswith("Error: ")


def test_a_session_is_listed_and_run_again(stage: Stage, postering: Postering) -> None:
    stage(shop.sale("T-1"))

    rerun = postering("sessions", "rerun", "session-0", "--json")
    listed = postering("sessions", "--json")

    assert rerun.status == 0
    assert rerun.json["job"] == "p-job"
    assert rerun.json["duplicates"] == 1
    assert [one["id"] for one in listed.json["sessions"]] == ["session-0", "session-0-rerun-1"]
    assert set(listed.json["sessions"][0]) == {"id", "group", "status", "transactions", "records", "message"}
    assert "Default/session-0-rerun-1" in postering("sessions").out


def test_a_failed_session_is_canceled_and_an_applied_one_is_not(stage: Stage, postering: Postering, home: Path) -> None:
    stage(shop.sale("T-1"))
    (home / "uploads" / "Default" / "broken.zip").write_bytes(b"no zip")
    postering("p-job")

    canceled = postering("sessions", "cancel", "broken", "--json")
    again = postering("sessions", "cancel", "Default/broken", "--json")
    applied = postering("sessions", "cancel", "session-0")

    assert canceled.status == 0
    assert [one["status"] for one in canceled.json["sessions"]] == ["Canceled"]
    assert again.out == canceled.out
    assert applied.status == 1
    assert "never taken back" in applied.err
    assert postering("p-job", "--json").json["sessions"] == []


def test_a_package_is_described(postering: Postering, tmp_path: Path) -> None:
    folder = shop.written(tmp_path / "day", shop.sale("T-1"), shop.sale("T-2", businessDate="never"))

    ran = postering("package", folder, "--output", tmp_path / "day-1.zip", "--json")

    assert ran.status == 0
    assert ran.json["session"] == "day-1"
    assert ran.json["path"] == str(tmp_path / "day-1.zip")
    assert (ran.json["transactions"], ran.json["records"], ran.json["rejected"]) == (2, 6, 1)
    assert ran.json["control_totals"] == [
        {"currency": "USD", "transactions": 2, "gross": "-20.00", "payments": "20.00"}
    ]
    assert "businessDate" in ran.err
    assert not (tmp_path / "home").exists()


def test_a_package_without_transactions_says_so(postering: Postering, tmp_path: Path) -> None:
    (tmp_path / "day").mkdir()
    (tmp_path / "day/RetailTransactionTable.csv").write_text("transactionId\n", encoding="utf-8")

    ran = postering("package", str(tmp_path / "day"))

    assert "0 transactions, 0 rows" in ran.out


def test_a_package_is_never_written_over(postering: Postering, tmp_path: Path) -> None:
    folder = shop.written(tmp_path / "day", shop.sale("T-1"))
    output = tmp_path / "day-1.zip"
    postering("package", folder, "--output", output)
    before = output.read_bytes()

    ran = postering("package", folder, "--output", output)

    assert ran.status == 1
    assert "is there already" in ran.err
    assert output.read_bytes() == before


@pytest.mark.parametrize("group", [(), ("--group", "Default")])
def test_a_folder_that_can_not_be_read_is_told(group: tuple[str, ...], postering: Postering, tmp_path: Path) -> None:
    ran = postering("package", tmp_path / "none", *group)

    assert ran.status == 1
    assert "none" in ran.err


def test_a_package_without_group_lies_in_the_current_folder(postering: Postering, tmp_path: Path) -> None:
    folder = shop.written(tmp_path / "day", shop.sale("T-1"))

    ran = postering("package", folder, "--session", "mine")

    assert ran.status == 0
    assert Path("mine.zip").is_file()
