"""The eleven entities, whole: all 469 fields with name, type, length, enum and meaning, as data.

`entities.json` is the one place where fields are declared; parsing, the channel database's tables, the checks of
types and lengths and the docs are derived from it. Source: the public Common Data Model of Dynamics 365 Commerce.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from importlib.resources import files
from types import MappingProxyType
from typing import Final


class FieldType(StrEnum):
    """How a value is written: whole numbers, decimals, dates, UTC date-times, seconds since midnight, text."""

    STRING = "string"
    INTEGER = "integer"
    BIG_INTEGER = "bigInteger"
    DECIMAL = "decimal"
    DATE = "date"
    DATETIME = "datetime"
    TIME = "time"
    GUID = "guid"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One column: `length` in characters and `enum` by name where they are publicly known."""

    name: str
    type: FieldType
    meaning: str
    length: int | None = None
    enum: str | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class Entity:
    """One of the eleven tables. `keys` are its key columns, those of the transaction first.

    There is one of each: they are compared by identity, for they are looked up with every row.
    """

    name: str
    keys: tuple[str, ...]
    fields: tuple[Field, ...]

    @cached_property
    def by_folded_name(self) -> Mapping[str, Field]:
        """Fields by name, lower case: column names are read whatever their case."""
        return {field.name.casefold(): field for field in self.fields}

    @cached_property
    def by_name(self) -> Mapping[str, Field]:
        """Fields by their exact name."""
        return {field.name: field for field in self.fields}

    @property
    def transaction_keys(self) -> tuple[str, ...]:
        """The five columns that name the transaction: company, channel, store, terminal, transaction id."""
        return self.keys[:5]

    @property
    def row_keys(self) -> tuple[str, ...]:
        """The columns that tell a row from the transaction's other rows of this entity; none on the header."""
        return self.keys[5:]

    @property
    def counter(self) -> str:
        """The column with the channel's replication counter."""
        return self.by_folded_name["replicationcounterfromorigin"].name


HEADER: Final = "RetailTransactionTable"
ADDRESS: Final = "RetailTransactionAddressTrans"
INFOCODE: Final = "RetailTransactionInfocodeTrans"
TAX: Final = "RetailTransactionTaxTrans"
SALES: Final = "RetailTransactionSalesTrans"
TAX_MEASURE: Final = "RetailTransactionTaxMeasure"
DISCOUNT: Final = "RetailTransactionDiscountTrans"
TAX_GTE: Final = "RetailTransactionTaxTransGTE"
MARKUP: Final = "RetailTransactionMarkupTrans"
PAYMENT: Final = "RetailTransactionPaymentTrans"
ATTRIBUTE: Final = "RetailTransactionAttributeTrans"


def _load() -> tuple[Mapping[str, Entity], Mapping[str, Mapping[str, int]]]:
    declared = json.loads(files(__package__).joinpath("entities.json").read_text(encoding="utf-8"))
    entities = {
        name: Entity(
            name=name,
            keys=tuple(entity["keys"]),
            fields=tuple(
                Field(
                    name=field["name"],
                    type=FieldType(field["type"]),
                    meaning=field["meaning"],
                    length=field.get("length"),
                    enum=field.get("enum"),
                )
                for field in entity["fields"]
            ),
        )
        for name, entity in declared["entities"].items()
    }
    return MappingProxyType(entities), MappingProxyType(declared["enums"])


ENTITIES, ENUMS = _load()
"""Entities by name, header first; enums by name, each a mapping of value names to numbers."""

TRANSPORT_COLUMNS: Final = frozenset(
    {
        "replicationcounterfromorigin",
        "counter",
        "origin",
        "replicated",
        "validationstatus",
        "validationdatetime",
    }
)
"""Columns (lower case) that say how a row travelled, not what was sold: no part of a row's hash."""


def is_transport(folded: str) -> bool:
    """Whether the column of this lower-case name says how a row travelled; all of `validation…` do."""
    return folded in TRANSPORT_COLUMNS or folded.startswith("validation")


def enum_name(enum: str, number: int) -> str:
    """The name of `number` in `enum`, or the number as text where the enum does not know it."""
    return next((name for name, value in ENUMS[enum].items() if value == number), str(number))
