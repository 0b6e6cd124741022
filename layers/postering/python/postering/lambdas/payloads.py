"""Payloads of the functions: a scheduled event, or what somebody asks for by hand. Read once, or refused by name."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeVar, cast

from postering.domain.errors import PosteringError
from postering.domain.near_names import did_you_mean
from postering.domain.retail_transactions.card_data import masked

_SCHEDULES: Final = frozenset({"aws.events", "aws.scheduler"})
_SCHEDULED: Final = "Scheduled Event"
_ENVELOPE: Final = frozenset(
    {"version", "id", "detail-type", "source", "account", "time", "region", "resources", "detail", "replay-name"}
)
_SHOWN_CHARACTERS: Final = 80


class PayloadError(PosteringError):
    """A payload that a function does not take: every key that is wrong, and what it should be. Nothing was done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PJobPayload:
    """What the P-job is to run: groups by name (none: all active ones), or one session again."""

    groups: tuple[str, ...] = ()
    rerun_session: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncOrdersPayload:
    """What Synchronize orders is to run: nodes or stores of a hierarchy, or one transaction; nothing: all stores.

    `transaction` is what an operator knows it by: transactionId, whole key, channel reference or sales order number.
    """

    hierarchy: str = ""
    nodes: tuple[str, ...] = ()
    stores: tuple[str, ...] = ()
    transaction: str = ""
    dry_run: bool = False


def p_job_payload(event: object) -> PJobPayload:
    """The P-job's payload in `event`; `PayloadError` names what is wrong."""
    given = _Given(event, _P_JOB)
    given.refuse_together("rerun_session", ("channel_database_groups",))
    payload = PJobPayload(groups=given.names("channel_database_groups"), rerun_session=given.name("rerun_session"))
    given.done()
    return payload


def sync_orders_payload(event: object) -> SyncOrdersPayload:
    """The payload of Synchronize orders in `event`; `PayloadError` names what is wrong."""
    given = _Given(event, _SYNC_ORDERS)
    given.refuse_together("transaction", ("organization_hierarchy", "nodes", "stores"))
    payload = SyncOrdersPayload(
        hierarchy=given.name("organization_hierarchy"),
        nodes=given.names("nodes"),
        stores=given.names("stores"),
        transaction=given.name("transaction"),
        dry_run=given.yes_or_no("dry_run"),
    )
    given.done()
    return payload


_P_JOB: Final = ("channel_database_groups", "rerun_session")
_SYNC_ORDERS: Final = ("organization_hierarchy", "nodes", "stores", "transaction", "dry_run")

Value = TypeVar("Value")


class _Given:
    """A payload while it is read: what is wrong is collected, so that one answer names all of it."""

    def __init__(self, event: object, allowed: tuple[str, ...]) -> None:
        self._problems: list[str] = []
        self._allowed = allowed
        self._keys: Mapping[str, object] = {}
        if not isinstance(event, Mapping):
            self._problems.append(f"the payload is {_kind(event)}, expected a JSON object")
        elif "source" in event or "detail-type" in event:
            self._read_envelope(event)
        else:
            self._keys = cast(Mapping[str, object], event)
            for key in self._keys:
                if key not in allowed:
                    self._unknown(key)

    def _read_envelope(self, event: Mapping[Any, object]) -> None:
        """EventBridge's own keys mean nothing here; one of ours beside them would be passed over in silence."""
        source, kind = event.get("source"), event.get("detail-type")
        if source not in _SCHEDULES or kind != _SCHEDULED:
            self._problems.append(
                f"an event {_shown(kind)} of {_shown(source)}, expected a 'Scheduled Event' of 'aws.events', or a "
                f"payload with any of {_listed(self._allowed)}"
            )
            return
        for key in event:
            if key == "dry_run" and key in self._allowed:
                self._keys = {"dry_run": event[key]}
            elif key not in _ENVELOPE and did_you_mean(str(key), {*_P_JOB, *_SYNC_ORDERS}):
                self._problems.append(f"{_shown(key)} stands in a scheduled event, expected in a payload of its own")

    def _unknown(self, key: object) -> None:
        near = did_you_mean(str(key), self._allowed)
        self._problems.append(f"unknown key {_shown(key)}. {near or f'Known are {_listed(self._allowed)}.'}")

    def refuse_together(self, one: str, others: tuple[str, ...]) -> None:
        """Refuse keys that each say what to run."""
        if one in self._keys and (found := [key for key in others if key in self._keys]):
            self._problems.append(f"{one} and {_listed(found)} each say what to run, expected one of them")

    def name(self, key: str) -> str:
        """The text under `key`, '' where it is not given."""
        return self._read(key, "", "a text that is not empty", _is_name, str)

    def names(self, key: str) -> tuple[str, ...]:
        """The list of texts under `key`, none where it is not given."""

        def are_names(value: object) -> bool:
            return isinstance(value, list) and bool(value) and all(_is_name(one) for one in value)

        return self._read(key, (), "a list of texts that are not empty, or no such key for all", are_names, tuple)

    def yes_or_no(self, key: str) -> bool:
        """The truth value under `key`, False where it is not given."""
        return self._read(key, False, "true or false", lambda value: isinstance(value, bool), bool)

    def _read(
        self, key: str, absent: Value, expected: str, fits: Callable[[object], bool], read: Callable[[Any], Value]
    ) -> Value:
        if key not in self._keys:
            return absent
        value = self._keys[key]
        if not fits(value):
            self._problems.append(f"{key} is {_kind(value)}, expected {expected}")
            return absent
        return read(value)

    def done(self) -> None:
        """Raise what is wrong, if anything is."""
        if self._problems:
            raise PayloadError(f"the payload is refused, nothing was done: {'; '.join(self._problems)}")


def _is_name(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _kind(value: object) -> str:
    """What a value is, without what it says."""
    if isinstance(value, str):
        return "an empty text" if not value.strip() else "a text"
    if isinstance(value, list):
        return "an empty list" if not value else f"a list with {_kind(_odd_one(value))}"
    named = {type(None): "null", bool: "true or false", int: "a number", float: "a number", dict: "an object"}
    return named.get(type(value), type(value).__name__)


def _odd_one(values: list[object]) -> object:
    return next((value for value in values if not _is_name(value)), values[0])


def _shown(name: object) -> str:
    return repr(masked(str(name))[:_SHOWN_CHARACTERS])


def _listed(names: tuple[str, ...] | list[str]) -> str:
    return ", ".join(names)
