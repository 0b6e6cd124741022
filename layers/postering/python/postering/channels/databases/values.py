"""A value as a database driver gives it, turned into a raw value that the domain reads: never a float."""

import re
from datetime import UTC, date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Final
from uuid import UUID

from postering.domain.money import plain
from postering.domain.retail_transactions.entities import Field, FieldType
from postering.domain.retail_transactions.values import Raw, value_text

_NUMBER: Final = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?\Z", re.ASCII)
_MIDNIGHT: Final = re.compile(r"(\d{4}-\d{2}-\d{2})[ T]00:00(?::00(?:\.0+)?)?Z?\Z", re.ASCII)


def raw_value(field: Field | None, given: object) -> Raw:
    """`given` as text, int, Decimal, date or datetime (UTC if it names no zone); None stays None.

    Some databases write a date as its midnight, a flag as true or false, bytes as they are. They become a value of
    `field`; without a field (an unknown column) bytes become hexadecimal text.
    """
    match given:
        case None | str():
            return _text(field, given) if given and field is not None else given
        case bool():
            return int(given) if field is not None and field.type is not FieldType.STRING else given
        case int() | Decimal():
            return given
        case datetime():
            return _moment(field, given)
        case date():
            return given
        case time():
            return given.hour * 3600 + given.minute * 60 + given.second
        case UUID():
            return str(given)
        case bytes() | bytearray() | memoryview():
            return bytes(given).hex()
        case float():
            # From a driver that gives floats although decimals were asked for: its shortest text is the stored number.
            return _number(repr(given)) or repr(given)
        case _:
            return str(given)


def key_text(given: object) -> str:
    """A part of a transaction's key, as text that is equal in all tables; '' if it is absent."""
    if given is None:
        return ""
    if isinstance(given, str):
        return given
    return plain(given) if isinstance(given, Decimal) else str(given)


def counter_of(given: object) -> int:
    """A replication counter; 0 if there is none."""
    try:
        return int(given)  # type: ignore[call-overload, no-any-return]
    except (TypeError, ValueError):
        return 0


def date_of(given: object) -> date | None:
    """A date, however it is written; None if there is none, or D365's empty date (1900-01-01)."""
    if isinstance(given, datetime):
        found: date | None = given.date()
    elif isinstance(given, date):
        found = given
    else:
        try:
            found = date.fromisoformat(str(given)[:10])
        except ValueError:
            found = None
    return found if found is not None and found > _NO_DATE else None


_NO_DATE: Final = date(1900, 1, 1)


def _text(field: Field, given: str) -> Raw:
    if field.type is FieldType.DECIMAL:
        number = _number(given)
        return given if number is None else number
    if field.type is FieldType.DATE and (midnight := _MIDNIGHT.match(given)):
        return midnight[1]
    return given


def _number(text: str) -> Decimal | None:
    if not _NUMBER.match(text):
        return None
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def _moment(field: Field | None, given: datetime) -> Raw:
    if field is not None and field.type is FieldType.DATE and given.timetz() == time():
        return given.date()
    moment = given.replace(tzinfo=UTC) if given.tzinfo is None else given
    # In a text column a moment is its text, as it is in a package.
    return value_text(moment) if field is not None and field.type is FieldType.STRING else moment
