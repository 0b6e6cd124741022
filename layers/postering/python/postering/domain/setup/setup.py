"""The setup as one frozen value with lookups, and the facts in it that a verdict depends on.

Its lines are in `tables`; `setup_file` reads and writes it; `hierarchies` selects stores in it. Every id is compared
exactly, case included.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any, TypeVar

from postering.domain.lists import grouped
from postering.domain.problems import Severity
from postering.domain.setup.facts import fact_name, text_of
from postering.domain.setup.tables import (
    MASTER_DATA,
    Channel,
    ChannelDatabase,
    ChannelDatabaseGroup,
    ChargeCode,
    Check,
    Company,
    Customer,
    DeliveryKind,
    Hierarchy,
    HierarchyNode,
    ModeOfDelivery,
    NumberSequence,
    PaymentMethod,
    Period,
    Product,
    TenderOperation,
)

__all__ = [
    "Channel",
    "ChannelDatabase",
    "ChannelDatabaseGroup",
    "ChargeCode",
    "Check",
    "Company",
    "Customer",
    "DeliveryKind",
    "Hierarchy",
    "HierarchyNode",
    "ModeOfDelivery",
    "NumberSequence",
    "PaymentMethod",
    "Period",
    "Product",
    "Setup",
    "TenderOperation",
    "changed_facts",
    "fact_name",
]

_Line = TypeVar("_Line")


@dataclass(frozen=True, kw_only=True)
class Setup:
    """The whole setup. A lookup that finds nothing gives None, an empty tuple or False, never an error."""

    # Not slotted: the lookups below are made at first use and kept in the instance.
    companies: tuple[Company, ...] = ()
    channel_database_groups: tuple[ChannelDatabaseGroup, ...] = ()
    channel_databases: tuple[ChannelDatabase, ...] = ()
    channels: tuple[Channel, ...] = ()
    hierarchies: tuple[Hierarchy, ...] = ()
    payment_methods: tuple[PaymentMethod, ...] = ()
    modes_of_delivery: tuple[ModeOfDelivery, ...] = ()
    charge_codes: tuple[ChargeCode, ...] = ()
    checks: tuple[Check, ...] = ()
    products: tuple[Product, ...] = ()
    customers: tuple[Customer, ...] = ()

    def company(self, company: str) -> Company | None:
        """The company with this DataAreaId."""
        return self._companies.get(company)

    def is_open(self, company: str, day: date) -> bool:
        """Whether the company may post on `day`."""
        found = self.company(company)
        return found is not None and found.is_open(day)

    def channel(self, rec_id: int) -> Channel | None:
        """The channel with this RecId."""
        return self._channels.get(rec_id)

    def channel_of_store(self, store: str) -> Channel | None:
        """The channel of this store."""
        return self._channels_by_store.get(store)

    def hierarchy(self, name: str) -> Hierarchy | None:
        """The hierarchy of this name."""
        return next((hierarchy for hierarchy in self.hierarchies if hierarchy.name == name), None)

    def active_groups(self) -> tuple[ChannelDatabaseGroup, ...]:
        """The groups that a P-job reads if none is named."""
        return tuple(group for group in self.channel_database_groups if group.active)

    def databases(self, group: str) -> tuple[ChannelDatabase, ...]:
        """The channel databases of the group, in setup order."""
        return tuple(database for database in self.channel_databases if database.group == group)

    def tender_types(self, company: str) -> tuple[str, ...]:
        """The tender types that the company has payment methods for, each once, in setup order."""
        return self._tender_types.get(company, ())

    def payment_methods_of(self, company: str, tender_type: str) -> tuple[PaymentMethod, ...]:
        """The rows of one tender type, in setup order."""
        return self._tenders.get((company, tender_type), ())

    def payment_method(self, company: str, tender_type: str, card_type: str | None) -> PaymentMethod | None:
        """The row with this card type, else the row without one; None if there is neither."""
        rows = self._payment_methods
        return rows.get((company, tender_type, card_type or "")) or rows.get((company, tender_type, ""))

    def mode_of_delivery(self, company: str, mode: str) -> ModeOfDelivery | None:
        """The company's mode of delivery."""
        return self.known(ModeOfDelivery, company, mode)

    def charge_code(self, company: str, code: str) -> ChargeCode | None:
        """The company's charge code."""
        return self.known(ChargeCode, company, code)

    def has_products(self, company: str) -> bool:
        """Whether products of the company are given: until then the checks that need them are off."""
        return self.has(Product, company)

    def product(self, company: str, item: str) -> Product | None:
        """The company's item."""
        return self.known(Product, company, item)

    def has_customers(self, company: str) -> bool:
        """Whether customers of the company are given: until then the check that needs them is off."""
        return self.has(Customer, company)

    def customer(self, company: str, account: str) -> Customer | None:
        """The company's customer."""
        return self.known(Customer, company, account)

    def known(self, kind: type[_Line], company: str, key: str) -> _Line | None:
        """The company's line of a kind of master data (`MASTER_DATA`) with this key."""
        line: _Line | None = self._master_data[kind].get((company, key))
        return line

    def has(self, kind: type[Any], company: str) -> bool:
        """Whether any line of a kind of master data is given for the company: until then its checks are off."""
        return company in self._companies_with[kind]

    def severity_of(self, code: str) -> Severity | None:
        """The severity that the setup gives to `code`; None: the code's own."""
        return self._severities.get(code)

    def facts(self) -> Mapping[str, str]:
        """Every fact that a verdict can depend on, by its name, with a text of its value.

        Names are made by `fact_name`: `companies/USRT` (all of it), `number_sequences/USRT`,
        `open_periods/USRT`, `channels/5637144592`, `stores/HOUSTON-ONLINE` (its channel),
        `payment_methods/USRT/8` (all rows of the tender type), `modes_of_delivery/USRT/99`,
        `charge_codes/USRT/FREIGHT`, `checks/ITEM`, `products/USRT/81327`, `customers/USRT/100001`;
        `products/USRT`, `customers/USRT` and so on say that any are given.
        """
        return {name: text_of(value) for name, value in self._facts.items()}

    @cached_property
    def _facts(self) -> dict[str, object]:
        named: list[tuple[tuple[str, ...], object]] = []
        named += [(("companies", row.id), row) for row in self.companies]
        named += [(("number_sequences", row.id), row.number_sequence) for row in self.companies]
        named += [(("open_periods", row.id), row.open_periods) for row in self.companies]
        named += [(("channels", str(row.id)), row) for row in self.channels]
        named += [(("stores", row.store), row) for row in self.channels]
        named += [(("payment_methods", *key), rows) for key, rows in self._tenders.items()]
        named += [(("checks", row.code), row) for row in self.checks]
        for name, kind in MASTER_DATA.items():
            named += [((name, *key), row) for key, row in self._master_data[kind].items()]
            named += [((name, company), True) for company in self._companies_with[kind]]
        return {fact_name(*parts): value for parts, value in named}

    @cached_property
    def _companies(self) -> dict[str, Company]:
        return {row.id: row for row in self.companies}

    @cached_property
    def _channels(self) -> dict[int, Channel]:
        return {row.id: row for row in self.channels}

    @cached_property
    def _channels_by_store(self) -> dict[str, Channel]:
        return {row.store: row for row in self.channels}

    @cached_property
    def _payment_methods(self) -> dict[tuple[str, str, str], PaymentMethod]:
        return {(row.company, row.tender_type, row.card_type): row for row in self.payment_methods}

    @cached_property
    def _tenders(self) -> dict[tuple[str, str], tuple[PaymentMethod, ...]]:
        return grouped(((row.company, row.tender_type), row) for row in self.payment_methods)

    @cached_property
    def _tender_types(self) -> dict[str, tuple[str, ...]]:
        return grouped(self._tenders)

    @cached_property
    def _master_data(self) -> dict[type[Any], dict[tuple[str, str], Any]]:
        return {
            kind: {(line.company, getattr(line, kind.KNOWN_BY[1])): line for line in getattr(self, name)}
            for name, kind in MASTER_DATA.items()
        }

    @cached_property
    def _companies_with(self) -> dict[type[Any], frozenset[str]]:
        return {kind: frozenset(company for company, _ in lines) for kind, lines in self._master_data.items()}

    @cached_property
    def _severities(self) -> dict[str, Severity]:
        return {row.code: row.severity for row in self.checks}


def changed_facts(old: Setup, new: Setup) -> frozenset[str]:
    """The names of the facts that differ between two setups; a fact that only one of them has differs."""
    before, after = old._facts, new._facts
    differing = {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
    # The order within a line (units, periods, rows of a tender type) makes another tuple, not another fact.
    return frozenset(
        name
        for name in differing
        if name not in before or name not in after or text_of(before[name]) != text_of(after[name])
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ActiveSetup:
    """The setup and its version; version 0 is the empty setup of a new deployment."""

    version: int
    setup: Setup


@dataclass(frozen=True, slots=True, kw_only=True)
class SetupVersion:
    """A version of the setup: when it was applied (UTC), and by whom."""

    version: int
    at: datetime
    by: str
