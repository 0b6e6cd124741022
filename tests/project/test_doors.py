"""Doors for contributors: the workflow, the hooks, the dev container and the forms do what a developer does."""

import json
import re
import shlex
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
SUPPORTED = {line.rsplit(" ", 1)[1] for line in PYPROJECT["project"]["classifiers"] if "Python :: 3." in line}
WORKFLOWS = sorted((ROOT / ".github/workflows").iterdir())
FORMS = sorted((ROOT / ".github/ISSUE_TEMPLATE").glob("*.yml"))
HOOKS = [
    hook
    for repository in yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))["repos"]
    for hook in repository["hooks"]
]


def read(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def targets(name: str) -> set[str]:
    """What a target of the Makefile makes first."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    line = re.search(rf"(?m)^{name}:(?!=)([^#\n]*)", makefile)
    assert line is not None
    return set(line[1].split())


def recipe(name: str) -> list[str]:
    """The commands of a target of the Makefile."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    lines = re.search(rf"(?m)^{name}:(?!=).*\n((?:\t.*\n)+)", makefile)
    assert lines is not None
    return lines[1].replace("\t", "").splitlines()


def steps(workflow: Path) -> list[dict[str, Any]]:
    return [step for job in read(workflow)["jobs"].values() for step in job["steps"]]


# --- the workflow --------------------------------------------------------------------------------


def test_the_workflow_runs_what_ci_runs_on_each_supported_python() -> None:
    job = read(ROOT / ".github/workflows/ci.yml")["jobs"]["test"]
    (run,) = [step for step in job["steps"] if "run" in step]

    assert run["run"] == ".ci/run"
    assert run["env"]["PYTHON"] == "python${{ matrix.python }}"
    assert set(job["strategy"]["matrix"]["python"]) == SUPPORTED


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: str(path.name))
def test_a_workflow_may_read_the_code_and_nothing_else(workflow: Path) -> None:
    assert read(workflow)["permissions"] == {}
    assert [job["permissions"] for job in read(workflow)["jobs"].values()] == [{"contents": "read"}]
    assert "secrets." not in workflow.read_text(encoding="utf-8")


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: str(path.name))
def test_an_action_is_pinned_by_commit_and_says_its_version(workflow: Path) -> None:
    used = re.findall(r"(?m)^ *-? *uses: (.+)$", workflow.read_text(encoding="utf-8"))

    assert used
    assert [line for line in used if not re.fullmatch(r"[\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", line)] == []


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: str(path.name))
def test_a_checkout_keeps_no_token(workflow: Path) -> None:
    checkouts = [step for step in steps(workflow) if step.get("uses", "").startswith("actions/checkout@")]

    assert checkouts
    assert [step for step in checkouts if step["with"]["persist-credentials"] is not False] == []


def test_make_check_lints_the_workflows() -> None:
    assert "workflows" in targets("check")


# --- make quick ----------------------------------------------------------------------------------


def test_make_quick_checks_what_make_check_checks_of_the_code() -> None:
    quick, check = recipe("quick"), recipe("check")

    assert [line for line in check if line not in quick] == []


def test_make_quick_runs_domain_and_jobs_without_planted_faults() -> None:
    (tests,) = [line for line in recipe("quick") if "pytest" in line]

    assert tests.endswith("--ignore-glob='*/faults' tests/domain tests/jobs")
    assert list((ROOT / "tests/jobs/faults").glob("test_*.py"))


# --- hooks ---------------------------------------------------------------------------------------


def test_no_hook_is_fetched_from_a_repository() -> None:
    assert {repository["repo"] for repository in read(ROOT / ".pre-commit-config.yaml")["repos"]} == {"local"}
    assert {hook["language"] for hook in HOOKS} == {"unsupported"}


@pytest.mark.parametrize("hook", HOOKS, ids=lambda hook: str(hook["id"]))
def test_a_hook_calls_a_tool_of_the_environment(hook: dict[str, Any]) -> None:
    tool = shlex.split(hook["entry"])[0]

    assert tool.startswith(".venv/bin/")
    assert (Path(sys.executable).parent / Path(tool).name).is_file()


@pytest.mark.parametrize("hook", HOOKS, ids=lambda hook: str(hook["id"]))
def test_a_hook_checks_as_make_check_does(hook: dict[str, Any]) -> None:
    tool = Path(shlex.split(hook["entry"])[0]).name

    assert re.search(rf"\$\(BIN\)/{tool}\b", (ROOT / "Makefile").read_text(encoding="utf-8"))


def test_hooks_exist_for_format_lint_types_and_rooms() -> None:
    assert {"format", "lint", "types", "rooms"} <= {hook["id"] for hook in HOOKS}


# --- the dev container ---------------------------------------------------------------------------


def test_the_dev_container_has_the_python_of_the_functions_which_is_supported() -> None:
    container = json.loads((ROOT / ".devcontainer/devcontainer.json").read_text(encoding="utf-8"))
    python = re.fullmatch(r"python:(3\.\d+)-\w+", container["image"])
    runtime = re.search(r"(?m)^ *Runtime: python(.+)$", (ROOT / "template.yaml").read_text(encoding="utf-8"))

    assert python is not None
    assert runtime is not None
    assert python[1] in SUPPORTED
    assert python[1] == runtime[1]
    assert container["containerEnv"]["PYTHON"] == f"python{python[1]}"


def test_the_dev_container_sets_up_what_make_sets_up() -> None:
    container = json.loads((ROOT / ".devcontainer/devcontainer.json").read_text(encoding="utf-8"))
    make, target = container["postCreateCommand"].split()

    assert make == "make"
    assert "tools" in targets(target)


# --- reports -------------------------------------------------------------------------------------


def test_a_report_has_a_form_for_money_that_is_wrong_first() -> None:
    assert [path.stem for path in FORMS] == ["1-money-is-wrong", "2-bug", "3-feature"]


@pytest.mark.parametrize("form", FORMS[:2], ids=lambda path: str(path.stem))
def test_a_form_that_asks_for_output_says_that_it_is_public_and_names_the_private_way(form: Path) -> None:
    notes = " ".join(part["attributes"]["value"] for part in read(form)["body"] if part["type"] == "markdown")

    assert "public" in notes
    assert "SECURITY.md" in notes
    assert (ROOT / "SECURITY.md").is_file()


def test_the_report_of_wrong_money_asks_whether_personal_data_is_left_out() -> None:
    boxes = [part for part in read(FORMS[0])["body"] if part["type"] == "checkboxes"]

    assert [option["required"] for part in boxes for option in part["attributes"]["options"]] == [True]
