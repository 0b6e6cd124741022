"""Checks: what is wrong with a transaction, told from its rows and the setup alone, all of it at once.

`check` gives the problems; `settlement` what is paid, open and posted as variance; `checks_off` what is not looked
for. `totals` and `lines` look at the transaction, `strays` at rows of lines that are not there, `amounts` at digits,
`settlement` at what is paid, `exchange` at amounts in several currencies, `against_setup` and `items` at the setup.
What needs more (other transactions, a number sequence) is checked where it is known.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from postering.domain.checks import against_setup, amounts, exchange, items, lines, totals
from postering.domain.checks import settlement as settling
from postering.domain.checks.findings import (
    Place,
    charge_excluding_tax,
    charge_including_tax,
    problem_of,
    taxes_that_count,
)
from postering.domain.checks.settlement import Settlement, settlement
from postering.domain.checks.switched_off import CheckOff, checks_off
from postering.domain.problems import CODES, Problem, Severity
from postering.domain.retail_transactions.transactions import RetailTransaction
from postering.domain.setup.setup import Setup

__all__ = [
    "CheckOff",
    "Settlement",
    "charge_excluding_tax",
    "charge_including_tax",
    "check",
    "checks_off",
    "settlement",
    "taxes_that_count",
]

_BY_TRANSACTION: Final = (*totals.CHECKS, *amounts.ORDER_CHECKS, *lines.CHECKS)
_BY_SETUP: Final = (
    *lines.PLACED_CHECKS,
    *settling.CHECKS,
    *amounts.PAYMENT_CHECKS,
    *exchange.CHECKS,
    *items.CHECKS,
    *against_setup.CHECKS,
)

_MOST_OF_ONE_CODE: Final = 20
"""So many problems of one code are told one by one: a transaction of a thousand bad lines stays readable."""


def check(
    transaction: RetailTransaction, setup: Setup, created_customers: frozenset[str] = frozenset()
) -> tuple[Problem, ...]:
    """Every problem of `transaction`, with the severity that `setup` gives it; in a stable order.

    `created_customers` are accounts of its company that jobs have created: as good as those of the setup.
    What the setup switches off is not looked for. Where the channel, its store or its company does not fit
    the setup (`STORE`), nothing that needs the setup is checked.
    """
    place = Place.of(transaction, setup, created_customers)
    found: list[Problem] = []
    for code, examine in _BY_TRANSACTION:
        found += _judged(code, setup, examine(transaction))
    if place is None:
        found += against_setup.store(transaction, setup)
    else:
        for code, compare in _BY_SETUP:
            found += _judged(code, setup, compare(transaction, place))
    return tuple(found)


def _judged(code: str, setup: Setup, found: Iterator[Problem]) -> Iterable[Problem]:
    """The problems of one code with its severity. Checks are generators: of what is off, none is run."""
    severity = _severity(code, setup)
    if severity is Severity.OFF:
        return ()
    problems = tuple(found)
    if not problems:
        return ()
    return _bounded(replace(each, severity=severity) for each in problems)


def _severity(code: str, setup: Setup) -> Severity:
    own = CODES[code]
    return own.severity if own.fixed else setup.severity_of(code) or own.severity


def _bounded(found: Iterable[Problem]) -> tuple[Problem, ...]:
    """The first in full, all further ones as one problem with all their rows."""
    problems = tuple(found)
    first, rest = problems[:_MOST_OF_ONE_CODE], problems[_MOST_OF_ONE_CODE:]
    if len(rest) < 2:
        return problems
    rows = tuple(dict.fromkeys(row for each in rest for row in each.rows))
    more = problem_of(
        rest[0].code,
        f"{len(rest)} more of the same kind, the first: {rest[0].message}",
        expected=rest[0].expected,
        found=rest[0].found,
        rows=rows,
        repair=rest[0].repair,
        depends_on=(fact for each in rest for fact in each.depends_on),
    )
    facts = tuple(dict.fromkeys(more.depends_on))
    return (*first, replace(more, severity=rest[0].severity, depends_on=facts))
