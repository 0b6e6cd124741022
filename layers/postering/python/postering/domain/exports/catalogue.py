"""The sheets of an export by kind, and the name of a document in a receipt."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from postering.domain.exports.orders import LINES, ORDERS
from postering.domain.exports.payments_and_journal import CUSTOMERS, JOURNAL, PAYMENTS
from postering.domain.exports.sheets import Sheet
from postering.domain.keys import escaped
from postering.domain.sales_orders.documents import SalesDocument

SHEETS: Final[Mapping[str, Sheet[Any]]] = MappingProxyType(
    {sheet.kind: sheet for sheet in (ORDERS, LINES, PAYMENTS, JOURNAL, CUSTOMERS)}
)
"""The sheets by kind, in the order of the help."""


def document_name(document: SalesDocument) -> str:
    """The permanent name of a document: its company and its number, `USRT/ONL-000001`."""
    return f"{escaped(document.company)}/{escaped(document.id)}"
