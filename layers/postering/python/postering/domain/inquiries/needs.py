"""Is all well: what needs a person, judged over plain values; each thing in one line with the command that goes on."""

from collections.abc import Iterator

from postering.domain.inquiries.package_needs import package_needs, session_needs, waiting_packages
from postering.domain.inquiries.status import WARNED_AFTER, Facts, Need, Status, began
from postering.domain.inquiries.status_sums import codes_of
from postering.domain.inquiries.transaction_needs import transaction_needs
from postering.domain.runs.runs import JOBS, Outcome
from postering.domain.texts import counted


def judge(facts: Facts) -> Status:
    """What needs a person: the broken ground first, then what holds up packages, then what holds up transactions."""
    waiting = tuple(sorted(waiting_packages(facts), key=lambda one: (one.since, one.name)))
    codes = codes_of(facts.standing.unfinished)
    needs = (
        *_setup(facts),
        *(need for job in JOBS for need in _job(job, facts)),
        *_numbers(facts),
        *package_needs(waiting, facts),
        *session_needs(facts),
        *transaction_needs(facts, codes),
    )
    return Status(facts=facts, needs=needs, waiting=waiting, codes=codes)


def _setup(facts: Facts) -> Iterator[Need]:
    if not facts.setup_version:
        yield Need(
            kind="no_setup",
            what="there is no setup yet: neither job can run",
            command="postering setup apply FILE",
        )


def _job(job: str, facts: Facts) -> Iterator[Need]:
    last = facts.run_of(job)
    if last is None:
        return
    command = f"postering {job}"
    if last.begun.ended is None and facts.now - last.begun.started > WARNED_AFTER:
        what = f"{job}: the run that {began(last.begun, facts.now)} never ended: it is still at work, or died"
        yield Need(kind="run_never_ended", what=f"{what}; another run takes up its work", command=command)
    if last.ended is not None and last.begun.ended is not None and last.ended.failures:
        failed = "failed" if last.ended.outcome is Outcome.FAILED else "could not do everything"
        what = f"{job}: the last run {failed}: {'; '.join(last.ended.failures)}"
        yield Need(kind="run_failed", what=what, command=command)


def _numbers(facts: Facts) -> Iterator[Need]:
    repair = "raise `largest` of its number sequence in the setup file, then"
    for one in facts.numbers:
        if one.left == 0:
            what = f"company {one.company} has no sales order number left: nothing of it is posted; {repair}"
            yield Need(kind="numbers_exhausted", what=what, command="postering setup apply FILE")
        elif one.few:
            what = f"company {one.company} has only {counted(one.left, 'sales order number')} left; {repair}"
            yield Need(kind="numbers_few", what=what, command="postering setup apply FILE")
