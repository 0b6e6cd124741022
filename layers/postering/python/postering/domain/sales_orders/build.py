"""The sales order, return order or quotation of a checked transaction. The sign is flipped here, once."""

from decimal import Decimal
from typing import Final

from postering.domain.money import ZERO, Money, negated
from postering.domain.retail_transactions.entities import enum_name
from postering.domain.retail_transactions.transactions import RetailTransaction, SalesTrans, given_date
from postering.domain.retail_transactions.types import ASYNC_QUOTE
from postering.domain.sales_orders.customers import account_of
from postering.domain.sales_orders.deliveries import address_of, header_delivery, line_delivery
from postering.domain.sales_orders.document_parts import Attribute, Infocode, OriginalLine
from postering.domain.sales_orders.documents import DocumentKind, SalesDocument, SalesLine
from postering.domain.sales_orders.line_parts import (
    charge_of,
    discount_shares_of,
    discounts_of,
    exempt_price_of,
    gift_card_of,
    gst_of,
    tax_measures_of,
    taxes_of,
)
from postering.domain.sales_orders.prices import prices_include_tax
from postering.domain.setup.setup import Setup

_ON_A_LINE: Final = 1
"""InfocodeAttachType of an answer on an item line."""


def kind_of(transaction: RetailTransaction) -> DocumentKind:
    """The kind of its document: a return order if all lines are returns, else (a mixed basket too) a sales order."""
    if transaction.header.type == ASYNC_QUOTE:
        return DocumentKind.QUOTATION
    lines = transaction.lines
    only_returns = all(line.quantity > 0 for line in lines) if lines else transaction.header.gross > 0
    return DocumentKind.RETURN_ORDER if only_returns else DocumentKind.SALES_ORDER


def build_sales_order(transaction: RetailTransaction, setup: Setup, sales_id: str) -> SalesDocument:
    """The document with number `sales_id`, amounts as the channel gave them; nothing is recomputed or rounded.

    The transaction has passed `checks.check`: its channel is in the setup and it has a business date.
    """
    header, key = transaction.header, transaction.key
    channel = setup.channel(key.channel)
    if channel is None or header.business_date is None:
        raise ValueError(f"{key} was not checked")
    return SalesDocument(
        kind=kind_of(transaction),
        id=sales_id,
        transaction=key,
        company=key.company,
        channel=key.channel,
        store=key.store,
        currency=header.currency,
        business_date=header.business_date,
        customer=account_of(header, channel.default_customer),
        channel_reference_id=header.channel_reference_id,
        prices_include_tax=prices_include_tax(transaction, channel),
        header_total=Money(header.order_total, header.currency),
        lines=tuple(_line(transaction, line, setup) for line in transaction.lines),
        charges=tuple(charge_of(charge, header.currency) for charge in transaction.live_charges),
        addresses=tuple(
            address_of(address) for address in transaction.addresses if _is_kept(transaction, address.sales_line)
        ),
        attributes=_attributes(transaction),
        infocodes=_infocodes(transaction),
        delivery=header_delivery(transaction, setup),
        comment=header.comment,
        customer_purchase_order=header.customer_purchase_order,
        loyalty_card=header.loyalty_card,
        receipt_id=header.receipt_id,
        refund_receipt_id=header.refund_receipt_id,
        transaction_date=given_date(header.transaction_date),
        transaction_time=header.transaction_time,
        begun_at=header.begun_at,
        contact=header.contact,
        staff=header.staff,
        sales_group=header.sales_group,
        source=header.source,
        description=header.description,
        invoice_comment=header.invoice_comment,
        total_discount=header.total_discount,
        manual_discount_amount=header.manual_discount_amount,
        manual_discount_percentage=header.manual_discount_percent,
        tax_exempted=header.tax_exempted == 1,
        fiscal_document_id=header.fiscal_document_id,
        exchange_rate=header.exchange_rate,
        dimension=header.dimension,
    )


def _line(transaction: RetailTransaction, line: SalesTrans, setup: Setup) -> SalesLine:
    currency = transaction.header.currency
    return SalesLine(
        line=line.line,
        item=line.item,
        variant=line.variant,
        text=line.comment,
        quantity=negated(line.quantity),
        unit=line.unit,
        price=line.price,
        discount=Money(line.discount, currency),
        net=Money(negated(line.net), currency),
        tax=Money(negated(line.tax), currency),
        total=Money(negated(line.gross), currency),
        tax_group=line.tax_group,
        item_tax_group=line.item_tax_group,
        taxes=taxes_of(transaction, line.line),
        tax_measures=tax_measures_of(transaction, line.line),
        discounts=discounts_of(transaction, line.line),
        delivery=line_delivery(transaction, line, setup),
        serial_number=line.serial_number,
        batch_number=line.batch_number,
        gift_card_number=line.gift_card_number,
        original=_original(line),
        barcode=line.barcode,
        unit_quantity=negated(line.unit_quantity) if line.unit_quantity else ZERO,
        unit_price=line.unit_price,
        original_price=line.original_price,
        price_overridden=line.price_overridden == 1,
        scale_item=line.scale_item == 1,
        corrected=line.corrected == 1,
        linked_item=line.linked_item == 1,
        brings_linked_items=line.brings_linked_items == 1,
        parent_lot=line.parent_lot,
        listing=line.listing,
        catalog=line.catalog,
        category=line.category,
        discount_shares=discount_shares_of(line, currency),
        tax_override=line.tax_override,
        exempt_by_override=line.exempt_by_override == 1,
        original_tax_group=line.original_tax_group,
        original_item_tax_group=line.original_item_tax_group,
        exempt=exempt_price_of(line),
        gst=gst_of(line),
        gift_card=gift_card_of(line),
        returned_invoice_line=line.returned_invoice_line,
        staff=line.staff,
        sales_group=line.sales_group,
        source=line.source,
        dimension=line.dimension,
    )


def _original(line: SalesTrans) -> OriginalLine | None:
    if not line.return_transaction_id:
        return None
    return OriginalLine(
        transaction_id=line.return_transaction_id,
        store=line.return_store,
        terminal=line.return_terminal,
        line=line.return_line,
    )


def _attributes(transaction: RetailTransaction) -> tuple[Attribute, ...]:
    return tuple(
        Attribute(line=attribute.sales_line, name=attribute.attribute, value=attribute.value)
        for attribute in transaction.attributes
        if _is_kept(transaction, attribute.sales_line)
    )


def _is_kept(transaction: RetailTransaction, line: Decimal) -> bool:
    """Whether an address or attribute of `line` goes into the document: of the header (0) and of lines not voided."""
    return not line or line in transaction.line_numbers


def _infocodes(transaction: RetailTransaction) -> tuple[Infocode, ...]:
    voided = {line.line for line in transaction.sales if line.voided}
    return tuple(
        Infocode(
            attached_to=enum_name("InfocodeAttachType", infocode.attached_to),
            line=infocode.parent_line,
            infocode=infocode.infocode,
            subcode=infocode.subcode,
            information=infocode.information,
            amount=infocode.amount,
            number=infocode.line,
            input_type=enum_name("InfocodeInputType", infocode.input_type),
            entered_amount=infocode.entered_amount,
            item_or_tender=infocode.item_or_tender,
            sources=tuple(filter(None, (infocode.source_1, infocode.source_2, infocode.source_3))),
        )
        for infocode in transaction.infocodes
        if infocode.status != 1 and not (infocode.attached_to == _ON_A_LINE and infocode.parent_line in voided)
    )
