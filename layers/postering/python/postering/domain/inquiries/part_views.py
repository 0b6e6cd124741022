"""Parts of documents as plain values: taxes, discounts, charges, addresses, deliveries as `show --json` has them.

Amounts are texts with the currency's digits, positive for a sale; whole line numbers are numbers, others texts;
an empty value is null.
"""

from decimal import Decimal

from postering.domain.money import amount_text, plain
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

Plain = dict[str, object]
"""An object of JSON."""


def tax_view(tax: Tax) -> Plain:
    """Tax of one code or component."""
    return {
        "code": tax.code,
        "amount": tax.amount.text,
        "base": tax.base.text,
        "percentage": plain(tax.percentage),
        "included_in_price": tax.included_in_price,
        "exempt": tax.exempt,
    }


def measure_view(measure: TaxMeasureValue) -> Plain:
    """A number of the line's tax document."""
    return {"path": measure.path, "value": plain(measure.value)}


def discount_view(discount: Discount, currency: str) -> Plain:
    """One discount row."""
    return {
        "line": line_view(discount.line),
        "origin": discount.origin,
        "amount": discount.amount.text,
        "percentage": plain(discount.percentage),
        "offer": discount.offer or None,
        "coupon": discount.coupon or None,
        "amount_per_unit": amount_text(discount.amount_per_unit, currency),
        "deal_price": amount_text(discount.deal_price, currency),
        "manual_type": discount.manual_type or None,
        "customer_type": discount.customer_type or None,
        "bundle": discount.bundle,
    }


def charge_view(charge: Charge, currency: str) -> Plain:
    """A charge with its tax; `amount` is without."""
    return {
        "line": line_view(charge.line),
        "number": line_view(charge.number),
        "code": charge.code,
        "description": charge.description or None,
        "amount": charge.amount.text,
        "tax": charge.tax.text,
        "total": charge.total.text,
        "tax_on_top": amount_text(charge.tax_on_top, currency),
        "tax_inside": amount_text(charge.tax_inside, currency),
        "method": charge.method or None,
        "value": plain(charge.value),
        "tax_group": charge.tax_group or None,
        "item_tax_group": charge.item_tax_group or None,
        "overridden": charge.overridden,
        "keep": charge.keep,
        "rule": charge.rule or None,
        "rule_line": charge.rule_line or None,
        "exempt": exempt_view(charge.exempt, currency),
        "gst": gst_view(charge.gst),
    }


def share_view(share: DiscountShare) -> Plain:
    """A part of a line's discount."""
    return {"of": share.of, "amount": share.amount.text, "percentage": plain(share.percentage)}


def exempt_view(exempt: ExemptPrice | None, currency: str) -> Plain | None:
    """The price before the tax of an exempt sale was subtracted, and the subtracted amount."""
    if exempt is None:
        return None
    return {
        "original_price": amount_text(exempt.original, currency),
        "reduction": amount_text(exempt.reduction, currency),
    }


def gst_view(gst: GoodsAndServicesTax | None) -> Plain | None:
    """The values for Indian GST."""
    if gst is None:
        return None
    return {
        "hsn_code": gst.hsn_code or None,
        "service_accounting_code": gst.service_accounting_code or None,
        "exempt": gst.exempt,
        "outside": gst.outside,
        "rate_type": gst.rate_type or None,
        "rate": plain(gst.rate),
        "input_credit_category": gst.input_credit_category,
        "service_category": gst.service_category,
    }


def gift_card_view(card: GiftCard | None) -> Plain | None:
    """The gift card of a line."""
    if card is None:
        return None
    return {"number": card.number or None, "operation": card.operation, "type": card.type}


def address_view(address: Address) -> Plain:
    """An address."""
    return {
        "line": line_view(address.line),
        "name": address.name or None,
        "attention": address.attention or None,
        "street": address.street or None,
        "street_number": address.street_number or None,
        "district": address.district or None,
        "city": address.city or None,
        "county": address.county or None,
        "state": address.state or None,
        "zip_code": address.zip_code or None,
        "country": address.country or None,
        "email": address.email or None,
        "phone": address.phone or None,
        "sales_name": address.sales_name or None,
        "email_content": address.email_content or None,
    }


def attribute_view(attribute: Attribute) -> Plain:
    """An attribute."""
    return {"line": line_view(attribute.line), "name": attribute.name, "value": attribute.value}


def infocode_view(infocode: Infocode, currency: str) -> Plain:
    """An answer."""
    return {
        "attached_to": infocode.attached_to,
        "line": line_view(infocode.line),
        "infocode": infocode.infocode,
        "subcode": infocode.subcode or None,
        "information": infocode.information or None,
        "amount": amount_text(infocode.amount, currency),
        "number": line_view(infocode.number),
        "input_type": infocode.input_type or None,
        "entered_amount": plain(infocode.entered_amount),
        "item_or_tender": infocode.item_or_tender or None,
        "sources": list(infocode.sources),
    }


def delivery_view(delivery: Delivery) -> Plain:
    """A delivery."""
    return {
        "mode": delivery.mode or None,
        "kind": delivery.kind or None,
        "ship_date": delivery.ship_date.isoformat() if delivery.ship_date else None,
        "receipt_date": delivery.receipt_date.isoformat() if delivery.receipt_date else None,
        "warehouse": delivery.warehouse or None,
        "site": delivery.site or None,
        "fulfilment_store": delivery.fulfilment_store or None,
        "address_line": line_view(delivery.address_line) if delivery.address_line is not None else None,
        "stored_address": delivery.stored_address or None,
        "email": delivery.email or None,
        "email_content": delivery.email_content or None,
        "warehouse_location": delivery.warehouse_location or None,
        "license_plate": delivery.license_plate or None,
        "inventory_status": delivery.inventory_status or None,
    }


def original_view(original: OriginalLine) -> Plain:
    """The line of the sale that a return line takes back."""
    return {
        "transaction_id": original.transaction_id,
        "store": original.store,
        "terminal": original.terminal,
        "line": line_view(original.line),
    }


def in_currency(amount: Decimal | None, currency: str) -> str | None:
    """An amount with the digits of its currency; None if it is not given."""
    return amount_text(amount, currency) if amount is not None else None


def given(amount: Decimal | None) -> str | None:
    """A number as it was given; None if it was not."""
    return plain(amount) if amount is not None else None


def line_view(line: Decimal) -> int | str:
    """A line number."""
    return int(line) if line == line.to_integral_value() else plain(line)
