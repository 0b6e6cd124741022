"""Checks that are off and why: switched off, off by default, or for want of the master data that they need.

A check without its master data would find everything wrong, or nothing: it is off until the data is given, and
`setup show` says so.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from postering.domain.problems import CODES, Severity
from postering.domain.setup.setup import Company, Product, Setup


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckOff:
    """A check that is off in `company`; empty: in every company."""

    code: str
    company: str
    why: str

    def as_json(self) -> dict[str, str]:
        """The shape that `setup show --json` prints."""
        return {"code": self.code, "company": self.company, "why": self.why}


def checks_off(setup: Setup) -> tuple[CheckOff, ...]:
    """Every check that is off under `setup`, in the order of the codes, then of the companies."""
    return tuple(off for code in CODES.values() if not code.fixed for off in _of(code.name, setup))


def _of(code: str, setup: Setup) -> Iterable[CheckOff]:
    given, own = setup.severity_of(code), CODES[code].severity
    if given is Severity.OFF:
        return [CheckOff(code=code, company="", why=f'[[checks]] of the setup gives {code} severity = "off"')]
    if given is None and own is Severity.OFF:
        why = f'off unless the setup switches it on: [[checks]] code = "{code}", severity = "block"'
        return [CheckOff(code=code, company="", why=why)]
    if code not in _WANTING:
        return ()
    lacks, why = _WANTING[code]
    without = [company for company in setup.companies if lacks(company, setup)]
    if without and len(without) == len(setup.companies):
        return [CheckOff(code=code, company="", why=why)]
    return [CheckOff(code=code, company=company.id, why=why) for company in without]


def _no_product(has: Callable[[Product], bool]) -> Callable[[Company, Setup], bool]:
    """Whether no product of the company has what the check needs; also where there are no products."""
    return lambda company, setup: not any(has(each) for each in setup.products if each.company == company.id)


_WANTING: Final[dict[str, tuple[Callable[[Company, Setup], bool], str]]] = {
    "ITEM": (_no_product(lambda _: True), "no [[products]] are given"),
    "BARCODE": (_no_product(lambda each: bool(each.barcodes)), "no [[products]] with barcodes are given"),
    "UNIT": (_no_product(lambda each: bool(each.units)), "no [[products]] with units are given"),
    "SERIAL_NUMBER": (
        _no_product(lambda each: each.serial_controlled is not None),
        "no [[products]] with serial_controlled are given",
    ),
    "SERIAL_DIMENSION": (
        _no_product(lambda each: each.serial_controlled is not None),
        "no [[products]] with serial_controlled are given",
    ),
    "TAX_GROUP": (_no_product(lambda each: bool(each.tax_group)), "no [[products]] with tax_group are given"),
    "CUSTOMER": (lambda company, setup: not setup.has_customers(company.id), "no [[customers]] are given"),
    "BUSINESS_DATE": (
        lambda company, _: not company.open_periods,
        "no open_periods are given in [[companies]]: every date is open, only that there is one is checked",
    ),
}
"""For each code that needs master data: whether a company lacks it, and what to give."""
