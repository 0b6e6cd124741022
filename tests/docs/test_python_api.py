"""docs/python-api.md keeps its word: its examples run and print what is shown; each name is documented."""

import contextlib
import inspect
import io
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import postering
from postering import api
from postering.trials.sample.files import SETUP, sample_bytes

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "python-api.md").read_text(encoding="utf-8")
NAMES = set(re.findall(r"(?m)^\| `(\w+)` \|", PAGE))


def examples() -> Iterator[tuple[str, str]]:
    """Each example, and what it prints."""
    yield from re.findall(r"(?ms)^```python\n(.*?)^```\n\n```text\n(.*?)^```", PAGE)


def test_every_example_runs_and_prints_what_is_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(ROOT / "samples/my-day", tmp_path / "samples/my-day")
    (tmp_path / "setup.toml").write_bytes(sample_bytes(SETUP))
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}

    for example, shown in examples():
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(compile(example, "docs/python-api.md", "exec"), names)  # noqa: S102 - the page's own examples
        assert printed.getvalue() == shown
    assert len(list(examples())) == PAGE.count("```python") == 5


def test_every_name_is_exported_and_documented() -> None:
    assert set(postering.__all__) == set(api.__all__) == NAMES
    for name in NAMES:
        assert getattr(postering, name) is getattr(api, name)
        assert inspect.getdoc(getattr(api, name))


def test_every_operation_of_the_books_is_on_the_page() -> None:
    operations = {name for name, _ in inspect.getmembers(api.Books, inspect.isfunction) if not name.startswith("_")}
    (row,) = (line for line in PAGE.splitlines() if line.startswith("| `Books` |"))

    assert operations == set(re.findall(r"`(\w+)`", row)) - {"Books"}


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = postering.nothing


def test_importing_postering_loads_nothing_else() -> None:
    ran = subprocess.run(
        [sys.executable, "-c", "import sys, postering; print([m for m in sys.modules if m.startswith('postering.')])"],
        env={"PYTHONPATH": str(Path(postering.__file__).parents[1])},
        capture_output=True,
        text=True,
        check=True,
    )

    assert ran.stdout.strip() == "[]"
