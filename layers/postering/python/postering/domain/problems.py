"""Problems of a transaction, as values, and the codes that other rooms than the checks find."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Severity(StrEnum):
    """The effect of a problem on its transaction."""

    BLOCK = "block"  # the transaction fails
    WARN = "warn"  # it posts, and the problem stays listed on it
    REPORT = "report"  # it posts, and is only counted in the run's report
    OFF = "off"  # not checked


CREATED_CUSTOMERS: Final = "created_customers"
"""First part of the name of the fact that a job created a customer (`depends_on`): a posting brings it, no setup."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """A code of problems: its name, the rule that it stands for, its severity; a setup cannot change a `fixed` one."""

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
    _fixed("CONTENT_CONFLICT", "a row that comes again has the same content"),
    _fixed("CANCELLED_ORDER", "the order that is cancelled exists"),
    _fixed("RETURN_LINE", "a row that takes back names a line of the original, of its own item"),
    _fixed("RETURN_QUANTITY", "no more is returned than was sold"),
    _fixed("REFUND_AMOUNT", "no more is refunded than was paid"),
    ORDER_TOO_LARGE,
    _fixed("ROW_INVALID", "every row has its key, and values of the right type, length and enum"),
    _fixed("CARD_DATA", "no card number, track data or card verification value in any field"),
    _fixed("RETRIES_EXHAUSTED", "the store takes the order before its tries are used up"),
    _fixed("INTERNAL_ERROR", "the program does not fail on the transaction"),
)
"""Codes that need more than a transaction and the setup: its rows, originals, numbers, runs. `checks.CODES` has all."""


class Waiting(StrEnum):
    """The reason why a transaction waits; none is an error."""

    FOR_HEADER = "WAITING_FOR_HEADER"
    FOR_LINES = "WAITING_FOR_LINES"
    FOR_PAYMENTS = "WAITING_FOR_PAYMENTS"
    FOR_ORIGINAL = "WAITING_FOR_ORIGINAL"
    FOR_RETRY = "WAITING_FOR_RETRY"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One fault of a transaction: code, text, expected, found, evidence rows, and how to fix it.

    `rows` are written as `edit` takes them (`RetailTransactionSalesTrans[2]`). `depends_on` names the facts of the
    setup (`Setup.facts`) whose change re-opens the transaction.
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
    """The problems that fail their transaction."""
    return tuple(problem for problem in problems if problem.severity is Severity.BLOCK)


def listed(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """The problems that stay on a transaction: those that block or warn."""
    return tuple(p for p in problems if p.severity in {Severity.BLOCK, Severity.WARN})


def codes_of(problems: Iterable[Problem]) -> tuple[str, ...]:
    """The distinct codes, in order of appearance."""
    return tuple(dict.fromkeys(problem.code for problem in problems))
