"""Documents, payments and journal entries as plain values: their shape in `show --json`.

Amounts are texts with the currency's digits, positive for a sale; line numbers are numbers where they are whole, else
texts; what is empty is null.
"""

from decimal import Decimal

from postering.domain.documents import (
    Address,
    Attribute,
    Charge,
    Delivery,
    Discount,
    Infocode,
    JournalEntry,
    OriginalLine,
    Payment,
    PostedOrder,
    SalesDocument,
    SalesLine,
    Tax,
    TaxMeasureValue,
)
from postering.domain.money import amount_text, plain

Plain = dict[str, object]
"""An object of JSON."""


def document_view(order: PostedOrder) -> Plain:
    """A document whole. total = net + tax + charges; the discount is taken off net already."""
    document = order.document
    return {
        "kind": str(document.kind),
        "id": document.id,
        "currency": document.currency,
        "total": document.total.text,
        "net": document.net.text,
        "tax": document.tax.text,
        "charges": document.charge_amount.text,
        "discount": document.discount.text,
        "paid": order.paid.text,
        "variance": order.variance.text,
        "open": order.open.text,
        "lines": [_line(line, document) for line in document.lines],
        "charges_detail": [_charge(charge) for charge in document.charges],
        "addresses": [_address(address) for address in document.addresses],
        "attributes": [_attribute(attribute) for attribute in document.attributes],
        "infocodes": [_infocode(infocode, document.currency) for infocode in document.infocodes],
        "delivery": _delivery(document.delivery),
        "business_date": document.business_date.isoformat(),
        "customer": document.customer,
        "channel_reference_id": document.channel_reference_id or None,
        "prices_include_tax": document.prices_include_tax,
        "comment": document.comment or None,
        "customer_purchase_order": document.customer_purchase_order or None,
        "loyalty_card": document.loyalty_card or None,
    }


def payment_view(payment: Payment) -> Plain:
    """A payment, with the amounts of the other two currencies as the channel gave them."""
    return {
        "line": line_view(payment.line),
        "method": payment.method,
        "operation": payment.operation,
        "amount": payment.amount.text,
        "currency": payment.amount.currency,
        "status": str(payment.status),
        "account": payment.account or None,
        "tender_type": payment.tender_type,
        "card_type": payment.card_type or None,
        "payment_currency": payment.payment_currency or None,
        "payment_amount": _in_currency(payment.payment_amount, payment.payment_currency),
        "exchange_rate": plain(payment.exchange_rate),
        "company_amount": _given(payment.company_amount),
        "company_exchange_rate": plain(payment.company_exchange_rate),
        "reference": payment.reference or None,
        "authorization": payment.authorization or None,
        "refunds_transaction": payment.refunds_transaction or None,
        "refunds_line": line_view(payment.refunds_line) if payment.refunds_line is not None else None,
    }


def journal_view(entry: JournalEntry) -> Plain:
    """One side of a double entry; `amount_mst` is in the company's currency, debit positive."""
    return {
        "voucher": entry.voucher,
        "date": entry.date.isoformat(),
        "payment_line": line_view(entry.payment_line) if entry.payment_line is not None else None,
        "account": entry.account,
        "debit": entry.debit.text,
        "credit": entry.credit.text,
        "currency": entry.debit.currency,
        "amount_mst": entry.company_amount.text,
        "text": entry.text,
    }


def _line(line: SalesLine, document: SalesDocument) -> Plain:
    return {
        "line": line_view(line.line),
        "item": line.item,
        "quantity": plain(line.quantity),
        "unit": line.unit,
        "price": amount_text(line.price, document.currency),
        "discount": line.discount.text,
        "net": line.net.text,
        "tax": line.tax.text,
        "total": line.total.text,
        "variant": line.variant or None,
        "text": line.text or None,
        "tax_group": line.tax_group or None,
        "item_tax_group": line.item_tax_group or None,
        "taxes": [_tax(tax) for tax in line.taxes],
        "tax_measures": [_measure(measure) for measure in line.tax_measures],
        "discounts": [_discount(discount) for discount in line.discounts],
        "delivery": _delivery(line.delivery),
        "serial_number": line.serial_number or None,
        "batch_number": line.batch_number or None,
        "gift_card_number": line.gift_card_number or None,
        "original": _original(line.original) if line.original is not None else None,
    }


def _tax(tax: Tax) -> Plain:
    return {
        "code": tax.code,
        "amount": tax.amount.text,
        "base": tax.base.text,
        "percentage": plain(tax.percentage),
        "included_in_price": tax.included_in_price,
        "exempt": tax.exempt,
    }


def _measure(measure: TaxMeasureValue) -> Plain:
    return {"path": measure.path, "value": plain(measure.value)}


def _discount(discount: Discount) -> Plain:
    return {
        "line": line_view(discount.line),
        "origin": discount.origin,
        "amount": discount.amount.text,
        "percentage": plain(discount.percentage),
        "offer": discount.offer or None,
        "coupon": discount.coupon or None,
    }


def _charge(charge: Charge) -> Plain:
    return {
        "line": line_view(charge.line),
        "number": line_view(charge.number),
        "code": charge.code,
        "description": charge.description or None,
        "amount": charge.amount.text,
        "tax": charge.tax.text,
        "total": charge.total.text,
    }


def _address(address: Address) -> Plain:
    return {
        "line": line_view(address.line),
        "name": address.name or None,
        "attention": address.attention or None,
        "street": address.street or None,
        "city": address.city or None,
        "county": address.county or None,
        "state": address.state or None,
        "zip_code": address.zip_code or None,
        "country": address.country or None,
        "email": address.email or None,
        "phone": address.phone or None,
    }


def _attribute(attribute: Attribute) -> Plain:
    return {"line": line_view(attribute.line), "name": attribute.name, "value": attribute.value}


def _infocode(infocode: Infocode, currency: str) -> Plain:
    return {
        "attached_to": infocode.attached_to,
        "line": line_view(infocode.line),
        "infocode": infocode.infocode,
        "subcode": infocode.subcode or None,
        "information": infocode.information or None,
        "amount": amount_text(infocode.amount, currency),
    }


def _delivery(delivery: Delivery) -> Plain:
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
    }


def _original(original: OriginalLine) -> Plain:
    return {
        "transaction_id": original.transaction_id,
        "store": original.store,
        "terminal": original.terminal,
        "line": line_view(original.line),
    }


def _in_currency(amount: Decimal | None, currency: str) -> str | None:
    return amount_text(amount, currency) if amount is not None else None


def _given(amount: Decimal | None) -> str | None:
    return plain(amount) if amount is not None else None


def line_view(line: Decimal) -> int | str:
    """A line number."""
    return int(line) if line == line.to_integral_value() else plain(line)
