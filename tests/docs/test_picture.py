"""docs/picture.svg shows what the commands print today, and brings all that it needs."""

import re
from pathlib import Path

from tests.docs.scripts import script

ROOT = Path(__file__).resolve().parents[2]
COMMITTED = (ROOT / "docs" / "picture.svg").read_text(encoding="utf-8")


def test_the_picture_is_what_the_commands_print() -> None:
    assert script("picture").picture() == COMMITTED, "the output of a command has changed: run `make docs`"


def test_the_picture_fetches_nothing() -> None:
    assert re.findall(r"https?://[^\s\"]+", COMMITTED) == ["http://www.w3.org/2000/svg"]
    assert re.findall(r"@font-face|@import|<script|<image|href=|url\((?!#)", COMMITTED) == []


def test_the_picture_shows_failure_explanation_fix_and_books_that_agree() -> None:
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", COMMITTED.replace("&#160;", " ")))

    shown = ["8 failed", "explain 539487", "PAYMENT_METHOD", "setup apply", "8 posted", "reconcile", "28,861.53"]
    places = [text.find(part) for part in shown]
    assert -1 not in places
    assert places == sorted(places)
