"""The command in the process: a home of its own for each test, and one deployment that a demo made."""

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from postering.cli.main import run
from tests.cli import shop


@dataclass(frozen=True)
class Ran:
    """How a command line ended."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output as the one JSON document that it must be."""
        return json.loads(self.out)


Postering = Callable[..., Ran]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home that is not there yet, and an empty current folder."""
    folder = tmp_path / "home"
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    monkeypatch.setenv("POSTERING_HOME", str(folder))
    monkeypatch.setenv("COLUMNS", "80")
    return folder


@pytest.fixture
def postering(home: Path, capsys: pytest.CaptureFixture[str]) -> Postering:
    """Runs a command line in the process."""

    def ran(*arguments: str | Path) -> Ran:
        capsys.readouterr()
        status = run([str(argument) for argument in arguments])
        said = capsys.readouterr()
        return Ran(status, said.out, said.err)

    return ran


@pytest.fixture
def setup_file(tmp_path: Path) -> Path:
    """The setup of the small shop."""
    file = tmp_path / "setup.toml"
    file.write_text(shop.SETUP, encoding="utf-8")
    return file


@pytest.fixture
def stage(postering: Postering, setup_file: Path, tmp_path: Path) -> Callable[..., Ran]:
    """Applies the small shop's setup, packages transactions, and runs the P-job; its report."""

    def staged(*transactions: shop.Rows) -> Ran:
        assert postering("setup", "apply", setup_file).status == 0
        number = len(list(tmp_path.glob("files-*")))
        folder = shop.written(tmp_path / f"files-{number}", *transactions)
        made = postering("package", folder, "--group", "Default", "--session", f"session-{number}")
        assert made.status == 0, made.err
        return postering("p-job", "--json")

    return staged


@pytest.fixture(scope="session")
def demo_made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Any]:
    """A deployment that `demo --json` made, not to be written to, and its report."""
    folder = tmp_path_factory.mktemp("demo") / "home"
    printed = folder.parent / "report.json"
    with pytest.MonkeyPatch.context() as patch, printed.open("w", encoding="utf-8") as stream:
        patch.setenv("POSTERING_HOME", str(folder))
        patch.setattr("sys.stdout", stream)
        assert run(["demo", "--json"]) == 0
    return folder, json.loads(printed.read_text(encoding="utf-8"))


@pytest.fixture
def demo(demo_made: tuple[Path, Any], home: Path) -> Any:
    """A copy of the demo's deployment as this test's home; the demo's report."""
    shutil.copytree(demo_made[0], home)
    return demo_made[1]
