"""Cancellations through both jobs: what stands in the books, and that reconcile agrees."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from postering.domain.retail_transactions.entities import HEADER, SALES
from postering.domain.retail_transactions.transactions import MarkupTrans, PaymentTrans, RetailTransaction, SalesTrans
from tests.domain.returns.cancellations_examples import a_line, numbered, tender
from tests.domain.transactions_examples import KEY, a_sale, with_header, with_totals
from tests.jobs.conftest import Deployment, rows_of

DEPOSIT = tender("4.78")
ALL = a_line("2", "47.80")


def kept(amount: str) -> MarkupTrans:
    """A cancellation charge."""
    return MarkupTrans(line=Decimal(1), code="FREIGHT", amount=Decimal(amount), currency="USD")


def an_order(payments: tuple[PaymentTrans, ...], charges: tuple[MarkupTrans, ...] = ()) -> RetailTransaction:
    sale = a_sale(
        sales=(a_line("-2", "-47.80", price=Decimal("23.90")),),
        taxes=(),
        discounts=(),
        charges=charges,
        payments=numbered(payments),
    )
    return with_header(with_totals(sale), type=33)


def a_cancellation(
    *lines: SalesTrans, charges: tuple[MarkupTrans, ...] = (), payments: tuple[PaymentTrans, ...] = (), **header: Any
) -> RetailTransaction:
    rows = tuple(replace(line, line=Decimal(n), return_line=Decimal(1)) for n, line in enumerate(lines, start=1))
    made = a_sale(sales=rows, taxes=(), discounts=(), charges=charges, payments=numbered(payments))
    return with_header(with_totals(replace(made, key=replace(KEY, transaction_id="C-1"))), type=37, **header)


def balanced(deployment: Deployment) -> bool:
    found = deployment.reconcile()
    assert found.unexplained == ()
    return found.balanced


@pytest.mark.parametrize(
    ("cancellation", "total", "charges", "order_and_cancellation_open"),
    [
        (
            a_cancellation(a_line("2", "47.80"), charges=(kept("2.39"),), payments=(tender("-2.39"),)),
            "-45.41",
            1,
            "0.00",
        ),
        (a_cancellation(payments=(tender("-2.39"),)), "-47.80", 0, "-2.39"),
        (a_cancellation(charges=(kept("2.39"),), payments=(tender("-2.39"),)), "-45.41", 1, "0.00"),
        (a_cancellation(ALL, charges=(kept("2.39"),)), "-45.41", 1, "0.00"),
    ],
    ids=["all rows", "payments alone", "charge and payments", "no payments"],
)
def test_a_charge_that_is_kept_of_a_deposit_stands_in_the_books(
    deployment: Deployment,
    cancellation: RetailTransaction,
    total: str,
    charges: int,
    order_and_cancellation_open: str,
) -> None:
    deployment.put("monday", rows_of(an_order((DEPOSIT,)), "T-1", "W-1"))
    deployment.put("tuesday", rows_of(cancellation, "C-1", "W-1"))
    deployment.p_job()
    deployment.sync_orders()
    deployment.sync_orders()

    assert deployment.states() == {"T-1": "succeeded", "C-1": "succeeded"}
    order = deployment.store.order_of(deployment.record("T-1").key)
    cancelled = deployment.store.order_of(deployment.record("C-1").key)
    assert order is not None
    assert cancelled is not None
    assert (cancelled.document.total.text, len(cancelled.document.charges)) == (total, charges)
    assert [payment.amount.text for payment in cancelled.payments] == ["-2.39"]
    assert (order.open + cancelled.open).text == order_and_cancellation_open
    assert [(entry.account, entry.debit.text, entry.credit.text) for entry in cancelled.journal] == [
        ("130100", "2.39", "0.00"),
        ("112250", "0.00", "2.39"),
    ]
    assert balanced(deployment)


def test_a_cancellation_by_the_order_number_alone_agrees(deployment: Deployment) -> None:
    deployment.put("monday", rows_of(an_order((DEPOSIT,)), "T-1", "W-1"))
    deployment.p_job()
    deployment.sync_orders()
    number = deployment.record("T-1").sales_id
    deployment.put("tuesday", rows_of(a_cancellation(sales_order_id=number), "C-1", ""))
    deployment.p_job()
    deployment.sync_orders()

    assert deployment.states() == {"T-1": "succeeded", "C-1": "succeeded"}
    assert balanced(deployment)


def test_a_cancellation_waits_for_its_lines_where_its_header_speaks_of_items(deployment: Deployment) -> None:
    whole = rows_of(a_cancellation(ALL), "C-1", "W-1")
    header = {HEADER: [{**whole[HEADER][0], "numberOfItemLines": None, "numberOfItems": "-2"}]}
    deployment.put("monday", rows_of(an_order((tender("47.80"),)), "T-1", "W-1"), header)
    deployment.p_job()
    deployment.sync_orders()
    assert deployment.states() == {"T-1": "succeeded", "C-1": "waiting WAITING_FOR_LINES"}

    deployment.put("tuesday", {SALES: whole[SALES]})
    deployment.p_job()
    deployment.sync_orders()
    assert deployment.states() == {"T-1": "succeeded", "C-1": "succeeded"}
    assert balanced(deployment)


def test_a_row_of_no_quantity_cancels_nothing_and_is_refused(deployment: Deployment) -> None:
    deployment.put("monday", rows_of(an_order((tender("47.80"),)), "T-1", "W-1"))
    deployment.put("tuesday", rows_of(a_cancellation(a_line("0", "0")), "C-1", "W-1"))
    deployment.p_job()
    deployment.sync_orders()
    deployment.sync_orders()

    assert deployment.states() == {"T-1": "succeeded", "C-1": "failed RETURN_QUANTITY"}
