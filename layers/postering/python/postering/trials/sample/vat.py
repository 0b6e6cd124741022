"""VAT of the sample: derived, because the set gives none. Prices are without VAT, exports at zero.

Why prices are taken without VAT, and what of this is fact and what assumption: `docs/sample.md`.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from postering.domain import money
from postering.trials.sample.countries import is_zero_rated

CURRENCY: Final = "GBP"
ITEM_GROUP: Final = "STD"
_PERCENT: Final = Decimal("0.01")


@dataclass(frozen=True, slots=True, kw_only=True)
class Vat:
    """The tax code, the sales tax group and the rate in percent that all lines of one invoice have."""

    code: str
    group: str
    percentage: Decimal

    def on(self, net: Decimal) -> Decimal:
        """VAT on `net` pounds, to the penny, half away from zero."""
        percentage = money.product(self.percentage, _PERCENT)
        return money.rounded(money.product(net, percentage), CURRENCY) or money.ZERO  # never a zero with a sign


ZERO_RATED: Final = Vat(code="GB-ZERO", group="EXPORT", percentage=Decimal(0))
STANDARD_2010: Final = Vat(code="GB-STD", group="UK", percentage=Decimal("17.5"))
STANDARD_2011: Final = Vat(code="GB-STD", group="UK", percentage=Decimal(20))
_RATE_ROSE: Final = date(2011, 1, 4)


def vat_of(country: str, day: date) -> Vat:
    """The VAT on goods sent to `country` on `day`: the British standard rate of that day, or zero."""
    if is_zero_rated(country):
        return ZERO_RATED
    return STANDARD_2010 if day < _RATE_ROSE else STANDARD_2011
