"""The manifest of an upload package: its session and group, and the files that it promises."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as attribute
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final, NoReturn

from postering.channels.packages.control_totals import ControlTotal
from postering.channels.packages.json_objects import BYTE_ORDER_MARK, NoJsonObject, object_text, read_object
from postering.channels.packages.limits import PackageLimits
from postering.channels.packages.refusals import UnsoundPackage
from postering.domain.money import plain
from postering.domain.near_names import did_you_mean
from postering.domain.retail_transactions.entities import ENTITIES
from postering.domain.retail_transactions.quoted import quoted
from postering.domain.retail_transactions.values import NumberText, Raw, value_text

MANIFEST: Final = "manifest.json"

_KNOWN: Final = frozenset(
    {"session", "channel_database_group", "channel_database", "created", "entities", "control_totals"}
)
_COUNT: Final = re.compile(r"\d{1,18}\Z", re.ASCII)
_SHA256: Final = re.compile(r"[0-9a-f]{64}\Z", re.IGNORECASE | re.ASCII)
_AMOUNT: Final = re.compile(r"-?\d{1,100}(?:\.\d{0,100})?\Z", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class EntityFile:
    """The promise of a manifest about one entity's file: its rows, and the SHA-256 of its bytes in lower-case hex."""

    rows: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """The content of a manifest. `created` is UTC; `control_totals` is None if the manifest has none.

    `extra` keeps unknown keys.
    """

    session: str
    group: str
    channel_database: str | None
    created: datetime
    entities: Mapping[str, EntityFile]
    control_totals: tuple[ControlTotal, ...] | None = None
    extra: Mapping[str, Raw] = attribute(default_factory=dict)


def read_manifest(content: bytes, limits: PackageLimits) -> Manifest:
    """The manifest in `content`; raises `UnsoundPackage` with the key that is missing or wrong."""
    try:
        given = read_object(content.removeprefix(BYTE_ORDER_MARK), max_depth=limits.max_json_depth)
    except NoJsonObject as wrong:
        raise UnsoundPackage(wrong.found, file=MANIFEST, expected=wrong.expected) from None
    totals = given.get("control_totals")
    return Manifest(
        session=_text(given, "session"),
        group=_text(given, "channel_database_group"),
        channel_database=None if given.get("channel_database") is None else _text(given, "channel_database"),
        created=_moment(given, "created"),
        entities=_entities(given),
        control_totals=None if totals is None else _control_totals(totals),
        extra={name: value for name, value in given.items() if name not in _KNOWN},
    )


def manifest_bytes(manifest: Manifest) -> bytes:
    """The manifest as a file, entities in the order of `ENTITIES`: equal manifests give equal bytes."""
    written: dict[str, Raw] = {
        "session": manifest.session,
        "channel_database_group": manifest.group,
        "channel_database": manifest.channel_database,
        "created": value_text(manifest.created),
        "entities": {
            name: {"rows": manifest.entities[name].rows, "sha256": manifest.entities[name].sha256}
            for name in ENTITIES
            if name in manifest.entities
        },
    }
    if manifest.control_totals is not None:
        written["control_totals"] = [
            {
                "currency": total.currency,
                "transactions": total.transactions,
                "gross": plain(total.gross),
                "payments": plain(total.payments),
            }
            for total in manifest.control_totals
        ]
    if known := _KNOWN & manifest.extra.keys():
        raise ValueError(f"{', '.join(sorted(known))}: keys that the manifest itself writes")
    return (object_text(written | dict(manifest.extra)) + "\n").encode("utf-8")


def _text(given: Mapping[str, Raw], name: str) -> str:
    value = given.get(name)
    if not isinstance(value, str) or isinstance(value, NumberText):
        _wrong(name, given, "a text")
    return value


def _moment(given: Mapping[str, Raw], name: str) -> datetime:
    text = _text(given, name)
    try:
        moment = datetime.fromisoformat(text)
        return (moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment).astimezone(UTC)
    except (ValueError, OverflowError):
        _wrong(name, given, "a date and time in UTC, as YYYY-MM-DDTHH:MM:SSZ")


def _entities(given: Mapping[str, Raw]) -> Mapping[str, EntityFile]:
    listed = given.get("entities")
    if not isinstance(listed, dict):
        _wrong("entities", given, "an object with the rows and the sha256 of each entity's file")
    read = {}
    for name, promised in listed.items():
        place = f"entities.{name if name in ENTITIES else quoted(name)}"
        if name not in ENTITIES:
            raise UnsoundPackage(
                f"{place} is no entity. {did_you_mean(name, ENTITIES)}".rstrip(" ."),
                file=MANIFEST,
                expected="the names of RetailTransaction entities",
            )
        if not isinstance(promised, dict):
            _wrong(place, {place: promised}, "an object with rows and sha256")
        checksum = promised.get("sha256")
        if not isinstance(checksum, str) or not _SHA256.match(checksum):
            _wrong(f"{place}.sha256", promised, "64 hexadecimal digits")
        read[name] = EntityFile(rows=_count(promised, "rows", f"{place}.rows"), sha256=checksum.lower())
    return read


def _control_totals(listed: Raw) -> tuple[ControlTotal, ...]:
    if not isinstance(listed, list):
        _wrong("control_totals", {"control_totals": listed}, "a list, one object per currency")
    read: dict[str, ControlTotal] = {}
    for position, given in enumerate(listed):
        place = f"control_totals[{position}]"
        if not isinstance(given, dict):
            _wrong(place, {place: given}, "an object with currency, transactions, gross and payments")
        currency = given.get("currency")
        if not isinstance(currency, str) or isinstance(currency, NumberText):
            _wrong(f"{place}.currency", given, "a currency")
        if currency in read:
            raise UnsoundPackage(f"{place}.currency is {quoted(currency)} again", file=MANIFEST, expected="each once")
        read[currency] = ControlTotal(
            currency=currency,
            transactions=_count(given, "transactions", f"{place}.transactions"),
            gross=_amount(given, "gross", place),
            payments=_amount(given, "payments", place),
        )
    return tuple(read[currency] for currency in sorted(read))


def _count(given: Mapping[str, Raw], name: str, place: str) -> int:
    value = given.get(name)
    if not isinstance(value, NumberText) or not _COUNT.match(value):
        _wrong(place, given, "a whole number, 0 or more")
    return int(value)


def _amount(given: Mapping[str, Raw], name: str, place: str) -> Decimal:
    value = given.get(name)
    if not isinstance(value, str) or not _AMOUNT.match(value):
        _wrong(f"{place}.{name}", given, "a plain decimal number")
    return Decimal(value)


def _wrong(place: str, given: Mapping[str, Raw], expected: str) -> NoReturn:
    there = place in given or place.rpartition(".")[2] in given
    raise UnsoundPackage(f"{place} is {'something else' if there else 'missing'}", file=MANIFEST, expected=expected)
