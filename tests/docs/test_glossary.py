"""docs/glossary.md holds each term once, in order and whole; pages and help keep to its words."""

import re
from pathlib import Path

import click
import pytest

from postering.cli import main
from tests.cli.test_command_line import ALL

ROOT = Path(__file__).parents[2]
PAGES = {
    path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
    for path in (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")))
}
HELPS = {"postering": main.command} | {f"postering {' '.join(path)}": command for path, command in ALL.items()}

# Pages and commands that are still to be written in plain English: nothing is added, and each leaves when it is plain.
PAGES_TO_REWRITE: set[str] = set()
HELPS_TO_REWRITE: set[str] = set()


def table(heading: str) -> list[list[str]]:
    """The rows of the first table under a heading of the glossary, without its own heading."""
    section = f"\n{PAGES['docs/glossary.md']}".split(f"\n{heading}\n", 1)[1].split("\n## ")[0]
    rows = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows[2:]]


TERMS = table("# Glossary")
WORDS = [word for _, words in table("## Words we use, and words we do not") for word in re.findall("`([^`]+)`", words)]
_WORD = re.compile(rf"\b(?:{'|'.join(WORDS)})\b", re.IGNORECASE)
_BEGINNING = re.compile(r"(?:^|(?<=[.!?] ))(?:What|Where|That which|Of which)\b[^.!?]*(?:[.!]|$)")


def unplain(text: str) -> list[str]:
    """Words that the glossary rules out, and sentences that do not begin with their subject."""
    outside = re.sub(r"`[^`\n]*`", "`…`", re.sub(r"\]\([^)]*\)", "]", text))
    paragraphs = re.split(r"\n\s*\n|\n\s*(?=[-*] )", re.sub(r"(?ms)^```.*?^```", "", outside))
    prose = [" ".join(part.split()).lstrip("-* ") for part in paragraphs if not part.lstrip().startswith(("#", "|"))]
    return [*_WORD.findall(outside), *(found for part in prose for found in _BEGINNING.findall(part))]


def test_the_terms_are_sorted_and_none_stands_twice() -> None:
    words = [row[0] for row in TERMS]

    assert words == sorted(set(words), key=str.casefold)
    assert len(words) > 50


def test_every_term_has_its_meaning_both_terms_of_d365_and_a_place() -> None:
    assert [row for row in TERMS if len(row) != 5 or not all(row)] == []
    assert [row[0] for row in TERMS if not row[1].endswith(".")] == []


def test_a_word_that_is_ruled_out_is_found_and_so_is_a_sentence_without_subject() -> None:
    assert unplain("It is mended. What failed is tried again.\n\n- Where it is set, it counts.") == [
        "mended",
        "What failed is tried again.",
        "Where it is set, it counts.",
    ]
    assert unplain("## What it does\n\nWhat is it? A `mend`, at [a page](in force.md).\n\n| What | Where |") == []


@pytest.mark.parametrize("page", PAGES)
def test_a_page_keeps_to_the_words_of_the_glossary(page: str) -> None:
    found = unplain(PAGES[page])

    to_rewrite = page in PAGES_TO_REWRITE or page.startswith("docs/decisions/")
    assert to_rewrite or not found, f"{page} has words that docs/glossary.md replaces: {found}"


@pytest.mark.parametrize("name", HELPS)
def test_a_help_keeps_to_the_words_of_the_glossary(name: str) -> None:
    found = unplain(HELPS[name].get_help(click.Context(HELPS[name], info_name=name)))

    assert name in HELPS_TO_REWRITE or not found, f"{name} --help has words that docs/glossary.md replaces: {found}"


def test_the_lists_name_only_pages_and_helps_that_are_not_plain_yet() -> None:
    plain = {page for page in PAGES_TO_REWRITE & set(PAGES) if not unplain(PAGES[page])}
    plain |= {name for name in HELPS_TO_REWRITE if not unplain(HELPS[name].get_help(click.Context(HELPS[name])))}

    assert plain == set(), "these are plain: take them off the list"
