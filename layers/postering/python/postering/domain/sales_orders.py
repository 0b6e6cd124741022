"""From a checked transaction to its sales order, return order or quotation. The sign is flipped here, once."""

from datetime import date
from decimal import Decimal
from typing import Final

from postering.domain.customers import account_of
from postering.domain.documents import (
    Address,
    Attribute,
    Charge,
    Delivery,
    Discount,
    DocumentKind,
    Infocode,
    OriginalLine,
    SalesDocument,
    SalesLine,
    Tax,
    TaxMeasureValue,
)
from postering.domain.entities import enum_name
from postering.domain.money import ZERO, Money, difference, minus, total
from postering.domain.setup import Setup
from postering.domain.staging import ASYNC_QUOTE
from postering.domain.transactions import AddressTrans, MarkupTrans, RetailTransaction, SalesTrans, given_date

_ON_A_LINE: Final = 1
"""InfocodeAttachType of an answer on an item line."""


def kind_of(transaction: RetailTransaction) -> DocumentKind:
    """What it becomes: a document of returns only is a return order, a mixed basket a sales order."""
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
        prices_include_tax=header.prices_include_tax == 1,
        header_total=Money(minus(header.gross), header.currency),
        lines=tuple(_line(transaction, line, setup) for line in transaction.lines),
        charges=tuple(_charge(charge, header.currency) for charge in transaction.live_charges),
        addresses=tuple(
            _address(address) for address in transaction.addresses if _is_kept(transaction, address.sales_line)
        ),
        attributes=_attributes(transaction),
        infocodes=_infocodes(transaction),
        delivery=_header_delivery(transaction, setup),
        comment=header.comment,
        customer_purchase_order=header.customer_purchase_order,
        loyalty_card=header.loyalty_card,
    )


def _line(transaction: RetailTransaction, line: SalesTrans, setup: Setup) -> SalesLine:
    currency = transaction.header.currency
    return SalesLine(
        line=line.line,
        item=line.item,
        variant=line.variant,
        text=line.comment,
        quantity=minus(line.quantity),
        unit=line.unit,
        price=line.price,
        discount=Money(line.discount, currency),
        net=Money(minus(line.net), currency),
        tax=Money(minus(line.tax), currency),
        total=Money(minus(line.gross), currency),
        tax_group=line.tax_group,
        item_tax_group=line.item_tax_group,
        taxes=_taxes(transaction, line.line),
        tax_measures=_tax_measures(transaction, line.line),
        discounts=_discounts(transaction, line.line),
        delivery=_line_delivery(transaction, line, setup),
        serial_number=line.serial_number,
        batch_number=line.batch_number,
        gift_card_number=line.gift_card_number,
        original=_original(line),
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


def _taxes(transaction: RetailTransaction, line: Decimal) -> tuple[Tax, ...]:
    """The tax rows of a line; where the generic tax engine calculated, its components: those that make its tax."""
    currency = transaction.header.currency
    if transaction.has_generic_taxes:
        return tuple(
            Tax(
                code=tax.component,
                amount=Money(tax.amount, currency),
                base=Money(tax.base, currency),
                percentage=tax.percentage,
                included_in_price=tax.included_in_price == 1,
            )
            for tax in transaction.gte_taxes_by_line.get(line, ())
        )
    return tuple(
        Tax(
            code=tax.code,
            amount=Money(tax.amount, currency),
            base=Money(tax.base, currency),
            percentage=tax.percentage,
            included_in_price=tax.included_in_price == 1,
            exempt=tax.exempt == 1,
        )
        for tax in transaction.taxes_by_line.get(line, ())
    )


def _tax_measures(transaction: RetailTransaction, line: Decimal) -> tuple[TaxMeasureValue, ...]:
    if not transaction.has_generic_taxes:
        return ()
    return tuple(
        TaxMeasureValue(path=measure.path, value=measure.value)
        for measure in transaction.tax_measures
        if measure.sales_line == line
    )


def _discounts(transaction: RetailTransaction, line: Decimal) -> tuple[Discount, ...]:
    return tuple(
        Discount(
            line=discount.line,
            origin=enum_name("RetailDiscountOriginType", discount.origin),
            amount=Money(discount.amount, transaction.header.currency),
            percentage=discount.percentage,
            offer=discount.offer,
            coupon=discount.coupon,
        )
        for discount in transaction.discounts_by_line.get(line, ())
    )


def _charge(charge: MarkupTrans, currency: str) -> Charge:
    return Charge(
        line=charge.sales_line,
        number=charge.line,
        code=charge.code,
        description=charge.description,
        amount=Money(difference(charge.amount, charge.tax_inside), currency),
        tax=Money(total((charge.tax_on_top, charge.tax_inside)), currency),
    )


def _address(address: AddressTrans) -> Address:
    return Address(
        line=address.sales_line,
        name=address.delivery_name or address.sales_name,
        attention=address.attention,
        street=" ".join(part for part in (address.street, address.street_number) if part),
        city=address.city,
        county=address.county or address.district,
        state=address.state,
        zip_code=address.zip_code,
        country=address.country,
        email=address.email,
        phone=address.phone,
    )


def _attributes(transaction: RetailTransaction) -> tuple[Attribute, ...]:
    return tuple(
        Attribute(line=attribute.sales_line, name=attribute.attribute, value=attribute.value)
        for attribute in transaction.attributes
        if _is_kept(transaction, attribute.sales_line)
    )


def _is_kept(transaction: RetailTransaction, line: Decimal) -> bool:
    """Whether what stands on `line` goes into the document: the header's (0), and what is of no voided line."""
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
        )
        for infocode in transaction.infocodes
        if infocode.status != 1 and not (infocode.attached_to == _ON_A_LINE and infocode.parent_line in voided)
    )


def _header_delivery(transaction: RetailTransaction, setup: Setup) -> Delivery:
    header = transaction.header
    return Delivery(
        mode=header.delivery_mode,
        kind=_kind_of_mode(setup, transaction.key.company, header.delivery_mode),
        ship_date=given_date(header.requested_ship_date),
        receipt_date=given_date(header.requested_receipt_date),
        warehouse=header.warehouse,
        site=header.site,
        address_line=ZERO if _has_address(transaction, ZERO) else None,
        stored_address=header.postal_address,
        email=header.receipt_email,
    )


def _line_delivery(transaction: RetailTransaction, line: SalesTrans, setup: Setup) -> Delivery:
    """The line's own delivery; what it leaves out comes from the header (an address is taken whole)."""
    header = transaction.header
    mode = line.delivery_mode or header.delivery_mode
    own_address = _has_address(transaction, line.line)
    own_stored = not own_address and line.postal_address != 0
    header_address = _has_address(transaction, ZERO) and not own_stored
    return Delivery(
        mode=mode,
        kind=_kind_of_mode(setup, transaction.key.company, mode),
        ship_date=_first_given(line.requested_ship_date, header.requested_ship_date),
        receipt_date=_first_given(line.requested_receipt_date, header.requested_receipt_date),
        warehouse=line.warehouse or header.warehouse,
        site=line.site or header.site,
        fulfilment_store=line.fulfilment_store,
        address_line=line.line if own_address else ZERO if header_address else None,
        stored_address=line.postal_address or (0 if own_address or header_address else header.postal_address),
        email=line.electronic_delivery_email,
    )


def _first_given(of_line: date | None, of_header: date | None) -> date | None:
    return given_date(of_line) or given_date(of_header)


def _has_address(transaction: RetailTransaction, line: Decimal) -> bool:
    return any(address.sales_line == line for address in transaction.addresses)


def _kind_of_mode(setup: Setup, company: str, mode: str) -> str:
    found = setup.mode_of_delivery(company, mode) if mode else None
    return str(found.kind) if found is not None else ""
