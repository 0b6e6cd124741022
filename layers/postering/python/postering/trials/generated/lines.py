"""Made-up item lines: pieces, scale items, gift cards, linked items, corrections, overridden prices, voided lines."""

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final

from postering.domain.money import absolute
from postering.domain.retail_transactions.transactions import SalesTrans
from postering.trials.generated.basket import Basket, pieces
from postering.trials.generated.deliveries import Delivery, by_mail, of_line
from postering.trials.generated.discounts import split, take_off
from postering.trials.generated.taxes import tax

_DEAREST: Final = 200_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A product of the made-up shops."""

    number: str
    text: str
    unit: str = "ea"
    variant: str = ""
    barcode: str = ""
    weighed: bool = False
    serial: bool = False
    batch: bool = False
    linked: str = ""  # the item that always comes with it


_ITEMS: Final = (
    Item(number="81327", text="Trail shoe", variant="42-BLUE", barcode="7350053850019"),
    Item(number="81331", text="Rain jacket"),
    Item(number="91050", text="Coffee beans", unit="kg", weighed=True, batch=True),
    Item(number="81333", text="Headlamp", serial=True),
    Item(number="92001", text="Sparkling water", unit="box", linked="92099"),
)


def sell(basket: Basket, delivery: Delivery, sign: int, kept: bool) -> None:
    """Add an item, with the items that always come with it; `kept` lines are never voided. `sign` −1 is a return."""
    choices = basket.choices
    if sign > 0 and choices.chance(12):
        _gift_card(basket, kept)
        return
    item = choices.one_of(_ITEMS)
    corrected = not kept and choices.chance(6)
    voided = corrected or (not kept and choices.chance(6))
    line = _item_line(basket, delivery, sign, item, status=int(voided), corrected=int(corrected))
    if item.linked:
        basket.sales[-1] = replace(line, brings_linked_items=1)
        deposit = Item(number=item.linked, text="Deposit")
        _item_line(basket, delivery, sign, deposit, status=int(voided), linked_item=1)
    if corrected:
        _item_line(basket, delivery, sign, item, corrected=1)


def _item_line(basket: Basket, delivery: Delivery, sign: int, item: Item, **given: Any) -> SalesTrans:
    choices, number = basket.choices, len(basket.sales) + 1
    thousandths = choices.whole(50, 5_000) if item.weighed else 1_000 * choices.whole(1, 9)
    price = choices.whole(0, _DEAREST)
    at_full_price = (price * thousandths + 500) // 1_000
    taken_off, discounts = take_off(basket, number, sign, at_full_price, thousandths)
    after = at_full_price - taken_off
    taxed, of_tax = tax(basket, number, sign, after)
    net = after - taxed if basket.inclusive else after
    quantity = pieces(-sign * thousandths)
    said = _said(basket, number, item, price) | of_line(basket, number, delivery) | of_tax | split(discounts) | given
    line = SalesTrans(
        line=Decimal(number),
        item=item.number,
        variant=item.variant,
        barcode=item.barcode,
        comment=item.text,
        currency=choices.one_of((basket.shop.currency, "")),
        quantity=quantity,
        unit=item.unit,
        unit_quantity=quantity,
        price=basket.amount(price),
        unit_price=basket.amount(price),
        net=basket.amount(-sign * net),
        tax=basket.amount(-sign * taxed),
        gross=basket.amount(-sign * (net + taxed)),
        **said,
    )
    basket.sales.append(line)
    return line


def _said(basket: Basket, number: int, item: Item, price: int) -> dict[str, Any]:
    """The columns of a line about its item and its price."""
    choices = basket.choices
    said: dict[str, Any] = {"scale_item": int(item.weighed)}
    if item.serial:
        said["serial_number"] = f"SN-{basket.name.transaction_id}-{number}"
    if item.batch:
        said["batch_number"] = choices.one_of(("BATCH-A", "BATCH-B"))
    if choices.chance(8):
        said |= {"price_overridden": 1, "original_price": basket.amount(price + choices.whole(1, 500))}
    if basket.inclusive and choices.chance(10):
        reduction = choices.whole(1, 500)
        said["exempt_original_price"] = basket.amount(price + reduction)
        said["exempt_reduction"] = basket.amount(reduction)
        basket.header["tax_exempted"] = 1
    return said


def _gift_card(basket: Basket, kept: bool) -> None:
    """A gift card sold: one line each with its number, sent by e-mail, without tax or discount."""
    choices, number = basket.choices, len(basket.sales) + 1
    value = basket.amount(-choices.whole(1, _DEAREST))
    basket.sales.append(
        SalesTrans(
            line=Decimal(number),
            status=int(not kept and choices.chance(8)),
            item="GIFTCARD",
            comment="Gift card",
            currency=basket.shop.currency,
            quantity=Decimal(-1),
            unit="ea",
            unit_quantity=Decimal(-1),
            price=absolute(value),
            unit_price=absolute(value),
            net=value,
            gross=value,
            is_gift_card=1,
            gift_card_number=f"GC-{basket.name.transaction_id}-{number}",
            gift_card_operation=1,
            gift_card_type=1,
            **by_mail(basket),
        )
    )
