"""docs/recipes keep their word: every file, folder and definition that a recipe names is there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
RECIPES = sorted((ROOT / "docs" / "recipes").glob("*.md"))
EVERY_RECIPE = pytest.mark.parametrize("recipe", RECIPES, ids=[each.stem for each in RECIPES])
PATH = re.compile(r"`((?:layers|functions|tests|docs|events|scripts|requirements)/[\w./*-]*)`")


@EVERY_RECIPE
def test_every_path_that_a_recipe_names_is_there(recipe: Path) -> None:
    named = PATH.findall(recipe.read_text(encoding="utf-8"))

    assert named
    assert [path for path in named if not list(ROOT.glob(path.rstrip("/")))] == []


@EVERY_RECIPE
def test_a_recipe_ends_with_the_command_that_tests_it(recipe: Path) -> None:
    text = recipe.read_text(encoding="utf-8")

    (tests,) = re.findall(r'`make test TESTS="?([^`"]+)"?`', text)
    assert all((ROOT / folder).exists() for folder in tests.split())


@EVERY_RECIPE
def test_a_recipe_is_short(recipe: Path) -> None:
    assert len(recipe.read_text(encoding="utf-8").splitlines()) < 40
