"""What the two functions run: a payload and a Lambda context in, one run, its report out.

A run stops in good order before the function's time is out; the next one goes on. A broken world rises as it is.
"""

import os
from collections.abc import Callable
from typing import Any, Final, Protocol

from postering.deployment.settings import Settings, SettingsError, read_settings
from postering.deployment.wiring import deployment, new_run, run_p_job, run_sync_orders
from postering.domain.runs.requests import PJobRequest, SyncOrdersRequest
from postering.lambdas.events import request_in

RESERVE_MILLISECONDS: Final = 20_000
"""What must be left of a function's time for another batch to be begun."""

TABLE: Final = "POSTERING_TABLE"
BUCKET: Final = "POSTERING_BUCKET"
_NAME: Final = "the stack's function"
"""Who began a run, for the run book."""

_WHAT: Final = {TABLE: "table", BUCKET: "upload bucket"}


class Context(Protocol):
    """What is needed of Lambda's context."""

    def get_remaining_time_in_millis(self) -> int:
        """Until the function is stopped."""
        ...


def p_job_in_stack(event: object, context: Context) -> dict[str, Any]:
    """Run the P-job once as `event` says; its report."""
    request = request_in(event, PJobRequest)
    with deployment(function_settings(TABLE, BUCKET)) as at:
        return run_p_job(at, request, new_run("p-job", must_stop=_stopping(context), started_by=_NAME)).as_json()


def sync_orders_in_stack(event: object, context: Context) -> dict[str, Any]:
    """Run Synchronize orders once as `event` says; its report."""
    request = request_in(event, SyncOrdersRequest)
    with deployment(function_settings(TABLE)) as at:
        run = new_run("sync-orders", must_stop=_stopping(context), started_by=_NAME)
        return run_sync_orders(at, request, run).as_json()


def function_settings(*needed: str) -> Settings:
    """The settings of a function: the template sets those that are `needed`; `SettingsError` where it does not."""
    settings = read_settings(os.environ)
    missing = [name for name in needed if not os.environ.get(name)]
    if missing:
        raise SettingsError(
            tuple(
                f"{name} is not set: the template sets it to the name of the stack's {_WHAT[name]}" for name in missing
            )
        )
    return settings


def _stopping(context: Context) -> Callable[[], bool]:
    return lambda: context.get_remaining_time_in_millis() < RESERVE_MILLISECONDS
