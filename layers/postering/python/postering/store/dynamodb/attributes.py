"""Own attribute types: PynamoDB converts numbers to float, and money must never be a float."""

from decimal import Decimal
from typing import Any

from pynamodb.attributes import Attribute
from pynamodb.constants import NUMBER

from postering.domain.money import plain


class DecimalAttribute(Attribute[Decimal]):
    """An exact decimal as a DynamoDB number (at most 38 digits)."""

    attr_type = NUMBER

    def serialize(self, value: Decimal) -> str:
        """The plain text of the number."""
        return plain(value)

    def deserialize(self, value: Any) -> Decimal:
        """The exact number that was written."""
        return Decimal(value)
