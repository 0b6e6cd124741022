"""docs/day.md is a day that can be lived: each of its lines is run, and what it shows is what is printed."""

import re
import shlex
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.cli.conftest import Postering, home, postering

__all__ = ["home", "postering"]

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "day.md").read_text(encoding="utf-8")
EXPECTED_STATUS = re.compile(r"\s+# exit status (\d)$")


@dataclass
class Line:
    """A command of the page, the exit status that it must end with, and what is shown of what it prints."""

    command: list[str]
    status: int = 0
    shown: list[str] = field(default_factory=list)


def steps() -> Iterator[Line | str]:
    """Commands in the order of the page, and texts that go to the end of setup.toml."""
    for language, block in re.findall(r"(?ms)^```(\w+)\n(.*?)^```", PAGE):
        if language == "toml":
            yield block
            continue
        lines: list[Line] = []
        for text in block.splitlines():
            if text.startswith(("postering ", "cp ", "export ")):
                status = EXPECTED_STATUS.search(text)
                command = shlex.split(EXPECTED_STATUS.sub("", text))
                lines.append(Line(command, int(status[1]) if status else 0))
            else:
                lines[-1].shown.append(text)
        yield from lines


def assert_shown(shown: list[str], printed: str) -> None:
    """Each part between the marks is printed, in that order."""
    rest = printed
    for part in re.split(r"\[…\]\n?", "\n".join(shown)):
        if part.strip():
            _, found, rest = rest.partition(part.strip("\n"))
            assert found, f"not printed, or not in this order:\n{part}\n---\n{printed}"


def test_every_line_of_the_day_runs_and_prints_what_is_shown(
    postering: Postering, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("POSTERING_HOME")
    shutil.copytree(ROOT / "tests/examples/day", "tests/examples/day")
    ran = 0
    for step in steps():
        if isinstance(step, str):
            with Path("setup.toml").open("a", encoding="utf-8") as setup:
                setup.write(f"\n{step}")
        elif step.command[0] == "export":
            name, _, value = step.command[1].partition("=")
            if name == "POSTERING_HOME":
                monkeypatch.setenv(name, value)
        elif step.command[0] == "cp":
            shutil.copyfile(*step.command[1:])
        else:
            ended = postering(*step.command[1:])
            assert ended.status == step.status, f"{step.command}: {ended.err}{ended.out}"
            assert_shown(step.shown, ended.out + ended.err)
            ran += 1
    assert ran > 25


def test_the_day_has_what_a_day_has() -> None:
    commands = {" ".join(step.command[1:3]) for step in steps() if isinstance(step, Line)}
    for wanted in ("status", "explain 5002", "edit 5003", "conflicts accept", "reconcile --from", "export --out"):
        assert any(command.startswith(wanted) for command in commands)
