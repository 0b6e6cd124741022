"""docs/architecture.md names every room and only files that are there; its drawings are those of today's contracts."""

import re
from pathlib import Path

import pytest

from tests.docs.scripts import script

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "layers/postering/python/postering"
PAGE = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")


def rooms(folder: Path) -> set[str]:
    return {part.parent.name for part in folder.glob("*/__init__.py")}


def named(first: str, last: str) -> list[str]:
    """The rooms in the first cells of a table, between two texts of the page."""
    return re.findall(r"(?m)^\| \[(\w+)\]", PAGE.partition(first)[2].partition(last)[0])


def test_every_path_that_the_page_names_exists() -> None:
    links = [link for link in re.findall(r"\]\(([^)#\s]+)\)", PAGE) if "://" not in link]

    assert len(links) > 60
    assert [link for link in links if not (ROOT / "docs" / link).exists()] == []


def test_a_link_with_a_file_name_leads_to_a_file_of_that_name() -> None:
    for text, link in re.findall(r"\[([\w/]+(?:\.py)?)\]\((\.\./layers/[^)]+)\)", PAGE):
        assert link.rstrip("/").endswith(text)


def test_the_page_names_every_room_once() -> None:
    outer, inner = named("## The rooms", "The rooms of the domain:"), named("The rooms of the domain:", "Beside")

    assert sorted(outer) == sorted(rooms(PACKAGE))
    assert sorted(inner) == sorted(rooms(PACKAGE / "domain"))


def test_the_way_has_ten_steps() -> None:
    assert re.findall(r"(?m)^\| (\d+) \|", PAGE) == [str(step) for step in range(1, 11)]


@pytest.mark.parametrize("name", ["way", "rooms"])
def test_a_drawing_is_the_one_that_the_script_draws_and_fetches_nothing(name: str) -> None:
    committed = (ROOT / "docs" / f"{name}.svg").read_text(encoding="utf-8")

    assert committed == getattr(script("drawings"), name)(), "run `make docs`"
    assert re.findall(r"https?://[^\s\"]+", committed) == ["http://www.w3.org/2000/svg"]


def test_the_drawing_shows_every_room() -> None:
    drawn = set(re.findall(r">([^<>\n]+)</text>", (ROOT / "docs/rooms.svg").read_text(encoding="utf-8")))

    wanted = rooms(PACKAGE) - {"domain"} | rooms(PACKAGE / "domain")
    assert {room.replace("_", " ") for room in wanted} <= drawn
