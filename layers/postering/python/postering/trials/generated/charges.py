"""Made-up charges: of the header if all lines have one delivery, of lines otherwise; of every method, taxed or not."""

from decimal import Decimal
from typing import Any, Final

from postering.domain.money import EXACT, absolute, total
from postering.domain.retail_transactions.transactions import MarkupTrans, SalesTrans
from postering.trials.generated.basket import Basket, parts, percent
from postering.trials.generated.shops import CHARGE_CODES

FIXED, PIECES, PERCENT, INTERCOMPANY_PERCENT, EXTERNAL, PROPORTIONAL, UNIT, UNIT_MATCH = range(8)
"""ChargeMethod."""

_OF_HEADER: Final = (FIXED, PIECES, PERCENT, EXTERNAL, UNIT, UNIT_MATCH, INTERCOMPANY_PERCENT)
_TAX_RATES: Final = tuple(map(Decimal, ("0", "10", "19")))


def charge(basket: Basket) -> None:
    """Charges on the lines of the basket."""
    choices, live = basket.choices, basket.live_lines
    if not choices.chance(2):
        return
    if len({basket.mode_of(line) for line in live}) == 1:
        if choices.chance(4):
            _pro_rated(basket, live)
            return
        for number in range(choices.one_of((1, 1, 2))):
            _add(basket, 0, number, live)
        if choices.chance(4):
            _add(basket, int(choices.one_of(basket.sales).line), 0, live)
        return
    for line in basket.sales[:20]:
        if choices.chance(3):
            _add(basket, int(line.line), 0, [line])


def _add(basket: Basket, on: int, number: int, lines: list[SalesTrans]) -> None:
    """Charge `number` on a line, or on the header (0), calculated over `lines` by its method."""
    method = basket.choices.one_of(_OF_HEADER)
    units, value = _calculated(basket, method, lines)
    _write(basket, on, number, units, basket.choices.one_of((*CHARGE_CODES, "")), method=method, value=value)


def _calculated(basket: Basket, method: int, lines: list[SalesTrans]) -> tuple[int, Decimal]:
    """Minor units, and the value that the charge is configured with."""
    choices = basket.choices
    if method in {PERCENT, INTERCOMPANY_PERCENT}:
        rate = choices.one_of((Decimal("2.5"), Decimal(5)))
        return percent(basket.units(absolute(total(line.net for line in lines))), rate), rate
    units = choices.whole(0, 5_000)
    if method in {PIECES, UNIT, UNIT_MATCH}:
        pieces = int(EXACT.to_integral_value(absolute(total(line.quantity for line in lines))))
        return units * pieces, basket.amount(units)
    return units, basket.amount(units)


def _pro_rated(basket: Basket, live: list[SalesTrans]) -> None:
    """One charge of the header spread over its lines: each has its share and the whole as the value."""
    units = basket.choices.whole(1, 9_000)
    for line, share in zip(live, parts(units, len(live)), strict=True):
        _write(basket, int(line.line), 0, share, CHARGE_CODES[0], method=PROPORTIONAL, value=basket.amount(units))


def _write(basket: Basket, on: int, number: int, units: int, code: str, **columns: Any) -> None:
    choices = basket.choices
    rate, inside = choices.one_of(_TAX_RATES), choices.chance(2)
    taxed = min(units, percent(units, rate, EXACT.add(Decimal(100), rate)) if inside else percent(units, rate))
    if choices.chance(8):
        reduction = choices.whole(1, 100)
        columns["exempt_original_price"] = basket.amount(units + reduction)
        columns["exempt_reduction"] = basket.amount(reduction)
    basket.charges.append(
        MarkupTrans(
            sales_line=Decimal(on),
            line=Decimal(number),
            code=code,
            description=code.capitalize(),
            currency=choices.one_of((basket.shop.currency, "")),
            amount=basket.amount(units),
            tax=basket.amount(taxed),
            tax_inside=basket.amount(taxed if inside else 0),
            tax_on_top=basket.amount(0 if inside else taxed),
            **columns,
        )
    )
