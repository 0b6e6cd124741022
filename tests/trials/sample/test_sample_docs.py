"""docs/sample.md tells the whole of it: every column that a row has, every entity, the control totals."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from postering.domain.retail_transactions.entities import ENTITIES

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def page() -> str:
    return (ROOT / "docs" / "sample.md").read_text(encoding="utf-8")


def test_every_column_of_the_rows_is_explained(page: str, sample_file: Any) -> None:
    named = set(re.findall(r"`(\w+)`", page))

    for name, rows in sample_file.rows.items():
        entity = ENTITIES[name]
        columns = {column for row in rows for column in row}
        assert columns - {*entity.transaction_keys, entity.counter} <= named, name


def test_every_entity_and_column_of_the_data_is_named(page: str, day: Any) -> None:
    header = day.unpacked.decode("utf-8").splitlines()[0]

    for name in [*ENTITIES, *header.split(",")]:
        assert name in page


def test_the_page_shows_the_control_totals(page: str) -> None:
    controls = json.loads((ROOT / "samples/online-retail/control-totals.json").read_text(encoding="utf-8"))
    shown = {
        "invoices": ("source", "invoices"),
        "of them cancelled (`C`)": ("source", "cancelled_invoices"),
        "invoices without customer": ("source", "invoices_without_customer"),
        "lines": ("source", "lines"),
        "quantity": ("source", "quantity"),
        "**amount** (Quantity × UnitPrice)": ("source", "amount"),
        "of it lines above 0": ("source", "amount_positive_lines"),
        "of it lines below 0": ("source", "amount_negative_lines"),
        "sales, type 27": ("derived", "transactions", "type 27 sale"),
        "returns, type 27": ("derived", "transactions", "type 27 return"),
        "income and expense, type 18": ("derived", "transactions", "type 18 income/expense"),
        "amount of type 18 (R)": ("derived", "source_amount", "type 18 income/expense"),
        "sales net (R)": ("derived", "type 27 sale", "net"),
        "sales VAT": ("derived", "type 27 sale", "tax"),
        "**sales gross = payments**": ("derived", "type 27 sale", "gross"),
        "returns net (R)": ("derived", "type 27 return", "net"),
        "returns VAT": ("derived", "type 27 return", "tax"),
        "**returns gross = refunds**": ("derived", "type 27 return", "gross"),
        "**payments less refunds**": ("derived", "payments_total"),
        "rows: sales lines": ("derived", "rows", "RetailTransactionSalesTrans"),
        "rows: charges": ("derived", "rows", "RetailTransactionMarkupTrans"),
        "rows: taxes": ("derived", "rows", "RetailTransactionTaxTrans"),
        "rows: payments": ("derived", "rows", "RetailTransactionPaymentTrans"),
        "rows: addresses, and as many attributes": ("derived", "rows", "RetailTransactionAddressTrans"),
        "orders with two payments": ("derived", "transactions_by_payment_rows", "2"),
        "refunds linked to a payment": ("derived", "type 27 return", "refunds_linked_to_a_payment"),
    }

    for label, path in shown.items():
        day, month = (written(lookup(controls[file], path)) for file in ("2010-12-20.csv", "2010-12.csv.gz"))
        mark = "**" if label.startswith("**") else ""
        assert f"| {label} | {mark}{day}{mark} | {mark}{month}{mark} |" in page


def lookup(controls: Any, path: tuple[str, ...]) -> Any:
    for step in path:
        controls = controls[step]
    return controls


def written(number: int | str) -> str:
    """A number as people read it: thousands apart, a real minus."""
    whole, point, pence = str(number).partition(".")
    return f"{int(whole):,}{point}{pence}".replace("-", "−")
