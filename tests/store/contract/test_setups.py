"""`SetupStore`: the setup by version."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from postering.domain.setup.setup import ActiveSetup, Setup, SetupVersion
from postering.jobs.ports import Store
from tests.store.adapters import Deployment
from tests.store.examples import NOW, the_setup

Reopened = Callable[[Store], Store]


def another_setup() -> Setup:
    return replace(the_setup(), charge_codes=())


def test_a_new_deployment_has_an_empty_setup_of_version_0(store: Store) -> None:
    assert store.setup() == ActiveSetup(version=0, setup=Setup())
    assert store.setup_at(0) == Setup()


def test_an_applied_setup_is_in_force_after_the_store_was_closed(store: Store, reopened: Reopened) -> None:
    assert store.apply_setup(the_setup(), 0, NOW, "operator")
    assert reopened(store).setup() == ActiveSetup(version=1, setup=the_setup())


def test_each_version_can_be_looked_at_again(store: Store, reopened: Reopened) -> None:
    setups = [the_setup(), another_setup(), Setup(), the_setup()]
    for version, setup in enumerate(setups):
        assert store.apply_setup(setup, version, NOW, "operator")
    store = reopened(store)
    assert [store.setup_at(version) for version in range(5)] == [Setup(), *setups]
    assert store.setup() == ActiveSetup(version=4, setup=the_setup())


def test_every_version_says_when_and_by_whom_it_was_applied(store: Store, reopened: Reopened) -> None:
    assert store.setup_versions() == []
    later = NOW + timedelta(days=1)
    assert store.apply_setup(the_setup(), 0, NOW, "anna")
    assert store.apply_setup(another_setup(), 1, later, "berit")
    assert list(reopened(store).setup_versions()) == [
        SetupVersion(version=1, at=NOW, by="anna"),
        SetupVersion(version=2, at=later, by="berit"),
    ]


def test_of_two_who_apply_over_one_version_the_first_wins(deployment: Deployment) -> None:
    one, other = deployment.opened(), deployment.opened()
    assert one.apply_setup(the_setup(), 0, NOW, "operator 1")
    assert not other.apply_setup(another_setup(), 0, NOW, "operator 2")
    assert other.setup() == one.setup() == ActiveSetup(version=1, setup=the_setup())


def test_a_setup_over_a_version_that_never_was_is_refused(store: Store) -> None:
    assert not store.apply_setup(the_setup(), 3, NOW, "operator")
    assert store.setup() == ActiveSetup(version=0, setup=Setup())
    assert store.setup_at(4) == Setup()
