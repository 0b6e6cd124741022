"""docs/orders.md keeps its word: each kind has an example that runs, and a test of its own that proves what it says."""

import ast
import re
import shlex
from pathlib import Path

import pytest

from postering.domain.checks import CODES
from postering.domain.problems import Waiting
from postering.domain.retail_transactions.entities import ENTITIES
from tests.cli.conftest import Postering, home, postering
from tests.orders.order_book import EXAMPLES, kinds, runs_of

__all__ = ["home", "postering"]

ROOT = Path(__file__).parents[2]
DOCUMENT = (ROOT / "docs/orders.md").read_text(encoding="utf-8")
ROWS = re.findall(
    r"(?m)^\| ([^|]+) \| ([^|]+) \| \[([\w-]+)\]\(\.\./([^)]+)\) \| \[(\w+)\]\(\.\./(tests/orders/\w+\.py)\) \|$",
    DOCUMENT,
)


def test_every_example_has_a_row_and_every_row_an_example() -> None:
    assert sorted(example for _, _, example, _, _, _ in ROWS) == kinds()
    assert len({proof for _, _, _, _, proof, _ in ROWS}) == len(ROWS)
    assert {place for _, _, _, place, _, _ in ROWS} == {f"tests/examples/orders/{kind}" for kind in kinds()}


@pytest.mark.parametrize(("example", "name", "file"), [(row[2], row[4], row[5]) for row in ROWS])
def test_the_proof_of_a_row_is_a_test_that_runs_its_example(example: str, name: str, file: str) -> None:
    module = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    (proof,) = (part for part in module.body if isinstance(part, ast.FunctionDef) and part.name == name)

    assert example in {part.value for part in ast.walk(proof) if isinstance(part, ast.Constant)}


def test_codes_that_the_table_names_are_codes() -> None:
    named = {word for row in ROWS for word in re.findall(r"`([A-Z_]{5,})`", row[1])}

    assert named
    assert named <= {*CODES, *map(str, Waiting)}


def test_the_commands_run_in_an_empty_folder(postering: Postering, monkeypatch: pytest.MonkeyPatch) -> None:
    (block,) = re.findall(r"(?ms)^```console\n(export .*?)^```", DOCUMENT)
    export, *lines = block.splitlines()
    name, value = export.removeprefix("export ").split("=")
    monkeypatch.setenv(name, value)
    Path("tests").symlink_to(ROOT / "tests")

    for line in lines:
        ran = postering(*shlex.split(line)[1:])
        assert (ran.status, ran.err) == (0, ""), line


@pytest.mark.parametrize("kind", kinds())
def test_an_example_names_columns_of_its_entities(kind: str) -> None:
    for file in sorted((EXAMPLES / kind).rglob("*.jsonl")):
        columns = {field.name for field in ENTITIES[file.stem].fields}
        named = re.findall(r'"(\w+)": ', file.read_text(encoding="utf-8"))

        assert named
        assert set(named) <= columns, file


def test_examples_that_take_several_runs_are_numbered() -> None:
    for kind in kinds():
        names = [folder.name for folder in runs_of(kind)]
        assert names == [kind] or names == [str(number) for number in range(1, len(names) + 1)]
