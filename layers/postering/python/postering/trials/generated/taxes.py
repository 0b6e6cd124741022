"""Made-up taxes of a line: none to three codes, inside the price or on top, exempt, or of the generic tax engine."""

from decimal import Decimal
from typing import Any, Final

from postering.domain.money import EXACT
from postering.domain.retail_transactions.transactions import TaxMeasure, TaxTrans, TaxTransGTE
from postering.trials.generated.basket import Basket, percent

_CODES: Final = (("STATE", "6.25"), ("CITY", "1.5"), ("COUNTY", "2"))
_COMPONENTS: Final = (
    (("IGST", "18"),),
    (("CGST", "9"), ("SGST", "9")),
    (("CGST", "14"), ("SGST", "14"), ("CESS", "12")),
)
_HUNDRED: Final = Decimal(100)


def tax(basket: Basket, number: int, sign: int, after: int) -> tuple[int, dict[str, Any]]:
    """Tax of line `number` in minor units, after discounts, and the columns of the line about it."""
    if basket.generic:
        return _generic(basket, number, sign, after)
    choices = basket.choices
    codes = _CODES[: choices.one_of((0, 1, 1, 2, 3))]
    said: dict[str, Any] = {"tax_group": "CA", "item_tax_group": "STD"} if codes else {}
    if codes and choices.chance(8):
        return _exempt(basket, number, sign, after, codes, said)
    if choices.chance(10):
        _add(basket, number, "EXEMPT", sign, after, choices.one_of((0, 700)), Decimal(7), exempt=1)
    taken = 0
    for code, units, rate in _shares(basket, codes, after):
        _add(basket, number, code, sign, after, units, rate)
        taken += units
    return taken, said


def _exempt(
    basket: Basket, number: int, sign: int, after: int, codes: tuple[tuple[str, str], ...], said: dict[str, Any]
) -> tuple[int, dict[str, Any]]:
    """No tax: every code exempt, perhaps by an override that changed the tax groups."""
    for code, rate in codes:
        _add(basket, number, code, sign, after, 0, Decimal(rate), exempt=1)
    if basket.choices.chance(2):
        said = {
            "tax_override": "EXPORT",
            "exempt_by_override": 1,
            "tax_group": "EXEMPT",
            "original_tax_group": "CA",
            "item_tax_group": "STD",
            "original_item_tax_group": "STD",
        }
    return 0, said


def _generic(basket: Basket, number: int, sign: int, after: int) -> tuple[int, dict[str, Any]]:
    components, taken = basket.choices.one_of(_COMPONENTS), 0
    for component, units, rate in _shares(basket, components, after):
        base = basket.amount(sign * after)
        basket.gte_taxes.append(
            TaxTransGTE(
                sales_line=Decimal(number),
                component=component,
                amount=basket.amount(sign * units),
                base=base,
                percentage=rate,
                included_in_price=int(basket.inclusive),
            )
        )
        for measure, value in (("Rate", rate), ("Taxable Value", base)):
            path = f"Lines/{component}/{measure}"
            basket.tax_measures.append(TaxMeasure(sales_line=Decimal(number), path=path, value=value))
        taken += units
    return taken, {"hsn_code": "6109.10", "tax_rate_type": "GST", "tax_rate": _sum(components)}


def _shares(basket: Basket, codes: tuple[tuple[str, str], ...], after: int) -> list[tuple[str, int, Decimal]]:
    """Code, minor units and rate; taxes inside a price are never more than it is."""
    of = EXACT.add(_HUNDRED, _sum(codes)) if basket.inclusive else _HUNDRED
    shares, left = [], after
    for code, rate in codes:
        units = percent(after, Decimal(rate), of)
        if basket.inclusive:
            units = min(units, left)
            left -= units
        shares.append((code, units, Decimal(rate)))
    return shares


def _sum(codes: tuple[tuple[str, str], ...]) -> Decimal:
    result = Decimal(0)
    for _, rate in codes:
        result = EXACT.add(result, Decimal(rate))
    return result


def _add(
    basket: Basket, number: int, code: str, sign: int, after: int, units: int, rate: Decimal, exempt: int = 0
) -> None:
    basket.taxes.append(
        TaxTrans(
            sales_line=Decimal(number),
            code=code,
            amount=basket.amount(sign * units),
            base=basket.amount(sign * after),
            percentage=rate,
            included_in_price=int(basket.inclusive),
            exempt=exempt,
        )
    )
