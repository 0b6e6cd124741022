"""The house itself: pins, reasons, licence, versions, and commands that the documents show."""

import ast
import importlib.metadata
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

import postering

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "layers/postering/python/postering"
SOURCES = [*sorted((ROOT / "requirements").glob("*.in")), ROOT / "layers/postering/python/requirements.in"]
PINS = [source.with_suffix(".txt") for source in SOURCES]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))

# Written in pieces, so that this file does not name them either.
REGISTRY_HOSTS = [
    *(f"{name}.org" for name in ("py" + "pi", "python" + "hosted", "registry.npm" + "js", "repo.maven.apache")),
    *(f"{name}.io" for name in ("crates", "docker", "ghcr", "quay")),
    *(f"{name}.com" for name in ("registry.yarn" + "pkg", "npm.pkg.git" + "hub")),
]
LOCK_FILES = {
    *("uv.lock", "poetry.lock", "pdm.lock", "Pipfile.lock", "pylock.toml"),
    *("package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml"),
}


def files() -> list[Path]:
    """The files that are committed or about to be; all that are not hidden where there is no repository."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if listing.returncode == 0 and (ROOT / ".git").exists():
        found = [ROOT / name for name in listing.stdout.decode().split("\0") if name]
    else:
        hidden = re.compile(r"(^|/)(\.(?!ci/|gitignore)|__pycache__|dist/)")
        found = [path for path in ROOT.rglob("*") if not hidden.search(path.relative_to(ROOT).as_posix())]
    return sorted(path for path in found if path.is_file())


def texts() -> Iterator[tuple[Path, str]]:
    """Every file that is text."""
    for path in files():
        try:
            yield path, path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue


def names(source: Path) -> list[str]:
    """The requirements that a source file names itself, without extras and versions."""
    lines = source.read_text(encoding="utf-8").splitlines()
    return [re.split(r"[^\w.-]", line)[0].lower() for line in lines if re.match(r"\w", line)]


def pinned(pins: Path) -> dict[str, str]:
    """Name → version of a compiled file."""
    lines = pins.read_text(encoding="utf-8").splitlines()
    return dict(re.findall(r"(?m)^([\w.-]+)(?:\[[\w,.-]+\])?==([^\s;\\]+)", "\n".join(lines)))


def test_no_file_names_a_registry_host() -> None:
    found = [
        f"{path.relative_to(ROOT)} names {host}" for path, text in texts() for host in REGISTRY_HOSTS if host in text
    ]

    assert found == []


def test_no_lock_file_is_committed() -> None:
    assert [path for path in files() if path.name in LOCK_FILES] == []


@pytest.mark.parametrize("pins", PINS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_requirement_is_pinned_with_hashes(pins: Path) -> None:
    text = re.sub(r"(?m)^ *#.*\n", "", pins.read_text(encoding="utf-8")).replace("\\\n", " ")
    requirements = [line for line in text.splitlines() if line.strip()]

    shape = re.compile(r"[\w.-]+(\[[\w,.-]+\])?==[\w.]+( ; [^-]+)?( +--hash=sha256:[0-9a-f]{64})+ *")
    assert requirements
    assert [line for line in requirements if not shape.fullmatch(line)] == []


@pytest.mark.parametrize("pins", PINS, ids=lambda path: str(path.relative_to(ROOT)))
def test_pins_name_no_index_and_no_place_of_a_machine(pins: Path) -> None:
    text = pins.read_text(encoding="utf-8")

    assert re.findall(r"://|--(?:index|extra|find|trusted)|file:|(?m:^#.* /)", text) == []


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_what_a_source_names_is_pinned(source: Path) -> None:
    assert set(names(source)) - set(pinned(source.with_suffix(".txt"))) == set()


def test_all_files_pin_the_same_versions_but_those_of_the_template_s_tools() -> None:
    versions: dict[str, set[str]] = {}
    for pins in (pins for pins in PINS if pins.name != "tools.txt"):
        for name, version in pinned(pins).items():
            versions.setdefault(name, set()).add(version)

    assert {name: found for name, found in versions.items() if len(found) > 1} == {}


def test_the_package_asks_for_what_the_command_is_pinned_with() -> None:
    run, build = ROOT / "requirements/run.in", ROOT / "requirements/build.in"
    lines = {line for line in run.read_text(encoding="utf-8").splitlines() if re.match(r"\w", line)}

    assert set(PYPROJECT["project"]["dependencies"]) == lines
    extras = {}
    for extra in ("aws", "parquet"):
        asked_for = (ROOT / f"requirements/{extra}.in").read_text(encoding="utf-8").splitlines()
        extras[extra] = [line for line in asked_for if re.match(r"\w", line)]
    assert PYPROJECT["project"]["optional-dependencies"] == extras
    assert {re.split(r"\W", name)[0] for name in PYPROJECT["build-system"]["requires"]} <= set(names(build))


def test_every_direct_requirement_has_its_reason() -> None:
    decisions = (ROOT / "docs/decisions/0007-requirements-and-their-reasons.md").read_text(encoding="utf-8")
    explained = set(re.findall(r"(?m)^- `([\w.-]+)`: \S", decisions))

    asked_for = {name for source in SOURCES for name in names(source)}
    assert asked_for - explained == set()
    assert explained - asked_for == set()


def test_make_targets_that_the_documents_show_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"(?m)^([a-z][\w-]*):", makefile))

    shown = {
        f"{path.name}: make {target}"
        for path, text in texts()
        if path.suffix == ".md"
        for target in re.findall(r"(?m)(?:^ *(?:\$ )?|`)make ([a-z][\w-]*)", text)
        if target not in targets
    }
    assert shown == set()
    assert {"setup", "demo", "test", "check", "format", "requirements", "test-versions", "clean"} <= targets


def test_the_readme_begins_with_the_demo_and_the_tests() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")

    assert -1 < readme.find("make demo") < readme.find("make test")


def test_ci_runs_what_a_developer_runs() -> None:
    script = ROOT / ".ci/run"

    assert os.access(script, os.X_OK)
    assert script.read_text(encoding="utf-8").rstrip().endswith("exec make test")


def test_scripts_can_be_run() -> None:
    assert [path.name for path in (ROOT / "scripts").iterdir() if not os.access(path, os.X_OK)] == []


def imports(path: Path) -> Iterator[str]:
    """Every module that a file imports, wherever in the file."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            inside = "postering.domain." if node.level else ""
            yield inside + (node.module or "")


def test_the_domain_stands_on_the_standard_library_alone() -> None:
    foreign = {
        f"{path.relative_to(PACKAGE)} imports {module}"
        for path in (PACKAGE / "domain").rglob("*.py")
        for module in imports(path)
        if module != "postering.domain"
        and not module.startswith("postering.domain.")
        and module.split(".")[0] not in sys.stdlib_module_names
    }

    assert foreign == set()


def test_versions_agree() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    newest = re.search(r"(?m)^## (\d+\.\d+\.\d+)", changelog)

    assert PYPROJECT["tool"]["hatch"]["version"]["path"] == str((PACKAGE / "__init__.py").relative_to(ROOT))
    assert newest is not None
    assert newest[1] == postering.__version__
    assert importlib.metadata.version("postering") == postering.__version__


def test_every_supported_python_is_named_once() -> None:
    classified = {line.rsplit(" ", 1)[1] for line in PYPROJECT["project"]["classifiers"] if "Python :: 3." in line}
    tried = re.search(r"(?m)^for version in (.+); do$", (ROOT / "scripts/test-versions").read_text(encoding="utf-8"))

    assert tried is not None
    assert set(tried[1].split()) == classified
    assert PYPROJECT["project"]["requires-python"] == f">={min(classified)}"


def test_licence_and_attribution_are_there() -> None:
    notice = (ROOT / "NOTICE").read_text(encoding="utf-8")

    assert "Apache License" in (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert PYPROJECT["project"]["license"] == "Apache-2.0"
    assert "doi:10.24432/C5BW33" in notice
    assert "CC BY 4.0" in notice
