"""A run that dies at any call to the outside: nothing is lost, doubled or half-visible, and the next run goes on."""

import pytest

from tests.faults.injecting import KILLS, LONG, RUNS, Ready, kill, kill_again_and_again, seeded
from tests.faults.workload import STEPS


@pytest.mark.parametrize("kind", KILLS)
def test_a_run_that_dies_at_any_call_leaves_books_that_the_next_run_completes(at: Ready, kind: str) -> None:
    places = list(at.each_call(1))
    # Each kind of fault hits other calls in the short part; together with `make fault` every call is hit by each.
    for step, call in places if LONG else places[KILLS.index(kind) * 5 :: 15]:
        kill(at, step, call, kind)


def test_runs_that_die_one_after_the_other_get_there(at: Ready) -> None:
    random = seeded()
    for number in range(RUNS or 6):
        step = number % len(STEPS)
        kill_again_and_again(at, step, [random.randint(1, len(at.calls[step])) for _ in range(random.randint(2, 6))])
