"""What can be exported: the sheets by kind, and the number by which a receipt names a document."""

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
"""The sheets by kind, in the order in which they are told."""


def document_name(document: SalesDocument) -> str:
    """The document's name for ever: its company and its number in it, `USRT/ONL-000001`."""
    return f"{escaped(document.company)}/{escaped(document.id)}"
