"""Time that runs out, and clocks that jump.

Of counters of a channel database the workload has a row committed late under a lower one and two rows with the same, in
its last step, so that every fault meets them. More of them: tests/jobs/test_extraction.py, where a late row is found
once, rows beyond the look-back are found with --from, and a counter restarts.
"""

from datetime import datetime, timedelta

from tests.faults.injecting import LONG, RUNS, Ready, run_in, seeded
from tests.faults.world import NOW, Patience, World, opened


def asked(at: Ready, step: int) -> int:
    """How often a run of both jobs asks whether it must stop."""
    patience = Patience(1_000_000)
    with opened(at.copy(step), patience=patience) as world:
        world.both_jobs()
    return patience.asked


def test_a_run_whose_time_is_out_at_any_question_is_gone_on_with(at: Ready) -> None:
    for step in range(len(at.homes)):
        questions = range(asked(at, step))
        for question in questions if LONG else questions[step::17]:
            described = f"time out at question {question + 1}"
            run_in(at, step, World.both_jobs, "time out", described, patience=Patience(question))


def test_runs_that_all_have_little_time_get_there(at: Ready) -> None:
    for step in range(len(at.homes)):
        for question in range(2, 8) if LONG else [4]:
            described = f"each of 30 runs has time for {question} questions"

            def runs(world: World, question: int = question) -> None:
                for _ in range(30):
                    world.patience = Patience(question)
                    world.both_jobs()

            run_in(at, step, runs, "little time again and again", described, patience=Patience(question))


def test_a_clock_that_jumps_to_and_fro_changes_nothing(at: Ready) -> None:
    random = seeded()
    longest = 10_000_000

    def jumping() -> datetime:
        return NOW + timedelta(seconds=random.randint(-longest, longest))

    def later() -> datetime:
        # A return that came when the clock was ahead waits for its original until the clock is there again.
        return NOW + timedelta(seconds=longest)

    for number in range(RUNS // 3 or 3):
        step = number % len(at.homes)
        run_in(at, step, World.both_jobs, "clock that jumps", f"clock jumps, time {number}", later, now=jumping)
