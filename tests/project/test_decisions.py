"""docs/decisions: one page a decision, each in the index, each complete."""

import re
from datetime import date
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "docs/decisions"
INDEX = FOLDER / "README.md"
PAGES = sorted(page for page in FOLDER.iterdir() if page != INDEX)
PARTS = ["Decision", "Why", "Weighed", "Door"]


def text(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def test_the_numbers_have_no_gap_and_none_is_used_twice() -> None:
    names = [re.fullmatch(r"(\d{4})-[a-z0-9]+(?:-[a-z0-9]+)*\.md", page.name) for page in PAGES]

    assert [page.name for page, name in zip(PAGES, names, strict=True) if name is None] == []
    assert [int(name[1]) for name in names if name] == list(range(1, len(PAGES) + 1))


def test_the_index_names_each_page_once_with_its_title() -> None:
    named = re.findall(r"(?m)^- \[(\d{4}\. .+)\]\((.+)\)$", text(INDEX))

    assert sorted(named) == [(text(page).splitlines()[0].removeprefix("# "), page.name) for page in PAGES]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.name))
def test_a_page_has_its_number_its_date_and_the_four_parts_in_order(page: Path) -> None:
    title, day, *paragraphs = text(page).split("\n\n")

    assert re.fullmatch(rf"# {page.name[:4]}\. \S.*", title)
    assert date.fromisoformat(day).isoformat() == day
    assert re.findall(r"(?m)^\*\*(\w+)\.\*\* \S", "\n\n".join(paragraphs)) == PARTS


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.name))
def test_the_door_says_which_way_it_opens(page: Path) -> None:
    assert re.search(r"(?m)^\*\*Door\.\*\* (One|Two)-way\b", text(page))
