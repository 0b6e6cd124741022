"""What `make build` builds: the layer and the functions are imported and called as Lambda does, in a clean Python.

It takes minutes and needs the functions' Python, so only `make test-artefact` runs it.
"""

import json
import os
import platform
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.artefact.aws_template import ROOT, TEMPLATE

pytestmark = [
    pytest.mark.skipif("ARTEFACT" not in os.environ, reason="`make test-artefact` builds and runs what is deployed"),
    pytest.mark.skipif(platform.system() != "Linux", reason="what is built for Lambda runs on Linux"),
]

ARCHITECTURE = "arm64" if platform.machine() in {"aarch64", "arm64"} else "x86_64"
FUNCTIONS = ["PJobFunction", "SyncOrdersFunction"]
CALLED = """
import json, sys, app, boto3, postering
from postering.domain.errors import PosteringError

class Context:
    function_name, memory_limit_in_mb = "postering", 1769
    invoked_function_arn, aws_request_id = "arn", "1-2-3"
    def get_remaining_time_in_millis(self):
        return 60_000

try:
    app.lambda_handler({"no_such_key": True}, Context())
    told = "nothing was refused"
except PosteringError as refused:
    told = str(refused)
places = {module.__name__: module.__file__ for module in (app, boto3, postering)}
print(json.dumps({"told": told, "places": places, "cached": postering.__cached__}))
"""


@dataclass(frozen=True)
class Built:
    """A built stack, and a Python that has nothing else."""

    folder: Path
    python: Path

    def run(self, function: str, code: str) -> str:
        """What `code` prints where the function's own folder, then the layer, are all there is to import."""
        layer = self.folder / "PosteringLayer/python"
        done = subprocess.run(
            [self.python, "-c", code],
            cwd=self.folder,
            env={
                "PYTHONPATH": f"{self.folder / function}:{layer}",
                "AWS_REGION": "eu-central-1",
                "AWS_EC2_METADATA_DISABLED": "true",
                "POSTERING_TABLE": "postering-postering",
                "POSTERING_BUCKET": "postering-uploads-123456789012-eu-central-1",
                "POWERTOOLS_METRICS_NAMESPACE": "Postering/postering",
                "POWERTOOLS_SERVICE_NAME": "job",
            },
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.splitlines()[-1]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    found = subprocess.run(["scripts/runtime-python"], cwd=ROOT, capture_output=True, text=True, check=False)
    if found.returncode == 3:
        pytest.skip(found.stderr.strip().splitlines()[0])
    folder = tmp_path_factory.mktemp("built")
    done = subprocess.run(
        ["scripts/build", ARCHITECTURE, str(folder / "stack")], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    subprocess.run([found.stdout.strip(), "-m", "venv", "--without-pip", str(folder / "clean")], check=True)
    return Built(folder=folder / "stack", python=folder / "clean/bin/python")


def test_the_layer_has_the_package_where_lambda_looks_for_it(built: Built) -> None:
    layer = built.folder / "PosteringLayer/python"

    assert (layer / "postering/lambdas/runs.py").is_file()
    assert (layer / "postering/domain/entities.json").is_file()
    assert not (layer / "python").exists()
    assert not list(layer.rglob("moto"))


def test_the_layer_is_below_what_lambda_takes(built: Built) -> None:
    size = sum(path.stat().st_size for path in built.folder.rglob("*") if path.is_file())

    assert size < 150 * 1024 * 1024  # Lambda unpacks at most 250 MB


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_is_small_and_holds_no_packages(built: Built, function: str) -> None:
    assert {path.name for path in (built.folder / function).iterdir()} <= {"app.py", "__pycache__"}


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_built_function_runs_on_the_layer_alone(built: Built, function: str) -> None:
    handler = TEMPLATE["Globals"]["Function"]["Handler"]
    answer = json.loads(built.run(function, CALLED))

    assert handler == "app.lambda_handler"
    assert answer["places"]["app"] == str(built.folder / function / "app.py")
    for package in ("postering", "boto3"):
        assert answer["places"][package].startswith(str(built.folder / "PosteringLayer/python"))
    assert Path(answer["cached"]).is_file()
    assert "'no_such_key'" in answer["told"]


def test_the_layer_runs_without_what_only_the_command_needs(built: Built) -> None:
    code = "import importlib.util as u; print([n for n in ('click', 'rich', 'moto', 'pytest') if u.find_spec(n)])"

    assert built.run("PJobFunction", code) == "[]"
