"""Payloads: the JSON objects in which requests travel. A request declares its keys; they are read and written here."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from postering.domain.errors import PosteringError
from postering.domain.near_names import near_or_all
from postering.domain.retail_transactions.quoted import quoted


class PayloadError(PosteringError):
    """A payload that is not a request: every wrong key, and the value expected. Nothing was done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PayloadKey:
    """A key of a payload, and the field of the request that it sets. If it is absent, the field has its default.

    `fits` checks that a JSON value is `expected`; `read` makes the field's value from it. Keys of `instead_of` may not
    be given with it.
    """

    name: str
    field: str
    expected: str
    fits: Callable[[object], bool]
    read: Callable[[Any], object]
    instead_of: tuple[str, ...] = ()


def text_key(name: str, field: str, instead_of: tuple[str, ...] = ()) -> PayloadKey:
    """A key for a text."""
    return PayloadKey(
        name=name, field=field, expected="a text that is not empty", fits=_is_text, read=str, instead_of=instead_of
    )


def texts_key(name: str, field: str) -> PayloadKey:
    """A key for a list of texts; a tuple in the request."""
    expected = "a list of texts that are not empty, or no such key for all"
    return PayloadKey(name=name, field=field, expected=expected, fits=_are_texts, read=tuple)


def truth_key(name: str, field: str) -> PayloadKey:
    """A key for true or false."""
    return PayloadKey(name=name, field=field, expected="true or false", fits=lambda v: isinstance(v, bool), read=bool)


class Request:
    """A request that travels as a payload. A subclass is a frozen dataclass whose fields have defaults."""

    __slots__ = ()
    KEYS: ClassVar[tuple[PayloadKey, ...]]

    @classmethod
    def from_payload(cls, payload: object) -> Self:
        """The request in `payload`, a JSON object; `PayloadError` names all that is wrong with it."""
        return cls(**_read(payload, cls.KEYS))

    def as_payload(self) -> dict[str, Any]:
        """The payload that `from_payload` reads as this request; empty fields are left out."""
        values = ((key.name, getattr(self, key.field)) for key in self.KEYS)
        return {name: list(value) if isinstance(value, tuple) else value for name, value in values if value}


def refused(problems: Sequence[str]) -> PayloadError:
    """The error that names all `problems` of a payload."""
    return PayloadError(f"the payload is refused, nothing was done: {'; '.join(problems)}")


def _read(payload: object, keys: Sequence[PayloadKey]) -> dict[str, object]:
    if not isinstance(payload, Mapping):
        raise refused([f"the payload is {_kind(payload)}, expected a JSON object"])
    known = [key.name for key in keys]
    problems = [_unknown_key(key, known) for key in payload if key not in known]
    given = [key for key in keys if key.name in payload]
    for key in given:
        if beside := [name for name in key.instead_of if name in payload]:
            problems.append(f"{key.name} and {', '.join(beside)} each say what to run, expected one of them")
        if not key.fits(payload[key.name]):
            problems.append(f"{key.name} is {_kind(payload[key.name])}, expected {key.expected}")
    if problems:
        raise refused(problems)
    return {key.field: key.read(payload[key.name]) for key in given}


def _unknown_key(key: object, known: Sequence[str]) -> str:
    """The problem of a key that is not `known`, with the nearest known ones."""
    return f"unknown key {quoted(key)}. {near_or_all(str(key), known)}"


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _are_texts(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(_is_text(one) for one in value)


def _kind(value: object) -> str:
    """The kind of a JSON value, without its content."""
    if isinstance(value, str):
        return "an empty text" if not value.strip() else "a text"
    if isinstance(value, list):
        odd_one = next((one for one in value if not _is_text(one)), value[0]) if value else None
        return f"a list with {_kind(odd_one)}" if value else "an empty list"
    kinds = {type(None): "null", bool: "true or false", int: "a number", float: "a number", dict: "an object"}
    return kinds.get(type(value), type(value).__name__)
