"""`setup apply` and `setup show`: whole or not at all, every fault with its place, shown back as it can be applied."""

import json
import tomllib
from pathlib import Path

from tests.cli import shop
from tests.cli.conftest import Postering


def test_a_setup_is_applied_once(postering: Postering, setup_file: Path) -> None:
    first = postering("setup", "apply", setup_file, "--json")
    again = postering("setup", "apply", setup_file, "--json")
    for_people = postering("setup", "apply", setup_file)

    assert first.json == {"changed": True, "version": 1}
    assert again.json == {"changed": False, "version": 1}
    assert "nothing changed" in for_people.out


def test_what_is_shown_can_be_applied_as_it_is(postering: Postering, setup_file: Path, tmp_path: Path) -> None:
    postering("setup", "apply", setup_file)
    toml, as_json = tmp_path / "shown.toml", tmp_path / "shown.json"
    toml.write_text(postering("setup", "show").out, encoding="utf-8")
    as_json.write_text(postering("setup", "show", "--json").out, encoding="utf-8")

    assert tomllib.loads(toml.read_text(encoding="utf-8")) == json.loads(as_json.read_text(encoding="utf-8"))
    assert postering("setup", "apply", toml, "--json").json == {"changed": False, "version": 1}
    assert postering("setup", "apply", as_json, "--json").json == {"changed": False, "version": 1}


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
    assert postering("setup", "apply", setup_file, "--json").json == {"changed": False, "version": 1}


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
