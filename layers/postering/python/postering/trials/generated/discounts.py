"""Made-up discounts of a line: of every origin, by amount or percent, split as the line's columns keep them."""

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any, Final

from postering.domain.money import total
from postering.domain.retail_transactions.transactions import DiscountTrans
from postering.trials.generated.basket import Basket, percent

CUSTOMER, PERIODIC, MANUAL, LOYALTY, TENDER = 1, 2, 3, 4, 5
"""RetailDiscountOriginType."""

_LINE_AMOUNT, _LINE_PERCENT, TOTAL_AMOUNT, TOTAL_PERCENT = 1, 2, 3, 4
"""ManualDiscountType."""

_PERCENTAGES: Final = tuple(map(Decimal, ("10", "5", "12.5", "33.33", "100")))


def take_off(basket: Basket, number: int, sign: int, price: int, thousandths: int) -> tuple[int, list[DiscountTrans]]:
    """Discounts on line `number`, of which `thousandths` pieces make `price`: their minor units and rows."""
    choices, left = basket.choices, price
    rows: list[DiscountTrans] = []
    for row in range(1, choices.one_of((0, 0, 1, 1, 2, 3)) + 1):
        by_percent = choices.chance(2)
        if by_percent:
            rate = choices.one_of(_PERCENTAGES)
            units = min(left, percent(left, rate))
            columns: dict[str, Any] = {"percentage": rate}
        else:
            per_unit = choices.whole(0, left * 1000 // thousandths)
            units = per_unit * thousandths // 1000
            columns = {"amount_per_unit": basket.amount(per_unit)}
        left -= units
        rows.append(
            DiscountTrans(
                sales_line=Decimal(number),
                line=Decimal(row),
                amount=basket.amount(sign * units),
                **(columns | _origin(basket, by_percent, units)),
            )
        )
    basket.discounts += rows
    return price - left, rows


def _origin(basket: Basket, by_percent: bool, units: int) -> dict[str, Any]:
    """The origin of a discount of some minor units, and the columns that name it."""
    choices = basket.choices
    origin = choices.one_of((CUSTOMER, PERIODIC, PERIODIC, MANUAL, LOYALTY, TENDER))
    said: dict[str, Any] = {"origin": origin}
    if origin == CUSTOMER:
        said |= {"customer_type": choices.one_of((1, 2, 3)), "coupon": choices.one_of(("", "WELCOME"))}
    elif origin == PERIODIC:
        said |= {
            "offer": choices.one_of(("SPRING-SALE", "3-FOR-2", "OUTLET")),
            "coupon": choices.one_of(("", "SPRING10")),
        }
        if choices.chance(4):
            said |= {"bundle": choices.whole(1, 3), "deal_price": basket.amount(units)}
    elif origin == MANUAL:
        kinds = (_LINE_PERCENT, TOTAL_PERCENT) if by_percent else (_LINE_AMOUNT, TOTAL_AMOUNT)
        said["manual_type"] = choices.one_of(kinds)
    elif origin == TENDER:
        said["offer"] = "PAY-BY-CARD"
    return said


def is_of_basket(row: DiscountTrans) -> bool:
    """Whether it is a share of a discount on the whole basket."""
    return row.origin == MANUAL and row.manual_type in {TOTAL_AMOUNT, TOTAL_PERCENT}


def split(rows: Iterable[DiscountTrans]) -> dict[str, Decimal]:
    """The columns of a line with these discounts: the whole and its shares (loyalty is in the line's own)."""
    discounts = tuple(rows)

    def of(belongs: Callable[[DiscountTrans], bool]) -> Decimal:
        return total(row.amount for row in discounts if belongs(row))

    return {
        "discount": of(lambda row: True),
        "periodic_discount": of(lambda row: row.origin == PERIODIC),
        "tender_discount": of(lambda row: row.origin == TENDER),
        "total_discount": of(is_of_basket),
        "line_discount": of(lambda row: row.origin not in {PERIODIC, TENDER} and not is_of_basket(row)),
        "loyalty_discount": of(lambda row: row.origin == LOYALTY),
    }
