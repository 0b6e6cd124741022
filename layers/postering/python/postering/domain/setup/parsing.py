"""The text of a setup file, TOML or JSON, as a plain mapping; a fault of syntax has a line and column."""

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import NoReturn

from postering.domain.setup.problems import SetupError, SetupProblem


def parse_setup_text(text: bytes, name: str) -> Mapping[str, object]:
    """The document in the bytes of the file `name`: JSON or TOML by its suffix, else by its first character.

    JSON keeps decimals exact (`Decimal`) and may not have a key twice. `SetupError` names line and column.
    """
    written = _decoded(text, name)
    document = _json(written, name) if _is_json(written, name) else _toml(written, name)
    if not document:
        # An empty file would remove the whole setup; nobody means that.
        _fail(
            name,
            "companies, channels and the other lists of a setup",
            "nothing",
            "Check that it is the right file.",
        )
    return document


def _decoded(text: bytes, name: str) -> str:
    try:
        return text.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = text[: error.start].decode("utf-8", "replace")
        place = f"{name}, {_line_and_column(before, len(before))}"
        _fail(place, "UTF-8 text", f"the byte 0x{text[error.start]:02x}", "Save the file as UTF-8.")


def _is_json(written: str, name: str) -> bool:
    suffix = name.lower().rpartition(".")[2]
    return suffix == "json" or (suffix != "toml" and written.lstrip().startswith("{"))


def _toml(written: str, name: str) -> Mapping[str, object]:
    try:
        return tomllib.loads(written)
    except tomllib.TOMLDecodeError as error:
        said, _, where = str(error).rpartition(" (at ")
        found = re.fullmatch(r"line (\d+), column (\d+)\)", where)
        place = f"line {found[1]}, column {found[2]}" if found else _line_and_column(written, len(written))
        _fail(f"{name}, {place}", "TOML", said or str(error), "Fix the line.")
    except (RecursionError, ValueError) as error:  # a number of thousands of digits, endless brackets
        _fail(name, "TOML", str(error), "Fix the file.")


class _Object(dict[str, object]):
    """A JSON object that remembers which of its keys were there twice."""

    twice: tuple[str, ...] = ()


def _object(pairs: list[tuple[str, object]]) -> _Object:
    made = _Object(pairs)
    if len(made) < len(pairs):
        keys = [key for key, _ in pairs]
        made.twice = tuple(key for key in made if keys.count(key) > 1)
    return made


def _json(written: str, name: str) -> Mapping[str, object]:
    def refuse(constant: str) -> NoReturn:
        _fail(name, "JSON", constant, "JSON has no such number: write another value.")

    try:
        document = json.loads(written, object_pairs_hook=_object, parse_float=Decimal, parse_constant=refuse)
    except json.JSONDecodeError as error:
        place = f"{name}, line {error.lineno}, column {error.colno}"
        _fail(place, "JSON", error.msg, "Fix the line.")
    except SetupError:
        raise
    except (RecursionError, ValueError, ArithmeticError) as error:
        _fail(name, "JSON", str(error), "Fix the file.")
    if not isinstance(document, _Object):
        _fail(name, "a JSON object", "another JSON value", "Put the sections into { and }.")
    if twice := tuple(_twice(document, "")):
        raise SetupError(twice)
    return document


def _twice(value: object, place: str) -> Iterator[SetupProblem]:
    if isinstance(value, _Object):
        for key in value.twice:
            at = f"{place}.{key}".lstrip(".")
            yield SetupProblem(place=at, expected="the key once", found="it twice", repair="Take one of them out.")
        for key, inner in value.items():
            yield from _twice(inner, f"{place}.{key}".lstrip("."))
    if isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _twice(inner, f"{place}[{index}]")


def _line_and_column(written: str, position: int) -> str:
    before = written[:position]
    return f"line {before.count(chr(10)) + 1}, column {position - before.rfind(chr(10))}"


def _fail(place: str, expected: str, found: str, repair: str) -> NoReturn:
    raise SetupError([SetupProblem(place=place, expected=expected, found=found, repair=repair)])
