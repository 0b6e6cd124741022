"""Parts of documents: taxes, discounts, charges, addresses, attributes, infocodes, delivery.

Amounts are in the order's sign (positive for a sale) and in the document's currency. A field that an older version did
not have has a default, so that its documents can be read.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from postering.domain.money import ZERO, Money


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
    """One discount on a line, by origin (customer, periodic, manual, loyalty, tender); `amount` is its whole effect.

    `manual_type` and `customer_type` are empty for another origin; `bundle` counts how often a
    mix-and-match offer applied.
    """

    line: Decimal
    origin: str
    amount: Money
    percentage: Decimal
    offer: str = ""
    coupon: str = ""
    amount_per_unit: Decimal = ZERO
    deal_price: Decimal = ZERO
    manual_type: str = ""
    customer_type: str = ""
    bundle: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscountShare:
    """The part of a line's discount that is `of` one kind: line, line_manual, total, periodic, tender or loyalty."""

    of: str
    amount: Money
    percentage: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class GoodsAndServicesTax:
    """The values of a line or charge for Indian GST: codes, rate, and whether it is exempt or outside."""

    hsn_code: str = ""
    service_accounting_code: str = ""
    exempt: bool = False
    outside: bool = False
    rate_type: str = ""
    rate: Decimal = ZERO
    input_credit_category: int = 0
    service_category: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ExemptPrice:
    """A price that included tax before the sale was exempt: `original` − `reduction` is charged."""

    original: Decimal
    reduction: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """A charge of the header (line 0) or of a line: `amount` without tax.

    `tax` is `tax_on_top` of the calculated amount plus `tax_inside` it; `method` and `value` say how the channel
    calculated. `rule` and `rule_line` are the RecIds of the auto-charge that made it, 0 if none did.
    """

    line: Decimal
    number: Decimal
    code: str
    description: str
    amount: Money
    tax: Money
    method: str = ""
    value: Decimal = ZERO
    tax_on_top: Decimal = ZERO
    tax_inside: Decimal = ZERO
    tax_group: str = ""
    item_tax_group: str = ""
    overridden: bool = False
    keep: bool = False
    rule: int = 0
    rule_line: int = 0
    exempt: ExemptPrice | None = None
    gst: GoodsAndServicesTax | None = None

    @property
    def total(self) -> Money:
        """The amount with tax."""
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
    street_number: str = ""
    district: str = ""
    sales_name: str = ""
    email_content: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribute:
    """A named text of the header (line 0) or of a line."""

    line: Decimal
    name: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Infocode:
    """An answer to a question of the channel: on the header, a line or a payment. On a return line: the reason."""

    attached_to: str
    line: Decimal
    infocode: str
    subcode: str
    information: str
    amount: Decimal
    number: Decimal = ZERO
    input_type: str = ""
    entered_amount: Decimal = ZERO
    item_or_tender: str = ""
    sources: tuple[str, ...] = ()


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
    email_content: str = ""
    warehouse_location: str = ""
    license_plate: str = ""
    inventory_status: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OriginalLine:
    """The line of the sale that a return line takes back."""

    transaction_id: str
    store: str
    terminal: str
    line: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class GiftCard:
    """The gift card that a line issues, adds to or cashes out (`operation`); of this system or of another (`type`)."""

    number: str
    operation: str
    type: str
