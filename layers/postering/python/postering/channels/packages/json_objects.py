"""Reads and writes one JSON object: a line of an entity's file, or a manifest.

Numbers are kept as they were written (`NumberText`), so that nothing is rounded.
"""

import json
import re
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Final

from postering.domain.money import plain
from postering.domain.retail_transactions.quoted import quoted
from postering.domain.retail_transactions.values import NumberText, Raw, value_text

BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"

# Strings are skipped whole, also one that never ends; possessive, so that no text makes it slow.
_BRACKETS: Final = re.compile(r'"(?:[^"\\]++|\\.)*+"?|([\[{])|([\]}])', re.DOTALL)
_JSON_NUMBER: Final = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?\Z", re.ASCII)
_CONSTANTS: Final = frozenset({"NaN", "Infinity", "-Infinity"})


class NoJsonObject(Exception):
    """Bytes that are not one JSON object, with what was found and expected."""

    def __init__(self, found: str, expected: str = "one JSON object") -> None:
        super().__init__(f"{found}, expected {expected}")
        self.found = found
        self.expected = expected


def read_object(content: bytes, *, max_depth: int) -> dict[str, Raw]:
    """The object in `content`. Raises `NoJsonObject`: not UTF-8, no object, too deep, a key twice."""
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as wrong:
        raise NoJsonObject(f"byte {wrong.start + 1} is no UTF-8", "text in UTF-8") from None
    # Measured first: the parser's own limit is that of the interpreter, not ours.
    if text.count("{") + text.count("[") > max_depth and _depth(text) > max_depth:
        raise NoJsonObject(f"nested deeper than {max_depth} levels", f"at most {max_depth} levels")
    try:
        read = json.loads(
            text,
            parse_int=NumberText,
            parse_float=NumberText,
            parse_constant=NumberText,
            object_pairs_hook=_unique,
        )
    except json.JSONDecodeError as wrong:
        raise NoJsonObject(f"no JSON: {wrong.msg} at character {wrong.pos + 1}") from None
    if not isinstance(read, dict):
        raise NoJsonObject(f"JSON, but {_KINDS.get(type(read), 'a value')} and no object")
    return read


def object_text(content: Mapping[str, Raw]) -> str:
    """`content` as one line of JSON that `read_object` reads back to equal values.

    Decimals are written as plain strings, dates and date-times (those without a zone are UTC) in ISO 8601.
    Raises `TypeError` for a float: no money passes through one.
    """
    return "{" + ",".join(f"{json.dumps(name)}:{_token(value)}" for name, value in content.items()) + "}"


def _token(value: Raw) -> str:
    match value:
        case NumberText() if value in _CONSTANTS or _JSON_NUMBER.match(value):
            return str(value)
        case None | bool() | str():
            return json.dumps(value)
        case int():
            return str(value)
        case Decimal():
            return json.dumps(plain(value))
        case datetime():
            return json.dumps(value_text(value.replace(tzinfo=UTC) if value.tzinfo is None else value))
        case date():
            return json.dumps(value.isoformat())
        case list():
            return "[" + ",".join(_token(one) for one in value) + "]"
        case dict():
            return object_text(value)
        case _:
            raise TypeError(f"a row can't hold a {type(value).__name__}")


def _unique(pairs: list[tuple[str, Raw]]) -> dict[str, Raw]:
    read = dict(pairs)
    if len(read) < len(pairs):
        times = Counter(name for name, _ in pairs)
        twice = next(name for name, count in times.items() if count > 1)
        raise NoJsonObject(f"the key {quoted(twice)} is given twice", "each key once")
    return read


def _depth(text: str) -> int:
    depth = deepest = 0
    for found in _BRACKETS.finditer(text):
        if found.lastindex == 1:
            depth += 1
            deepest = max(deepest, depth)
        elif found.lastindex == 2:
            depth -= 1
    return deepest


_KINDS: Final[Mapping[type, str]] = {
    list: "a list",
    str: "a text",
    NumberText: "a number",
    bool: "true or false",
    type(None): "null",
}
