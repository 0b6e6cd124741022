"""Reconcile: a cent planted on any of the five sides is found, with its transaction."""

import sqlite3
import zipfile
import zlib
from collections.abc import Callable
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest

from postering.domain.retail_transactions.entities import HEADER, PAYMENT, SALES, TAX
from tests.domain.transactions_examples import DAY, a_sale
from tests.jobs.conftest import GROUP, Deployment, changed, rows_of
from tests.jobs.reconcile_examples import OTHER, SALE, found, in_channel, post_three_sales
from tests.jobs.test_originals import a_cancellation, a_return


@pytest.fixture
def posted(deployment: Deployment) -> Deployment:
    return post_three_sales(deployment)


def in_package(deployment: Deployment, session: str, change: Callable[[str, bytes], bytes]) -> None:
    """Write the package again with other bytes under the same name."""
    path = deployment.home / "uploads" / GROUP / f"{session}.zip"
    with zipfile.ZipFile(path) as package:
        members = {name: package.read(name) for name in package.namelist()}
    changed_members = {name: change(name, content) for name, content in members.items()}
    assert changed_members != members
    written = BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in changed_members.items():
            package.writestr(name, content)
    path.write_bytes(written.getvalue())


def in_store(deployment: Deployment, table: str, transaction_id: str, old: bytes, new: bytes) -> None:
    """Change the packed content of a piece or a document by hand."""
    connection = sqlite3.connect(deployment.home / "postering.db")
    with connection:
        key, packed = connection.execute(
            f"SELECT key, content FROM {table} WHERE key LIKE ?", (f"%/{transaction_id}",)
        ).fetchone()
        content = zlib.decompress(packed)
        assert old in content
        replaced = zlib.compress(content.replace(old, new, 1))
        connection.execute(f"UPDATE {table} SET content = ? WHERE key = ?", (replaced, key))
    connection.close()


def the_package(deployment: Deployment) -> str:
    (session,) = deployment.store.sessions()
    return session.package


def test_a_cent_changed_in_the_channel_is_found(posted: Deployment) -> None:
    in_channel(
        posted,
        f"UPDATE {PAYMENT} SET amountTendered = '70.41' WHERE transactionId = 'T-2'",
    )

    result = posted.reconcile()

    assert found(result) == [("T-2", "channel and packages", "0.01")]
    assert "amountTendered is 70.41 in the channel, 70.4 in the packages" in result.unexplained[0].why


def test_a_header_changed_in_the_channel_shows_in_the_sums(posted: Deployment) -> None:
    in_channel(posted, f"UPDATE {HEADER} SET grossAmount = '-70.41' WHERE transactionId = 'T-2'")

    result = posted.reconcile()

    assert found(result) == [("T-2", "channel and packages", "0.01")]
    assert result.rows[0].as_json()["channel"] == {"transactions": 3, "gross": "270.61", "payments": "270.60"}


def test_a_row_deleted_from_the_channel_is_found(posted: Deployment) -> None:
    in_channel(posted, f"DELETE FROM {TAX} WHERE transactionId = 'T-2'")

    result = posted.reconcile()

    assert [one[:2] for one in found(result)] == [("T-2", "channel and packages")]
    assert f"{TAX}[1,VAT] is only in the packages" in result.unexplained[0].why


def test_a_cent_changed_in_a_kept_package_is_found(posted: Deployment) -> None:
    def change(name: str, content: bytes) -> bytes:
        lines = content.split(b"\n")
        if name == f"{PAYMENT}.jsonl":
            lines = [line.replace(b"70.4", b"70.41") if b"T-2" in line else line for line in lines]
        return b"\n".join(lines)

    name = the_package(posted)
    in_package(posted, name, change)

    result = posted.reconcile()

    assert found(result) == [
        (None, "packages and staged", "0.00"),
        ("T-2", "channel and packages", "0.01"),
        ("T-2", "packages and staged", "0.01"),
    ]
    assert f"package {GROUP}/{name} was changed since it was staged" in result.unexplained[0].why
    assert f"package {GROUP}/{name} is not what was staged" in result.unexplained[2].why


def test_a_cent_moved_between_two_lines_of_a_package_is_found_although_the_sums_agree(deployment: Deployment) -> None:
    deployment.put("monday", SALE, OTHER)
    deployment.p_job()
    deployment.sync_orders()

    def move(name: str, content: bytes) -> bytes:
        if name != f"{SALES}.jsonl":
            return content
        first, second, rest = content.replace(b"-59.40", b"-59.4").split(b"\n", 2)
        return b"\n".join((first.replace(b"-59.4", b"-59.39"), second.replace(b"-59.4", b"-59.41"), rest))

    in_package(deployment, "monday", move)

    result = deployment.reconcile()

    assert found(result)[1:] == [("T-1", "packages and staged", "0.01")]
    why = result.unexplained[1].why
    assert f"{SALES}[1]: netAmountInclTax is -59.39 in the packages, -59.4 in the store" in why
    assert f"{SALES}[2]: netAmountInclTax is -59.41 in the packages, -59.4 in the store" in why
    assert result.rows[0].packages == result.rows[0].staged


def test_a_package_that_is_gone_is_found_with_its_transactions(posted: Deployment) -> None:
    (posted.home / "uploads" / GROUP / f"{the_package(posted)}.zip").unlink()

    result = posted.reconcile()

    assert {one[0] for one in found(result)} == {None, "T-1", "T-2", "T-3"}
    assert any("no kept package has it" in one.why for one in result.unexplained)


def test_a_package_that_is_no_zip_any_more_is_found_with_its_transactions(posted: Deployment) -> None:
    (posted.home / "uploads" / GROUP / f"{the_package(posted)}.zip").write_bytes(b"rubbish")

    result = posted.reconcile()

    assert {one[0] for one in found(result)} == {None, "T-1", "T-2", "T-3"}


def test_a_cent_changed_in_a_staged_row_is_found(posted: Deployment) -> None:
    in_store(posted, "pieces", "T-2", b'"amountTendered":"70.4"', b'"amountTendered":"70.41"')

    result = posted.reconcile()

    assert found(result) == [
        ("T-2", "packages and staged", "0.01"),
        ("T-2", "staged and orders", "0.01"),
    ]
    assert f"{PAYMENT}[1] was changed in the store: its values do not fit its hash" in result.unexplained[0].why


@pytest.mark.parametrize(
    ("field", "cents", "shown"),
    [
        ("net", b"54", "line 1 net is 54 as staged, 54.01 in the document"),
        ("header_total", b"70.4", "total is 70.4 as staged, 70.41 in the document"),
    ],
)
def test_a_cent_changed_in_a_document_is_found(posted: Deployment, field: str, cents: bytes, shown: str) -> None:
    one_more(posted, field, cents)

    result = posted.reconcile()

    differs = next(one for one in result.unexplained if one.between == "staged and orders")
    assert {one[0] for one in found(result)} == {"T-2"}
    assert differs.amount.copy_abs() == Decimal("0.01")
    assert shown in differs.why


def one_more(deployment: Deployment, field: str, amount: bytes) -> None:
    """One cent more in the first `field` with that amount of the packed order of T-2."""
    connection = sqlite3.connect(deployment.home / "postering.db")
    (packed,) = connection.execute("SELECT content FROM documents WHERE key LIKE '%/T-2'").fetchone()
    connection.close()
    content = zlib.decompress(packed)
    start = content.index(f'"{field}":{{"amount":"'.encode() + amount)
    old = content[start : content.index(b"}", start)]
    more = Decimal(amount.decode()) + Decimal("0.01")
    in_store(deployment, "documents", "T-2", old, f'"{field}":{{"amount":"{more}","currency":"USD"'.encode())


@pytest.mark.parametrize("side", ["debit", "credit"])
def test_a_cent_changed_in_a_journal_entry_is_found(posted: Deployment, side: str) -> None:
    one_more(posted, side, b"70.4")

    result = posted.reconcile()

    betweens = {one[1] for one in found(result)}
    assert {one[0] for one in found(result)} == {"T-2"}
    assert "debits and credits" in betweens
    assert ("payments and journal" in betweens) is (side == "debit")


def test_a_cent_moved_between_two_payments_of_a_journal_is_found(posted: Deployment) -> None:
    for side in ("debit", "credit"):
        opening = f'"{side}":{{"amount":"'.encode()
        in_store(posted, "documents", "T-1", opening + b"70.4", opening + b"70.3")
        in_store(posted, "documents", "T-1", opening + b"59.4", opening + b"59.5")

    result = posted.reconcile()

    assert found(result) == [
        ("T-1", "payments and journal", "0.10"),
        ("T-1", "payments and journal", "-0.10"),
    ]


def test_a_document_that_is_gone_is_found(posted: Deployment) -> None:
    connection = sqlite3.connect(posted.home / "postering.db")
    with connection:
        connection.execute("DELETE FROM documents WHERE key LIKE '%/T-2'")
    connection.close()

    assert found(posted.reconcile()) == [("T-2", "staged and orders", "70.40")]


def test_a_document_without_its_transaction_is_found(posted: Deployment) -> None:
    connection = sqlite3.connect(posted.home / "postering.db")
    with connection:
        connection.execute("DELETE FROM transactions WHERE key LIKE '%/T-2'")
    connection.close()

    assert found(posted.reconcile()) == [
        ("T-2", "packages and staged", "70.40"),
        ("T-2", "staged and orders", "-70.40"),
    ]


def test_a_transaction_below_the_counter_that_was_never_pulled_is_found(posted: Deployment) -> None:
    posted.sell(rows_of(a_sale(), "T-9"), counter=1)

    assert found(posted.reconcile()) == [("T-9", "channel and packages", "70.40")]


def the_account_is_lost(deployment: Deployment) -> None:
    """The account of what was taken back of T-1 is gone: the next return is held against nothing."""
    connection = sqlite3.connect(deployment.home / "postering.db")
    with connection:
        assert connection.execute("DELETE FROM accounts WHERE key LIKE '%/T-1'").rowcount
    connection.close()


def all_is_returned_twice(deployment: Deployment, **sale: Any) -> None:
    deployment.put("sale", changed(rows_of(a_sale(), "T-1"), HEADER, **sale))
    for name in ("R-1", "R-2"):
        deployment.put(name, a_return(name, 2))
    deployment.p_job()
    deployment.sync_orders(transaction=deployment.record("T-1").key.text)
    deployment.sync_orders(transaction=deployment.record("R-1").key.text)
    assert deployment.reconcile().balanced
    the_account_is_lost(deployment)
    deployment.sync_orders(transaction=deployment.record("R-2").key.text)
    assert deployment.states()["R-2"] == "succeeded"


def test_more_refunded_than_was_received_is_found_with_the_original(deployment: Deployment) -> None:
    all_is_returned_twice(deployment)

    result = deployment.reconcile()

    assert found(result) == [("T-1", "orders and payments", "48.40")]
    assert "118.80 USD were given back of" in result.unexplained[0].why
    assert "by R-1, R-2, which received 70.40 USD" in result.unexplained[0].why


def test_what_a_cancellation_gives_back_beyond_a_return_is_found(deployment: Deployment) -> None:
    deployment.put("sale", rows_of(a_sale(), "T-1"))
    deployment.put("return", a_return("R-1", 2))
    deployment.p_job()
    deployment.sync_orders()
    the_account_is_lost(deployment)
    deployment.put("cancellation", a_cancellation("C-1"))
    deployment.p_job()
    deployment.sync_orders()

    result = deployment.reconcile()

    assert found(result) == [("T-1", "orders and payments", "59.40")]
    assert "by C-1, R-1" in result.unexplained[0].why


def test_an_original_of_another_day_is_looked_up(deployment: Deployment) -> None:
    all_is_returned_twice(deployment, businessDate="2026-03-10", transDate="2026-03-10")

    result = deployment.reconcile(from_date=DAY, to_date=DAY)

    assert found(result) == [("T-1", "orders and payments", "48.40")]
    assert [row.business_date for row in result.rows] == [DAY]
