"""Nothing is rounded silently: 38 digits go from the package to the document's view, and rounding has few homes."""

import ast
import json
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

import postering
from postering.domain.inquiries.document_views import document_view, journal_view, payment_view
from postering.domain.money import EXACT, amount_text, digits_of, negated
from postering.domain.retail_transactions.entities import HEADER, PAYMENT, SALES
from postering.domain.retail_transactions.transactions import Header, PaymentTrans, RetailTransaction, SalesTrans
from tests.domain.transactions_examples import DAY, KEY, a_sale, a_setup, with_company, with_totals
from tests.jobs.conftest import Deployment, rows_of

PACKAGE = Path(postering.__file__).parent

ROUNDS = {
    "domain/money.py": "its home",
    "domain/sales_orders/payment_journal.py": "company amounts that no channel gave",
    "domain/returns/cancelled_lines.py": "the share of a line cancelled in part; the last part takes the rest",
    "domain/returns/cancelled_payments.py": "the other currencies' amounts of a payment that is given back in part",
    "domain/returns/payments_left.py": "the company amount of such a part; the parts add up to what was booked",
    "domain/sales_orders/kept_payments.py": "the company amount of a payment, less that of its change",
}
"""Modules that may round money. What is made up (sample, generated) is no channel's amount."""


def large(currency: str) -> Decimal:
    """38 digits, all of them different from their neighbours, as many behind the point as the currency has."""
    # Not by `scaleb`: under Python's own context that keeps 28 digits.
    return EXACT.scaleb(Decimal("12345678901234567890123456789012345678"), -digits_of(currency))


def a_large_sale(currency: str) -> RetailTransaction:
    """One line at 38 digits, paid by card."""
    amount = large(currency)
    line = SalesTrans(
        line=Decimal(1),
        item="81327",
        unit="ea",
        quantity=Decimal(-1),
        price=amount,
        net=negated(amount),
        gross=negated(amount),
    )
    payment = PaymentTrans(
        line=Decimal(1),
        tender_type="2",
        card_type="VISA",
        tendered=amount,
        currency=currency,
        payment_amount=amount,
        company_amount=amount,
        authorized_amount=amount,
    )
    header = Header(type=27, currency=currency, customer="100001", business_date_given=DAY)
    return with_totals(RetailTransaction(key=KEY, header=header, sales=(line,), payments=(payment,)))


@pytest.mark.parametrize("currency", ["USD", "JPY", "KWD"])
def test_38_digits_survive_from_the_package_to_the_document(deployment: Deployment, currency: str) -> None:
    deployment.apply(with_company(a_setup(currency), currency=currency))
    sale, text = a_large_sale(currency), format(large(currency), "f")

    deployment.put("monday", rows_of(sale, "T-1"))
    deployment.p_job()
    deployment.sync_orders()

    record = deployment.record("T-1")
    staged = deployment.store.staged([record.key])[record.key]
    values = {
        (row.entity, column): value
        for piece in staged.pieces
        for row in piece.rows
        for column, value in row.values.items()
    }
    order = deployment.store.order_of(record.key)
    assert order is not None
    assert values[HEADER, "grossAmount"] == values[SALES, "netAmountInclTax"] == negated(large(currency))
    assert values[PAYMENT, "amountTendered"] == large(currency)
    document = json.loads(json.dumps(document_view(order)))
    assert (document["total"], document["net"], document["lines"][0]["total"]) == (text, text, text)
    assert [payment_view(payment)["amount"] for payment in order.payments] == [text]
    zero = amount_text(Decimal(0), currency)
    entries = [(entry["debit"], entry["credit"], entry["amount_mst"]) for entry in map(journal_view, order.journal)]
    assert entries == [(text, zero, text), (zero, text, f"-{text}")]


def test_one_unit_in_the_38th_digit_is_seen(deployment: Deployment) -> None:
    sale = a_large_sale("USD")
    off = replace(sale, header=replace(sale.header, net=EXACT.add(sale.header.net, Decimal("0.01"))))

    deployment.put("monday", rows_of(off, "T-1"), rows_of(a_sale(), "T-2"))
    deployment.p_job()
    deployment.sync_orders()

    assert deployment.states() == {"T-1": "failed NET_AMOUNT", "T-2": "succeeded"}
    assert "0.01 USD apart" in deployment.record("T-1").problems[0].message


def _roundings(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if name in {"rounded", "share", "quantize", "normalize"}:
                yield name


def test_money_is_rounded_where_it_is_said_and_nowhere_else() -> None:
    found = {
        str(path.relative_to(PACKAGE)): set(_roundings(path))
        for path in PACKAGE.rglob("*.py")
        if path.relative_to(PACKAGE).parts[0] != "trials"
    }

    assert {path for path, names in found.items() if names & {"rounded", "share", "quantize"}} == ROUNDS.keys()
    assert {path for path, names in found.items() if "normalize" in names} <= {"domain/money.py"}
