"""The documents that Synchronize orders posts: sales orders with their payments and journal.

Amounts are in the order's sign (positive for a sale) and in the document's currency. Frozen: a document is written
once, with its status, and never changed.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from functools import cached_property

from postering.domain.keys import TransactionKey
from postering.domain.money import ZERO, Money
from postering.domain.sales_orders.document_parts import (
    Address,
    Attribute,
    Charge,
    Delivery,
    Discount,
    DiscountShare,
    ExemptPrice,
    GiftCard,
    GoodsAndServicesTax,
    Infocode,
    OriginalLine,
    Tax,
    TaxMeasureValue,
)


class DocumentKind(StrEnum):
    """The kind of a posted document."""

    SALES_ORDER = "sales_order"
    RETURN_ORDER = "return_order"
    QUOTATION = "quotation"
    CANCELLATION = "cancellation"


class PaymentStatus(StrEnum):
    """How far a payment has come."""

    AUTHORIZED = "authorized"
    CAPTURED = "captured"
    REFUNDED = "refunded"
    CHANGE = "change"
    ON_ACCOUNT = "on_account"
    VOIDED = "voided"
    DECLINED = "declined"
    CAPTURE_FAILED = "capture_failed"


PAYING_STATUSES = frozenset(PaymentStatus) - {
    PaymentStatus.VOIDED,
    PaymentStatus.DECLINED,
    PaymentStatus.CAPTURE_FAILED,
}
"""Statuses of payments that count."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SalesLine:
    """One line: quantity and amounts are positive for a sale, negative for a return; the price is per unit.

    `unit_quantity` is in the selling unit (for scale items the weight), `unit_price` the price of that unit.
    `original_price` is the price before it was overridden, `dimension` the RecId of its financial dimensions.
    """

    line: Decimal
    item: str
    variant: str
    text: str
    quantity: Decimal
    unit: str
    price: Decimal
    discount: Money
    net: Money
    tax: Money
    total: Money
    tax_group: str = ""
    item_tax_group: str = ""
    taxes: tuple[Tax, ...] = ()
    tax_measures: tuple[TaxMeasureValue, ...] = ()
    discounts: tuple[Discount, ...] = ()
    delivery: Delivery = Delivery()
    serial_number: str = ""
    batch_number: str = ""
    gift_card_number: str = ""
    original: OriginalLine | None = None
    barcode: str = ""
    unit_quantity: Decimal = ZERO
    unit_price: Decimal = ZERO
    original_price: Decimal = ZERO
    price_overridden: bool = False
    scale_item: bool = False
    corrected: bool = False
    linked_item: bool = False
    brings_linked_items: bool = False
    parent_lot: str = ""
    listing: str = ""
    catalog: int = 0
    category: int = 0
    discount_shares: tuple[DiscountShare, ...] = ()
    tax_override: str = ""
    exempt_by_override: bool = False
    original_tax_group: str = ""
    original_item_tax_group: str = ""
    exempt: ExemptPrice | None = None
    gst: GoodsAndServicesTax | None = None
    gift_card: GiftCard | None = None
    returned_invoice_line: int = 0
    staff: str = ""
    sales_group: str = ""
    source: str = ""
    dimension: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """One payment row: `amount` in the channel's currency, and the given amounts in the other two currencies.

    `reference` is the gift card, loyalty card, credit voucher or masked card that paid. The tokens are the connector's:
    capture needs them; a card number is never kept. `refundable` is the rest of a linked payment by the channel.
    """

    line: Decimal
    method: str
    operation: str
    account: str
    amount: Money
    status: PaymentStatus
    tender_type: str
    card_type: str = ""
    payment_currency: str = ""
    payment_amount: Decimal | None = None
    exchange_rate: Decimal = ZERO
    company_amount: Decimal | None = None
    company_exchange_rate: Decimal = ZERO
    reference: str = ""
    authorization: str = ""
    refunds_transaction: str = ""
    refunds_line: Decimal | None = None
    reverses: bool = False  # made by a cancellation without payment rows of its own
    authorized_amount: Decimal = ZERO
    prepayment: bool = False
    card_or_account: str = ""
    gift_card: str = ""
    loyalty_card: str = ""
    credit_voucher: str = ""
    card_account: str = ""
    card_token: str = ""
    authorization_token: str = ""
    capture_token: str = ""
    floor_limit_used: bool = False
    refunds_store: str = ""
    refunds_terminal: str = ""
    refunds_currency: str = ""
    refundable: Decimal | None = None
    dimension: int = 0

    @property
    def counts(self) -> bool:
        """Whether it counts as paid."""
        return self.status in PAYING_STATUSES


def amount_paid(payments: Iterable[Payment], currency: str) -> Money:
    """The sum of the payments that count."""
    return Money.total((payment.amount for payment in payments if payment.counts), currency)


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalEntry:
    """One side of a double entry: debit and credit are never negative; `company_amount` is signed, debit positive."""

    voucher: str
    date: date
    payment_line: Decimal | None
    account: str
    debit: Money
    credit: Money
    company_amount: Money
    text: str


@dataclass(frozen=True, kw_only=True)
class SalesDocument:
    """A sales order, return order, quotation or cancellation. `header_total` is the total of the channel's header.

    `transaction_date` and `transaction_time` (seconds since midnight) are those of the store's clock, `begun_at` the
    same moment in UTC, which also distinguishes the hour that summer time repeats. `exchange_rate` is per 100 units.
    """

    kind: DocumentKind
    id: str
    transaction: TransactionKey
    company: str
    channel: int
    store: str
    currency: str
    business_date: date
    customer: str
    channel_reference_id: str
    prices_include_tax: bool
    header_total: Money
    lines: tuple[SalesLine, ...]
    charges: tuple[Charge, ...] = ()
    addresses: tuple[Address, ...] = ()
    attributes: tuple[Attribute, ...] = ()
    infocodes: tuple[Infocode, ...] = ()
    delivery: Delivery = Delivery()
    comment: str = ""
    customer_purchase_order: str = ""
    loyalty_card: str = ""
    cancels: str = ""  # of a cancellation: the number of the order that it compensates
    receipt_id: str = ""
    refund_receipt_id: str = ""
    transaction_date: date | None = None
    transaction_time: int | None = None
    begun_at: datetime | None = None
    contact: str = ""
    staff: str = ""
    sales_group: str = ""
    source: str = ""
    description: str = ""
    invoice_comment: str = ""
    total_discount: Decimal = ZERO
    manual_discount_amount: Decimal = ZERO
    manual_discount_percentage: Decimal = ZERO
    tax_exempted: bool = False
    fiscal_document_id: str = ""
    exchange_rate: Decimal = ZERO
    dimension: int = 0

    @cached_property
    def net(self) -> Money:
        """The net amount of the lines, less discount, without tax."""
        return Money.total((line.net for line in self.lines), self.currency)

    @cached_property
    def charge_amount(self) -> Money:
        """The sum of all charges, without tax."""
        return Money.total((charge.amount for charge in self.charges), self.currency)

    @cached_property
    def tax(self) -> Money:
        """The tax of the lines and of the charges."""
        lines = Money.total((line.tax for line in self.lines), self.currency)
        return lines + Money.total((charge.tax for charge in self.charges), self.currency)

    @cached_property
    def discount(self) -> Money:
        """The discount of the lines; their net is without it already."""
        return Money.total((line.discount for line in self.lines), self.currency)

    @property
    def total(self) -> Money:
        """net + tax + charges."""
        return self.net + self.tax + self.charge_amount


@dataclass(frozen=True, slots=True, kw_only=True)
class CreatedCustomer:
    """A customer that a job created of an asynchronous account, as its first order knew it; `created_by` is its key."""

    company: str
    account: str
    name: str
    email: str
    phone: str
    address: Address | None
    created_by: str


@dataclass(frozen=True, kw_only=True)
class PostedOrder:
    """The result of one transaction, written at once: the document, its payments, its journal, its open amount.

    `customers` are those that were created with it.
    """

    document: SalesDocument
    payments: tuple[Payment, ...]
    journal: tuple[JournalEntry, ...]
    variance: Money
    open: Money
    customers: tuple[CreatedCustomer, ...] = ()

    @cached_property
    def paid(self) -> Money:
        """The sum of the payments that count."""
        return amount_paid(self.payments, self.document.currency)
