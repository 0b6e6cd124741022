"""A made-up package through a whole deployment: read, staged and posted without one failure, books that balance."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from postering.deployment import wiring
from postering.deployment.settings import Settings
from postering.deployment.wiring import Deployment
from postering.domain.inquiries.standing import ListFilter
from postering.domain.runs.requests import PJobRequest, SyncOrdersRequest
from postering.domain.setup.setup_file import write_setup
from postering.operations.setups import apply_setup
from postering.trials.generating import GeneratedPackage, generate_into_uploads, generate_to_file, setup_for

NUMBER = 300


@pytest.fixture
def at(tmp_path: Path) -> Iterator[Deployment]:
    """A deployment with the made-up setup in force."""
    with wiring.deployment(Settings(home=tmp_path / "home")) as opened:
        apply_setup(opened, json.dumps(write_setup(setup_for("Trial"))).encode(), "setup.json")
        yield opened


def made(folder: Path, number: int = 40, seed: int = 3) -> tuple[GeneratedPackage, bytes]:
    folder.mkdir()
    path = folder / "trial.zip"
    package = generate_to_file(Settings(home=folder), path, "Trial", number, seed)
    return package, path.read_bytes()


def test_all_of_it_is_staged_and_posted_and_the_books_balance(at: Deployment) -> None:
    generated = generate_into_uploads(at, "Trial", "made-up", NUMBER, 1)

    staged = wiring.run_p_job(at, PJobRequest(), wiring.new_run("p-job"))
    reports = [wiring.run_sync_orders(at, SyncOrdersRequest(), wiring.new_run("sync-orders")) for _ in range(2)]

    assert generated.package.transactions == NUMBER
    assert (staged.counts.staged, staged.counts.rejected, staged.counts.conflicts) == (NUMBER, 0, 0)
    assert [(report.failed, report.errors) for report in reports] == [(0, {}), (0, {})]
    assert reports[-1].remaining == 0
    states = Counter(str(record.state) for record in at.store.listed(ListFilter(), None))
    assert set(states) == {"succeeded", "not_an_order", "voided"}
    assert wiring.reconcile(at, wiring.new_run()).balanced


def test_the_same_number_and_seed_give_the_same_bytes(tmp_path: Path) -> None:
    first, first_bytes = made(tmp_path / "one")
    again, again_bytes = made(tmp_path / "two")
    _, other_bytes = made(tmp_path / "three", seed=4)

    assert first_bytes == again_bytes != other_bytes
    assert first.package == again.package
    assert first.package.transactions == 40


def test_packages_of_two_seeds_can_be_staged_together(at: Deployment) -> None:
    for seed in (1, 2):
        generate_into_uploads(at, "Trial", f"made-up-{seed}", 20, seed)

    staged = wiring.run_p_job(at, PJobRequest(), wiring.new_run("p-job"))

    assert (staged.counts.staged, staged.counts.duplicates, staged.counts.conflicts) == (40, 0, 0)
