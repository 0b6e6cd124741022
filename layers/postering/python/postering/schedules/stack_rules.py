"""A stack's schedules: the EventBridge rules that run its two functions, shown, paused and resumed."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from postering.domain.errors import PosteringError
from postering.domain.runs.runs import JOBS
from postering.outside.aws import advice, aws_client
from postering.outside.aws import said as in_words

_RATE: Final = re.compile(r"rate\((\d+) minutes?\)")


class SchedulesUnavailable(PosteringError):
    """The rules of a stack can't be read or changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A rule: its job, its name, its schedule expression, and whether it is enabled."""

    job: str
    name: str
    expression: str
    enabled: bool

    @property
    def minutes(self) -> int | None:
        """The minutes of its rate; None if its expression is not a rate in minutes."""
        found = _RATE.fullmatch(self.expression)
        return int(found[1]) if found else None


def rules_of(stack: str) -> tuple[Rule, ...]:
    """The rules of both jobs. Raises `SchedulesUnavailable` if one can't be read."""
    return tuple(_asked(f"{stack}-{job}", stack, _client(), job) for job in JOBS)


def pause(stack: str) -> tuple[Rule, ...]:
    """Disable both rules; a run that is active finishes. Returns the rules after the change."""
    client = _client()
    for rule in rules_of(stack):
        _called(lambda name=rule.name: client.disable_rule(Name=name), rule.name, stack)  # type: ignore[misc]
    return rules_of(stack)


def resume(stack: str) -> tuple[Rule, ...]:
    """Enable both rules. Returns the rules after the change."""
    client = _client()
    for rule in rules_of(stack):
        _called(lambda name=rule.name: client.enable_rule(Name=name), rule.name, stack)  # type: ignore[misc]
    return rules_of(stack)


def _asked(name: str, stack: str, client: Any, job: str) -> Rule:
    described = _called(lambda: client.describe_rule(Name=name), name, stack)
    expression, state = str(described.get("ScheduleExpression", "")), described.get("State")
    return Rule(job=job, name=name, expression=expression, enabled=state == "ENABLED")


def _called(call: Callable[[], Mapping[str, Any]], name: str, stack: str) -> Mapping[str, Any]:
    try:
        return call() or {}
    except (ClientError, BotoCoreError) as error:
        rights = (
            f"see that the stack {stack!r} is deployed in this account and region, and that this identity may use "
            "events:DescribeRule, EnableRule and DisableRule"
        )
        to_do = advice("EventBridge", error, {}, rights)
        raise SchedulesUnavailable(f"rule {name} can't be used ({in_words(error)}); {to_do}") from error


def _client() -> Any:
    return aws_client("events", lambda why: SchedulesUnavailable(f"EventBridge can't be used: {why}"))
