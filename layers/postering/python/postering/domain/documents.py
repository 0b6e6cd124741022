"""The documents that Synchronize orders posts: what a sales order, its payments and its journal are made of.

Amounts are in the order's sign (positive for a sale) and in the document's currency. Frozen: a document is written
once, with its status, and never changed.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cached_property

from postering.domain.keys import TransactionKey
from postering.domain.money import Money


class DocumentKind(StrEnum):
    """What a transaction became."""

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
class Tax:
    """Tax of one code (or component of the generic tax engine) on a line."""

    code: str
    amount: Money
    base: Money
    percentage: Decimal
    included_in_price: bool
    exempt: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxMeasureValue:
    """A number of the tax document of a line (Indian GST)."""

    path: str
    value: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Discount:
    """One discount on a line, by origin (customer, periodic, manual, loyalty, tender)."""

    line: Decimal
    origin: str
    amount: Money
    percentage: Decimal
    offer: str = ""
    coupon: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """A charge of the header (line 0) or of a line: `amount` without tax."""

    line: Decimal
    number: Decimal
    code: str
    description: str
    amount: Money
    tax: Money

    @property
    def total(self) -> Money:
        """Tax included."""
        return self.amount + self.tax


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A delivery address as it was when the order was posted; line 0 is the header's."""

    line: Decimal
    name: str
    attention: str
    street: str
    city: str
    county: str
    state: str
    zip_code: str
    country: str
    email: str
    phone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribute:
    """A named text of the header (line 0) or of a line."""

    line: Decimal
    name: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Infocode:
    """An answer that was given: on the header, a line or a payment."""

    attached_to: str
    line: Decimal
    infocode: str
    subcode: str
    information: str
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """How, when and from where a line is delivered; `address_line` names the address (None: a stored one or none)."""

    mode: str = ""
    kind: str = ""
    ship_date: date | None = None
    receipt_date: date | None = None
    warehouse: str = ""
    site: str = ""
    fulfilment_store: str = ""
    address_line: Decimal | None = None
    stored_address: int = 0
    email: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OriginalLine:
    """The line of the sale that a return line takes back."""

    transaction_id: str
    store: str
    terminal: str
    line: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class SalesLine:
    """One line: quantity and amounts positive for a sale, negative for what is returned; price per unit."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """One payment row: `amount` in the channel's currency, with those of the other two currencies as it gave them."""

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
    exchange_rate: Decimal = Decimal(0)
    company_amount: Decimal | None = None
    company_exchange_rate: Decimal = Decimal(0)
    reference: str = ""
    authorization: str = ""
    refunds_transaction: str = ""
    refunds_line: Decimal | None = None
    reverses: bool = False  # made by a cancellation that gave no payment rows of its own

    @property
    def counts(self) -> bool:
        """Whether it pays."""
        return self.status in PAYING_STATUSES


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
    """A sales order, return order or quotation. `header_total` is what the channel's header says."""

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

    @cached_property
    def net(self) -> Money:
        """Of the lines, discount taken off, without tax."""
        return Money.total((line.net for line in self.lines), self.currency)

    @cached_property
    def charge_amount(self) -> Money:
        """Of all charges, without tax."""
        return Money.total((charge.amount for charge in self.charges), self.currency)

    @cached_property
    def tax(self) -> Money:
        """Of the lines and of the charges."""
        lines = Money.total((line.tax for line in self.lines), self.currency)
        return lines + Money.total((charge.tax for charge in self.charges), self.currency)

    @cached_property
    def discount(self) -> Money:
        """Of the lines; it is already taken off their net."""
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
    """What one transaction became, written in one go: the document, its payments, its journal, what stays open.

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
        """Of the payments that count."""
        counting = (payment.amount for payment in self.payments if payment.counts)
        return Money.total(counting, self.document.currency)
