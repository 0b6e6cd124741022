"""The recipe of a valid transaction: its kind and lines, its delivery, charges and payments."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import Any, Final
from zoneinfo import ZoneInfo

from postering.domain.money import total
from postering.domain.retail_transactions.transactions import RetailTransaction
from postering.domain.retail_transactions.types import ASYNC_CANCELLATION, ASYNC_ORDER, ASYNC_QUOTE, ONLINE_ORDER
from postering.trials.generated.answers import answer
from postering.trials.generated.basket import Basket, Name
from postering.trials.generated.charges import charge
from postering.trials.generated.choices import Choices
from postering.trials.generated.deliveries import deliver
from postering.trials.generated.discounts import TOTAL_AMOUNT, TOTAL_PERCENT, is_of_basket
from postering.trials.generated.lines import sell
from postering.trials.generated.shops import Shop
from postering.trials.generated.taking_back import refundable, take_back
from postering.trials.generated.tenders import give_back, pay

LARGEST: Final = 500
"""Item lines of the largest transaction."""

_OTHER_TYPES: Final = (2, 3, 14, 18, 19, 36)
_VOIDED_ENTRIES: Final = (1, 4, 6)
_EMPTY_DATE: Final = date(1900, 1, 1)


class Kind(StrEnum):
    """The kinds of made-up transactions. Linked ones and cancellations need an earlier order (`TAKING_BACK`)."""

    SALE = "sale"
    RETURN = "return"
    EXCHANGE = "mixed"
    QUOTE = "quote"
    LINKED_RETURN = "linked_return"
    LINKED_EXCHANGE = "linked_exchange"
    CANCELLATION = "cancellation"
    NOT_AN_ORDER = "not_an_order"


TAKING_BACK: Final = frozenset({Kind.LINKED_RETURN, Kind.LINKED_EXCHANGE, Kind.CANCELLATION})
"""Kinds that need an earlier order."""


def make_up(
    choices: Choices,
    shop: Shop,
    name: Name,
    kind: Kind,
    sold: RetailTransaction | None = None,
    largest: int = LARGEST,
) -> RetailTransaction:
    """A transaction without a problem; one of the `TAKING_BACK` kinds takes back of the order `sold`.

    `sold` is of the same shop, only sells, and nothing was taken back of it before. There are at most `largest` lines,
    and the items that come with them.
    """
    basket = _basket(choices, shop, name, sold)
    if kind is Kind.CANCELLATION:
        return _cancellation(basket, _given(sold))
    basket.header |= {"type": _type(choices, kind), "is_return": int(kind in {Kind.RETURN, Kind.LINKED_RETURN})}
    basket.header |= _customer(choices) | _texts(choices)
    _fill(basket, kind, sold, largest)
    charge(basket)
    _settle(basket, kind, sold)
    answer(basket)
    if kind is Kind.NOT_AN_ORDER:
        basket.header |= choices.one_of(
            (*({"type": other} for other in _OTHER_TYPES), *({"entry_status": entry} for entry in _VOIDED_ENTRIES))
        )
    return basket.transaction()


def _type(choices: Choices, kind: Kind) -> int:
    if kind is Kind.QUOTE:
        return ASYNC_QUOTE
    if kind is Kind.NOT_AN_ORDER:
        return ONLINE_ORDER
    return choices.one_of((ONLINE_ORDER, ONLINE_ORDER, ASYNC_ORDER))


def _given(sold: RetailTransaction | None) -> RetailTransaction:
    if sold is None:
        raise ValueError("a kind that takes back needs an order that was made up before")
    return sold


def _basket(choices: Choices, shop: Shop, name: Name, sold: RetailTransaction | None) -> Basket:
    inclusive, generic = shop.prices_include_tax, shop.generic_taxes
    if sold is not None:
        inclusive, generic = bool(sold.header.prices_include_tax), sold.has_generic_taxes
    basket = Basket(
        choices=choices,
        shop=shop,
        name=name,
        inclusive=choices.chance(2) if inclusive is None else inclusive,
        generic=choices.chance(4) if generic is None else generic,
    )
    basket.header = {
        "channel_reference_id": name.reference,
        "currency": shop.currency,
        "prices_include_tax": int(basket.inclusive),
        "tax_calculation_type": int(basket.generic),
        "exchange_rate": choices.one_of((shop.company_rate, Decimal(0))),
        **_dates(choices, shop, name.day),
    }
    return basket


def _dates(choices: Choices, shop: Shop, day: date) -> dict[str, Any]:
    """The business date, or the transaction date instead; the time of day, in the shop's zone and in UTC."""
    given = choices.one_of(("business", "both", "transaction", "empty"))
    dates: dict[str, Any] = {
        "business": {"business_date_given": day},
        "both": {"business_date_given": day, "transaction_date": day - timedelta(days=choices.whole(0, 1))},
        "transaction": {"transaction_date": day},
        "empty": {"business_date_given": _EMPTY_DATE, "transaction_date": day},
    }[given]
    called = dates.get("transaction_date")
    if called is not None:
        seconds = choices.whole(0, 86_399)
        midnight = datetime(called.year, called.month, called.day, tzinfo=_zone(shop.time_zone))
        dates |= {"transaction_time": seconds, "begun_at": (midnight + timedelta(seconds=seconds)).astimezone(UTC)}
    return dates


@cache
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def _customer(choices: Choices) -> dict[str, Any]:
    """An account, a guest, or a customer that the channel made up (twice as the same: also under its real account)."""
    number = choices.whole(1, 900)
    account, temporary = f"1{number:05}", f"{number:08x}-ab0c-4def-8abc-{number:012x}"
    return choices.one_of(
        (
            {"customer": account},
            {"customer": account},
            {},
            {"async_customer": temporary},
            {"async_customer": temporary, "customer": temporary},
            {"async_customer": temporary, "customer": account},
        )
    )


def _texts(choices: Choices) -> dict[str, Any]:
    texts: dict[str, Any] = {}
    if choices.chance(6):
        texts |= {"comment": "Please ring twice", "customer_purchase_order": "PO-7"}
    if choices.chance(6):
        texts |= {"loyalty_card": "LOY-55001"}
    if choices.chance(3):
        texts |= {"receipt_email": "ada@example.com"}
    return texts


def _fill(basket: Basket, kind: Kind, sold: RetailTransaction | None, largest: int) -> None:
    """Item lines; at least one (of an exchange, one each way) is not voided."""
    if kind in TAKING_BACK:
        take_back(basket, _given(sold), cancelled=False)
    if kind is not Kind.LINKED_RETURN:
        delivery = deliver(basket)
        if kind is Kind.EXCHANGE:
            sell(basket, delivery, -1, kept=True)
        sign = -1 if kind is Kind.RETURN else 1
        for number in range(_number_of_lines(basket.choices, largest)):
            exchanged = number > 0 and kind is Kind.EXCHANGE and basket.choices.chance(2)
            sell(basket, delivery, -sign if exchanged else sign, kept=number == 0)
    live = basket.live_lines
    discounts = [row for row in basket.discounts if is_of_basket(row)]
    basket.header |= {
        "total_discount": total(line.total_discount for line in live),
        "manual_discount_amount": total(row.amount for row in discounts if row.manual_type == TOTAL_AMOUNT),
        "manual_discount_percent": max(
            (row.percentage for row in discounts if row.manual_type == TOTAL_PERCENT), default=Decimal(0)
        ),
    }


def _number_of_lines(choices: Choices, largest: int) -> int:
    number = choices.one_of((1, 1, 2, 3))
    if choices.chance(15):
        number = choices.whole(4, 20)
    if choices.chance(400):
        number = choices.one_of((100, LARGEST))
    return min(number, largest)


def _settle(basket: Basket, kind: Kind, sold: RetailTransaction | None) -> None:
    """Payments of the amount due; a part of it for a customer order, or if the shop asks for no more."""
    choices, shop, due = basket.choices, basket.shop, basket.due
    if kind is Kind.QUOTE:
        return
    if sold is not None and due < 0:
        give_back(basket, -due, refundable(sold), sold.key.transaction_id)
        return
    may_stay_open = basket.header["type"] == ASYNC_ORDER or not shop.payment_required
    if may_stay_open:
        pay(basket, due, part=choices.chance(2))
    elif due > shop.tolerance and choices.chance(12):
        pay(basket, due + choices.whole(-shop.tolerance, shop.tolerance))
    else:
        pay(basket, due)


def _cancellation(basket: Basket, sold: RetailTransaction) -> RetailTransaction:
    """A cancellation of the whole order, without rows; or of some lines, with or without refunds."""
    basket.header |= {
        "type": ASYNC_CANCELLATION,
        "channel_reference_id": sold.header.channel_reference_id,
        "customer": sold.header.customer,
    }
    if basket.choices.chance(2):
        take_back(basket, sold, cancelled=True)
        linked = refundable(sold)
        most = min(-basket.due, sum(basket.units(row.tendered) for row in linked))
        if most > 0 and basket.choices.chance(2):
            give_back(basket, most, linked, sold.key.transaction_id)
    return basket.transaction()
