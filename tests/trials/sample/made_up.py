"""Made-up invoices in the form of the set, and the rows of one entity, for the tests of the rules."""

from collections.abc import Callable
from typing import Any

from postering.trials.sample.online_retail import Invoice, Row

Invoices = Callable[..., tuple[Invoice, ...]]


def row(
    number: str = "536361",
    code: str = "22302",
    quantity: int = 2,
    price: str = "10.00",
    customer: str = "17850.0",
    country: str = "United Kingdom",
    time: str = "2010-12-20 10:00:00",
) -> str:
    return f"{number},{code},MUG,{quantity},{time},{price},{customer},{country}"


def of(rows: dict[str, list[Row]], entity: str) -> list[Any]:
    return list(rows[f"RetailTransaction{entity}"])


def tenders(rows: dict[str, list[Row]]) -> list[tuple[Any, ...]]:
    return [
        (payment["tenderType"], payment.get("cardTypeId", ""), payment["amountTendered"])
        for payment in of(rows, "PaymentTrans")
    ]
