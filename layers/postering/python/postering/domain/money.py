"""Money: exact decimals with a currency. The only place where amounts are added, compared and written as text."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import (
    Clamped,
    Context,
    Decimal,
    DivisionByZero,
    FloatOperation,
    Inexact,
    InvalidOperation,
    Overflow,
    Subnormal,
    Underflow,
)
from types import MappingProxyType
from typing import Final, Self

LARGEST_DIGITS: Final = 38
"""Digits that an amount may have and that both stores keep (DynamoDB's limit for a number)."""

# Wide enough for any sum or product of 38-digit numbers; a result that would be rounded raises instead.
EXACT: Final = Context(
    prec=200,
    traps=[
        Clamped,
        DivisionByZero,
        FloatOperation,
        Inexact,
        InvalidOperation,
        Overflow,
        Subnormal,
        Underflow,
    ],
)

ZERO: Final = Decimal(0)

_OTHER_DIGITS: Final = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}
_TWO_DIGITS: Final = (
    "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF "
    "CNY COP CRC CUC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HRK "
    "HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU "
    "MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG "
    "SEK SGD SHP SLE SLL SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES "
    "WST XCD XCG YER ZAR ZMW ZWG ZWL"
)
DIGITS: Final = MappingProxyType(
    dict.fromkeys(_TWO_DIGITS.split(), 2)
    | {currency: digits for digits, listed in _OTHER_DIGITS.items() for currency in listed.split()}
)
"""Minor-unit digits of each currency (ISO 4217). A setup may name only these currencies."""


def digits_of(currency: str) -> int:
    """Minor-unit digits of `currency`; 2 for one that ISO 4217 does not list."""
    return DIGITS.get(currency, 2)


def total(amounts: Iterable[Decimal]) -> Decimal:
    """The exact sum, whatever the number of digits; 0 if there are no amounts."""
    result = ZERO
    for amount in amounts:
        result = EXACT.add(result, amount)
    return result


def negated(amount: Decimal) -> Decimal:
    """`amount` with the other sign, exactly; zero stays zero without a sign."""
    return EXACT.minus(amount)


def difference(left: Decimal, right: Decimal) -> Decimal:
    """`left` less `right`, exactly."""
    return EXACT.subtract(left, right)


def absolute(amount: Decimal) -> Decimal:
    """`amount` without its sign, exactly."""
    return EXACT.abs(amount)


def product(left: Decimal, right: Decimal) -> Decimal:
    """`left` times `right`, exactly."""
    return EXACT.multiply(left, right)


def has_digits_of(amount: Decimal, currency: str) -> bool:
    """Whether `amount` has no more significant decimals than `currency` has minor-unit digits."""
    return scale(amount) <= digits_of(currency)


def scale(amount: Decimal) -> int:
    """Significant decimals: 2 for 1.250, 0 for 100."""
    exponent = amount.normalize(EXACT).as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def plain(amount: Decimal) -> str:
    """The shortest plain text of `amount`: no exponent, no trailing zeros, never `-0`."""
    text = format(amount, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text


def amount_text(amount: Decimal, currency: str) -> str:
    """`amount` with the digits of `currency` (`5` USD is `5.00`); with more only if more are significant."""
    decimals = max(digits_of(currency), scale(amount))
    text = format(EXACT.quantize(amount, Decimal(1).scaleb(-decimals)), "f")
    return text[1:] if text.startswith("-") and not amount else text


def rounded(amount: Decimal, currency: str) -> Decimal:
    """`amount` to the digits of `currency`, half away from zero: the one place where money is rounded.

    It is used only for company-currency amounts that no channel gave (`journal`), and for `share`: a cancellation
    takes back a part of a line or payment without saying how much that is (`cancelled_lines`, `reversals`,
    `payments_left`, and `kept_payments` for change).
    """
    loose = EXACT.copy()
    loose.traps[Inexact] = False
    loose.rounding = "ROUND_HALF_UP"
    result = loose.quantize(amount, Decimal(1).scaleb(-digits_of(currency)))
    return result if result else loose.abs(result)


def share(amount: Decimal, part: Decimal, whole: Decimal, currency: str) -> Decimal:
    """The part of `amount` that `part` is of `whole`, `rounded`; all of it if they are equal, 0 if `whole` is 0."""
    if part == whole:
        return amount
    if not whole:
        return ZERO
    loose = EXACT.copy()
    loose.traps[Inexact] = False
    return rounded(loose.divide(product(amount, part), whole), currency)


@dataclass(frozen=True, slots=True)
class Money:
    """An exact amount in one currency. Sums of two currencies are refused with `ValueError`."""

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        """Refuse an amount that is not a finite decimal: a float near money is a defect."""
        given: object = self.amount
        if not (isinstance(given, Decimal) and given.is_finite()):
            raise TypeError(f"money needs a finite Decimal, not {given!r}")

    @classmethod
    def zero(cls, currency: str) -> Self:
        """Nothing, in `currency`."""
        return cls(ZERO, currency)

    @classmethod
    def total(cls, amounts: "Iterable[Money]", currency: str) -> "Money":
        """The sum of `amounts`, all in `currency`; zero if there are none."""
        result = Money(ZERO, currency)
        for amount in amounts:
            result = result + amount
        return result

    def __add__(self, other: "Money") -> "Money":
        """The exact sum."""
        return Money(EXACT.add(self.amount, self._same(other)), self.currency)

    def __sub__(self, other: "Money") -> "Money":
        """The exact difference."""
        return Money(EXACT.subtract(self.amount, self._same(other)), self.currency)

    def __neg__(self) -> "Money":
        """The same amount with the other sign."""
        return Money(EXACT.minus(self.amount), self.currency)

    def __abs__(self) -> "Money":
        """The amount without its sign."""
        return Money(EXACT.abs(self.amount), self.currency)

    def __bool__(self) -> bool:
        """Whether the amount is not zero."""
        return bool(self.amount)

    def __lt__(self, other: "Money") -> bool:
        """Less, in the same currency."""
        return self.amount < self._same(other)

    def __le__(self, other: "Money") -> bool:
        """Less or equal, in the same currency."""
        return self.amount <= self._same(other)

    def __gt__(self, other: "Money") -> bool:
        """More, in the same currency."""
        return self.amount > self._same(other)

    def __ge__(self, other: "Money") -> bool:
        """More or equal, in the same currency."""
        return self.amount >= self._same(other)

    def __str__(self) -> str:
        """As people write it: `12.30 GBP`."""
        return f"{self.text} {self.currency}"

    @property
    def text(self) -> str:
        """The amount with its currency's digits, without the currency."""
        return amount_text(self.amount, self.currency)

    def _same(self, other: "Money") -> Decimal:
        if other.currency != self.currency:
            raise ValueError(f"{self} and {other} are not the same currency")
        return other.amount
