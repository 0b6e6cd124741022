"""docs/settings.md has every variable, with its default and its bounds."""

import re
from pathlib import Path
from typing import Any

import pytest

from postering.deployment.settings import VARIABLES, Settings, Variable

TEXT = (Path(__file__).parents[2] / "docs" / "settings.md").read_text(encoding="utf-8")
LIMITS = TEXT.partition("## Limits")[2]
ROWS = {
    cells[0].strip("` "): [cell.strip() for cell in cells[1:]]
    for cells in (line.strip("|").split("|") for line in LIMITS.splitlines() if line.startswith("| `"))
}
SOURCE = (Path(__file__).parents[2] / "layers/postering/python/postering/deployment/settings.py").read_text(
    encoding="utf-8"
)


def default_of(variable: Variable) -> str:
    """The default in the variable's own unit, '' where there is none."""
    settings: Any = Settings()
    for holder in (settings.limits, settings.package_limits, settings):
        if hasattr(holder, variable.limit):
            value = getattr(holder, variable.limit)
            return "" if value is None else str(value // variable.scale)
    raise AssertionError(variable.name)


@pytest.mark.parametrize("variable", VARIABLES, ids=[variable.name for variable in VARIABLES])
def test_a_limit_is_shown_with_default_bounds_and_unit(variable: Variable) -> None:
    described = [default_of(variable), str(variable.smallest), str(variable.largest), variable.unit]
    assert ROWS[variable.name][:4] == described
    assert ROWS[variable.name][4]


def test_no_limit_is_shown_that_does_not_exist() -> None:
    assert set(ROWS) == {variable.name for variable in VARIABLES}


def test_every_other_variable_is_shown() -> None:
    named = set(re.findall(r"environment(?:\.get\(|\[)\"(\w+)\"", SOURCE))
    assert {name for name in named if f"`{name}`" not in TEXT} == set()
