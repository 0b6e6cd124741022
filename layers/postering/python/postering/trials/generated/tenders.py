"""Made-up payments: tenders that pay the amount due, change, foreign money, refunds, rows that do not count."""

from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from postering.domain.money import EXACT, digits_of, product, rounded
from postering.domain.retail_transactions.transactions import PaymentTrans
from postering.trials.generated.basket import Basket, in_currency
from postering.trials.generated.shops import (
    ACCOUNT,
    CARD,
    CASH,
    CHECK,
    COMPANY_CURRENCY,
    CREDIT_MEMO,
    CURRENCY,
    GIFT_CARD,
    LOYALTY,
)

_HUNDRED: Final = Decimal(100)
_TENDERS: Final = (CASH, CARD, CARD, CARD, GIFT_CARD, LOYALTY, ACCOUNT, CHECK, CREDIT_MEMO, CURRENCY)
_GIVEN_BACK_BY: Final = (CASH, CARD, CARD, GIFT_CARD, CREDIT_MEMO, ACCOUNT)

_FOREIGN: Final = {
    "USD": (("EUR", Decimal(108)), ("JPY", Decimal("0.67"))),
    "EUR": (("USD", Decimal("92.5")), ("DKK", Decimal("13.4"))),
    "JPY": (("USD", Decimal(15000)), ("EUR", Decimal(16250))),
    "KWD": (("USD", Decimal("30.7")),),
    "INR": (("USD", Decimal(8350)),),
}
"""Foreign currencies that a shop takes, with the rate of 100 units in its own."""

_NOT_COUNTED: Final[tuple[dict[str, Any], ...]] = (
    {"status": 1},
    {"void_status": 1},
    {"void_status": 2},
    {"void_status": 3},
    {"processor_status": 2},
    {"processor_status": 3},
    {"processor_status": 1, "capture_failed": 1},
)


def pay(basket: Basket, due: int, part: bool = False) -> None:
    """Payments of `due` minor units (below zero: refunds); at most that for a `part`-paid order."""
    choices = basket.choices
    if due < 0:
        give_back(basket, -due)
    elif due > 0:
        _pay_in(basket, choices.whole(0, due) if part else due, deposit=part)
    elif choices.chance(4):
        _row(basket, 0, CASH)
    if choices.chance(6):
        for reason in _NOT_COUNTED[choices.whole(0, len(_NOT_COUNTED) - 1) :][: choices.one_of((1, 2))]:
            _row(basket, choices.whole(1, 9_000), CARD, **_of_card(basket), **reason)


def _pay_in(basket: Basket, due: int, deposit: bool) -> None:
    choices, rest = basket.choices, due
    marked = {"is_prepayment": 1} if deposit and choices.chance(2) else {}
    while rest:
        tender = choices.one_of(_TENDERS)
        last = len(basket.payments) >= 3 or not choices.chance(3)
        units = rest if last else choices.whole(1, rest)
        if tender == CURRENCY:
            units = _foreign(basket, units, marked)
        elif tender == CASH and units == rest and choices.chance(2):
            _with_change(basket, units, marked)
        else:
            _row(basket, units, tender, **_columns_of(basket, tender, units), **marked)
        rest -= units


def _with_change(basket: Basket, units: int, marked: dict[str, Any]) -> None:
    change = basket.choices.whole(1, 2_000)
    _row(basket, units + change, CASH, **marked)
    _row(basket, -change, CASH, change=1)


def _foreign(basket: Basket, most: int, marked: dict[str, Any]) -> int:
    """Pay an amount that foreign money makes exactly, at most `most`; gives its minor units, perhaps none."""
    shop = basket.shop
    currency, rate = basket.choices.one_of(_FOREIGN[shop.currency])
    apart = digits_of(shop.currency) - digits_of(currency)
    makes = Fraction(rate) / 100 * Fraction(10) ** apart  # minor units of the shop for one of the foreign currency
    times = most // makes.numerator
    if not times:
        return 0
    units = times * makes.numerator
    amount = in_currency(times * makes.denominator, currency)
    _row(basket, units, CURRENCY, currency=currency, payment_amount=amount, exchange_rate=rate, **marked)
    return units


def give_back(basket: Basket, units: int, linked: tuple[PaymentTrans, ...] = (), of: str = "") -> None:
    """Refund minor units: first to the `linked` payments of transaction `of`, the rest otherwise."""
    choices, rest = basket.choices, units
    for payment in linked:
        whole = basket.units(payment.tendered)
        part = min(rest, whole)
        if not part:
            return
        _row(
            basket,
            -part,
            payment.tender_type,
            card_type=payment.card_type,
            card_or_account=payment.card_or_account,
            gift_card=payment.gift_card,
            is_linked_refund=1,
            linked_transaction_id=of,
            linked_store=choices.one_of(("", basket.shop.store)),
            linked_line=payment.line,
            linked_currency=basket.shop.currency,
            refundable=choices.one_of((None, payment.tendered)),
        )
        rest -= part
    if rest:
        tender = choices.one_of(_GIVEN_BACK_BY)
        _row(basket, -rest, tender, **_columns_of(basket, tender, -rest))


def _columns_of(basket: Basket, tender: str, units: int) -> dict[str, Any]:
    """The columns of this tender besides its amounts."""
    if tender == CARD:
        captured = int(units < 0 or basket.choices.chance(3))
        return {
            **_of_card(basket),
            "processor_status": 1,
            "captured": captured,
            "authorized_amount": basket.amount(units),
        }
    number = f"{basket.name.transaction_id}-{len(basket.payments) + 1}"
    said: dict[str, dict[str, Any]] = {
        GIFT_CARD: {"gift_card": f"GC-{number}"},
        LOYALTY: {"loyalty_card": "LOY-55001"},
        ACCOUNT: {"card_or_account": "100001", "floor_limit_used": 1},
        CREDIT_MEMO: {"credit_voucher": f"CM-{number}"},
    }
    return said.get(tender, {})


def _of_card(basket: Basket) -> dict[str, Any]:
    """A card's token and last digits; its number is never in a row."""
    return {
        "card_type": basket.choices.one_of(("VISA", "MASTER")),
        "card_or_account": "************1111",
        "card_token": f"<token>{basket.name.transaction_id}-{len(basket.payments) + 1}</token>",
        "authentication_code": f"A{basket.choices.whole(0, 99_999):05}",
    }


def _row(basket: Basket, units: int, tender: str, **columns: Any) -> None:
    shop, amount = basket.shop, basket.amount(units)
    given: dict[str, Any] = {"currency": shop.currency}
    if "exchange_rate" in columns or not basket.choices.chance(4):
        given |= {
            "payment_amount": amount,
            "exchange_rate": _HUNDRED,
            "company_amount": _in_company(amount, shop.company_rate),
            "company_exchange_rate": shop.company_rate,
        }
    basket.payments.append(
        PaymentTrans(line=Decimal(len(basket.payments) + 1), tender_type=tender, tendered=amount, **(given | columns))
    )


def _in_company(amount: Decimal, rate: Decimal) -> Decimal:
    return rounded(EXACT.divide(product(amount, rate), _HUNDRED), COMPANY_CURRENCY)
