"""Settings: read once, defaults where nothing is set, every wrong one named."""

from pathlib import Path

import pytest

from postering.deployment.settings import VARIABLES, Settings, SettingsError, read_settings


def test_nothing_set_gives_the_defaults() -> None:
    assert read_settings({}) == Settings()
    assert read_settings({name.name: "" for name in VARIABLES} | {"POSTERING_HOME": ""}) == Settings()


def test_what_is_set_counts() -> None:
    settings = read_settings(
        {
            "POSTERING_HOME": "/tmp/books",
            "POSTERING_STACK": "prod",
            "POSTERING_DEBUG": "yes",
            "POSTERING_LOOK_BACK": "0",
            "POSTERING_PACKAGE_MAX_MIB": "3",
        }
    )

    assert (settings.home, settings.stack, settings.debug) == (Path("/tmp/books"), "prod", True)
    assert settings.look_back_counters == 0
    assert settings.package_limits.max_unpacked_bytes == 3 * 1024 * 1024


@pytest.mark.parametrize("variable", VARIABLES, ids=lambda variable: variable.name)
@pytest.mark.parametrize("wrong", ["many", "1.5", "-1", "1e3", "٣", "9" * 400])
def test_a_wrong_number_is_named_with_what_it_should_be(variable: object, wrong: str) -> None:
    name = variable.name  # type: ignore[attr-defined]

    with pytest.raises(SettingsError, match=rf"{name} is .*: it should be a whole number from \d+ to \d+"):
        read_settings({name: wrong})


def test_all_wrong_ones_are_told_at_once() -> None:
    with pytest.raises(SettingsError) as refused:
        read_settings({"POSTERING_LOOK_BACK": "x", "POSTERING_DEBUG": "maybe", "POSTERING_SESSION_TRIES": "0"})

    assert len(refused.value.problems) == 3


@pytest.mark.parametrize(
    ("slip", "meant"), [("POSTERING_LOOKBACK", "POSTERING_LOOK_BACK"), ("POSTERING_EVENT", "POSTERING_EVENTS")]
)
def test_a_typing_error_in_a_variable_s_name_is_reported(slip: str, meant: str) -> None:
    with pytest.raises(SettingsError, match=f"{slip} .* did you mean {meant}"):
        read_settings({slip: "5"})


@pytest.mark.parametrize("other", ["POSTERING_TEST_ENGINE", "POSTERING_QUITE_ANOTHER_THING", "POSTERING"])
def test_a_variable_of_somebody_else_is_left_alone(other: str) -> None:
    assert read_settings({other: "x"}) == Settings()
