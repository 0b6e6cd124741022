"""A retail transaction as order building reads it: the header and all its children, with Python names.

Every field says which column it comes from (`column`), and `read` is the one place where both names meet. Values
keep the channel's signs; they are flipped once, when documents are built. An absent amount is 0, an absent text '',
an absent count None: it promises nothing.
"""

import re
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import MISSING, dataclass, field, fields
from datetime import date
from decimal import Decimal
from functools import cache, cached_property
from typing import Any, Final, TypeVar, cast

from postering.domain.entities import (
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
from postering.domain.keys import TransactionKey
from postering.domain.money import ZERO, plain
from postering.domain.rows import Row, row_name
from postering.domain.values import Value

_NO_DATE: Final = date(1900, 1, 1)
"""D365 writes an empty date as 1900-01-01."""


def given_date(day: date | None) -> date | None:
    """`day`, None where it is absent or D365's empty date."""
    return None if day == _NO_DATE else day


def text_of(column: str) -> Any:
    """A text column; '' where absent."""
    return field(default="", metadata={"column": column})


def amount_of(column: str) -> Any:
    """A decimal column; 0 where absent."""
    return field(default=ZERO, metadata={"column": column})


def number_of(column: str) -> Any:
    """A whole number, enum or flag; 0 where absent."""
    return field(default=0, metadata={"column": column})


def maybe_of(column: str) -> Any:
    """A column whose absence means something; None where absent."""
    return field(default=None, metadata={"column": column})


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """RetailTransactionTable: one per transaction."""

    type: int = number_of("type")
    entry_status: int = number_of("entryStatus")
    channel_reference_id: str = text_of("ChannelReferenceId")
    sales_order_id: str = text_of("salesOrderId")
    currency: str = text_of("currency")
    customer: str = text_of("custAccount")
    async_customer: str = text_of("CustAccountAsync")
    business_date_given: date | None = maybe_of("businessDate")
    transaction_date: date | None = maybe_of("transDate")
    gross: Decimal = amount_of("grossAmount")
    net: Decimal = amount_of("netAmount")
    discount: Decimal = amount_of("discAmount")
    paid: Decimal = amount_of("paymentAmount")
    number_of_items: Decimal | None = maybe_of("numberOfItems")
    number_of_item_lines: Decimal | None = maybe_of("numberOfItemLines")
    number_of_payment_lines: int | None = maybe_of("numberOfPaymentLines")
    exchange_rate: Decimal = amount_of("exchRate")
    delivery_mode: str = text_of("DlvMode")
    warehouse: str = text_of("InventLocationId")
    site: str = text_of("InventSiteId")
    postal_address: int = number_of("LogisticsPostalAddress")
    requested_receipt_date: date | None = maybe_of("ReceiptDateRequested")
    requested_ship_date: date | None = maybe_of("ShippingDateRequested")
    prices_include_tax: int = number_of("IsTaxIncludedInPrice")
    tax_calculation_type: int = number_of("TaxCalculationType")
    is_return: int = number_of("saleIsReturnSale")
    loyalty_card: str = text_of("loyaltyCardId")
    comment: str = text_of("comment")
    customer_purchase_order: str = text_of("CustPurchaseOrder")
    receipt_email: str = text_of("receiptEmail")
    fiscal_document_id: str = text_of("FiscalDocumentId")
    total_discount: Decimal = amount_of("totalDiscAmount")
    manual_discount_amount: Decimal = amount_of("TotalManualDiscountAmount")
    manual_discount_percent: Decimal = amount_of("TotalManualDiscountPercentage")

    @property
    def business_date(self) -> date | None:
        """The business date as given; the transaction date where it is empty or 1900-01-01. Never UTC."""
        return given_date(self.business_date_given) or given_date(self.transaction_date)


@dataclass(frozen=True, slots=True, kw_only=True)
class SalesTrans:
    """RetailTransactionSalesTrans: one per item line. A sale's quantity and amounts are negative."""

    line: Decimal = amount_of("lineNum")
    status: int = number_of("transactionStatus")
    item: str = text_of("itemId")
    variant: str = text_of("variantId")
    barcode: str = text_of("barcode")
    comment: str = text_of("comment")
    currency: str = text_of("currency")
    quantity: Decimal = amount_of("qty")
    unit: str = text_of("unit")
    unit_quantity: Decimal = amount_of("unitQty")
    price: Decimal = amount_of("price")
    unit_price: Decimal = amount_of("unitPrice")
    original_price: Decimal = amount_of("originalPrice")
    price_overridden: int = number_of("priceChange")
    net: Decimal = amount_of("netAmount")
    gross: Decimal = amount_of("netAmountInclTax")
    tax: Decimal = amount_of("taxAmount")
    discount: Decimal = amount_of("discAmount")
    line_discount: Decimal = amount_of("lineDscAmount")
    periodic_discount: Decimal = amount_of("periodicDiscAmount")
    total_discount: Decimal = amount_of("totalDiscAmount")
    tender_discount: Decimal = amount_of("TenderDiscountAmount")
    tax_group: str = text_of("taxGroup")
    item_tax_group: str = text_of("TaxItemGroup")
    tax_override: str = text_of("TaxOverrideCode")
    exempt_by_override: int = number_of("IsTaxExemptByTaxOverride")
    exempt_original_price: Decimal = amount_of("TaxExemptPriceInclusiveOriginalPrice")
    exempt_reduction: Decimal = amount_of("TaxExemptPriceInclusiveReductionAmount")
    customer: str = text_of("custAccount")
    async_customer: str = text_of("CustAccountAsync")
    delivery_mode: str = text_of("DlvMode")
    warehouse: str = text_of("InventLocationId")
    site: str = text_of("InventSiteId")
    fulfilment_store: str = text_of("FulfillmentStoreId")
    postal_address: int = number_of("LogisticsPostalAddress")
    requested_receipt_date: date | None = maybe_of("ReceiptDateRequested")
    requested_ship_date: date | None = maybe_of("ShippingDateRequested")
    electronic_delivery_email: str = text_of("ElectronicDeliveryEmail")
    serial_number: str = text_of("InventSerialId")
    batch_number: str = text_of("InventBatchId")
    is_gift_card: int = number_of("giftcard")
    gift_card_number: str = text_of("GiftCardNumber")
    gift_card_operation: int = number_of("GiftCardOperation")
    listing: str = text_of("ListingId")
    catalog: int = number_of("Catalog")
    return_transaction_id: str = text_of("returnTransactionId")
    return_line: Decimal = amount_of("returnLineNum")
    return_store: str = text_of("returnStore")
    return_terminal: str = text_of("returnTerminalId")

    @property
    def voided(self) -> bool:
        """Whether the line is voided (RetailEntryStatus 1); it stays in the table and counts for nothing."""
        return self.status == 1

    @property
    def name(self) -> str:
        """The row as problems name it."""
        return row_name(SALES, (plain(self.line),))


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentTrans:
    """RetailTransactionPaymentTrans: one per tender line, positive for a payment, negative for change or refund."""

    line: Decimal = amount_of("lineNum")
    status: int = number_of("transactionStatus")
    void_status: int = number_of("VoidStatus")
    processor_status: int = number_of("CreditCardProcessorStatus")
    capture_failed: int = number_of("IsCaptureFailed")
    captured: int = number_of("IsPaymentCaptured")
    change: int = number_of("changeLine")
    tender_type: str = text_of("tenderType")
    card_type: str = text_of("cardTypeId")
    card_or_account: str = text_of("cardOrAccount")
    tendered: Decimal = amount_of("amountTendered")
    payment_amount: Decimal | None = maybe_of("amountCur")
    company_amount: Decimal | None = maybe_of("amountMST")
    authorized_amount: Decimal = amount_of("AuthorizedAmount")
    currency: str = text_of("currency")
    exchange_rate: Decimal = amount_of("exchRate")
    company_exchange_rate: Decimal = amount_of("exchRateMST")
    gift_card: str = text_of("giftCardId")
    loyalty_card: str = text_of("loyaltyCardId")
    credit_voucher: str = text_of("creditVoucherId")
    authentication_code: str = text_of("authenticationCode")
    card_token: str = text_of("paymentCardToken")
    is_prepayment: int = number_of("isPrepayment")
    is_linked_refund: int = number_of("IsLinkedRefund")
    linked_transaction_id: str = text_of("LinkedPaymentTransactionId")
    linked_store: str = text_of("LinkedPaymentStore")
    linked_terminal: str = text_of("LinkedPaymentTerminalId")
    linked_line: Decimal = amount_of("LinkedPaymentLineNumber")
    linked_currency: str = text_of("LinkedPaymentCurrency")
    refundable: Decimal | None = maybe_of("RefundableAmount")

    @property
    def voided(self) -> bool:
        """Whether the row or its tender is voided."""
        return self.status == 1 or self.void_status != 0

    @property
    def declined(self) -> bool:
        """Whether the processor declined it or answered with an error."""
        return self.processor_status in {2, 3}

    @property
    def counts(self) -> bool:
        """Whether the row pays: not voided, not declined, capture not failed."""
        return not (self.voided or self.declined or self.capture_failed == 1)

    @property
    def name(self) -> str:
        """The row as problems name it."""
        return row_name(PAYMENT, (plain(self.line),))


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxTrans:
    """RetailTransactionTaxTrans: tax of one code on one line, positive for a sale."""

    sales_line: Decimal = amount_of("SaleLineNum")
    code: str = text_of("TaxCode")
    amount: Decimal = amount_of("Amount")
    base: Decimal = amount_of("TaxBaseAmount")
    percentage: Decimal = amount_of("TaxPercentage")
    included_in_price: int = number_of("IsIncludedInPrice")
    exempt: int = number_of("IsExempt")

    @property
    def name(self) -> str:
        """The row as problems name it."""
        return row_name(TAX, (plain(self.sales_line), self.code))


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxTransGTE:
    """RetailTransactionTaxTransGTE: one component (CGST, SGST …) of the generic tax engine on one line."""

    sales_line: Decimal = amount_of("SaleLineNum")
    component: str = text_of("TaxComponent")
    amount: Decimal = amount_of("TaxAmount")
    base: Decimal = amount_of("TaxBasis")
    percentage: Decimal = amount_of("TaxPercentage")
    included_in_price: int = number_of("IsIncludedInPrice")

    @property
    def name(self) -> str:
        """The row as problems name it."""
        return row_name(TAX_GTE, (plain(self.sales_line), self.component))


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxMeasure:
    """RetailTransactionTaxMeasure: one number of the tax document of a line."""

    sales_line: Decimal = amount_of("SaleLineNum")
    path: str = text_of("Path")
    value: Decimal = amount_of("Value")


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscountTrans:
    """RetailTransactionDiscountTrans: one discount on one line; `amount` is its whole effect, positive for a sale."""

    sales_line: Decimal = amount_of("SaleLineNum")
    line: Decimal = amount_of("LineNum")
    amount: Decimal = amount_of("Amount")
    amount_per_unit: Decimal = amount_of("DiscountAmount")
    percentage: Decimal = amount_of("Percentage")
    origin: int = number_of("DiscountOriginType")
    manual_type: int = number_of("ManualDiscountType")
    customer_type: int = number_of("CustomerDiscountType")
    offer: str = text_of("PeriodicDiscountOfferId")
    coupon: str = text_of("DiscountCode")
    deal_price: Decimal = amount_of("DealPrice")
    bundle: int = number_of("BundleId")

    @property
    def name(self) -> str:
        """The row as problems name it."""
        return row_name(DISCOUNT, (plain(self.sales_line), plain(self.line)))


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkupTrans:
    """RetailTransactionMarkupTrans: a charge on the header (line 0) or on a line, positive for a sale."""

    sales_line: Decimal = amount_of("saleLineNum")
    line: Decimal = amount_of("markupLineNum")
    code: str = text_of("MarkupCode")
    currency: str = text_of("CurrencyCode")
    method: int = number_of("Method")
    value: Decimal = amount_of("Value")
    amount: Decimal = amount_of("CalculatedAmount")
    tax: Decimal = amount_of("TaxAmount")
    tax_on_top: Decimal = amount_of("TaxAmountExclusive")
    tax_inside: Decimal = amount_of("TaxAmountInclusive")
    tax_group: str = text_of("TaxGroup")
    item_tax_group: str = text_of("TaxItemGroup")
    description: str = text_of("Description")
    exempt_original_price: Decimal = amount_of("TaxExemptPriceInclusiveOriginalPrice")
    exempt_reduction: Decimal = amount_of("TaxExemptPriceInclusiveReductionAmount")

    @property
    def name(self) -> str:
        """The row as problems name it."""
        return row_name(MARKUP, (plain(self.sales_line), plain(self.line)))


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressTrans:
    """RetailTransactionAddressTrans: a one-time address of the header (line 0) or of a line."""

    sales_line: Decimal = amount_of("SaleLineNum")
    delivery_name: str = text_of("DeliveryName")
    attention: str = text_of("AttentionToAddressLine")
    street: str = text_of("Street")
    street_number: str = text_of("StreetNumber")
    district: str = text_of("DistrictName")
    city: str = text_of("City")
    county: str = text_of("County")
    state: str = text_of("State")
    zip_code: str = text_of("ZipCode")
    country: str = text_of("CountryRegionId")
    email: str = text_of("Email")
    email_content: str = text_of("EmailContent")
    phone: str = text_of("Phone")
    sales_name: str = text_of("SalesName")


@dataclass(frozen=True, slots=True, kw_only=True)
class InfocodeTrans:
    """RetailTransactionInfocodeTrans: an answer given on the header (parent −1), a line or a payment."""

    attached_to: int = number_of("type")
    parent_line: Decimal = amount_of("parentLineNum")
    line: Decimal = amount_of("lineNum")
    infocode: str = text_of("infocodeId")
    subcode: str = text_of("subInfocodeId")
    information: str = text_of("information")
    amount: Decimal = amount_of("amount")
    status: int = number_of("transactionStatus")


@dataclass(frozen=True, slots=True, kw_only=True)
class AttributeTrans:
    """RetailTransactionAttributeTrans: a named text on the header (line 0) or on a line."""

    sales_line: Decimal = amount_of("HeaderOrLineNum")
    attribute: str = text_of("Name")
    value: str = text_of("TextValue")


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

    @property
    def has_generic_taxes(self) -> bool:
        """Whether the generic tax engine calculated the taxes: its components count, ordinary tax rows do not."""
        return self.header.tax_calculation_type == 1

    @cached_property
    def taxes_by_line(self) -> Mapping[Decimal, tuple[TaxTrans, ...]]:
        """Tax rows by sales line."""
        return grouped(self.taxes, lambda tax: tax.sales_line)

    @cached_property
    def gte_taxes_by_line(self) -> Mapping[Decimal, tuple[TaxTransGTE, ...]]:
        """Components of the generic tax engine by sales line."""
        return grouped(self.gte_taxes, lambda tax: tax.sales_line)

    @cached_property
    def discounts_by_line(self) -> Mapping[Decimal, tuple[DiscountTrans, ...]]:
        """Discount rows by sales line."""
        return grouped(self.discounts, lambda discount: discount.sales_line)


Record = TypeVar("Record")
Member = TypeVar("Member")


def grouped(members: Iterable[Member], by: Callable[[Member], Decimal]) -> Mapping[Decimal, tuple[Member, ...]]:
    """`members` by a line number, each group in its order."""
    groups: dict[Decimal, list[Member]] = {}
    for member in members:
        groups.setdefault(by(member), []).append(member)
    return {line: tuple(group) for line, group in groups.items()}


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
"""For each child entity, where its rows stand in a `RetailTransaction` and as what."""


def read_transaction(key: TransactionKey, rows: Iterable[Row]) -> RetailTransaction:
    """The transaction that `rows` are; its header must be among them (`ValueError` otherwise)."""
    by_entity: dict[str, list[Row]] = {}
    for row in rows:
        by_entity.setdefault(row.entity, []).append(row)
    if HEADER not in by_entity:
        raise ValueError(f"{key} has no header row")
    children: dict[str, Any] = {
        name: tuple(read(record, row.values) for row in sorted(by_entity.get(entity, ()), key=_order))
        for entity, (name, record) in CHILDREN.items()
    }
    return RetailTransaction(key=key, header=read(Header, by_entity[HEADER][0].values), **children)


def read(record: type[Record], values: Mapping[str, Value]) -> Record:
    """`record` filled from typed row values by its columns."""
    return record(**{name: values[column] for name, column in columns_of(cast(Hashable, record)) if column in values})


@cache
def columns_of(record: Hashable) -> tuple[tuple[str, str], ...]:
    """(Python name, column) of each field of a record."""
    return tuple(
        (declared.name, declared.metadata["column"])
        for declared in fields(cast(type[Any], record))
        if declared.default is not MISSING
    )


_NUMBER: Final = re.compile(r"-?\d+(?:\.\d+)?\Z", re.ASCII)


def _order(row: Row) -> tuple[tuple[int, Decimal, str], ...]:
    """Parts of the key as they sort: numbers as numbers, then texts. Never equal for two rows of an entity."""
    return tuple((0, Decimal(part), part) if _NUMBER.match(part) else (1, ZERO, part) for part in row.key)
