"""The same over DynamoDB, where each request of the store is a boundary: on moto a few, on a real engine many."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.engine import running_engine
from tests.faults.injecting import KILLS, LONG, RUNS, Ready, judge_after, kill, kill_again_and_again, ready, seeded
from tests.faults.places import MOTO, place_of
from tests.faults.processes import Processes
from tests.faults.test_processes import at_once_and_judged, killed_and_judged
from tests.faults.test_threads import at_once
from tests.faults.world import LONGEST, opened

NAMED = " (DynamoDB)"


@pytest.fixture(scope="module")
def on_moto(folder: Path) -> Iterator[Ready]:
    """A few transactions in a table on moto."""
    made = ready(folder / "moto", "few", MOTO)
    yield made
    made.remove()


@pytest.fixture(scope="module")
def engine() -> Iterator[str]:
    """A real engine's address."""
    if not LONG:
        pytest.skip("takes minutes: make fault")
    with running_engine() as address:
        if address is None:
            pytest.skip("no DynamoDB engine is installed: npm install @dynoxide/linux-x64, or name one in DYNOXIDE")
        yield address


@pytest.fixture(scope="module")
def on_engine(engine: str, folder: Path) -> Iterator[Ready]:
    """The whole workload in tables on a real engine."""
    made = ready(folder / "engine", "whole", engine)
    yield made
    made.remove()


def test_among_them_are_orders_and_pieces_whose_content_needs_several_items(on_moto: Ready) -> None:
    records = list(place_of(on_moto.homes[-1]).records())
    assert any('"PART#001"' in record for record in records)
    assert any('"PIECE#' in record and '#001"' in record for record in records)


@pytest.mark.parametrize("kind", KILLS)
def test_a_run_that_dies_at_any_request_leaves_a_table_that_the_next_run_completes(on_moto: Ready, kind: str) -> None:
    for step, call in on_moto.spread(RUNS // 20 or 1, KILLS.index(kind)):
        kill(on_moto, step, call, kind, NAMED)


@pytest.mark.parametrize("kind", KILLS)
def test_a_run_that_dies_at_any_request_to_a_real_engine(on_engine: Ready, kind: str) -> None:
    for step, call in on_engine.spread(max(2, RUNS // 5), KILLS.index(kind)):
        kill(on_engine, step, call, kind, NAMED)


def test_runs_on_a_real_engine_that_die_one_after_the_other_get_there(on_engine: Ready) -> None:
    random = seeded()
    for number in range(max(1, RUNS // 10)):
        step = number % len(on_engine.homes)
        calls = [random.randint(1, len(on_engine.calls[step])) for _ in range(random.randint(2, 6))]
        kill_again_and_again(on_engine, step, calls, NAMED)


def test_threads_at_once_on_a_real_engine(on_engine: Ready) -> None:
    random = seeded()
    for number in range(max(1, RUNS // 20)):
        step, several = number % len(on_engine.homes), random.randint(2, 8)
        home, seed = on_engine.copy(step), random.randint(1, 1_000_000)
        with opened(home) as world:
            world.raise_sequence(LONGEST)
        at_once(home, several, seed)
        described = f"DynamoDB, step {step}, {several} threads, seed {seed}"
        judge_after(home, step, f"threads at once{NAMED}", described, raced=True)


def test_processes_killed_while_they_post_to_a_real_engine(on_engine: Ready) -> None:
    processes = Processes()
    killed_and_judged(on_engine, processes, max(2, RUNS // 5), seeded(), NAMED)
    at_once_and_judged(on_engine, processes, max(1, RUNS // 20), seeded(), NAMED)
    processes.close()
