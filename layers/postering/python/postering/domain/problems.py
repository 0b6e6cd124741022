"""Problems: what is wrong with a transaction, as values, and the codes that are found elsewhere than by a check."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Severity(StrEnum):
    """What a problem does to its transaction."""

    BLOCK = "block"  # the transaction fails
    WARN = "warn"  # it posts, and the problem stays listed on it
    REPORT = "report"  # it posts, and is only counted in the run's report
    OFF = "off"  # not checked


CREATED_CUSTOMERS: Final = "created_customers"
"""First part of the fact that a job created a customer (`depends_on`): no setup holds it, a posting brings it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """A kind of problem: its name, what holds without it, its severity, and whether a setup may change that."""

    name: str
    meaning: str
    severity: Severity = Severity.BLOCK
    fixed: bool = False


def _fixed(name: str, meaning: str) -> Code:
    return Code(name=name, meaning=meaning, fixed=True)


RETURN_ORIGINAL: Final = Code(
    name="RETURN_ORIGINAL", meaning="the original of a return is known", severity=Severity.WARN
)
ORDER_TOO_LARGE: Final = _fixed("ORDER_TOO_LARGE", "the order fits one atomic write")

FOUND_ELSEWHERE: Final = (
    RETURN_ORIGINAL,
    _fixed("NUMBER_SEQUENCE", "the company's number sequence has a number left"),
    _fixed("DUPLICATE_REFERENCE", "one order, and one quotation, per channel and reference"),
    _fixed("CONTENT_CONFLICT", "a row came again with other content"),
    _fixed("CANCELLED_ORDER", "the order that is cancelled exists"),
    _fixed("RETURN_QUANTITY", "no more is returned than was sold"),
    _fixed("REFUND_AMOUNT", "no more is refunded than was paid"),
    ORDER_TOO_LARGE,
    _fixed("ROW_INVALID", "a row has a value of the wrong type, length or enum, or lacks its key"),
    _fixed("CARD_DATA", "no card number, track data or card verification value in any field"),
    _fixed("RETRIES_EXHAUSTED", "a passing failure did not pass"),
    _fixed("INTERNAL_ERROR", "the program failed on this transaction"),
)
"""Codes that no check finds: rows, originals, numbers and runs do. `checks.CODES` has every code."""


class Waiting(StrEnum):
    """Why a transaction waits; none of these is an error."""

    FOR_HEADER = "WAITING_FOR_HEADER"
    FOR_LINES = "WAITING_FOR_LINES"
    FOR_PAYMENTS = "WAITING_FOR_PAYMENTS"
    FOR_ORIGINAL = "WAITING_FOR_ORIGINAL"
    FOR_RETRY = "WAITING_FOR_RETRY"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is wrong: code, text, expected, found, evidence rows, and how to mend it.

    `rows` are written as `edit` takes them (`RetailTransactionSalesTrans[2]`). `depends_on` names the facts of the
    setup (`Setup.facts`) whose change makes another try worthwhile.
    """

    code: str
    message: str
    expected: str = ""
    found: str = ""
    rows: tuple[str, ...] = ()
    repair: str = ""
    severity: Severity = Severity.BLOCK
    depends_on: tuple[str, ...] = ()

    def as_json(self) -> dict[str, object]:
        """The shape that `show --json` and `explain --json` print."""
        return {
            "code": self.code,
            "severity": str(self.severity),
            "message": self.message,
            "expected": self.expected,
            "found": self.found,
            "rows": list(self.rows),
            "repair": self.repair,
        }


def blocking(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Those that fail their transaction."""
    return tuple(problem for problem in problems if problem.severity is Severity.BLOCK)


def listed(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Those that stay on a transaction: what blocks or warns."""
    return tuple(p for p in problems if p.severity in {Severity.BLOCK, Severity.WARN})


def codes_of(problems: Iterable[Problem]) -> tuple[str, ...]:
    """The distinct codes, in order of appearance."""
    return tuple(dict.fromkeys(problem.code for problem in problems))
