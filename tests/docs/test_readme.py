"""README and pages keep their word: each command parses; those of docs/commands.md run, and print what is shown."""

import contextlib
import re
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest

from tests.cli.conftest import Postering, demo_made, home, postering
from tests.cli.test_command_line import ALL, parse

__all__ = ["demo_made", "home", "postering"]

ROOT = Path(__file__).parents[2]
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
_RUN_ID = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{6}")


def blocks(document: Path) -> Iterator[str]:
    """What stands between fences."""
    yield from re.findall(r"(?ms)^```\w*\n(.*?)^```", document.read_text(encoding="utf-8"))


def command_lines(document: Path) -> Iterator[str]:
    """Lines of blocks that begin with the command."""
    for block in blocks(document):
        for line in re.findall(r"(?m)^(?:\$ )?(postering .*)$", block):
            yield re.sub(r"\s+# .*$", "", line)  # a comment of the shell


def mentioned(document: Path) -> Iterator[str]:
    """Commands within the text, in backquotes."""
    text = re.sub(r"(?ms)^```.*?^```", "", document.read_text(encoding="utf-8"))
    yield from re.findall(r"`(postering [^`]+)`", text)


SHOWN = [(path.name, line) for path in DOCUMENTS for line in (*command_lines(path), *mentioned(path))]
COMMANDS = ROOT / "docs" / "commands.md"
EXAMPLES = list(command_lines(COMMANDS))


@pytest.mark.parametrize(("document", "line"), SHOWN, ids=[f"{name}: {line}" for name, line in SHOWN])
def test_a_command_that_a_document_shows_parses(document: str, line: str) -> None:
    with contextlib.suppress(click.MissingParameter):  # a command named without its arguments: `postering show`
        parse(line)


def test_the_examples_of_the_commands_run_one_after_the_other_after_a_demo(
    postering: Postering, demo_made: tuple[Path, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("POSTERING_HOME")
    shutil.copytree(demo_made[0], ".postering")
    shutil.copytree(ROOT / "samples/my-day", "samples/my-day")

    ended = {line: postering(*shlex.split(line)[1:]) for line in EXAMPLES}

    assert len(EXAMPLES) > 15
    assert {line: ran.err for line, ran in ended.items() if ran.status != 0} == {}


def test_what_the_commands_page_shows_of_the_demo_is_what_is_printed(
    postering: Postering, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("POSTERING_HOME")
    (shown,) = (block for block in blocks(COMMANDS) if "10. postering reconcile" in block)

    printed = postering("demo").out

    rest = _RUN_ID.sub("RUN", printed)
    for part in filter(None, (part.strip("\n") for part in _RUN_ID.sub("RUN", shown).split("[…]\n"))):
        _, found, rest = rest.partition(part)
        assert found == part, f"not printed, or not in this order:\n{part}"


def test_the_first_screen_says_what_it_is_and_what_it_is_not() -> None:
    first_screen = " ".join((ROOT / "README.md").read_text(encoding="utf-8").splitlines()[:12])

    assert "orders and payments on authorisation" in first_screen
    assert "capture, invoice and revenue come later" in first_screen
    assert "make demo" in first_screen


def test_the_readme_shows_no_output_and_no_command_line_that_is_not_tested() -> None:
    """Command lines stand on pages whose lines are run; the README has `make` and names of commands."""
    assert list(command_lines(ROOT / "README.md")) == []
    lines = [line.split()[:2] for block in blocks(ROOT / "README.md") for line in block.splitlines()]
    assert lines == [["make", "demo"], ["make", "test"]]


def test_the_readme_has_its_parts_in_order() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    parts = [
        "docs/picture.svg",
        "docs/way.svg",
        "make demo",
        "make test",
        "For you if",
        "postering p-job",
        "## Licence",
    ]

    places = [readme.find(part) for part in parts]
    assert -1 not in places
    assert places == sorted(places)


def test_the_page_of_commands_names_every_command() -> None:
    page = COMMANDS.read_text(encoding="utf-8")

    assert [path for path in ALL if len(path) == 1 and f"postering {path[0]}" not in page] == []
