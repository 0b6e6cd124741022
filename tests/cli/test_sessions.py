"""`sessions`: the list, one in full, its package downloaded; old packages removed, and what `reconcile` then says."""

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from postering.cli import session_packages
from postering.deployment.wiring import now
from tests.cli import shop
from tests.cli.conftest import Postering, Ran

Stage = Callable[..., Ran]


def package_of(home: Path, number: int = 0) -> Path:
    return home / "uploads" / "Default" / f"session-{number}.zip"


@pytest.fixture
def days_later(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Lets so many days pass for retention."""

    def pass_days(days: int) -> None:
        later: datetime = now() + timedelta(days=days)
        monkeypatch.setattr(session_packages, "now", lambda: later)

    return pass_days


@pytest.fixture
def settled(stage: Stage, postering: Postering) -> None:
    """Two packages, all of both posted."""
    for number in (1, 2):
        stage(shop.sale(f"T-{number}"))
    assert postering("sync-orders").status == 0


def test_the_list_says_age_size_counts_and_message(stage: Stage, postering: Postering, home: Path) -> None:
    stage(shop.sale("T-1"), shop.sale("T-2"))
    (home / "uploads" / "Default" / "broken.zip").write_bytes(b"no zip")
    postering("p-job")

    people, described = postering("sessions"), postering("sessions", "--details", "--json").json["sessions"]

    assert people.status == 0
    for text in ("session-0", "Applied", "ApplyFailed", "seconds", "Age", "Size", "Default/broken: "):
        assert text in people.out
    assert described[0]["size"] == package_of(home).stat().st_size
    assert described[0]["sha256"] == hashlib.sha256(package_of(home).read_bytes()).hexdigest()
    assert described[0]["counts"] == {
        "transactions_staged": 2,
        "duplicates": 0,
        "conflicts": 0,
        "rejected": 0,
        "waiting": 0,
    }
    assert described[0]["created"] <= described[0]["applied"]
    assert (described[0]["removed"], described[1]["status"], described[1]["applied"]) == (None, "ApplyFailed", None)
    assert described[1]["message"]


def test_one_is_shown_with_where_its_package_lies(stage: Stage, postering: Postering, home: Path) -> None:
    stage(shop.sale("T-1"))

    assert str(package_of(home)) in postering("sessions", "show", "session-0").out
    shown = postering("sessions", "show", "Default/session-0", "--json").json["session"]
    assert (shown["where"], shown["status"]) == (str(package_of(home)), "Applied")


def test_the_list_never_breaks_an_id(postering: Postering, setup_file: Path, tmp_path: Path) -> None:
    name = "a-partner-s-shop-with-a-long-name-20261123T181620Z-801af4-001"
    postering("setup", "apply", str(setup_file))
    folder = shop.written(tmp_path / "files", shop.sale("T-1"))
    postering("package", str(folder), "--group", "Default", "--session", name)
    postering("p-job")

    assert f" Default/{name}  Applied " in postering("sessions").out


@pytest.mark.parametrize("command", ["show", "rerun", "cancel"])
def test_an_unknown_session_is_told_with_those_that_are_near(stage: Stage, postering: Postering, command: str) -> None:
    stage(shop.sale("T-1"))

    for asked, near in (("sesion-0", "'session-0'"), ("Default/sesion-0", "'Default/session-0'")):
        ran = postering("sessions", command, asked)
        assert ran.status == 1
        assert f"there is no upload session '{asked}'. Did you mean {near}?" in ran.err
    assert "`postering sessions` lists them" in postering("sessions", command, "Z").err


def test_rows_without_a_key_are_shown_with_their_session(stage: Stage, postering: Postering) -> None:
    stage(shop.sale("T-1"), shop.changed(shop.sale("T-2"), "RetailTransactionSalesTrans", {"transactionId": ""}))

    shown = postering("sessions", "show", "session-0", "--json").json["session"]

    assert shown["rows_without_key"] == 1
    assert "row without key 1: " in postering("sessions", "show", "session-0").out


def test_a_package_is_downloaded_byte_for_byte_and_nothing_overwritten(
    stage: Stage, postering: Postering, home: Path, tmp_path: Path
) -> None:
    stage(shop.sale("T-1"))
    out = tmp_path / "again.zip"

    done = postering("sessions", "download", "session-0", "--out", out, "--json")
    again = postering("sessions", "download", "session-0", "--out", out)

    assert (done.status, again.status) == (0, 1)
    assert out.read_bytes() == package_of(home).read_bytes()
    assert done.json["sha256"] == hashlib.sha256(out.read_bytes()).hexdigest()
    assert "exists already" in again.err
    assert [file.name for file in tmp_path.glob("*.part")] == []


def test_a_download_says_where_the_bytes_are_not_those_that_were_applied(
    stage: Stage, postering: Postering, home: Path, tmp_path: Path
) -> None:
    stage(shop.sale("T-1"))
    package_of(home).write_bytes(b"other")

    ran = postering("sessions", "download", "session-0", "--out", tmp_path / "again.zip")

    assert ran.status == 1
    assert "SHA-256" in ran.err


def test_a_package_with_card_data_is_downloaded_only_where_that_is_said(
    stage: Stage, postering: Postering, tmp_path: Path
) -> None:
    stage(shop.changed(shop.sale("T-1"), "RetailTransactionSalesTrans", {"comment": "4111111111111111"}))
    out = tmp_path / "again.zip"

    refused = postering("sessions", "download", "session-0", "--out", out)
    assert (refused.status, out.exists()) == (1, False)
    assert "quarantine" in refused.err
    assert postering("sessions", "download", "session-0", "--out", out, "--quarantined").status == 0


def test_what_would_be_removed_is_shown_first_and_nothing_is_removed(
    settled: None, postering: Postering, home: Path, days_later: Callable[[int], None]
) -> None:
    days_later(31)

    people = postering("sessions", "remove", "--older-than", "30", "--dry-run")
    described = postering("sessions", "remove", "--older-than", "30", "--dry-run", "--json").json
    unsure = postering("sessions", "remove", "--older-than", "30")
    miscounted = postering("sessions", "remove", "--older-than", "30", "--count", "5")

    assert people.status == 0
    assert "Default/session-0" in people.out
    assert [one["package"] for one in described["would_remove"]] == ["session-0", "session-1"]
    assert (unsure.status, miscounted.status) == (1, 1)
    assert "--yes" in unsure.err
    assert package_of(home).exists()
    assert package_of(home, 1).exists()


def test_removed_packages_are_explained_and_reconcile_balances(
    settled: None, postering: Postering, home: Path, days_later: Callable[[int], None]
) -> None:
    days_later(31)

    removed = postering("sessions", "remove", "--older-than", "30", "--yes", "--json")
    reconciled = postering("reconcile", "--json")

    assert [one["package"] for one in removed.json["removed"]] == ["session-0", "session-1"]
    assert not package_of(home).exists()
    assert reconciled.status == 0, reconciled.json["unexplained"]
    whys = " ".join(one["why"] for one in reconciled.json["explained"])
    assert "Default/session-0 was removed by retention" in whys
    (row,) = reconciled.json["rows"]
    assert row["packages"] == {
        "transactions": 0,
        "gross": "0.00",
        "payments": "0.00",
        "removed": {"transactions": 2, "gross": "20.00", "payments": "20.00"},
    }
    assert "removed" in postering("reconcile").out
    assert "removed by retention" in postering("sessions", "show", "session-0").out
    assert "removed" in postering("sessions").out


def test_nothing_happens_with_a_removed_package_afterwards(
    settled: None, postering: Postering, home: Path, days_later: Callable[[int], None], tmp_path: Path
) -> None:
    kept = package_of(home).read_bytes()
    days_later(31)
    postering("sessions", "remove", "--older-than", "30", "--yes")

    again = postering("sessions", "remove", "--older-than", "30", "--yes", "--json")
    rerun = postering("sessions", "rerun", "session-0")
    download = postering("sessions", "download", "session-0", "--out", tmp_path / "x.zip")
    p_job = postering("p-job", "--json")

    assert again.json["removed"] == []
    assert (rerun.status, download.status) == (1, 1)
    assert "removed by retention" in rerun.err
    assert "removed by retention" in download.err
    assert p_job.json["transactions_staged"] == 0

    package_of(home).write_bytes(kept)  # put back from a backup: it counts again
    assert postering("p-job").status == 0
    assert postering("sessions", "rerun", "session-0", "--json").json["duplicates"] == 1
    assert postering("reconcile").status == 0


def test_other_bytes_under_the_name_of_a_removed_package_are_reported_until_they_are_removed(
    settled: None, stage: Stage, postering: Postering, home: Path, days_later: Callable[[int], None]
) -> None:
    days_later(40)
    assert postering("sessions", "remove", "--older-than", "30", "--yes").status == 0
    package_of(home).write_bytes(b"other bytes")
    assert "Retention removed the original: remove these bytes" in " ".join(postering("p-job").out.split())
    needs = postering("status", "--json").json["needs"]
    assert [need["kind"] for need in needs] == ["package_overwritten"]
    assert "retention removed its own: take it away, then" in needs[0]["what"]

    package_of(home).unlink()

    assert postering("p-job").status == 0
    assert postering("status").status == 0
    assert postering("sessions", "show", "session-0", "--json").json["session"]["message"] == ""


def test_what_was_never_applied_or_is_not_finished_or_changed_stays(
    stage: Stage, postering: Postering, home: Path, days_later: Callable[[int], None]
) -> None:
    stage(shop.changed(shop.sale("T-1"), "RetailTransactionPaymentTrans", {"tenderType": "77"}))  # fails
    stage(shop.sale("T-2"))
    stage(shop.sale("T-3"))
    (home / "uploads" / "Default" / "broken.zip").write_bytes(b"no zip")
    postering("p-job")
    postering("sync-orders")
    package_of(home, 1).write_bytes(b"other bytes")
    days_later(31)

    ran = postering("sessions", "remove", "--older-than", "30", "--yes", "--json")

    assert [one["package"] for one in ran.json["removed"]] == ["session-2"]
    assert {one["package"]: one["why"] for one in ran.json["kept"]} == {
        "session-0": "it brought transactions that are not finished, or in conflict",
        "broken": "it was never applied",
    }
    assert ran.status == 1
    assert "Default/session-1 was not removed" in ran.err
    assert package_of(home, 1).read_bytes() == b"other bytes"


def test_younger_packages_stay(
    settled: None, postering: Postering, home: Path, days_later: Callable[[int], None]
) -> None:
    days_later(29)

    ran = postering("sessions", "remove", "--older-than", "30", "--yes")

    assert ran.status == 0
    assert package_of(home).exists()


def test_how_long_is_a_setting(
    settled: None, postering: Postering, home: Path, days_later: Callable[[int], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    days_later(31)
    assert postering("sessions", "remove").status == 2
    monkeypatch.setenv("POSTERING_RETENTION_DAYS", "30")

    assert postering("sessions", "remove", "--count", "2").status == 0
    assert not package_of(home).exists()
