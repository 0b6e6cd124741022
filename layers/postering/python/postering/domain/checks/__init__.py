"""Checks: they find every problem that a transaction's rows and the setup show, all at once.

Each check is one object (`check.Check`): code, meaning, severity, needed master data and examination, beside its
repair in the file of its family. `CHECKS` lists them in the order of reports, `CODES` has every code, and `check` runs
them. Problems that need more (other transactions, a number sequence) are found in the rooms that know it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from postering.domain.checks import (
    channels,
    counts,
    currency_rounding,
    dates,
    discounts,
    lines,
    names,
    payment_amounts,
    products,
    settlement,
    taxes,
    tenders,
    totals,
)
from postering.domain.checks.check import Check
from postering.domain.checks.findings import Place
from postering.domain.problems import FOUND_ELSEWHERE, Code, Problem, Severity
from postering.domain.retail_transactions.transactions import RetailTransaction
from postering.domain.setup.setup import Setup

CHECKS: Final[tuple[Check, ...]] = (
    *totals.CHECKS,
    *counts.CHECKS,
    *payment_amounts.CHECKS,
    *currency_rounding.CHECKS,
    *discounts.CHECKS,
    *taxes.CHECKS,
    *lines.CHECKS,
    *settlement.CHECKS,
    *products.CHECKS,
    *channels.CHECKS,
    *tenders.CHECKS,
    *names.CHECKS,
    *dates.CHECKS,
)
"""Every check, in the order of reports."""

CODES: Final[Mapping[str, Code]] = MappingProxyType({code.name: code for code in (*CHECKS, *FOUND_ELSEWHERE)})
"""Every code by its name. `fixed` ones are always `block`; a setup that names them is refused."""

_MOST_OF_ONE_CODE: Final = 20
"""Problems of one code that are listed one by one, so that a transaction of a thousand bad lines stays readable."""


def check(
    transaction: RetailTransaction, setup: Setup, created_customers: frozenset[str] = frozenset()
) -> tuple[Problem, ...]:
    """Every problem of `transaction`, in the order of `CHECKS`, with the severity that `setup` gives it.

    `created_customers` are accounts of its company that jobs have created; they count like those of the setup.
    """
    return check_in_place(transaction, setup, Place.of(transaction, setup, created_customers))


def check_in_place(transaction: RetailTransaction, setup: Setup, place: Place | None) -> tuple[Problem, ...]:
    """Every problem of `transaction`, whose place in the setup is known.

    Checks that the setup switches off do not run. A transaction has no place if its channel, store or company does not
    fit the setup (`STORE`); then nothing that needs the setup is checked.
    """
    severities = [(each, each.severity_in(setup)) for each in CHECKS]
    on = [(each, severity) for each, severity in severities if severity is not Severity.OFF]
    found: list[Problem] = []
    for each, severity in on:
        if each.alone is not None:
            found += _bounded(each.with_severity(each.alone(transaction), severity))
    if place is None:
        found += channels.STORE.with_severity(channels.store(transaction, setup), channels.STORE.severity)
        return tuple(found)
    for each, severity in on:
        if each.placed is not None:
            found += _bounded(each.with_severity(each.placed(transaction, place), severity))
    return tuple(found)


def _bounded(problems: tuple[Problem, ...]) -> tuple[Problem, ...]:
    """The first problems in full, all others as one problem with all their rows."""
    first, rest = problems[:_MOST_OF_ONE_CODE], problems[_MOST_OF_ONE_CODE:]
    if len(rest) < 2:
        return problems
    more = replace(
        rest[0],
        message=f"{len(rest)} more of the same kind, the first: {rest[0].message}",
        rows=tuple(dict.fromkeys(row for each in rest for row in each.rows)),
        depends_on=tuple(dict.fromkeys(fact for each in rest for fact in each.depends_on)),
    )
    return (*first, more)


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
    """Every check that is off under `setup`, in the order of the codes, then of the companies.

    A check without its master data would find everything wrong, or nothing: it is off until the data is given.
    """
    return tuple(off for code in CODES.values() if not code.fixed for off in _off(code, setup))


def _off(code: Code, setup: Setup) -> Iterable[CheckOff]:
    given = setup.severity_of(code.name)
    if given is Severity.OFF:
        return [CheckOff(code=code.name, company="", why=f'[[checks]] of the setup gives {code.name} severity = "off"')]
    if given is None and code.severity is Severity.OFF:
        why = f'off unless the setup switches it on: [[checks]] code = "{code.name}", severity = "block"'
        return [CheckOff(code=code.name, company="", why=why)]
    needs = code.needs if isinstance(code, Check) else None
    if needs is None:
        return ()
    without = [company for company in setup.companies if needs.lacks(company, setup)]
    if without and len(without) == len(setup.companies):
        return [CheckOff(code=code.name, company="", why=needs.why)]
    return [CheckOff(code=code.name, company=company.id, why=needs.why) for company in without]
