"""The next scheduled run of each job: from the schedule that runs on this machine, or from the stack's rules."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from postering.deployment.wiring import Deployment, now
from postering.domain.inquiries.status import Planned, Status
from postering.domain.runs.runs import JOBS, JobRun
from postering.jobs.status import read_status
from postering.schedules.local_plan import read_plan

_NO_SCHEDULE = Planned(described="not scheduled")


def status(at: Deployment) -> Status:
    """The status of the deployment."""
    return read_status(at.store, at.uploads, planned(at), now())


def planned(at: Deployment) -> Mapping[str, Planned]:
    """The next run of each job. Rules that can't be read are reported in it; they are not an error."""
    if at.stack is not None:
        return _by_rules(at, at.stack.name)
    plan = read_plan(at.home)
    if plan is None:
        return dict.fromkeys(JOBS, _NO_SCHEDULE)
    return {
        job: Planned(
            described=f"postering schedule, process {plan.process}", minutes=plan.minutes[job], next=plan.next.get(job)
        )
        if job in plan.minutes
        else _NO_SCHEDULE
        for job in JOBS
    }


def _by_rules(at: Deployment, stack: str) -> Mapping[str, Planned]:
    from postering.schedules.stack_rules import SchedulesUnavailable, rules_of

    begun = {last.job: last.begun for last in at.store.last_runs()}
    try:
        rules = rules_of(stack)
    except SchedulesUnavailable as wrong:
        return dict.fromkeys(JOBS, Planned(described=f"not known: {wrong}", enabled=False))
    return {
        rule.job: Planned(
            described=f"rule {rule.name}, {rule.expression}" + ("" if rule.enabled else ", paused"),
            minutes=rule.minutes,
            next=_next(begun.get(rule.job), rule.minutes, now()) if rule.enabled else None,
            enabled=rule.enabled,
        )
        for rule in rules
    }


def _next(begun: JobRun | None, minutes: int | None, at: datetime) -> datetime | None:
    """About when a rule runs next: its rate counts from the run before. None if no run before is known."""
    if begun is None or not minutes:
        return None
    rate = timedelta(minutes=minutes)
    return begun.started + rate * max(1, -((begun.started - at) // rate))
