"""Documents, payments and journal entries as plain values: their shape in `show --json`.

Amounts are texts with the currency's digits, positive for a sale; whole line numbers are numbers, others texts;
an empty value is null.
"""

from postering.domain.inquiries.part_views import (
    Plain,
    address_view,
    attribute_view,
    charge_view,
    delivery_view,
    discount_view,
    exempt_view,
    gift_card_view,
    given,
    gst_view,
    in_currency,
    infocode_view,
    line_view,
    measure_view,
    original_view,
    share_view,
    tax_view,
)
from postering.domain.money import amount_text, plain
from postering.domain.sales_orders.documents import JournalEntry, Payment, PostedOrder, SalesDocument, SalesLine

__all__ = ["Plain", "document_view", "journal_view", "line_view", "payment_view"]


def document_view(order: PostedOrder) -> Plain:
    """A whole document. total = net + tax + charges; net is less the discount already."""
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
        "charges_detail": [charge_view(charge, document.currency) for charge in document.charges],
        "addresses": [address_view(address) for address in document.addresses],
        "attributes": [attribute_view(attribute) for attribute in document.attributes],
        "infocodes": [infocode_view(infocode, document.currency) for infocode in document.infocodes],
        "delivery": delivery_view(document.delivery),
        "business_date": document.business_date.isoformat(),
        "customer": document.customer,
        "channel_reference_id": document.channel_reference_id or None,
        "prices_include_tax": document.prices_include_tax,
        "comment": document.comment or None,
        "customer_purchase_order": document.customer_purchase_order or None,
        "loyalty_card": document.loyalty_card or None,
        "store": document.store,
        "terminal": document.transaction.terminal,
        "transaction_id": document.transaction.transaction_id,
        "receipt_id": document.receipt_id or None,
        "refund_receipt_id": document.refund_receipt_id or None,
        "transaction_date": document.transaction_date.isoformat() if document.transaction_date else None,
        "transaction_time": _clock(document.transaction_time),
        "begun_at": document.begun_at.isoformat() if document.begun_at else None,
        "contact": document.contact or None,
        "staff": document.staff or None,
        "sales_group": document.sales_group or None,
        "source": document.source or None,
        "description": document.description or None,
        "invoice_comment": document.invoice_comment or None,
        "total_discount": amount_text(document.total_discount, document.currency),
        "manual_discount_amount": amount_text(document.manual_discount_amount, document.currency),
        "manual_discount_percentage": plain(document.manual_discount_percentage),
        "tax_exempted": document.tax_exempted,
        "fiscal_document_id": document.fiscal_document_id or None,
        "exchange_rate": plain(document.exchange_rate),
        "dimension": document.dimension or None,
        "cancels": document.cancels or None,
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
        "payment_amount": in_currency(payment.payment_amount, payment.payment_currency),
        "exchange_rate": plain(payment.exchange_rate),
        "company_amount": given(payment.company_amount),
        "company_exchange_rate": plain(payment.company_exchange_rate),
        "reference": payment.reference or None,
        "authorization": payment.authorization or None,
        "refunds_transaction": payment.refunds_transaction or None,
        "refunds_line": line_view(payment.refunds_line) if payment.refunds_line is not None else None,
        "refunds_store": payment.refunds_store or None,
        "refunds_terminal": payment.refunds_terminal or None,
        "refunds_currency": payment.refunds_currency or None,
        "refundable": in_currency(payment.refundable, payment.amount.currency),
        "authorized_amount": amount_text(payment.authorized_amount, payment.amount.currency),
        "prepayment": payment.prepayment,
        "card_or_account": payment.card_or_account or None,
        "gift_card": payment.gift_card or None,
        "loyalty_card": payment.loyalty_card or None,
        "credit_voucher": payment.credit_voucher or None,
        "card_account": payment.card_account or None,
        "card_token": payment.card_token or None,
        "authorization_token": payment.authorization_token or None,
        "capture_token": payment.capture_token or None,
        "floor_limit_used": payment.floor_limit_used,
        "dimension": payment.dimension or None,
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
        "taxes": [tax_view(tax) for tax in line.taxes],
        "tax_measures": [measure_view(measure) for measure in line.tax_measures],
        "discounts": [discount_view(discount, document.currency) for discount in line.discounts],
        "delivery": delivery_view(line.delivery),
        "serial_number": line.serial_number or None,
        "batch_number": line.batch_number or None,
        "gift_card_number": line.gift_card_number or None,
        "original": original_view(line.original) if line.original is not None else None,
        "barcode": line.barcode or None,
        "unit_quantity": plain(line.unit_quantity),
        "unit_price": amount_text(line.unit_price, document.currency),
        "original_price": amount_text(line.original_price, document.currency),
        "price_overridden": line.price_overridden,
        "scale_item": line.scale_item,
        "corrected": line.corrected,
        "linked_item": line.linked_item,
        "brings_linked_items": line.brings_linked_items,
        "parent_lot": line.parent_lot or None,
        "listing": line.listing or None,
        "catalog": line.catalog or None,
        "category": line.category or None,
        "discount_shares": [share_view(share) for share in line.discount_shares],
        "tax_override": line.tax_override or None,
        "exempt_by_override": line.exempt_by_override,
        "original_tax_group": line.original_tax_group or None,
        "original_item_tax_group": line.original_item_tax_group or None,
        "exempt": exempt_view(line.exempt, document.currency),
        "gst": gst_view(line.gst),
        "gift_card": gift_card_view(line.gift_card),
        "returned_invoice_line": line.returned_invoice_line or None,
        "staff": line.staff or None,
        "sales_group": line.sales_group or None,
        "source": line.source or None,
        "dimension": line.dimension or None,
    }


def _clock(seconds: int | None) -> str | None:
    """Seconds since midnight as a clock shows them."""
    if seconds is None:
        return None
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
