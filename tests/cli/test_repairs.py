"""No message sends anybody to a command that does not exist: every `postering …` in the code parses."""

import ast
import contextlib
import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

import postering
from tests.cli.test_command_line import parse

PACKAGE = Path(postering.__file__).parent


def texts(path: Path) -> Iterator[str]:
    """Every text in a file's code, adjoining parts joined, what is put in at run time as `x`; no docstrings."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, documented) and node.body and isinstance(node.body[0], ast.Expr)
    }
    inside = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else "x" for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings | inside:
            yield node.value


def commands_named(text: str) -> Iterator[str]:
    """Command lines in a text: in backquotes, after a colon to the end of the sentence, on a line of their own."""
    yield from re.findall(r"`(postering [^`]+)`", text)
    yield from re.findall(r"(?m)^ {4}(postering .+)$", text)
    yield from re.findall(r"(?:^|[:(]\s)(postering [a-z][\w-]*(?: (?:(?!of )[a-z][\w-]*|--[\w-]+|[A-Z_]+|x))*)", text)


NAMED = sorted(
    {
        (str(path.relative_to(PACKAGE)), line)
        for path in PACKAGE.rglob("*.py")
        for text in texts(path)
        for line in commands_named(text)
        if line != "postering x"  # the command itself is put in at run time
    }
)


def test_the_code_names_commands() -> None:
    assert any("setup apply" in line for _, line in NAMED)


@pytest.mark.parametrize(("place", "line"), NAMED, ids=[f"{place}: {line}" for place, line in NAMED])
def test_a_command_that_a_message_names_exists(place: str, line: str) -> None:
    # An id may be left to the reader: `postering sync-orders --transaction`; what is put in at run time is no choice.
    with contextlib.suppress(click.BadParameter, click.BadOptionUsage):
        parse(line)
