"""Rows of an export: one shape per kind, sums that tie to the document, and figures that tie to its books."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given

from postering.domain.exports.catalogue import SHEETS, document_name
from postering.domain.exports.control_totals import ExportTotals
from postering.domain.exports.payments_and_journal import entries_of
from postering.domain.exports.sheets import ColumnType
from postering.domain.money import Money
from postering.domain.posting.verdicts import build_order
from postering.domain.retail_transactions.transactions import RetailTransaction
from postering.domain.sales_orders.documents import DocumentKind, PaymentStatus, PostedOrder
from tests.domain.transactions_examples import a_sale, a_setup, valid_transactions

_TYPES: dict[ColumnType, Any] = {
    ColumnType.TEXT: str,
    ColumnType.INTEGER: int,
    ColumnType.NUMBER: Decimal,
    ColumnType.AMOUNT: Money,
    ColumnType.YES_NO: bool,
}


def posted(transaction: RetailTransaction, number: str = "ONL-000001") -> PostedOrder:
    return build_order(transaction, a_setup(transaction.header.currency), number)


def rows(kind: str, order: PostedOrder) -> list[dict[str, Any]]:
    names = [column.name for column in SHEETS[kind].columns]
    return [dict(zip(names, row, strict=True)) for row in SHEETS[kind].rows(order)]


def summed(kind: str, order: PostedOrder, *names: str) -> list[str]:
    found = rows(kind, order)
    return [Money.total((row[name] for row in found), order.document.currency).text for name in names]


@given(transaction=valid_transactions())
def test_every_value_is_of_its_column_s_type(transaction: RetailTransaction) -> None:
    order = posted(transaction)

    for sheet in SHEETS.values():
        for row in sheet.rows(order):
            for column, value in zip(sheet.columns, row, strict=True):
                assert value != ""
                if value is not None and column.type in _TYPES:
                    assert type(value) is _TYPES[column.type], column.name


@given(transaction=valid_transactions())
def test_an_order_is_the_sum_of_its_lines_and_charges_and_of_what_is_paid_and_open(
    transaction: RetailTransaction,
) -> None:
    order = posted(transaction)
    (row,) = rows("orders", order)
    (lines,) = summed("lines", order, "total")

    assert Money(Decimal(lines), row["currency"]) + row["charges"] + row["charges_tax"] == row["total"]
    assert row["paid"] + row["variance"] + row["open"] == row["total"]
    assert summed("payments", order, "paid") == [row["paid"].text]
    assert row["total"] == order.document.header_total


@given(transaction=valid_transactions())
def test_debits_equal_credits_and_only_the_receivable_is_called_so(transaction: RetailTransaction) -> None:
    order = posted(transaction)
    debit, credit = summed("journal", order, "debit", "credit")

    assert debit == credit
    assert {source.entry.account for source in entries_of(order) if source.role == "receivable"} <= {"130100"}
    assert "130100" not in {source.entry.account for source in entries_of(order) if source.role != "receivable"}


def test_amounts_are_positive_for_a_sale() -> None:
    order = posted(a_sale())
    (row,) = rows("orders", order)

    assert (row["total"].text, row["paid"].text, row["kind"]) == ("70.40", "70.40", "sales_order")
    assert [line["quantity"] for line in rows("lines", order)] == [Decimal(2)]
    assert [entry["debit"].text for entry in rows("journal", order)] == ["70.40", "0.00"]


def test_a_payment_that_does_not_count_is_a_row_that_pays_nothing() -> None:
    order = posted(a_sale())
    order = replace(order, payments=tuple(replace(p, status=PaymentStatus.DECLINED) for p in order.payments))
    (row,) = rows("payments", order)

    assert (row["amount"].text, row["paid"].text, row["counts"]) == ("70.40", "0.00", False)


def test_no_token_of_a_payment_is_exported() -> None:
    order = posted(a_sale())
    tokens = {"card_token": "TOKEN-1", "authorization_token": "TOKEN-2", "capture_token": "TOKEN-3"}
    order = replace(order, payments=tuple(replace(payment, **tokens) for payment in order.payments))  # type: ignore[arg-type]

    assert "TOKEN" not in str([list(sheet.rows(order)) for sheet in SHEETS.values()])


def test_a_document_s_name_tells_companies_apart() -> None:
    one = posted(a_sale()).document

    assert document_name(one) == "USRT/ONL-000001"
    names = {
        document_name(replace(one, company=company, id=number)) for company, number in (("A/B", "C"), ("A", "B/C"))
    }
    assert len(names) == 2


@given(transaction=valid_transactions())
def test_totals_read_back_as_they_were_written(transaction: RetailTransaction) -> None:
    totals = ExportTotals()
    totals.add(posted(transaction), "130100")
    totals.add(posted(transaction, "ONL-000002"), "130100")

    read = ExportTotals.from_json(totals.as_json())

    assert read.as_json() == totals.as_json()
    assert totals.differing(read) == ""


def test_a_quotation_counts_apart_and_a_difference_is_named() -> None:
    totals, other = ExportTotals(), ExportTotals()
    totals.add(posted(a_sale()), "130100")
    other.add(posted(replace(a_sale(), header=replace(a_sale().header, type=31))), "130100")
    figures: Any = other.as_json()["USD"]

    assert figures["quotations"] == {"transactions": 1, "gross": "70.40"}
    assert figures["orders"]["transactions"] == 0
    assert totals.differing(other) == "orders.transactions in USD: 1 and 0"
    assert ExportTotals().differing(ExportTotals()) == ""


@pytest.mark.parametrize("kind", list(DocumentKind))
def test_every_kind_of_document_is_exported(kind: DocumentKind) -> None:
    order = posted(a_sale())
    order = replace(order, document=replace(order.document, kind=kind))

    assert rows("orders", order)[0]["kind"] == str(kind)
