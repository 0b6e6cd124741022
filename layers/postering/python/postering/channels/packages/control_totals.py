"""Control totals of a package, by currency: the number of headers and the sums of their amounts as they stand."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from postering.domain.lists import first_lines
from postering.domain.money import EXACT, ZERO, plain
from postering.domain.retail_transactions.entities import ENTITIES, HEADER, Field
from postering.domain.retail_transactions.quoted import quoted
from postering.domain.retail_transactions.values import InvalidValue, Raw, read_value, unknown_text

_HEADER: Final = ENTITIES[HEADER]
_CURRENCY: Final = _HEADER.by_name["currency"]
_GROSS: Final = _HEADER.by_name["grossAmount"]
_PAYMENTS: Final = _HEADER.by_name["paymentAmount"]
_SHOWN_DIFFERENCES: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlTotal:
    """The headers in one currency ('' if they name none), with the channel's signs."""

    currency: str
    transactions: int
    gross: Decimal
    payments: Decimal


def column(raw: Mapping[str, Raw], name: str) -> Raw:
    """The value of the column `name` in `raw`, in upper or lower case; None if it is absent."""
    if name in raw:
        return raw[name]
    folded = name.casefold()
    return next((value for given, value in raw.items() if given.casefold() == folded), None)


class HeaderSums:
    """Adds up the headers of a package."""

    def __init__(self) -> None:
        self._by_currency: dict[str, tuple[int, Decimal, Decimal]] = {}

    def add(self, header: Mapping[str, Raw]) -> None:
        """Count one header; an amount that is no number counts as 0."""
        currency = unknown_text(column(header, _CURRENCY.name))
        transactions, gross, payments = self._by_currency.get(currency, (0, ZERO, ZERO))
        self._by_currency[currency] = (
            transactions + 1,
            EXACT.add(gross, _amount(header, _GROSS)),
            EXACT.add(payments, _amount(header, _PAYMENTS)),
        )

    def totals(self) -> tuple[ControlTotal, ...]:
        """The totals of all headers added, in the order of the currencies."""
        return tuple(
            ControlTotal(currency=currency, transactions=transactions, gross=gross, payments=payments)
            for currency, (transactions, gross, payments) in sorted(self._by_currency.items())
        )


def differences(promised: Iterable[ControlTotal], found: Iterable[ControlTotal]) -> tuple[str, ...]:
    """The differences between two lists of totals, in words, the first of many.

    A currency that is in one list only counts as 0 in the other.
    """
    listed = {total.currency: total for total in promised}
    summed = {total.currency: total for total in found}
    words = []
    for currency in sorted(listed.keys() | summed.keys()):
        nothing = ControlTotal(currency=currency, transactions=0, gross=ZERO, payments=ZERO)
        left, right = listed.get(currency, nothing), summed.get(currency, nothing)
        where = quoted(currency) if currency else "no currency"
        for name, said, is_ in (
            ("transactions", Decimal(left.transactions), Decimal(right.transactions)),
            ("gross", left.gross, right.gross),
            ("payments", left.payments, right.payments),
        ):
            if said != is_:
                words.append(f"{name} in {where} is {plain(is_)}, in the manifest {plain(said)}")
    return first_lines(words, _SHOWN_DIFFERENCES)


def _amount(header: Mapping[str, Raw], field: Field) -> Decimal:
    try:
        value = read_value(field, column(header, field.name))
    except InvalidValue:
        return ZERO
    return value if isinstance(value, Decimal) else ZERO
