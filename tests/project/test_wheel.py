"""The wheel: built by the pinned build backend, offline, and run in a folder that is not the checkout."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import postering

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "layers/postering/python/postering"


def run(*command: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """A real process, that knows neither this checkout nor any deployment of whoever runs the tests."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "POSTERING_"))}
    return subprocess.run(
        [sys.executable, *command],
        cwd=cwd,
        env={**inherited, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel file."""
    folder = tmp_path_factory.mktemp("wheel")
    built = run("-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder), cwd=ROOT)
    assert built.returncode == 0, built.stderr
    (found,) = folder.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds what the wheel installs, and nothing else."""
    target = tmp_path_factory.mktemp("installed")
    done = run(
        *("-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "--no-index"),
        *("--target", str(target), str(wheel)),
        cwd=target,
    )
    assert done.returncode == 0, done.stderr
    return target


def test_the_wheel_is_for_every_system_and_named_after_the_version(wheel: Path) -> None:
    assert wheel.name == f"postering-{postering.__version__}-py3-none-any.whl"


def test_the_wheel_holds_the_whole_package_with_its_data(wheel: Path) -> None:
    held = {name for name in zipfile.ZipFile(wheel).namelist() if name.startswith("postering/")}

    written = {
        f"postering/{path.relative_to(PACKAGE).as_posix()}"
        for path in PACKAGE.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert held == written
    assert {"postering/py.typed", "postering/domain/retail_transactions/entities.json"} <= held


def test_the_wheel_carries_licence_and_notice(wheel: Path) -> None:
    described = f"postering-{postering.__version__}.dist-info"
    with zipfile.ZipFile(wheel) as archive:
        metadata = archive.read(f"{described}/METADATA").decode()
        scripts = archive.read(f"{described}/entry_points.txt").decode()
        notice = archive.read(f"{described}/licenses/NOTICE").decode()

    assert "License-Expression: Apache-2.0" in metadata
    assert "Requires-Python: >=3.11" in metadata
    assert "postering = postering.cli.main:main" in scripts
    assert "doi:10.24432/C5BW33" in notice


def test_the_installed_wheel_is_what_runs(installed: Path, tmp_path: Path) -> None:
    where = run("-c", "import postering; print(postering.__file__)", cwd=tmp_path, PYTHONPATH=str(installed))

    assert where.stdout.strip() == str(installed / "postering/__init__.py")


def test_the_demo_runs_from_the_wheel_far_from_the_checkout(installed: Path, tmp_path: Path) -> None:
    elsewhere, home = tmp_path / "elsewhere", tmp_path / "home"
    elsewhere.mkdir()
    surroundings = {"PYTHONPATH": str(installed), "POSTERING_HOME": str(home), "HOME": str(tmp_path)}

    demo = run("-m", "postering", "demo", cwd=elsewhere, **surroundings)
    reconciled = run("-m", "postering", "reconcile", "--json", cwd=elsewhere, **surroundings)

    assert demo.returncode == 0, demo.stdout + demo.stderr
    assert demo.stdout
    assert reconciled.returncode == 0, reconciled.stdout + reconciled.stderr
    assert '"balanced": true' in reconciled.stdout
    assert list(elsewhere.iterdir()) == []
