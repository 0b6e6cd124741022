"""Shapes of the tables in a setup document: their keys, how each is read, and the value that the table becomes."""

import re
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields, replace
from functools import cached_property
from typing import Any

from postering.domain.near_names import near_or_all
from postering.domain.setup.field_readers import UNREAD, Place, Reader
from postering.domain.setup.problems import described


@dataclass(frozen=True, kw_only=True)
class Shape:
    """A table: the value that it becomes, the readers of its keys, and the keys that identify an entry.

    A key is required if the field of the value has no default. `fields` maps keys to fields of another name.
    """

    value: type[Any]
    keys: Mapping[str, Reader]
    known_by: tuple[str, ...] = ()
    fields: Mapping[str, str] = field(default_factory=dict)

    def field_of(self, key: str) -> str:
        """The field of the value that `key` fills."""
        return self.fields.get(key, key)

    @cached_property
    def required(self) -> frozenset[str]:
        """The keys that must be there."""
        without_default = {each.name for each in fields(self.value) if each.default is MISSING}
        return frozenset(key for key in self.keys if self.field_of(key) in without_default)


@dataclass(frozen=True, kw_only=True)
class Line:
    """A table as far as it could be read: rules look at it even if some of its keys could not be read."""

    shape: Shape
    place: Place
    read: Mapping[str, Any]

    def get(self, name: str) -> Any:
        """The value of a field; None if it was not given or not read."""
        return self.read.get(name)

    def lines(self, name: str) -> "tuple[Line, ...]":
        """The lines of a list of tables below this one."""
        lines: tuple[Line, ...] = self.read.get(name, ())
        return lines

    def has(self, *names: str) -> bool:
        """Whether all these fields were given and read."""
        return all(name in self.read for name in names)

    def value(self) -> Any:
        """The value that the table becomes. Only if nothing was reported."""
        return self.shape.value(**{name: _value(part) for name, part in self.read.items()})


def _value(part: Any) -> Any:
    if isinstance(part, Line):
        return part.value()
    return tuple(map(_value, part)) if isinstance(part, tuple) else part


def read_table(shape: Shape, value: object, place: Place) -> Line:
    """Read one table by its shape, reporting every unknown, missing and wrong key."""
    if not isinstance(value, Mapping):
        place.report("a table", value, "Write keys and values.")
        return Line(shape=shape, place=place, read={})
    place = replace(place, line=_line_of(shape, value) or place.line)
    found: dict[str, Any] = {}
    for key, given in value.items():
        if key not in shape.keys:
            hint = near_or_all(str(key), shape.keys)
            place.key(str(key)).report("a known key", "an unknown one", hint, in_words=True)
        elif _is_given(shape, key, given):
            taken = shape.keys[key](given, place.key(key))
            if taken is not UNREAD:
                found[shape.field_of(key)] = taken
    for key in shape.keys:
        if key in shape.required and value.get(key) is None:
            place.key(key).report("a value", "none", "Add the key: it is required.", in_words=True)
    return Line(shape=shape, place=place, read=found)


def _is_given(shape: Shape, key: str, given: object) -> bool:
    """An empty text is absent if the key is not required; a null of JSON is always absent."""
    return given is not None and (given != "" or key in shape.required)


def _line_of(shape: Shape, value: Mapping[str, object]) -> str:
    parts = [value.get(key) for key in shape.known_by]
    return ", ".join(part if isinstance(part, str) else described(part) for part in parts if part)[:80]


def one(shape: Shape) -> Reader:
    """A reader of one table."""
    return lambda value, place: read_table(shape, value, place)


def several(shape: Shape) -> Reader:
    """A reader of a list of tables."""

    def read_all(value: object, place: Place) -> object:
        if not isinstance(value, list | tuple):
            header = re.sub(r"\[\d+\]", "", place.path)
            repair = f"Write [[{header}]] in TOML, a list in JSON, even where there is one only."
            return place.report("a list of tables", value, repair)
        return tuple(read_table(shape, entry, place.entry(index)) for index, entry in enumerate(value))

    return read_all
