"""The stable shape of `postering status --json`; docs/status.md says what each part means."""

from collections.abc import Mapping
from datetime import datetime

from postering.domain.inquiries.package_needs import is_superseded
from postering.domain.inquiries.status import Facts, Planned, Status
from postering.domain.problems import Waiting
from postering.domain.runs.runs import JOBS
from postering.domain.runs.sessions import SessionStatus
from postering.domain.staging.records import State


def status_view(status: Status) -> dict[str, object]:
    """The whole status; every key is always there."""
    facts = status.facts
    return {
        "at": facts.now.isoformat(),
        "well": status.well,
        "needs": [{"kind": need.kind, "what": need.what, "command": need.command} for need in status.needs],
        "setup_version": facts.setup_version,
        "jobs": [_job(job, facts) for job in JOBS],
        "sessions": _sessions(status),
        "transactions": _transactions(facts),
        "problems": [sums.as_json() for sums in status.codes],
        "conflicts": facts.standing.in_conflict,
        "numbers": [one.as_json() for one in facts.numbers],
    }


def planned_view(one: Planned) -> dict[str, object]:
    """A schedule, as in `schedule --json` too."""
    return {
        "minutes": one.minutes,
        "enabled": one.enabled,
        "next": one.next.isoformat() if one.next else None,
        "by": one.described,
    }


def next_text(one: Planned) -> str:
    """The time of the next run, for people."""
    if one.next is not None:
        return f"{one.next:%Y-%m-%d %H:%M:%S} UTC"
    return "within one rate" if one.enabled and one.minutes and one.described.startswith("rule") else "-"


def oldest_by_state(facts: Facts) -> Mapping[str, datetime]:
    """The arrival of the oldest transaction that is pending, failed, waiting or editing, by state."""
    oldest: dict[str, datetime] = {}
    if facts.standing.oldest_pending is not None:
        oldest[State.PENDING] = facts.standing.oldest_pending
    for one in facts.standing.unfinished:
        oldest[one.state] = min(oldest.get(one.state, one.received), one.received)
    return oldest


def _job(job: str, facts: Facts) -> dict[str, object]:
    last = facts.run_of(job)
    return {
        "job": job,
        "last_begun": last.begun.as_json() if last else None,
        "last_ended": last.ended.as_json() if last and last.ended else None,
        "schedule": planned_view(facts.planned[job]),
    }


def _sessions(status: Status) -> dict[str, object]:
    sessions = status.facts.sessions
    return {
        "waiting": [
            {"package": one.name, "status": one.status, "since": one.since.isoformat(), "cause": one.cause}
            for one in status.waiting
        ],
        "apply_failed": [
            {"package": one.name, "message": one.message}
            for one in sessions
            if one.status is SessionStatus.APPLY_FAILED and not is_superseded(one, sessions)
        ],
        "overwritten": [one.name for one in sessions if one.overwritten],
        "rows_without_key": sum(one.unkeyed for one in sessions),
    }


def _transactions(facts: Facts) -> dict[str, object]:
    oldest = oldest_by_state(facts)
    reasons: dict[str, int] = {}
    for one in facts.standing.unfinished:
        if one.state == State.WAITING:
            for code in one.codes:
                reasons[code] = reasons.get(code, 0) + 1
    return {
        "states": {
            str(state): {
                "transactions": facts.standing.states.get(state, 0),
                "oldest": oldest[state].isoformat() if state in oldest else None,
            }
            for state in State
        },
        "suspects": [
            {
                "transaction_id": one.transaction_id,
                "key": one.key,
                "runs": one.tries,
                "next_try": one.retry_at.isoformat(),
            }
            for one in facts.standing.suspects
        ],
        "waiting_for": {str(reason): reasons.get(reason, 0) for reason in Waiting},
    }
