"""`setup apply` and `setup show`: whole or not at all, every fault with its place, shown back as it can be applied."""

import json
import tomllib
from collections.abc import Callable
from pathlib import Path

from tests.cli import shop
from tests.cli.conftest import Postering, Ran

UNCHANGED = {"changed": False, "version": 1, "dry_run": False, "changes": []}


def test_a_setup_is_applied_once(postering: Postering, setup_file: Path) -> None:
    first = postering("setup", "apply", setup_file, "--json")
    again = postering("setup", "apply", setup_file, "--json")
    for_people = postering("setup", "apply", setup_file)

    assert (first.json["changed"], first.json["version"]) == (True, 1)
    assert {change["change"] for change in first.json["changes"]} == {"added"}
    assert again.json == UNCHANGED
    assert "nothing changed" in for_people.out


def test_what_is_shown_can_be_applied_as_it_is(postering: Postering, setup_file: Path, tmp_path: Path) -> None:
    postering("setup", "apply", setup_file)
    toml, as_json = tmp_path / "shown.toml", tmp_path / "shown.json"
    toml.write_text(postering("setup", "show").out, encoding="utf-8")
    as_json.write_text(postering("setup", "show", "--json").out, encoding="utf-8")

    assert tomllib.loads(toml.read_text(encoding="utf-8")) == json.loads(as_json.read_text(encoding="utf-8"))
    assert postering("setup", "apply", toml, "--json").json == UNCHANGED
    assert postering("setup", "apply", as_json, "--json").json == UNCHANGED


def test_what_is_shown_says_which_checks_are_off_and_why(postering: Postering, setup_file: Path) -> None:
    postering("setup", "apply", setup_file)

    for_people, shown = postering("setup", "show").out, postering("setup", "show", "--json").json

    off = {each["code"]: each for each in shown["checks_off"]}
    assert off["FISCAL_DOCUMENT"].keys() == {"code", "company", "why"}
    assert {"ITEM", "CUSTOMER"} <= off.keys()
    assert "[[products]]" in off["ITEM"]["why"]
    assert "# Checks that are off" in for_people
    assert 'code = "ITEM"' in for_people.partition("# Checks that are off")[2]


def test_a_setup_with_faults_names_every_place_and_changes_nothing(
    postering: Postering, setup_file: Path, tmp_path: Path
) -> None:
    postering("setup", "apply", setup_file)
    wrong = tmp_path / "wrong.toml"
    wrong.write_text(
        shop.SETUP.replace('operation = "PayCard"', 'operation = "PayCart"').replace(
            'company = "USRT"\nid = "99"', 'company = "NOPE"\nid = "99"\ncolour = "red"'
        ),
        encoding="utf-8",
    )

    ran = postering("setup", "apply", wrong, "--json")

    assert ran.status == 1
    assert ran.out == ""
    for place in ("payment_methods[0].operation", "modes_of_delivery[0].company", "modes_of_delivery[0].colour"):
        assert place in ran.err
    assert postering("setup", "apply", setup_file, "--json").json == UNCHANGED


def test_a_file_that_is_not_there_is_told(postering: Postering, home: Path, tmp_path: Path) -> None:
    ran = postering("setup", "apply", tmp_path / "none.toml")

    assert ran.status == 1
    assert "none.toml: No such file or directory" in ran.err
    assert not home.exists()


def test_a_new_deployment_has_no_setup_and_says_so(postering: Postering) -> None:
    ran = postering("setup", "show", "--json")

    assert ran.status == 0
    assert ran.json == {}
    assert "No setup is active yet" in ran.err
    refused = postering("sync-orders")
    assert refused.status == 1
    assert "setup apply" in refused.err


# --- changes, history, rollback ------------------------------------------------------------------------------

WITHOUT_VISA = shop.SETUP[: shop.SETUP.index("[[payment_methods]]")] + shop.SETUP[shop.SETUP.index("[[modes_of_") :]


def test_a_dry_run_shows_every_change_and_makes_none(postering: Postering, setup_file: Path, tmp_path: Path) -> None:
    postering("setup", "apply", setup_file)
    without = written(tmp_path, WITHOUT_VISA)

    ran = postering("setup", "apply", without, "--dry-run", "--json")

    assert ran.status == 0
    assert (ran.json["changed"], ran.json["version"], ran.json["dry_run"]) == (False, 1, True)
    assert [(each["change"], each["table"], each["line"]) for each in ran.json["changes"]] == [
        ("removed", "payment_methods", ["USRT", "2", "VISA"])
    ]
    assert "removed  payment_methods USRT, 2, VISA" in postering("setup", "apply", without, "--dry-run").out
    assert postering("setup", "apply", setup_file, "--json").json == UNCHANGED


def test_lines_that_transactions_use_are_removed_only_with_yes(
    postering: Postering, stage: Callable[..., Ran], setup_file: Path, tmp_path: Path
) -> None:
    stage(shop.sale("T-1"))
    postering("sync-orders")
    without = written(tmp_path, WITHOUT_VISA)

    refused = postering("setup", "apply", without)
    assert refused.status == 1
    assert "payment_methods USRT, 2, VISA: removed" in refused.err
    assert "--yes" in refused.err
    assert postering("setup", "apply", setup_file, "--json").json["changed"] is False

    applied = postering("setup", "apply", without, "--yes", "--json")
    assert (applied.status, applied.json["changed"]) == (0, True)


def test_lines_that_no_transaction_uses_are_removed_without_a_question(
    postering: Postering, setup_file: Path, tmp_path: Path
) -> None:
    postering("setup", "apply", setup_file)

    assert postering("setup", "apply", written(tmp_path, WITHOUT_VISA), "--json").json["changed"] is True


def test_the_history_has_every_version_with_its_changes_and_a_rollback_is_one_more(
    postering: Postering, setup_file: Path, tmp_path: Path
) -> None:
    postering("setup", "apply", setup_file)
    postering("setup", "apply", written(tmp_path, WITHOUT_VISA))

    rolled_back = postering("setup", "rollback", "1", "--json")
    history = postering("setup", "history", "--json").json["versions"]

    assert (rolled_back.json["changed"], rolled_back.json["version"]) == (True, 3)
    assert [each["version"] for each in history] == [3, 2, 1]
    assert [[change["change"] for change in each["changes"]] for each in history[:2]] == [["added"], ["removed"]]
    assert all(each["by"] and each["at"] for each in history)
    assert postering("setup", "show").out == postering("setup", "show", "--version", "1").out
    assert postering("setup", "apply", setup_file, "--json").json["changed"] is False
    assert "removed payment_methods USRT, 2, VISA" in " ".join(postering("setup", "history").out.split())


def test_a_rollback_under_which_posted_orders_have_no_accounts_is_refused(
    postering: Postering, stage: Callable[..., Ran], tmp_path: Path
) -> None:
    bare = written(tmp_path, WITHOUT_VISA)
    postering("setup", "apply", bare)
    stage(shop.sale("T-1"))
    postering("sync-orders")

    refused = postering("setup", "rollback", "1")

    assert refused.status == 1
    assert "payment_methods USRT, 2, VISA: removed" in refused.err
    assert [each["version"] for each in postering("setup", "history", "--json").json["versions"]] == [2, 1]


def test_a_version_that_never_was_is_refused_by_name(postering: Postering, setup_file: Path) -> None:
    assert "no setup was applied yet" in postering("setup", "rollback", "1").err
    postering("setup", "apply", setup_file)

    for line in (("setup", "rollback", "9"), ("setup", "show", "--version", "9")):
        refused = postering(*line)
        assert refused.status == 1
        assert "no version 9 of the setup" in refused.err
    assert postering("setup", "rollback", "0").status == 2


def test_a_password_is_never_shown_and_stays_when_the_shown_setup_is_applied(
    postering: Postering, setup_file: Path, tmp_path: Path
) -> None:
    database = '[[channel_databases]]\nname = "houston"\ngroup = "Default"\nurl = "postgresql://shop:s3cret@db/shop"\n'
    setup = written(tmp_path, shop.SETUP + database)
    first = postering("setup", "apply", setup)
    shown = postering("setup", "show")

    for ran in (first, shown, postering("setup", "show", "--json"), postering("setup", "history", "--json")):
        assert "s3cret" not in ran.out + ran.err
    assert "postgresql://shop:***@db/shop" in shown.out
    again = written(tmp_path, shown.out)
    assert postering("setup", "apply", again, "--json").json["changed"] is False

    moved = written(tmp_path, shown.out.replace("@db/", "@other/"))
    refused = postering("setup", "apply", moved)
    assert refused.status == 1
    assert "channel_databases[0].url" in refused.err


def written(folder: Path, text: str) -> Path:
    path = folder / "other.toml"
    path.write_text(text, encoding="utf-8")
    return path
