"""The eleven entities as data: all 469 fields with name, type, length, enum and meaning.

Fields are declared only in `entities.json`. Parsing, the tables of channel databases, the checks of types and lengths,
and the docs are derived from it. Source: the public Common Data Model of Dynamics 365 Commerce.
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
    """The type of a value: whole number, decimal, date, UTC date-time, seconds since midnight, text."""

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
    """One column, with `length` in characters and the name of its `enum`, if they are publicly known."""

    name: str
    type: FieldType
    meaning: str
    length: int | None = None
    enum: str | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class Entity:
    """One of the eleven tables. `keys` are its key columns, those of the transaction first.

    There is one of each, and every row looks one up: they are compared by identity.
    """

    name: str
    keys: tuple[str, ...]
    fields: tuple[Field, ...]

    @cached_property
    def by_folded_name(self) -> Mapping[str, Field]:
        """Fields by name in lower case: column names may be in upper or lower case."""
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
        """The columns that identify a row among the transaction's rows of this entity; none on the header."""
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
"""Columns (lower case) about the transport of a row, not about the sale: no part of a row's hash."""


def is_transport(folded: str) -> bool:
    """Whether the column of this lower-case name is about the transport of a row, as all of `validation…` are."""
    return folded in TRANSPORT_COLUMNS or folded.startswith("validation")


def enum_name(enum: str, number: int) -> str:
    """The name of `number` in `enum`, or the number as text if the enum does not have it."""
    return next((name for name, value in ENUMS[enum].items() if value == number), str(number))
