"""One value of a row: read from a file or a database into its type, and written back as text.

Dates are `YYYY-MM-DD`, date-times ISO 8601 in UTC, times seconds since midnight, enums numbers or names, decimals
plain (no exponent). An empty text is absent.
"""

import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Final

from postering.domain.money import LARGEST_DIGITS, plain
from postering.domain.retail_transactions.entities import ENUMS, Field, FieldType

Raw = object
"""A value from a source: text, `NumberText`, int, Decimal, date, datetime, None; in JSON also bool, list, dict."""


class NumberText(str):
    """A number of a JSON file as it was written, so that nothing is rounded before it is checked."""

    __slots__ = ()


class InvalidValue(Exception):
    """A value that its column cannot hold, with the expected one."""

    def __init__(self, expected: str) -> None:
        """Keep the expected value, in words."""
        super().__init__(expected)
        self.expected = expected


Value = str | int | Decimal | date | datetime

_NUMBER: Final = re.compile(r"-?(?:\d+(?:\.\d*)?|\.\d+)\Z", re.ASCII)
_WHOLE: Final = re.compile(r"-?\d+(?:\.0*)?\Z", re.ASCII)
_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}\Z", re.ASCII)
_DATETIME: Final = re.compile(
    r"\d{4}-\d{2}-\d{2}[T ](?:[01]\d|2[0-3]):\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2})?\Z", re.ASCII
)
_GUID: Final = re.compile(r"\{?[0-9a-f]{8}(?:-?[0-9a-f]{4}){3}-?[0-9a-f]{12}\}?\Z", re.IGNORECASE | re.ASCII)
_LARGEST_WHOLE: Final = 2**63 - 1
_SECONDS_OF_DAY: Final = 86_400


def read_value(field: Field, raw: Raw) -> Value | None:
    """The typed value of `raw` in `field`, None if it is absent. Raises `InvalidValue` with the expected value."""
    if raw is None or (isinstance(raw, str) and raw == ""):
        return None
    if isinstance(raw, bool | list | dict | float | bytes):
        raise InvalidValue(_EXPECTED[field.type])
    if field.enum is not None:
        return _enum(field.enum, raw)
    value = _READERS[field.type](raw)
    if field.length is not None and isinstance(value, str) and len(value) > field.length:
        raise InvalidValue(f"at most {field.length} characters, found {len(value)}")
    return value


def value_text(value: Value) -> str:
    """The canonical text of a typed value: equal content gives equal text (`1` and `1.0000`)."""
    if isinstance(value, str):
        return value
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, datetime):
        return _in_utc(value).replace(tzinfo=None).isoformat() + "Z"
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def typed(field: Field, text: str) -> Value:
    """The value that `value_text` wrote; the text was checked before."""
    match field.type:
        case FieldType.STRING | FieldType.GUID:
            return text
        case FieldType.DECIMAL:
            return Decimal(text)
        case FieldType.DATE:
            return date.fromisoformat(text)
        case FieldType.DATETIME:
            return datetime.fromisoformat(text)
        case _:
            return int(text)


def unknown_text(raw: Raw) -> str:
    """The canonical text of a value in a column that no entity declares; '' if it is absent."""
    if raw is None:
        return ""
    if type(raw) is str:  # most are; NumberText is another type
        return raw
    if isinstance(raw, bool):
        return "true" if raw else "false"
    if isinstance(raw, Decimal):
        return _plain(raw)
    if isinstance(raw, NumberText):
        return plain(Decimal(raw)) if _NUMBER.match(raw) and len(raw) <= _LONGEST_NUMBER else str(raw)
    if isinstance(raw, datetime | date):
        try:
            return value_text(raw)
        except OverflowError:  # year 1 or 9999, and in UTC the year before or after
            return raw.isoformat()
    if isinstance(raw, list | dict):
        return json.dumps(raw, sort_keys=True, separators=(",", ":"), default=str)
    return str(raw)


_LONGEST_NUMBER: Final = 100


def _plain(number: Decimal) -> str:
    """The plain text of a number; that of Python if it is no number, or far too long in plain digits."""
    return plain(number) if number.is_finite() and _is_short(number) else str(number)


def _digits(number: Decimal) -> str:
    """All digits of a number, trailing zeros included; with an exponent if there are far too many."""
    return format(number, "f") if number.is_finite() and _is_short(number) else str(number)


def _is_short(number: Decimal) -> bool:
    exponent = number.as_tuple().exponent
    return isinstance(exponent, int) and abs(exponent) <= _LONGEST_NUMBER


def _in_utc(moment: datetime) -> datetime:
    """`moment` in UTC; without a zone it is UTC, never the zone of the machine."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _text(raw: Raw) -> str:
    text = raw if isinstance(raw, str) else _plain(raw) if isinstance(raw, Decimal) else str(raw)
    if text.isascii():
        return str(text)
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise InvalidValue("text that is valid Unicode") from None
    return str(text)


def _whole(raw: Raw, expected: str, smallest: int, largest: int) -> int:
    if isinstance(raw, int):
        number = raw
    elif isinstance(raw, date):
        raise InvalidValue(expected)
    else:
        text = _digits(raw) if isinstance(raw, Decimal) else str(raw)
        if not _WHOLE.match(text) or len(text) > _LONGEST_NUMBER:
            raise InvalidValue(expected)
        number = int(text.partition(".")[0])
    if not smallest <= number <= largest:
        raise InvalidValue(expected)
    return number


def _integer(raw: Raw) -> int:
    return _whole(raw, _EXPECTED[FieldType.BIG_INTEGER], -_LARGEST_WHOLE - 1, _LARGEST_WHOLE)


def _time(raw: Raw) -> int:
    return _whole(raw, _EXPECTED[FieldType.TIME], 0, _SECONDS_OF_DAY - 1)


def _decimal(raw: Raw) -> Decimal:
    if isinstance(raw, date):
        raise InvalidValue(_EXPECTED[FieldType.DECIMAL])
    text = _digits(raw) if isinstance(raw, Decimal) else str(raw)
    if not _NUMBER.match(text):
        raise InvalidValue(_EXPECTED[FieldType.DECIMAL])
    whole, _, decimals = text.lstrip("-").partition(".")
    if len(whole.lstrip("0")) + len(decimals.rstrip("0")) > LARGEST_DIGITS:
        raise InvalidValue(f"a number of at most {LARGEST_DIGITS} digits")
    number = Decimal(text)
    return number if number else Decimal(0)


def _date(raw: Raw) -> date:
    if isinstance(raw, datetime):
        raw = raw.isoformat()
    if isinstance(raw, date):
        return raw
    text = str(raw)
    try:
        if _DATE.match(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise InvalidValue(_EXPECTED[FieldType.DATE])


def _datetime(raw: Raw) -> datetime:
    try:
        if isinstance(raw, datetime):
            return _in_utc(raw)
        text = str(raw)
        if _DATETIME.match(text):
            return _in_utc(datetime.fromisoformat(text))
    except (ValueError, OverflowError):
        pass
    raise InvalidValue(_EXPECTED[FieldType.DATETIME])


def _guid(raw: Raw) -> str:
    text = str(raw)
    if not _GUID.match(text):
        raise InvalidValue(_EXPECTED[FieldType.GUID])
    digits = text.strip("{}").replace("-", "").lower()
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def _enum(enum: str, raw: Raw) -> int:
    names = ENUMS[enum]
    text = _digits(raw) if isinstance(raw, Decimal) else str(raw)
    if _WHOLE.match(text) and len(text) <= _LONGEST_NUMBER:
        number = int(text.partition(".")[0])
        if number in names.values():
            return number
    for name, number in names.items():
        if name.casefold() == text.casefold():
            return number
    listed = ", ".join(f"{number} {name}" for name, number in names.items())
    raise InvalidValue(f"one of {enum}: {listed}")


_EXPECTED: Final[Mapping[FieldType, str]] = {
    FieldType.STRING: "a text",
    FieldType.INTEGER: "a whole number",
    FieldType.BIG_INTEGER: "a whole number of at most 64 bits",
    FieldType.DECIMAL: "a plain decimal number such as -12.50, without exponent",
    FieldType.DATE: "a date that exists, as YYYY-MM-DD",
    FieldType.DATETIME: "a date and time in UTC, as YYYY-MM-DDTHH:MM:SSZ",
    FieldType.TIME: "seconds since midnight, 0 to 86399",
    FieldType.GUID: "a GUID",
}
_READERS: Final[Mapping[FieldType, Callable[[Raw], Value]]] = {
    FieldType.STRING: _text,
    FieldType.INTEGER: _integer,
    FieldType.BIG_INTEGER: _integer,
    FieldType.DECIMAL: _decimal,
    FieldType.DATE: _date,
    FieldType.DATETIME: _datetime,
    FieldType.TIME: _time,
    FieldType.GUID: _guid,
}
