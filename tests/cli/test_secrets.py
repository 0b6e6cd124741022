"""Card data and the command: it is in nothing that is printed, and its package never waits in the uploads."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli import shop
from tests.cli.conftest import Postering, Ran

CARD = "4111111111111111"
PAYMENT = "RetailTransactionPaymentTrans"


@pytest.fixture
def folder(postering: Postering, setup_file: Path, tmp_path: Path) -> Path:
    """Plain files in which one payment names a full card number."""
    assert postering("setup", "apply", setup_file).status == 0
    bad = shop.changed(shop.sale("T-1"), PAYMENT, {"cardOrAccount": CARD, "note": f"card {CARD}", "cvv": "v737v"})
    return shop.written(tmp_path / "files", bad, shop.sale("T-2"))


def test_a_package_with_card_data_goes_straight_to_the_quarantine_and_is_staged_from_there(
    postering: Postering, folder: Path, home: Path
) -> None:
    made = postering("package", folder, "--group", "Default", "--session", "cards", "--json")

    quarantined = home / "quarantine" / "Default" / "cards.zip"
    assert made.status == 0
    assert made.json["path"] == str(quarantined)
    assert quarantined.is_file()
    assert not list((home / "uploads" / "Default").iterdir())
    (waiting,) = postering("sessions", "--json").json["sessions"]
    assert (waiting["id"], waiting["status"]) == ("cards", "Uploaded")

    report = postering("p-job", "--json").json
    (session,) = report["sessions"]
    assert (session["status"], session["transactions"]) == ("Applied", 2)
    assert session["message"] == "it holds card data: the package lies in the quarantine"
    assert (report["transactions_staged"], report["rejected"]) == (1, 1)
    assert quarantined.is_file()


def test_a_package_without_card_data_waits_in_the_uploads(
    postering: Postering, stage: Callable[..., Ran], home: Path
) -> None:
    stage(shop.sale("T-1"))

    assert [file.name for file in (home / "uploads" / "Default").iterdir()] == ["session-0.zip"]
    assert not (home / "quarantine").exists()


def test_no_command_prints_the_value(postering: Postering, folder: Path, home: Path) -> None:
    lines = (
        ("package", folder, "--group", "Default", "--session", "cards"),
        ("p-job",),
        ("sync-orders",),
        ("sessions",),
        ("sessions", "rerun", "cards"),
        ("transactions",),
        ("show", "T-1"),
        ("explain", "T-1"),
        ("conflicts",),
        ("reconcile",),
        ("edit", "T-1", f"comment={CARD}"),
        ("edit", "T-1", f"businessDate={CARD}"),
        ("edit", "T-1", "comment=fine", "--reason", f"card {CARD}"),
        ("void", "T-1", "--reason", f"card {CARD}"),
    )
    masked = 0
    for number, line in enumerate(lines):
        for form in ((), ("--json",)):
            if form and number == 0:
                continue  # the package is there already
            ran = postering(*line, *form)
            assert CARD not in ran.out + ran.err, line
            assert "v737v" not in ran.out + ran.err, line
            masked += "************1111" in ran.out + ran.err
            assert (ran.status == 1) is (line[0] in {"edit", "void"}), (line, ran.err)
    assert masked >= 4  # the last four digits are shown where the row is

    states = {row["transaction_id"]: row["state"] for row in postering("transactions", "--json").json["transactions"]}
    assert states == {"T-1": "failed", "T-2": "succeeded"}
