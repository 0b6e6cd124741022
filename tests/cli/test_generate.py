"""`postering generate`: a sound package of made-up transactions, the setup that fits, and what is refused."""

import json
from pathlib import Path

import pytest

from tests.cli import shop
from tests.cli.conftest import Postering

KEYS = {
    *("session", "channel_database_group", "path", "seed", "transactions", "records", "sha256", "size"),
    *("control_totals", "setup"),
}


def test_what_is_made_up_becomes_orders_under_the_setup_that_comes_with_it(
    postering: Postering, tmp_path: Path
) -> None:
    package, setup = tmp_path / "trial.zip", tmp_path / "trial.toml"
    made = postering("generate", "--transactions", "60", "--seed", "1", "--out", package, "--setup", setup)
    applied = postering("setup", "apply", setup)
    filled = postering("generate", "--transactions", "60", "--seed", "1", "--group", "Default", "--json")

    staged, synced = postering("p-job", "--json"), postering("sync-orders", "--json")

    assert [made.status, applied.status, filled.status, staged.status, synced.status] == [0] * 5
    assert "60 made-up transactions" in made.out
    assert f"postering setup apply {setup}" in " ".join(made.out.split())
    assert staged.json["transactions_staged"] == 60
    assert staged.json["rejected"] == 0
    assert synced.json["failed"] == 0
    assert synced.json["succeeded"] > 50
    assert postering("reconcile").status == 0


def test_json_has_what_was_made(postering: Postering, tmp_path: Path) -> None:
    ran = postering("generate", "--transactions", "30", "--seed", "7", "--out", tmp_path / "t.zip", "--json")

    assert set(ran.json) == KEYS
    assert (ran.json["session"], ran.json["channel_database_group"]) == ("t", "Default")
    assert (ran.json["transactions"], ran.json["seed"], ran.json["setup"]) == (30, 7, None)
    assert sum(total["transactions"] for total in ran.json["control_totals"]) == 30
    assert (tmp_path / "t.zip").stat().st_size == ran.json["size"]
    assert ran.err == ""


def test_without_a_place_the_package_is_written_into_the_current_folder(postering: Postering, home: Path) -> None:
    ran = postering("generate", "--transactions", "2", "--json")

    assert ran.json["path"] == "made-up-2-0.zip"
    assert Path("made-up-2-0.zip").is_file()
    assert not home.exists()


def test_a_file_and_a_group_make_a_file_for_the_group(postering: Postering, tmp_path: Path, home: Path) -> None:
    setup = tmp_path / "setup.toml"
    ran = postering(
        *("generate", "--transactions", "2", "--group", "North", "--out", tmp_path / "t.zip", "--setup", setup),
        "--json",
    )

    assert ran.json["channel_database_group"] == "North"
    assert not home.exists()
    assert 'channel_database_group = "North"' in setup.read_text(encoding="utf-8")


def test_none_at_all_is_a_sound_package_too(postering: Postering, setup_file: Path) -> None:
    postering("setup", "apply", setup_file)
    made = postering("generate", "--transactions", "0", "--group", "Default", "--json")
    staged = postering("p-job", "--json")

    assert (made.status, made.json["transactions"]) == (0, 0)
    assert (staged.status, staged.json["transactions_staged"]) == (0, 0)
    assert staged.json["sessions"][0]["status"] == "Applied"


def test_nothing_is_written_over(postering: Postering, tmp_path: Path) -> None:
    package, setup = tmp_path / "t.zip", tmp_path / "s.toml"
    setup.write_text(shop.SETUP, encoding="utf-8")
    postering("generate", "--transactions", "1", "--out", package)
    before = package.read_bytes()

    over_package = postering("generate", "--transactions", "2", "--out", package)
    over_setup = postering("generate", "--transactions", "2", "--out", tmp_path / "u.zip", "--setup", setup)

    assert (over_package.status, over_setup.status) == (1, 1)
    assert "is there already; give another --out" in over_package.err
    assert "is there already; give another --setup" in over_setup.err
    assert package.read_bytes() == before
    assert not (tmp_path / "u.zip").exists()
    assert setup.read_text(encoding="utf-8") == shop.SETUP


def test_an_upload_of_that_name_is_not_written_over(postering: Postering, setup_file: Path) -> None:
    postering("setup", "apply", setup_file)
    first = postering("generate", "--transactions", "3", "--group", "Default")
    again = postering("generate", "--transactions", "3", "--group", "Default")

    assert (first.status, again.status) == (0, 1)
    assert "made-up-3-0" in again.err


@pytest.mark.parametrize(
    ("arguments", "described"),
    [
        (("--transactions", "-1"), "-1"),
        (("--transactions", "many"), "many"),
        ((), "--transactions"),
        (("--transactions", "1", "--seed", "-4"), "-4"),
        (("--transactions", "1", "--out", "package.tar"), "does not end in .zip"),
        (("--transactions", "1", "--setup", "setup.json"), "does not end in .toml"),
    ],
)
def test_a_wrong_command_line_writes_nothing(arguments: tuple[str, ...], described: str, postering: Postering) -> None:
    ran = postering("generate", *arguments)

    assert ran.status == 2
    assert described in ran.err
    assert not list(Path().iterdir())


def test_a_folder_that_is_not_there_is_told(postering: Postering, tmp_path: Path) -> None:
    for option, name in (("--out", "t.zip"), ("--setup", "s.toml")):
        ran = postering("generate", "--transactions", "1", option, tmp_path / "nowhere" / name, "--json")

        assert ran.status == 1
        assert "is not a folder; make it first" in ran.err
        assert ran.out == ""


def test_a_group_that_the_setup_does_not_have_is_told(postering: Postering, setup_file: Path) -> None:
    postering("setup", "apply", setup_file)
    ran = postering("generate", "--transactions", "1", "--group", "Defualt")

    assert ran.status == 1
    assert "Default" in ran.err


def test_the_setup_says_that_it_is_made_up_and_can_be_shown_again(postering: Postering, tmp_path: Path) -> None:
    setup = tmp_path / "trial.toml"
    postering("generate", "--transactions", "0", "--out", tmp_path / "t.zip", "--setup", setup)

    assert "invented" in setup.read_text(encoding="utf-8").splitlines()[0]
    applied = postering("setup", "apply", setup, "--json").json
    assert (applied["changed"], applied["version"]) == (True, 1)
    shown = json.loads(postering("setup", "show", "--json").out)
    assert [channel["currency"] for channel in shown["channels"]] == ["USD", "EUR", "JPY", "KWD", "INR"]
