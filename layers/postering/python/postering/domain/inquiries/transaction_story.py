"""The whole story of one transaction as plain values, as `show` and `explain` print it.

Amounts of documents, payments and journal are texts with the currency's digits, positive for a sale; the rows under
`entities` are the channel's own, in the channel's sign.
"""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal

from postering.domain.inquiries.document_views import Plain, document_view, journal_view, payment_view
from postering.domain.money import plain
from postering.domain.retail_transactions.entities import ENTITIES
from postering.domain.retail_transactions.rows import RejectedRow, Row
from postering.domain.retail_transactions.values import Value
from postering.domain.sales_orders.documents import CreatedCustomer, PostedOrder
from postering.domain.staging.assembly import Assembly, Conflict
from postering.domain.staging.records import TransactionRecord


def story(record: TransactionRecord, assembly: Assembly, order: PostedOrder | None) -> Plain:
    """The story of a transaction, in the shape of `show --json`.

    `entities` has the rows with their edits; `as_received` has the edited rows as they came, by name. `customers` are
    those that were created with the order.
    """
    return {
        "transaction": transaction_view(record),
        "entities": entities_view(assembly),
        "problems": [problem.as_json() for problem in record.problems],
        "documents": [document_view(order)] if order is not None else [],
        "payments": [payment_view(payment) for payment in order.payments] if order is not None else [],
        "journal": [journal_view(entry) for entry in order.journal] if order is not None else [],
        "customers": [customer_view(customer) for customer in order.customers] if order is not None else [],
        "timeline": [entry.as_json() for entry in record.timeline],
        "conflicts": [conflict_view(conflict) for conflict in assembly.conflicts],
        "edits": [{**edit.as_json(), "applies": edit in assembly.edits} for edit in record.edits],
        "as_received": as_received_view(assembly),
    }


def customer_view(customer: CreatedCustomer) -> Plain:
    """A customer that was created with an order."""
    return {
        "company": customer.company,
        "account": customer.account,
        "name": customer.name or None,
        "email": customer.email or None,
        "phone": customer.phone or None,
    }


def explanation(record: TransactionRecord) -> Plain:
    """The problems of a transaction, in the shape of `explain --json`; `waiting_for` is null if it does not wait."""
    return {
        "transaction": transaction_view(record),
        "problems": [problem.as_json() for problem in record.problems],
        "waiting_for": record.reason if record.state == "waiting" else None,
    }


def transaction_view(record: TransactionRecord) -> Plain:
    """The row of the list, with company, type and reason."""
    return record.as_json() | {
        "DataAreaId": record.key.company,
        "type": record.summary.type,
        "reason": record.reason or record.suspicion or None,
    }


def entities_view(assembly: Assembly) -> dict[str, list[Plain]]:
    """The current rows of all eleven entities, in order of their keys.

    A rejected row is under its entity too, as the received texts (card data masked), with `"_rejected": true`.
    """
    rows: dict[str, list[Row | RejectedRow]] = {name: [] for name in ENTITIES}
    for row in received_rows(assembly):
        rows[row.entity].append(row)
    return {name: [row_view(row) for row in sorted(listed, key=_place)] for name, listed in rows.items()}


def as_received_view(assembly: Assembly) -> dict[str, Plain]:
    """The rows that an edit changed, as they came."""
    edited = {edit.row for edit in assembly.edits}
    return {row.name: row_view(row) for row in assembly.as_received if row.name in edited}


def received_rows(assembly: Assembly) -> Iterator[Row | RejectedRow]:
    """The current rows, then the rejected ones."""
    yield from assembly.rows
    yield from assembly.rejected


def row_view(row: Row | RejectedRow) -> Plain:
    """One row by column name: whole numbers as numbers, decimals as texts, dates ISO 8601."""
    if isinstance(row, RejectedRow):
        return {**row.raw, "_rejected": True}
    return {name: value_view(value) for name, value in row.values.items()}


def value_view(value: Value) -> str | int:
    """A value as JSON has it: only whole numbers are numbers."""
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value


def conflict_view(conflict: Conflict) -> Plain:
    """Both versions of a row, and their differences by column."""
    return {
        "row": conflict.row,
        "kept": row_view(conflict.kept) if conflict.kept is not None else None,
        "other": row_view(conflict.other),
        "differences": [
            {"column": column, "kept": kept, "other": other} for column, kept, other in conflict.differences
        ],
    }


def _place(row: Row | RejectedRow) -> tuple[bool, list[tuple[bool, Decimal, str]]]:
    """Rows in the order of their keys: numbers as numbers, then texts; those without a readable key last."""
    parts: list[tuple[bool, Decimal, str]] = []
    for part in row.key or ():
        whole = part.replace(".", "", 1).removeprefix("-").isdecimal()
        parts.append((not whole, Decimal(part) if whole else Decimal(0), part))
    return row.key is None, parts
