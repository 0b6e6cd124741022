"""docs/reliability.md names tests that are there, and what it says of limits and commands is so."""

import re
from pathlib import Path

import pytest

from postering.deployment.settings import Settings

PAGE = Path(__file__).parents[2] / "docs" / "reliability.md"
TEXT = PAGE.read_text(encoding="utf-8")
LINKS = sorted(set(re.findall(r"\]\((\.\./[^)]+)\)", TEXT)))


@pytest.mark.parametrize("link", LINKS)
def test_what_the_page_links_to_is_there(link: str) -> None:
    assert (PAGE.parent / link).exists()


def test_every_promise_names_what_keeps_it_and_a_test() -> None:
    promises = TEXT.partition("## The promises")[2].partition("\n## ")[0]
    rows = [line.strip("|").split(" | ") for line in promises.splitlines() if line.startswith("| ")][1:]
    assert len(rows) > 12
    for promise, keeps, shown in rows:
        assert promise.strip()
        assert keeps.strip()
        assert ".py](../tests/" in shown


def test_the_look_back_is_as_the_page_says() -> None:
    assert f"up to {Settings().look_back_counters:,}" in " ".join(TEXT.split())
