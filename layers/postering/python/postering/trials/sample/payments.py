"""Payments of the sample's transactions: all derived from the invoice's number, because the set has none.

Amounts are in the order's sign, which payments have in the channel too: a refund is negative.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from postering.domain import money
from postering.trials.sample.links import ReturnedLine, SoldLine, sale_of
from postering.trials.sample.transactions import Kind, ShopTransaction
from postering.trials.sample.vat import CURRENCY

CARD: Final = "2"
CUSTOMER_ACCOUNT: Final = "4"
GIFT_CARD: Final = "8"
CARD_TYPES: Final = ("VISA", "MASTER", "AMEXPRESS")

_GIFT_CARD_AMOUNT: Final = Decimal("10.00")
_GIFT_CARD_FROM: Final = Decimal("20.00")
_TWO_CARDS_FROM: Final = Decimal("0.02")
_HALF: Final = Decimal("0.5")


@dataclass(frozen=True, slots=True, kw_only=True)
class TenderLine:
    """One payment row. `refund_of` is the sale whose only payment it pays back."""

    tender: str
    amount: Decimal
    card_type: str = ""
    gift_card: str = ""
    account: str = ""
    refund_of: ShopTransaction | None = None


def tender_lines(
    transactions: Iterable[ShopTransaction], links: Mapping[ReturnedLine, SoldLine]
) -> dict[str, tuple[TenderLine, ...]]:
    """The payment rows of each transaction by its number; none if it is no order or costs nothing."""
    transactions = tuple(transactions)
    paid = {each.number: _payments(each) for each in transactions if each.kind is Kind.SALE}
    refunds = {each.number: _refund(each, links, paid) for each in transactions if each.kind is Kind.RETURN}
    none: dict[str, tuple[TenderLine, ...]] = {each.number: () for each in transactions}
    return none | paid | refunds


def _payments(sale: ShopTransaction) -> tuple[TenderLine, ...]:
    serial, gross = sale.invoice.serial, sale.gross
    if not gross:
        return ()
    match serial % 10:
        case 7 if gross >= _GIFT_CARD_FROM:
            gift = TenderLine(tender=GIFT_CARD, amount=_GIFT_CARD_AMOUNT, gift_card=f"GC-{serial}")
            return gift, _card(serial, money.difference(gross, gift.amount))
        case 8 if sale.invoice.customer:
            return (TenderLine(tender=CUSTOMER_ACCOUNT, amount=gross, account=sale.invoice.customer),)
        case 9 if gross >= _TWO_CARDS_FROM:
            half = money.rounded(money.product(gross, _HALF), CURRENCY)
            return _card(serial, half), _card(serial + 1, money.difference(gross, half))
    return (_card(serial, gross),)


def _refund(
    returned: ShopTransaction,
    links: Mapping[ReturnedLine, SoldLine],
    paid: Mapping[str, tuple[TenderLine, ...]],
) -> tuple[TenderLine, ...]:
    if not returned.gross:
        return ()
    sale = sale_of(returned, links)
    if sale and len(paid[sale.number]) == 1:
        return (_back_to(paid[sale.number][0], sale, returned.gross),)
    return (_card(returned.invoice.serial, returned.gross),)


def _back_to(payment: TenderLine, sale: ShopTransaction, amount: Decimal) -> TenderLine:
    return TenderLine(
        tender=payment.tender,
        amount=amount,
        card_type=payment.card_type,
        account=payment.account,
        refund_of=sale,
    )


def _card(serial: int, amount: Decimal) -> TenderLine:
    return TenderLine(tender=CARD, amount=amount, card_type=CARD_TYPES[serial % len(CARD_TYPES)])
