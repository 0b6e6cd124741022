"""The runs of the two functions: each takes a payload and a Lambda context, runs a job once and returns its report.

A run stops in good order before the function times out, and the next run continues. An error of the store or of AWS
is raised unchanged.
"""

import os
from collections.abc import Callable
from typing import Any, Final, Protocol

from postering.deployment.settings import Settings, SettingsError, read_settings
from postering.deployment.wiring import deployment, new_run, run_p_job, run_sync_orders
from postering.domain.runs.requests import PJobRequest, SyncOrdersRequest
from postering.lambdas.events import request_in

RESERVE_MILLISECONDS: Final = 20_000
"""A run begins another batch only if the function has at least this time left."""

TABLE: Final = "POSTERING_TABLE"
BUCKET: Final = "POSTERING_BUCKET"
_NAME: Final = "the stack's function"
"""The run book names this as the one that started the run."""

_WHAT: Final = {TABLE: "table", BUCKET: "upload bucket"}


class Context(Protocol):
    """The part of Lambda's context that a run uses."""

    def get_remaining_time_in_millis(self) -> int:
        """The time until Lambda stops the function."""
        ...


def p_job_in_stack(event: object, context: Context) -> dict[str, Any]:
    """Run the P-job once with the request in `event`. Returns the report."""
    request = request_in(event, PJobRequest)
    with deployment(function_settings(TABLE, BUCKET)) as at:
        return run_p_job(at, request, new_run("p-job", must_stop=_stopping(context), started_by=_NAME)).as_json()


def sync_orders_in_stack(event: object, context: Context) -> dict[str, Any]:
    """Run Synchronize orders once with the request in `event`. Returns the report."""
    request = request_in(event, SyncOrdersRequest)
    with deployment(function_settings(TABLE)) as at:
        run = new_run("sync-orders", must_stop=_stopping(context), started_by=_NAME)
        return run_sync_orders(at, request, run).as_json()


def function_settings(*needed: str) -> Settings:
    """The settings of a function.

    Raises:
        SettingsError: if the template does not set a variable that is `needed`, or a variable has a wrong value.
    """
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
