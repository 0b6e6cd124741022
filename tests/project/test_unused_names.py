"""Every name of the product is used by the product, or stands with its reason in tests/project/names-used-elsewhere."""

import re
import tomllib
from pathlib import Path

import pytest
from vulture import Vulture

ROOT = Path(__file__).parents[2]
EXCEPTIONS = ROOT / "tests" / "project" / "names-used-elsewhere"
EXCEPTED = re.compile(r"(?m)^_\.(\w+)")


@pytest.fixture(scope="module")
def paths() -> list[str]:
    """The files and folders that `make check` looks through."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    found: list[str] = project["tool"]["vulture"]["paths"]
    return found


def unused(paths: list[str]) -> set[str]:
    search = Vulture()
    search.scavenge([str(ROOT / path) for path in paths])
    return {found.name for found in search.get_unused_code(min_confidence=60)}


def test_a_name_that_nothing_uses_is_found(paths: list[str], tmp_path: Path) -> None:
    extra = tmp_path / "extra.py"
    extra.write_text("def settled_by_nobody() -> None:\n    pass\n", encoding="utf-8")

    assert unused([*paths, str(extra)]) == {"settled_by_nobody"}


def test_every_exception_is_needed(paths: list[str]) -> None:
    excepted = EXCEPTED.findall(EXCEPTIONS.read_text(encoding="utf-8"))

    others = [path for path in paths if ROOT / path != EXCEPTIONS]
    assert sorted(set(excepted) - unused(others)) == []
    assert len(excepted) == len(set(excepted))


def test_every_script_in_python_is_looked_through(paths: list[str]) -> None:
    scripts = [path for path in (ROOT / "scripts").iterdir() if path.is_file()]
    python = {
        f"scripts/{path.name}" for path in scripts if "python" in path.read_text(encoding="utf-8").partition("\n")[0]
    }

    assert {path for path in python if "#!/bin/sh" not in (ROOT / path).read_text(encoding="utf-8")} <= set(paths)
