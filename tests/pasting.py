"""Printed repairs in a test: command lines are taken from them, and their lines are pasted into the setup file."""

import re
import shlex
from dataclasses import dataclass

_APPLY = ["setup", "apply", "FILE"]
_LINES = re.compile(
    r"(?:(?P<add>Add to the setup file)|[Ii]n the setup file, in \[\[(?P<section>\w+)\]\] with (?P<table>.+), write)"
    r":\n\n(?P<lines>(?:    .*\n|\n)+)\nthen run:\n\n\Z"
)


@dataclass(frozen=True)
class Printed:
    """A command of a printed repair: its words without `postering`, and the repair's text before it."""

    words: list[str]
    before: str

    @property
    def is_setup(self) -> bool:
        """Whether it applies a setup file: its lines are pasted first."""
        return self.words == _APPLY

    def pasted(self, setup: str) -> str:
        """The setup file's text with the lines that the repair printed, exactly as it printed them."""
        found = _LINES.search(self.before)
        assert found is not None, self.before
        if found["add"]:
            return f"{setup}\n{found['lines']}"
        return _changed(setup, found["section"], found["table"].split(" and "), found["lines"].splitlines())


def printed(repair: str) -> list[Printed]:
    """Every command of a repair: each line that begins with four spaces and `postering `."""
    found = []
    for line in re.finditer(r"(?m)^    (postering .+)$", repair):
        words = shlex.split(line[1])
        found.append(Printed(words[1:], repair[: line.start()]))
    return found


def _changed(setup: str, section: str, table: list[str], lines: list[str]) -> str:
    """The text with `lines` in the one table of `section` that has all the lines of `table`, in place of their like."""
    blocks = re.split(r"(?m)^(?=\s*\[)", setup)
    (number,) = [
        index
        for index, block in enumerate(blocks)
        if block.strip().startswith(f"[[{section}]]")
        and set(table) <= {line.partition("    #")[0].strip() for line in block.splitlines()}
    ]
    keys = {line.partition(" = ")[0].strip() for line in lines}
    kept = [line for line in blocks[number].splitlines() if line.partition(" = ")[0].strip() not in keys]
    blocks[number] = "\n".join([kept[0], *lines, *kept[1:]]) + "\n"
    return "".join(blocks)
