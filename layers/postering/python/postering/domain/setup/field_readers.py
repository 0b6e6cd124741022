"""Fields of a setup document: a reader for each kind of value, which reports the value expected and the value found.

A reader takes a value and its `Place`. It gives the value that the setup keeps, or `UNREAD` after a report.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Final, TypeAlias, TypeVar
from zoneinfo import ZoneInfo, available_timezones

from postering.domain.money import DIGITS, LARGEST_DIGITS
from postering.domain.near_names import did_you_mean
from postering.domain.problems import Code, Severity
from postering.domain.setup.passwords import MASK
from postering.domain.setup.problems import SetupProblem, described
from postering.domain.setup.tables import ONE_RUN, SALES_ID_LENGTH, DeliveryKind, TenderOperation

UNREAD: Final = object()
"""The result of a reader for a value that it has reported."""

LARGEST_REC_ID: Final = 2**63 - 1
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_AMOUNT: Final = re.compile(r"\d+(\.\d+)?", re.ASCII)
_FOLDER_LENGTH: Final = 64
_FOLDER: Final = re.compile(r"\w([\w .-]*[\w-])?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The place of a value in the document, with the list of problems that it reports to.

    `codes` are those that checks may name; None: the document was checked when it was applied.
    """

    path: str = ""
    line: str = ""
    problems: list[SetupProblem] = field(default_factory=list)
    codes: Mapping[str, Code] | None = None

    def key(self, key: str) -> "Place":
        """The place of a key of this table."""
        return replace(self, path=f"{self.path}.{key}" if self.path else key)

    def entry(self, index: int) -> "Place":
        """The place of an entry of this list."""
        return replace(self, path=f"{self.path}[{index}]")

    def report(self, expected: str, found: object, repair: str, *, in_words: bool = False) -> object:
        """Report the value found; `in_words`: `found` is already in words. Gives `UNREAD`."""
        words = str(found) if in_words else described(found)
        self.problems.append(
            SetupProblem(place=self.path, line=self.line, expected=expected, found=words, repair=repair)
        )
        return UNREAD


Reader: TypeAlias = Callable[[object, Place], object]

_QUOTE: Final = "Put it into quotes."


def text(value: object, place: Place) -> object:
    """A text that is not empty and has no spaces around it: ids are compared exactly."""
    if not isinstance(value, str):
        hint = _QUOTE if isinstance(value, int | float | Decimal | date) else "Write a text in quotes."
        return place.report("a text", value, hint)
    if not value:
        return place.report("a text", value, "Write it, or take the entry out.")
    if value != value.strip() or not value.isprintable():
        return place.report("a text without spaces around it and without line breaks", value, "Take them out.")
    return value


def secret(value: object, place: Place) -> object:
    """A text that no error shows, for it may carry a password; else as `text`."""
    if isinstance(value, str) and value and (value != value.strip() or not value.isprintable()):
        found = "spaces or other characters that are not printed (the text is not shown)"
        return place.report("a text without them", found, "Take them out.", in_words=True)
    if isinstance(value, str) and MASK in value:
        repair = "Write the password, or keep name and address of the database as they are: then the password is kept."
        return place.report("an address with its password", f"one with {MASK}", repair, in_words=True)
    return text(value, place)


def folder(value: object, place: Place) -> object:
    """A name that every file system accepts for a folder: packages lie in `uploads/<group>/`."""
    name = text(value, place)
    if not isinstance(name, str) or (_FOLDER.fullmatch(name) and len(name) <= _FOLDER_LENGTH):
        return name
    expected = f"a name of at most {_FOLDER_LENGTH} letters, digits, spaces, - _ and ., as a folder may have"
    return place.report(expected, value, "Rename it.")


def flag(value: object, place: Place) -> object:
    """True or false."""
    return value if isinstance(value, bool) else place.report("true or false", value, "Write one, without quotes.")


def integer(smallest: int, largest: int) -> Reader:
    """A reader of whole numbers within the bounds; a boolean is none."""

    def read(value: object, place: Place) -> object:
        expected = f"a whole number from {smallest} to {largest}"
        if isinstance(value, bool) or not isinstance(value, int):
            digits = isinstance(value, str) and value.isdecimal()
            return place.report(expected, value, "Take the quotes off." if digits else "Write a whole number.")
        return value if smallest <= value <= largest else place.report(expected, value, "Write another one.")

    return read


def amount(value: object, place: Place) -> object:
    """An exact amount that is not negative: a text of digits, a whole number, or a decimal of JSON."""
    expected = 'an amount that is not negative, as a text of plain digits such as "0.05"'
    if isinstance(value, float):
        exact = f'"{Decimal(str(value)):f}"' if abs(value) < 10**LARGEST_DIGITS else "an amount"
        return place.report(expected, value, f"Put it into quotes, so that it is exact: {exact}.")
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        return place.report(expected, value, "Write an amount in quotes.")
    if isinstance(value, int) and abs(value) >= 10**LARGEST_DIGITS:
        return place.report(expected, value, "Write a smaller amount.")
    short = isinstance(value, Decimal) and abs(value.adjusted()) < LARGEST_DIGITS
    plain = format(value, "f") if short else str(value)  # 1E+999999999 is no text to make
    if not _AMOUNT.fullmatch(plain) or len(plain.replace(".", "")) > LARGEST_DIGITS:
        repair = "Write digits and at most one point, without a sign, an exponent or separators of thousands."
        return place.report(expected, value, repair)
    return Decimal(plain)


def day(value: object, place: Place) -> object:
    """A day: a TOML date or `YYYY-MM-DD`."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if isinstance(value, str) and _DAY.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    return place.report("a date as YYYY-MM-DD", value, "Write year, month and day, without a time.")


def texts(value: object, place: Place) -> object:
    """A list of texts, each once."""
    if not isinstance(value, list | tuple):
        return place.report("a list of texts", value, "Put it into [ and ].")
    read = [text(entry, place.entry(index)) for index, entry in enumerate(value)]
    for index, entry in enumerate(read):
        if entry is not UNREAD and entry in read[:index]:
            place.entry(index).report("each text once", f"{entry!r} again", "Take it out.", in_words=True)
            return UNREAD
    return UNREAD if UNREAD in read else tuple(read)


_Choice = TypeVar("_Choice", bound=StrEnum)


def choice(kind: type[_Choice]) -> Reader:
    """A reader of one of the values of `kind`."""

    def read(value: object, place: Place) -> object:
        known = [str(one) for one in kind]
        if isinstance(value, str) and value in known:
            return kind(value)
        hint = did_you_mean(value, known) if isinstance(value, str) else ""
        return place.report(f"one of {', '.join(known)}", value, hint or "Write one of them.")

    return read


operation: Final = choice(TenderOperation)
delivery_kind: Final = choice(DeliveryKind)
severity: Final = choice(Severity)


def currency(value: object, place: Place) -> object:
    """A currency code of ISO 4217."""
    code = text(value, place)
    if not isinstance(code, str) or code in DIGITS:
        return code
    return place.report("a currency code of ISO 4217", value, _hint(code, DIGITS, "Write its three capital letters."))


def time_zone(value: object, place: Place) -> object:
    """A time zone that the zone database knows."""
    name = text(value, place)
    if not isinstance(name, str):
        return name
    try:
        ZoneInfo(name)
    except (ValueError, OSError, KeyError):  # not found, no sound key, a folder of the database
        hint = _hint(name, available_timezones(), "Write one as Europe/Copenhagen.")
        return place.report("a time zone of the IANA database", value, hint)
    return name


def check_code(value: object, place: Place) -> object:
    """The code of a check whose severity a setup may change."""
    code = text(value, place)
    if not isinstance(code, str):
        return code
    if place.codes is None:
        return code
    changeable = [one.name for one in place.codes.values() if not one.fixed]
    if code in changeable:
        return code
    if code in place.codes:
        return place.report("a code whose severity can be changed", value, f"Take it out: {code} always blocks.")
    return place.report("the code of a check", value, _hint(code, changeable, "See the list of codes."))


def sequence_format(value: object, place: Place) -> object:
    """A format of sales order numbers: one run of #, at most 20 characters."""
    pattern = text(value, place)
    if not isinstance(pattern, str):
        return pattern
    if not ONE_RUN.fullmatch(pattern):
        return place.report("exactly one run of #", value, "Write one run, as in ONL-######.")
    if len(pattern) > SALES_ID_LENGTH:
        return place.report(f"at most {SALES_ID_LENGTH} characters", value, "Make it shorter.")
    return pattern


def _hint(name: str, known: Iterable[str], otherwise: str) -> str:
    return did_you_mean(name, known) or otherwise
