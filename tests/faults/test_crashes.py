"""A run that dies at any call to the outside: nothing is lost, doubled or half-visible, and the next run goes on."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.boundaries import AFTER, BEFORE
from tests.faults.injecting import (
    KILLS,
    LONG,
    RUNS,
    Ready,
    kill,
    kill_again_and_again,
    kill_at_one_place,
    ready,
    seeded,
)


@pytest.mark.parametrize("kind", KILLS)
def test_a_run_that_dies_at_any_call_leaves_books_that_the_next_run_completes(at: Ready, kind: str) -> None:
    # Each kind of fault hits other calls in the short part; from FAULT_RUNS=100 on every call is hit by each.
    for step, call in at.spread(10 * RUNS or 8, KILLS.index(kind)):
        kill(at, step, call, kind)


def test_runs_that_die_one_after_the_other_get_there(at: Ready) -> None:
    random = seeded()
    for number in range(RUNS or 3):
        step = number % len(at.homes)
        kill_again_and_again(at, step, [random.randint(1, len(at.calls[step])) for _ in range(random.randint(2, 6))])


@pytest.mark.parametrize("kind", [BEFORE, AFTER])
def test_runs_that_all_die_at_one_place_hold_nothing_up_for_ever(at: Ready, kind: str) -> None:
    random = seeded()
    for step, call in at.spread(RUNS or 4, KILLS.index(kind)):
        kill_at_one_place(at, step, call, random.randint(4, 9), kind)


@pytest.fixture(scope="module")
def with_5000_lines(folder: Path) -> Iterator[Ready]:
    """An order of 5,000 lines, whose texts no compression makes small, beside a small one."""
    made = ready(folder / "large", "large")
    yield made
    made.remove()


@pytest.mark.skipif(not LONG, reason="takes minutes: make fault")
def test_an_order_of_5000_lines_is_there_whole_or_not_at_all(with_5000_lines: Ready) -> None:
    for number, (step, call) in enumerate(with_5000_lines.each_call(max(1, 300 // RUNS))):
        kill(with_5000_lines, step, call, KILLS[number % len(KILLS)], " of 5,000 lines")
