"""Reconcile: a side that was not read is named, with the amount that stands against it; it never agrees."""

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from postering.domain.retail_transactions.entities import TAX
from tests.domain.transactions_examples import a_sale
from tests.jobs.conftest import GROUP, Deployment, changed, only, rows_of
from tests.jobs.reconcile_examples import OTHER, SALE, found, of_transactions, post_three_sales


def of_no_transaction(deployment: Deployment) -> list[tuple[str, str, str | None]]:
    """(between, amount, currency) of what is explained of no single transaction; nothing is unexplained."""
    result = deployment.reconcile()
    assert (result.verdict, result.balanced, result.as_json()["verdict"]) == ("explained", True, "explained")
    shown = [one.as_json() for one in result.explained if one.transaction is None]
    return [(one["between"], one["amount"], one["currency"]) for one in shown]  # type: ignore[misc]


def test_a_channel_database_that_is_down_is_named_with_the_amount_of_the_packages(deployment: Deployment) -> None:
    post_three_sales(deployment)
    (deployment.home / "channel.db").unlink()

    assert of_no_transaction(deployment) == [
        ("channel and packages", "0.00", None),
        ("channel and packages", "-270.60", "USD"),
    ]
    result = deployment.reconcile()
    assert [row.as_json()["channel"] for row in result.rows] == [None]
    assert "houston" in result.explained[0].why


def test_a_channel_database_that_fails_while_it_is_read_is_not_compared_by_half(deployment: Deployment) -> None:
    post_three_sales(deployment)
    with sqlite3.connect(deployment.home / "channel.db") as connection:
        connection.execute(f"DROP TABLE {TAX}")
        connection.execute(f"CREATE TABLE {TAX} (transactionId TEXT)")
    connection.close()

    assert of_no_transaction(deployment)[-1] == ("channel and packages", "-270.60", "USD")


def test_a_store_without_a_channel_database_is_named_with_the_amount_of_its_packages(deployment: Deployment) -> None:
    deployment.put("monday", SALE, OTHER)
    deployment.p_job()
    deployment.sync_orders()

    assert of_no_transaction(deployment) == [("channel and packages", "-200.20", "USD")]


def test_a_channel_database_that_is_not_there_yet_is_named_without_transactions_too(deployment: Deployment) -> None:
    deployment.make_channel_database()
    (deployment.home / "channel.db").unlink()

    assert of_no_transaction(deployment) == [("channel and packages", "0.00", None)]


def test_a_package_that_the_p_job_has_still_to_read_is_named_with_its_transactions(deployment: Deployment) -> None:
    post_three_sales(deployment)
    deployment.put("tuesday", rows_of(a_sale(), "T-8"))
    deployment.put("tuesday-2", only(OTHER, TAX))

    result = deployment.reconcile()

    assert (result.verdict, found(result)) == ("explained", [])
    assert [one[1:] for one in of_transactions(result) if one[0] == "T-8"] == [("packages and staged", "70.40")]
    assert f"package {GROUP}/tuesday is not read yet" in " ".join(one.why for one in result.explained)


@pytest.mark.parametrize("group", [GROUP, "Elsewhere"])
def test_a_package_that_nothing_reads_is_named(deployment: Deployment, group: str) -> None:
    setup = deployment.store.setup().setup
    (one,) = setup.channel_database_groups
    deployment.apply(replace(setup, channel_database_groups=(replace(one, active=False),)))
    deployment.put("monday", SALE, group=group)

    result = deployment.reconcile()

    assert result.verdict == "explained"
    assert of_transactions(result) == [("T-1", "packages and staged", "129.80")]
    assert "nothing reads it" in result.explained[0].why


def test_a_file_that_is_no_package_is_named_before_and_after_the_p_job(deployment: Deployment) -> None:
    place = deployment.home / "uploads" / GROUP / "monday.zip"
    place.parent.mkdir(parents=True)
    place.write_bytes(b"rubbish")

    before = of_no_transaction(deployment)
    deployment.p_job()

    assert before == of_no_transaction(deployment) == [("packages and staged", "0.00", None)]


def test_rows_without_a_key_are_named_before_they_are_staged(deployment: Deployment) -> None:
    deployment.put("monday", changed(only(OTHER, TAX), TAX, TransactionId=""))

    assert of_no_transaction(deployment) == [("packages and staged", "0.00", None)]


def test_rows_without_a_key_that_were_not_kept_are_found(deployment: Deployment, tmp_path: Path) -> None:
    deployment.put("monday", SALE, changed(only(OTHER, TAX), TAX, TransactionId=""))
    deployment.p_job()
    deployment.sync_orders()
    with sqlite3.connect(tmp_path / "postering.db") as connection:
        assert connection.execute("DELETE FROM unkeyed_rows").rowcount == 1
    connection.close()

    result = deployment.reconcile()

    assert (result.verdict, found(result)) == ("unexplained", [(None, "packages and staged", "0.00")])
