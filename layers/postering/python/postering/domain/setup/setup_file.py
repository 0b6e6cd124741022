"""The setup file: from a plain document, as TOML and JSON give it, to a sound `Setup` and back."""

from collections.abc import Collection, Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any, Final, get_type_hints

from postering.domain.money import plain
from postering.domain.problems import Code
from postering.domain.setup import field_readers as read
from postering.domain.setup import tables as rows
from postering.domain.setup.addresses import check_schemes
from postering.domain.setup.consistency import check_setup
from postering.domain.setup.field_readers import LARGEST_REC_ID, Place, Reader
from postering.domain.setup.parsing import parse_setup_text
from postering.domain.setup.problems import SetupError, SetupProblem
from postering.domain.setup.setup import Setup
from postering.domain.setup.table_readers import Shape, one, read_table, several

__all__ = ["KNOWN_BY", "SHOWN_ONLY", "SetupError", "SetupProblem", "parse_setup_text", "read_setup", "write_setup"]

SHOWN_ONLY: Final = "checks_off"
"""The key that `setup show` adds to the document; it follows from the rest, and `setup apply` ignores it."""

_NUMBER: Final = read.integer(0, 10**rows.SALES_ID_LENGTH - 1)

_SEQUENCE: Final = Shape(
    value=rows.NumberSequence,
    keys={"format": read.sequence_format, "next": _NUMBER, "largest": _NUMBER},
)
_PERIOD: Final = Shape(
    value=rows.Period, keys={"from": read.day, "to": read.day}, fields={"from": "start", "to": "end"}
)
_COMPANY: Final = Shape(
    value=rows.Company,
    keys={
        "id": read.text,
        "currency": read.currency,
        "number_sequence": one(_SEQUENCE),
        "maximum_payment_difference": read.amount,
        "hold_after_edit": read.flag,
        "original_wait_days": read.integer(0, 36500),
        "variance_account": read.text,
        "receivable_account": read.text,
        **dict.fromkeys(rows.COMPANY_ACCOUNTS, read.text),
        "open_periods": several(_PERIOD),
    },
    known_by=("id",),
)
_GROUP: Final = Shape(
    value=rows.ChannelDatabaseGroup, keys={"name": read.folder, "active": read.flag}, known_by=("name",)
)
_DATABASE: Final = Shape(
    value=rows.ChannelDatabase,
    keys={"name": read.folder, "group": read.text, "url": read.secret},
    known_by=("name",),
)
_CHANNEL: Final = Shape(
    value=rows.Channel,
    keys={
        "id": read.integer(1, LARGEST_REC_ID),
        "store": read.text,
        "company": read.text,
        "currency": read.currency,
        "time_zone": read.time_zone,
        "channel_database_group": read.text,
        "default_customer": read.text,
        "payment_required": read.flag,
        "prices_include_tax": read.flag,
    },
    known_by=("store",),
)
_NODE: Final = Shape(
    value=rows.HierarchyNode,
    keys={
        "name": read.text,
        "parent": read.text,
        "stores": read.texts,
        "valid_from": read.day,
        "valid_to": read.day,
    },
    known_by=("name",),
)
_HIERARCHY: Final = Shape(value=rows.Hierarchy, keys={"name": read.text, "nodes": several(_NODE)}, known_by=("name",))
_PAYMENT_METHOD: Final = Shape(
    value=rows.PaymentMethod,
    keys={
        "company": read.text,
        "tender_type": read.text,
        "card_type": read.text,
        "name": read.text,
        "operation": read.operation,
        "account": read.text,
    },
    known_by=("company", "tender_type", "card_type"),
)
_CHECK: Final = Shape(value=rows.Check, keys={"code": read.check_code, "severity": read.severity}, known_by=("code",))
_READERS: Final[Mapping[object, Reader]] = {
    str: read.text,
    bool: read.flag,
    bool | None: read.flag,
    tuple[str, ...]: read.texts,
    rows.DeliveryKind: read.delivery_kind,
}
"""How a field of master data is read, by its type."""


def _master_data(value: type[Any]) -> Shape:
    hints = get_type_hints(value)
    return Shape(
        value=value,
        keys={each.name: _READERS[hints[each.name]] for each in fields(value)},
        known_by=value.KNOWN_BY,
    )


_LISTS: Final = {
    "companies": _COMPANY,
    "channel_database_groups": _GROUP,
    "channel_databases": _DATABASE,
    "channels": _CHANNEL,
    "hierarchies": _HIERARCHY,
    "payment_methods": _PAYMENT_METHOD,
    "checks": _CHECK,
    **{name: _master_data(value) for name, value in rows.MASTER_DATA.items()},
}
_SETUP: Final = Shape(value=Setup, keys={name: several(shape) for name, shape in _LISTS.items()})

KNOWN_BY: Final = {name: shape.known_by for name, shape in _LISTS.items()}
"""The keys that identify a line, for each list of the document."""

_TABLES: Final = (_SETUP, _SEQUENCE, _PERIOD, _NODE, *_LISTS.values())
_SHAPES: Final = {shape.value: shape for shape in _TABLES}


def read_setup(
    document: Mapping[str, object],
    codes: Mapping[str, Code] | None = None,
    schemes: Collection[str] | None = None,
) -> Setup:
    """The setup in `document`, the whole of it sound; `SetupError` carries every problem that was found.

    Amounts are texts or whole numbers (a float is refused), days are dates or `YYYY-MM-DD`; a key that is not
    required may be left out, empty or null. `codes` are those that `[[checks]]` may name, `schemes` those that the url
    of a channel database may have; without them any is accepted, as in a document that was applied before.
    `checks_off`, which `setup show` adds, is not read.
    """
    problems: list[SetupProblem] = []
    given = {key: part for key, part in document.items() if key != SHOWN_ONLY}
    line = read_table(_SETUP, given, Place(problems=problems, codes=codes))
    check_setup(line)
    if schemes is not None:
        check_schemes(line.lines("channel_databases"), schemes)
    if problems:
        raise SetupError(problems)
    setup: Setup = line.value()
    return setup


def write_setup(setup: Setup) -> dict[str, object]:
    """The document of `setup`, fit for JSON: amounts are texts, days `YYYY-MM-DD`, nothing is empty."""
    return _table(setup)


def _table(value: Any) -> dict[str, object]:
    shape = _SHAPES[type(value)]
    written = {key: _written(getattr(value, shape.field_of(key))) for key in shape.keys}
    return {key: part for key, part in written.items() if key in shape.required or part not in ("", None, [])}


def _written(value: object) -> object:
    if is_dataclass(value):
        return _table(value)
    if isinstance(value, tuple):
        return [_written(part) for part in value]
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Enum) else value
