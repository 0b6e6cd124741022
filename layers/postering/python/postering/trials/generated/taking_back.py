"""Made-up returns and cancellations: the lines and amounts that they give back of an earlier made-up order."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any, TypeVar

from postering.domain.money import EXACT, negated, total
from postering.domain.retail_transactions.transactions import (
    PaymentTrans,
    RetailTransaction,
    SalesTrans,
    TaxTrans,
    TaxTransGTE,
)
from postering.trials.generated.basket import Basket, pieces
from postering.trials.generated.discounts import split
from postering.trials.generated.shops import CARD, GIFT_CARD

Tax = TypeVar("Tax", TaxTrans, TaxTransGTE)


def can_be_returned(sold: RetailTransaction) -> bool:
    """Whether a line of it can come back."""
    return any(True for _ in _returnable(sold))


def is_all_sold(sold: RetailTransaction) -> bool:
    """Whether it only sells: an order that can be cancelled, and be paid back."""
    return bool(sold.lines) and all(line.quantity < 0 for line in sold.lines)


def refundable(sold: RetailTransaction) -> tuple[PaymentTrans, ...]:
    """Its payments to which a refund can be linked."""
    return tuple(row for row in sold.paying if row.tendered > 0 and row.tender_type in {CARD, GIFT_CARD})


def take_back(basket: Basket, sold: RetailTransaction, *, cancelled: bool) -> None:
    """Put lines of `sold` into the basket, whole or in part, with their taxes and discounts."""
    choices = basket.choices
    lines = list(sold.lines) if cancelled else list(_returnable(sold))
    first = choices.one_of(lines)
    for line in lines:
        if line is first or choices.chance(4):
            _back(basket, sold, line, cancelled)


def _returnable(sold: RetailTransaction) -> Iterator[SalesTrans]:
    return (line for line in sold.lines if line.quantity < 0 and not line.is_gift_card)


def _back(basket: Basket, sold: RetailTransaction, line: SalesTrans, cancelled: bool) -> None:
    number = Decimal(len(basket.sales) + 1)
    of = int(negated(line.quantity).scaleb(3, context=EXACT))
    back = of
    if of > 1000 and not of % 1000 and basket.choices.chance(2):
        back = 1000 * basket.choices.whole(1, of // 1000 - 1)

    def share(amount: Decimal) -> Decimal:
        """The part of an amount that comes back, with the other sign."""
        units = basket.units(amount)
        return basket.amount(-units * back // of if units < 0 else -(units * back // of))

    def shared(row: Tax) -> Tax:
        return replace(row, sales_line=number, amount=share(row.amount), base=share(row.base))

    taxes = [shared(row) for row in sold.taxes_by_line.get(line.line, ())]
    components = [shared(row) for row in sold.gte_taxes_by_line.get(line.line, ())]
    discounts = [
        replace(row, sales_line=number, amount=share(row.amount)) for row in sold.discounts_by_line.get(line.line, ())
    ]
    basket.taxes += taxes
    basket.gte_taxes += components
    basket.discounts += discounts
    counted = (row.amount for row in (components if basket.generic else taxes) if not getattr(row, "exempt", 0))
    net, tax = share(line.net), negated(total(counted))
    basket.sales.append(
        replace(
            line,
            line=number,
            quantity=pieces(back),
            unit_quantity=pieces(back),
            net=net,
            tax=tax,
            gross=EXACT.add(net, tax),
            brings_linked_items=0,
            corrected=0,
            requested_ship_date=None,
            requested_receipt_date=None,
            **(split(discounts) | _original(basket, sold, line, cancelled)),
        )
    )


def _original(basket: Basket, sold: RetailTransaction, line: SalesTrans, cancelled: bool) -> dict[str, Any]:
    """The columns that name the line taken back; a cancellation's header names the order."""
    if cancelled:
        return {"return_line": line.line}
    return {
        "return_transaction_id": sold.key.transaction_id,
        "return_store": basket.choices.one_of((sold.key.store, "")),
        "return_line": line.line,
    }
