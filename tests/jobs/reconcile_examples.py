"""Sales to reconcile, and what reconciling them says in a few words."""

import sqlite3
from dataclasses import replace
from decimal import Decimal

from postering.domain.reconciliation import Reconciliation
from postering.domain.retail_transactions.transactions import RetailTransaction
from tests.domain.transactions_examples import a_sale, with_totals
from tests.jobs.conftest import Deployment, rows_of


def two_lines() -> RetailTransaction:
    """The example with its line twice, paid in two parts."""
    sale = a_sale()
    (line,), (tax,), (discount,) = sale.sales, sale.taxes, sale.discounts
    (paid,) = sale.payments
    two = Decimal(2)
    return with_totals(
        replace(
            sale,
            sales=(line, replace(line, line=two)),
            taxes=(tax, replace(tax, sales_line=two)),
            discounts=(discount, replace(discount, sales_line=two)),
            payments=(paid, replace(paid, line=two, tendered=Decimal("59.40"))),
        )
    )


SALE, OTHER, THIRD = rows_of(two_lines(), "T-1"), rows_of(a_sale(), "T-2"), rows_of(a_sale(), "T-3")


def found(result: Reconciliation) -> list[tuple[str | None, str, str]]:
    """(transaction id, between, amount) of what is unexplained."""
    shown = [one.as_json() for one in result.unexplained]
    return [(one["transaction_id"], one["between"], one["amount"]) for one in shown]  # type: ignore[misc]


def reasons(result: Reconciliation) -> dict[str | None, list[str]]:
    """What is explained, in words, by transaction id."""
    said: dict[str | None, list[str]] = {}
    for one in result.explained:
        said.setdefault(one.transaction.transaction_id if one.transaction else None, []).append(one.why)
    return said


def of_transactions(result: Reconciliation) -> list[tuple[str, str, str]]:
    """(transaction id, between, amount) of what is explained of single transactions."""
    shown = [(one.transaction, one.as_json()) for one in result.explained]
    return [(key.transaction_id, one["between"], one["amount"]) for key, one in shown if key]  # type: ignore[misc]


def post_three_sales(deployment: Deployment) -> Deployment:
    """Three sales of the channel database, pulled, staged and posted."""
    deployment.make_channel_database()
    deployment.sell(SALE, OTHER, THIRD)
    deployment.p_job()
    assert deployment.sync_orders().succeeded == 3
    return deployment


def in_channel(deployment: Deployment, statement: str) -> None:
    """Change the channel database by hand."""
    connection = sqlite3.connect(deployment.home / "channel.db")
    with connection:
        assert connection.execute(statement).rowcount
    connection.close()
