"""docs/operator.md keeps its word: every cause and every code has a row, and each row a test that fixes it."""

import ast
import contextlib
import re
import shlex
from pathlib import Path

import click
import pytest

from postering.domain.checks import CODES
from postering.domain.problems import Waiting
from tests.cli import shop
from tests.cli.conftest import Postering, home, postering, setup_file, stage
from tests.cli.test_command_line import parse

__all__ = ["home", "postering", "setup_file", "stage"]

ROOT = Path(__file__).parents[2]
DOCUMENT = (ROOT / "docs/operator.md").read_text(encoding="utf-8")
PROOF = r"\[(?P<test>\w+)\]\(\.\./(?P<file>tests/operator/\w+\.py)\)"
ROW = rf"(?m)^\| (?P<name>\d+|`[A-Z_]+`) \| (?P<told>.+) \| (?P<here>\d) \| (?P<there>[^|]+) \| {PROOF} \|$"
ROWS = [found.groupdict() for found in re.finditer(ROW, DOCUMENT)]
CAUSES = [row for row in ROWS if row["name"].isdigit()]
CODE_ROWS = [row for row in ROWS if not row["name"].isdigit()]


def proofs_in(file: str) -> dict[str, str]:
    """The tests of a file, each with its text."""
    text = (ROOT / file).read_text(encoding="utf-8")
    found = (part for part in ast.parse(text).body if isinstance(part, ast.FunctionDef))
    return {part.name: ast.get_source_segment(text, part) or "" for part in found}


def test_every_cause_and_every_code_has_one_row() -> None:
    assert [int(row["name"]) for row in CAUSES] == list(range(1, 22))
    assert sorted(row["name"].strip("`") for row in CODE_ROWS) == sorted(CODES)


@pytest.mark.parametrize("row", CAUSES, ids=[row["name"] for row in CAUSES])
def test_the_proof_of_a_cause_is_its_test(row: dict[str, str]) -> None:
    assert row["test"] in proofs_in(row["file"])
    assert row["name"] in re.findall(r"\d+", row["test"])


@pytest.mark.parametrize("row", CODE_ROWS, ids=[row["name"] for row in CODE_ROWS])
def test_the_proof_of_a_code_makes_it(row: dict[str, str]) -> None:
    code, proofs = row["name"].strip("`"), proofs_in(row["file"])
    cases = ast.parse((ROOT / row["file"]).read_text(encoding="utf-8"))
    made = {
        call.args[0].value
        for call in ast.walk(cases)
        if isinstance(call, ast.Call)
        and getattr(call.func, "id", "") == "Case"
        and isinstance(call.args[0], ast.Constant)
    }
    decorated = (
        (ROOT / row["file"]).read_text(encoding="utf-8").partition(f"def {row['test']}(")[0].rpartition("\n\n\n")[2]
    )
    assert row["test"] in proofs
    assert code in proofs[row["test"]] or code in decorated or ("case.code" in proofs[row["test"]] and code in made)


@pytest.mark.parametrize("row", ROWS, ids=[row["name"] for row in ROWS])
def test_the_steps_of_d365_add_up(row: dict[str, str]) -> None:
    counted = re.match(r"(\d): ([^;]+)", row["there"])
    if counted is None:
        assert row["there"].startswith(("none", "not "))
        return
    steps = [int(part.split()[-1]) for part in counted[2].split(", ") if part.split()[-1].isdigit()]
    assert sum(steps) == int(counted[1])
    assert int(row["here"]) < int(counted[1])


def test_codes_and_reasons_that_the_page_names_are_there() -> None:
    named = set(re.findall(r"`([A-Z]+(?:_[A-Z]+)+)`", DOCUMENT))

    assert {str(reason) for reason in Waiting} <= named
    assert named <= {*CODES, *map(str, Waiting)}


@pytest.mark.parametrize("line", sorted(set(re.findall(r"`(postering [^`]+)`", DOCUMENT))))
def test_a_command_that_the_page_names_parses(line: str) -> None:
    with contextlib.suppress(click.MissingParameter):
        parse(line)


def test_the_three_commands_of_a_morning_run(stage: object, postering: Postering) -> None:
    assert callable(stage)
    stage(shop.sale("T-1"))
    assert postering("sync-orders").status == 0
    block = re.findall(r"(?ms)^```console\n(.*?)^```", DOCUMENT)[0]
    lines = block.splitlines()

    assert len(lines) == 3
    for line in lines:
        ran = postering(*shlex.split(line)[1:])
        assert ran.status in {0, 1}, line
        assert "Error" not in ran.err, line
