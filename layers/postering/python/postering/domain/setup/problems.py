"""Problems of a setup document: one value for each place, and the error that carries all of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from postering.domain.lists import first_lines
from postering.domain.texts import cut

_SHOWN_TEXT: Final = 60
_SHOWN_PROBLEMS: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class SetupProblem:
    """One thing to fix. `place` is its path in the document, counted from 0: `payment_methods[3].operation`.

    `line` names that entry by its own keys (`USRT, 8`), if they could be read.
    """

    place: str
    line: str = ""
    expected: str
    found: str
    repair: str

    @property
    def message(self) -> str:
        """One sentence for people."""
        line = f" ({self.line})" if self.line else ""
        return f"{self.place}{line}: expected {self.expected}, found {self.found}. {self.repair}"


class SetupError(ValueError):
    """A setup document that is refused; nothing of it counts. `problems` has all that was found."""

    def __init__(self, problems: Iterable[SetupProblem]) -> None:
        """Keep the problems; the message has a line for each of the first fifty."""
        self.problems = tuple(problems)
        super().__init__("\n".join(first_lines([problem.message for problem in self.problems], _SHOWN_PROBLEMS)))


def described(value: object) -> str:
    """A value as an error names it: its kind and, if it is short, itself."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return f"the number {value}" if abs(value) < 10**_SHOWN_TEXT else "a very long number"
    if isinstance(value, float | Decimal):
        return f"the decimal number {value}"
    if isinstance(value, str):
        return f"the text {cut(value, _SHOWN_TEXT)!r}" if value else "an empty text"
    return _described_kind(value)


def _described_kind(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, Mapping):
        return "a table"
    if isinstance(value, list | tuple):
        return "a list" if value else "an empty list"
    if isinstance(value, datetime):
        return f"the date and time {value.isoformat()}"
    if isinstance(value, date):
        return f"the date {value.isoformat()}"
    return f"a {type(value).__name__}"
