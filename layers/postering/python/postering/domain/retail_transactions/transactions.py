"""A retail transaction for order building: the header and all its children, with Python names.

The records of the rows are in `header_and_lines`, `payments_and_taxes` and `addresses_and_infocodes`; every field names
its column (`columns`). Values keep the channel's signs; they are flipped once, when documents are built.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any, Final

from postering.domain.keys import TransactionKey
from postering.domain.lists import grouped
from postering.domain.money import ZERO, total
from postering.domain.retail_transactions.addresses_and_infocodes import AddressTrans, AttributeTrans, InfocodeTrans
from postering.domain.retail_transactions.columns import columns_of, given_date, read
from postering.domain.retail_transactions.entities import (
    ADDRESS,
    ATTRIBUTE,
    DISCOUNT,
    HEADER,
    INFOCODE,
    MARKUP,
    PAYMENT,
    SALES,
    TAX,
    TAX_GTE,
    TAX_MEASURE,
)
from postering.domain.retail_transactions.header_and_lines import Header, SalesTrans
from postering.domain.retail_transactions.payments_and_taxes import (
    DiscountTrans,
    MarkupTrans,
    PaymentTrans,
    TaxMeasure,
    TaxTrans,
    TaxTransGTE,
)
from postering.domain.retail_transactions.rows import Row

__all__ = [
    "CHILDREN",
    "AddressTrans",
    "AttributeTrans",
    "DiscountTrans",
    "Header",
    "InfocodeTrans",
    "MarkupTrans",
    "PaymentTrans",
    "RetailTransaction",
    "SalesTrans",
    "TaxMeasure",
    "TaxTrans",
    "TaxTransGTE",
    "columns_of",
    "given_date",
    "grouped",
    "read",
    "read_transaction",
]


@dataclass(frozen=True, kw_only=True)
class RetailTransaction:
    """The header and all its children, children in the order of their keys."""

    key: TransactionKey
    header: Header
    sales: tuple[SalesTrans, ...] = ()
    payments: tuple[PaymentTrans, ...] = ()
    taxes: tuple[TaxTrans, ...] = ()
    gte_taxes: tuple[TaxTransGTE, ...] = ()
    tax_measures: tuple[TaxMeasure, ...] = ()
    discounts: tuple[DiscountTrans, ...] = ()
    charges: tuple[MarkupTrans, ...] = ()
    addresses: tuple[AddressTrans, ...] = ()
    infocodes: tuple[InfocodeTrans, ...] = ()
    attributes: tuple[AttributeTrans, ...] = ()

    @cached_property
    def lines(self) -> tuple[SalesTrans, ...]:
        """The item lines that are not voided."""
        return tuple(line for line in self.sales if not line.voided)

    @cached_property
    def line_numbers(self) -> frozenset[Decimal]:
        """Numbers of the lines that are not voided."""
        return frozenset(line.line for line in self.lines)

    @cached_property
    def live_charges(self) -> tuple[MarkupTrans, ...]:
        """Charges of the header and of lines that are not voided."""
        return tuple(c for c in self.charges if not c.sales_line or c.sales_line in self.line_numbers)

    @cached_property
    def paying(self) -> tuple[PaymentTrans, ...]:
        """The payment rows that count."""
        return tuple(payment for payment in self.payments if payment.counts)

    @cached_property
    def paid(self) -> Decimal:
        """The amount paid: Σ `amountTendered` of the payment rows that count."""
        return total(payment.tendered for payment in self.paying)

    @property
    def has_generic_taxes(self) -> bool:
        """Whether the generic tax engine calculated the taxes: its components count, ordinary tax rows do not."""
        return self.header.tax_calculation_type == 1

    @cached_property
    def taxes_by_line(self) -> Mapping[Decimal, tuple[TaxTrans, ...]]:
        """Tax rows by sales line."""
        return grouped((tax.sales_line, tax) for tax in self.taxes)

    @cached_property
    def gte_taxes_by_line(self) -> Mapping[Decimal, tuple[TaxTransGTE, ...]]:
        """Components of the generic tax engine by sales line."""
        return grouped((tax.sales_line, tax) for tax in self.gte_taxes)

    @cached_property
    def counting_taxes_by_line(self) -> Mapping[Decimal, tuple[TaxTrans | TaxTransGTE, ...]]:
        """By line, the tax rows that are not exempt; the components if the generic tax engine calculated."""
        if self.has_generic_taxes:
            return self.gte_taxes_by_line
        by_line = self.taxes_by_line.items()
        return {line: tuple(tax for tax in taxes if tax.exempt != 1) for line, taxes in by_line}

    @cached_property
    def tax_measures_by_line(self) -> Mapping[Decimal, tuple[TaxMeasure, ...]]:
        """Measures of the tax document by sales line."""
        return grouped((measure.sales_line, measure) for measure in self.tax_measures)

    @cached_property
    def discounts_by_line(self) -> Mapping[Decimal, tuple[DiscountTrans, ...]]:
        """Discount rows by sales line."""
        return grouped((discount.sales_line, discount) for discount in self.discounts)

    @cached_property
    def address_lines(self) -> frozenset[Decimal]:
        """Numbers of the lines that have an address of their own; 0 if the header has one."""
        return frozenset(address.sales_line for address in self.addresses)


CHILDREN: Final[Mapping[str, tuple[str, type[Any]]]] = {
    SALES: ("sales", SalesTrans),
    PAYMENT: ("payments", PaymentTrans),
    TAX: ("taxes", TaxTrans),
    TAX_GTE: ("gte_taxes", TaxTransGTE),
    TAX_MEASURE: ("tax_measures", TaxMeasure),
    DISCOUNT: ("discounts", DiscountTrans),
    MARKUP: ("charges", MarkupTrans),
    ADDRESS: ("addresses", AddressTrans),
    INFOCODE: ("infocodes", InfocodeTrans),
    ATTRIBUTE: ("attributes", AttributeTrans),
}
"""For each child entity, the attribute of `RetailTransaction` that has its rows, and their record."""


def read_transaction(key: TransactionKey, rows: Iterable[Row]) -> RetailTransaction:
    """The transaction of these rows. Raises `ValueError` if its header is not among them."""
    by_entity = grouped((row.entity, row) for row in rows)
    if HEADER not in by_entity:
        raise ValueError(f"{key} has no header row")
    children: dict[str, Any] = {
        name: tuple(read(record, row.values) for row in sorted(by_entity.get(entity, ()), key=_order))
        for entity, (name, record) in CHILDREN.items()
    }
    return RetailTransaction(key=key, header=read(Header, by_entity[HEADER][0].values), **children)


_NUMBER: Final = re.compile(r"-?\d+(?:\.\d+)?\Z", re.ASCII)


def _order(row: Row) -> tuple[tuple[int, Decimal, str], ...]:
    """The key in its order: numbers as numbers, then texts. Never equal for two rows of an entity."""
    return tuple((0, Decimal(part), part) if _NUMBER.match(part) else (1, ZERO, part) for part in row.key)
