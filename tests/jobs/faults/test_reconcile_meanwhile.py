"""Reconcile: jobs that run between two of its reads are no difference."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.jobs.conftest import Deployment
from tests.jobs.reconcile_examples import OTHER, SALE, found


class Meanwhile:
    """A store on which something happens once, between two reads."""

    def __init__(self, store: Any, before: str, happens: Callable[[], object]) -> None:
        self._store, self._before, self._happens = store, before, happens

    def __getattr__(self, name: str) -> Any:
        if name == self._before:
            self._before = ""
            self._happens()
        return getattr(self._store, name)


@pytest.mark.parametrize("before", ["orders_between", "staged_between", "cursor", "sessions", "order_of", "staged"])
@pytest.mark.parametrize("job", ["p_job", "sync_orders", "both"])
def test_jobs_that_run_meanwhile_are_no_difference(deployment: Deployment, before: str, job: str) -> None:
    deployment.make_channel_database()
    deployment.sell(SALE)
    deployment.p_job()
    deployment.sell(OTHER)

    def happens() -> None:
        if job in {"p_job", "both"}:
            deployment.p_job()
        if job in {"sync_orders", "both"}:
            deployment.sync_orders()

    result = deployment.reconcile(meanwhile=Meanwhile(deployment.store, before, happens))

    assert found(result) == []
