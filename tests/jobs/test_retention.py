"""Retention against the other jobs: what it leaves in a store with a channel database, and what `reconcile` says."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from postering.domain.errors import JobRefused
from postering.domain.reconciliation import Reconciliation
from postering.jobs.retention import Removal, removal, remove_package
from tests.domain.transactions_examples import a_sale
from tests.jobs.conftest import GROUP, Deployment, changed, only, rows_of, without

PAYMENTS, LINES = "RetailTransactionPaymentTrans", "RetailTransactionSalesTrans"


def looked_for(at: Deployment, days: int = 30) -> Removal:
    return removal(at.store, at.uploads, at.now - timedelta(days=days))


def removed(at: Deployment, days: int = 30) -> list[str]:
    found = looked_for(at, days).removable
    for package in found:
        remove_package(package, at.store, at.uploads, at.run("operator"))
    return [package.name for package in found]


def whys(found: Reconciliation) -> str:
    return "\n".join(f"{one.between}: {one.why}" for one in found.explained)


def test_a_package_of_a_channel_database_goes_and_the_channel_still_agrees(deployment: Deployment) -> None:
    deployment.make_channel_database()
    deployment.sell(rows_of(a_sale(), "T-1"))
    deployment.p_job()
    deployment.sync_orders()
    deployment.later(days=31)

    assert len(removed(deployment)) == 1
    found = deployment.reconcile()

    assert found.balanced, found.unexplained
    assert "channel and packages: retention removed" in whys(found)
    assert "packages and staged: retention removed" in whys(found)
    assert deployment.p_job().sessions == ()  # nothing is read, or staged, again


def test_a_cent_that_changes_in_the_channel_afterwards_is_found(deployment: Deployment) -> None:
    deployment.make_channel_database()
    sale = rows_of(a_sale(), "T-1")
    deployment.sell(sale)
    deployment.p_job()
    deployment.sync_orders()
    deployment.later(days=31)
    removed(deployment)
    import sqlite3
    from contextlib import closing

    with closing(sqlite3.connect(deployment.home / "channel.db")) as connection, connection:
        connection.execute(f"UPDATE {LINES} SET netAmount = CAST(netAmount AS REAL) - 0.01")

    found = deployment.reconcile()

    assert [one.transaction.transaction_id for one in found.unexplained if one.transaction] == ["T-1"]
    assert found.unexplained[0].between == "channel and packages"


def test_a_transaction_of_two_packages_of_which_one_went(deployment: Deployment) -> None:
    sale = rows_of(a_sale(), "T-1")
    deployment.put("first", without(sale, PAYMENTS))
    deployment.p_job()
    deployment.later(days=31)
    deployment.put("second", only(sale, PAYMENTS))
    deployment.p_job()
    deployment.sync_orders()

    assert deployment.states() == {"T-1": "succeeded"}
    assert removed(deployment, 30) == ["first"]
    found = deployment.reconcile()

    assert found.balanced, found.unexplained
    (row,) = found.rows
    assert row.removed.gross == row.staged.gross != Decimal(0)


def test_a_row_that_was_lost_of_what_is_kept_is_still_found(deployment: Deployment) -> None:
    """Of two packages one went; what the other has and the store lacks is no retention's doing."""
    sale = rows_of(a_sale(), "T-1")
    deployment.put("first", without(sale, PAYMENTS))
    deployment.p_job()
    deployment.later(days=31)
    deployment.put("second", only(sale, PAYMENTS))
    deployment.p_job()
    deployment.sync_orders()
    removed(deployment, 30)
    import sqlite3
    from contextlib import closing

    (record,) = deployment.store.find("T-1")
    with closing(sqlite3.connect(deployment.home / "postering.db")) as connection, connection:
        text = connection.execute("SELECT record FROM transactions").fetchone()[0]
        lost = record.pieces[1].name
        assert lost in text
        from postering.store.packing import packed

        cut = packed(replace(record, pieces=record.pieces[:1], posted_pieces=1))
        connection.execute("UPDATE transactions SET record = ?", (cut,))

    assert not deployment.reconcile().balanced


def test_what_waits_holds_its_package(deployment: Deployment) -> None:
    deployment.put("first", without(rows_of(a_sale(), "T-1"), PAYMENTS))
    deployment.p_job()
    deployment.later(days=31)

    found = looked_for(deployment)

    assert found.removable == ()
    assert [why for _, why in found.kept] == ["it brought transactions that are not finished, or in conflict"]


def test_a_conflict_on_a_posted_one_holds_both_its_packages(deployment: Deployment) -> None:
    sale = rows_of(a_sale(), "T-1")
    deployment.put("first", sale)
    deployment.p_job()
    deployment.sync_orders()
    deployment.put("second", changed(sale, LINES, comment="another"))
    deployment.p_job()
    deployment.later(days=31)

    assert deployment.record("T-1").conflicts == 1
    assert looked_for(deployment).removable == ()


def test_a_crash_after_the_session_said_so_is_mended_by_the_next(deployment: Deployment) -> None:
    deployment.put("first", rows_of(a_sale(), "T-1"))
    deployment.p_job()
    deployment.sync_orders()
    deployment.later(days=31)

    class Dying:
        is_there, digest = deployment.uploads.is_there, deployment.uploads.digest

        def remove(self, *_: str) -> bool:
            raise KeyboardInterrupt

    (package,) = looked_for(deployment).removable
    with pytest.raises(KeyboardInterrupt):
        remove_package(package, deployment.store, Dying(), deployment.run("operator"))
    assert deployment.reconcile().balanced

    assert removed(deployment) == ["first"]
    assert not deployment.uploads.is_there(GROUP, "first")
    assert deployment.reconcile().balanced


def test_a_session_that_changed_since_it_was_looked_at_is_left_alone(deployment: Deployment) -> None:
    deployment.put("first", rows_of(a_sale(), "T-1"))
    deployment.p_job()
    deployment.sync_orders()
    deployment.later(days=31)
    (package,) = looked_for(deployment).removable
    session = package.sessions[0]
    assert deployment.store.change_session(replace(session, version=session.version + 1, write_id="other"))

    with pytest.raises(JobRefused, match="changed meanwhile"):
        remove_package(package, deployment.store, deployment.uploads, deployment.run("operator"))
    assert deployment.uploads.is_there(GROUP, "first")
