"""The store under test, once for each adapter."""

from collections.abc import Callable, Iterator

import pytest

from postering.jobs.ports import Store
from tests.store.adapters import ADAPTERS, Adapter, Deployment, fresh


@pytest.fixture(scope="session", params=ADAPTERS, ids=[adapter.name for adapter in ADAPTERS])
def adapter(request: pytest.FixtureRequest) -> Adapter:
    """One kind of store."""
    assert isinstance(request.param, Adapter)
    return request.param


@pytest.fixture
def deployment(adapter: Adapter) -> Iterator[Deployment]:
    """A store in which nothing is yet, to be opened as often as a test needs."""
    with fresh(adapter) as made:
        yield made


@pytest.fixture
def store(deployment: Deployment) -> Store:
    """A store in which nothing is yet."""
    return deployment.opened()


@pytest.fixture
def reopened(deployment: Deployment) -> Callable[[Store], Store]:
    """Closes a store and opens it again."""
    return deployment.reopened
