"""Money in plain sight is an exact number: 38 digits survive, and no float is near it."""

from decimal import Decimal

import pytest
from hypothesis import given

from postering.domain.money import LARGEST_DIGITS
from postering.store.dynamodb.attributes import DecimalAttribute
from tests.store.adapters import moto_client
from tests.store.dynamodb.conftest import Table
from tests.store.strategies import decimals

ATTRIBUTE = DecimalAttribute()
LARGEST = Decimal("9" * LARGEST_DIGITS)


@given(decimals)
def test_every_amount_comes_back_as_it_was(amount: Decimal) -> None:
    written = ATTRIBUTE.serialize(amount)

    assert "e" not in written.lower()
    assert ATTRIBUTE.deserialize(written) == amount


@pytest.mark.parametrize(
    "amount", [LARGEST, -LARGEST, LARGEST.scaleb(-2), Decimal("0.10"), Decimal("-0.00"), Decimal(0)]
)
def test_the_table_keeps_38_digits(table: Table, amount: Decimal) -> None:
    key = {"pk": {"S": "money"}, "sk": {"S": "1"}}
    moto_client().put_item(TableName=table.name, Item={**key, "total": {"N": ATTRIBUTE.serialize(amount)}})

    kept = moto_client().get_item(TableName=table.name, Key=key)["Item"]["total"]["N"]

    assert ATTRIBUTE.deserialize(kept) == amount
