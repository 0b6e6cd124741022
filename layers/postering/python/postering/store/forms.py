"""The stored form of a document: empty fields are left out.

Most fields of a plain sale's order are empty. Left out, they cost neither bytes nor write units. Reading gives them
their defaults, and does the same for fields that an older version did not know.
"""

import functools
import operator
import types
import typing
from collections.abc import Hashable
from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from typing import Any, cast, get_args, get_origin

import msgspec


def in_form(record: object) -> msgspec.Struct:
    """`record`, a dataclass of plain values, in its stored form."""
    form: msgspec.Struct = msgspec.convert(record, _form_of(cast(Hashable, type(record))), from_attributes=True)
    return form


@cache
def _form_of(kind: Hashable) -> Any:
    """A struct of the same fields that leaves out defaults when it is written."""
    record = cast(type[Any], kind)
    hints = typing.get_type_hints(record)
    needed = [(each.name, _shape_of(hints[each.name])) for each in fields(record) if each.default is MISSING]
    others = [(each.name, _shape_of(hints[each.name]), each.default) for each in fields(record)]
    optional = [other for other in others if other[2] is not MISSING]
    return msgspec.defstruct(f"Stored{record.__name__}", [*needed, *optional], omit_defaults=True, kw_only=True)


def _shape_of(hint: Any) -> Any:
    """The type of a field, with the forms of the records in it."""
    parts = get_args(hint)
    if get_origin(hint) in {typing.Union, types.UnionType}:
        return functools.reduce(operator.or_, map(_shape_of, parts))
    if get_origin(hint) is tuple:
        return types.GenericAlias(tuple, (_shape_of(parts[0]), ...))
    return _form_of(cast(Hashable, hint)) if is_dataclass(hint) else hint
