"""Parts of a line or charge of a document: taxes, discounts, gift card, exempt prices.

Rows keep the channel's signs: taxes, discounts and charges are positive for a sale in the channel too.
"""

from decimal import Decimal

from postering.domain.money import Money, difference, total
from postering.domain.retail_transactions.entities import enum_name
from postering.domain.retail_transactions.transactions import MarkupTrans, RetailTransaction, SalesTrans
from postering.domain.sales_orders.document_parts import (
    Charge,
    Discount,
    DiscountShare,
    ExemptPrice,
    GiftCard,
    GoodsAndServicesTax,
    Tax,
    TaxMeasureValue,
)


def taxes_of(transaction: RetailTransaction, line: Decimal) -> tuple[Tax, ...]:
    """The taxes of a line: its tax rows, or the components of the generic tax engine if that calculated them."""
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


def tax_measures_of(transaction: RetailTransaction, line: Decimal) -> tuple[TaxMeasureValue, ...]:
    """The numbers of the line's tax document, if the generic tax engine calculated it."""
    if not transaction.has_generic_taxes:
        return ()
    return tuple(
        TaxMeasureValue(path=measure.path, value=measure.value)
        for measure in transaction.tax_measures_by_line.get(line, ())
    )


def discounts_of(transaction: RetailTransaction, line: Decimal) -> tuple[Discount, ...]:
    """The discount rows of a line."""
    return tuple(
        Discount(
            line=discount.line,
            origin=enum_name("RetailDiscountOriginType", discount.origin),
            amount=Money(discount.amount, transaction.header.currency),
            percentage=discount.percentage,
            offer=discount.offer,
            coupon=discount.coupon,
            amount_per_unit=discount.amount_per_unit,
            deal_price=discount.deal_price,
            manual_type=_type_name("ManualDiscountType", discount.manual_type),
            customer_type=_type_name("CustomerDiscountType", discount.customer_type),
            bundle=discount.bundle,
        )
        for discount in transaction.discounts_by_line.get(line, ())
    )


def _type_name(enum: str, number: int) -> str:
    return enum_name(enum, number) if number else ""


def discount_shares_of(line: SalesTrans, currency: str) -> tuple[DiscountShare, ...]:
    """The parts of the line's discount by kind, as D365 keeps them; empty kinds are left out."""
    shares = (
        ("line", line.line_discount, line.line_discount_percent),
        ("line_manual", line.manual_discount, line.manual_discount_percent),
        ("total", line.total_discount, line.total_discount_percent),
        ("periodic", line.periodic_discount, line.periodic_discount_percent),
        ("tender", line.tender_discount, line.tender_discount_percent),
        ("loyalty", line.loyalty_discount, line.loyalty_discount_percent),
    )
    return tuple(
        DiscountShare(of=of, amount=Money(amount, currency), percentage=percentage)
        for of, amount, percentage in shares
        if amount or percentage
    )


def gift_card_of(line: SalesTrans) -> GiftCard | None:
    """The gift card of a line that issues, adds to or cashes out one; None on other lines."""
    if not line.is_gift_card:
        return None
    return GiftCard(
        number=line.gift_card_number,
        operation=enum_name("GiftCardOperation", line.gift_card_operation),
        type=enum_name("RetailGiftCardType", line.gift_card_type),
    )


def exempt_price_of(row: SalesTrans | MarkupTrans) -> ExemptPrice | None:
    """The price with the tax that was subtracted because the sale is exempt; None if none was."""
    if not (row.exempt_original_price or row.exempt_reduction):
        return None
    return ExemptPrice(original=row.exempt_original_price, reduction=row.exempt_reduction)


def gst_of(row: SalesTrans | MarkupTrans) -> GoodsAndServicesTax | None:
    """The values of the row for Indian GST; None if it has none."""
    gst = GoodsAndServicesTax(
        hsn_code=row.hsn_code,
        service_accounting_code=row.service_accounting_code,
        exempt=row.gst_exempt == 1,
        outside=row.outside_gst == 1,
        rate_type=row.tax_rate_type,
        rate=row.tax_rate if isinstance(row, SalesTrans) else Decimal(0),
        input_credit_category=row.input_credit_category if isinstance(row, MarkupTrans) else 0,
        service_category=row.service_category if isinstance(row, MarkupTrans) else 0,
    )
    return gst if gst != _NO_GST else None


_NO_GST = GoodsAndServicesTax()


def charge_of(charge: MarkupTrans, currency: str) -> Charge:
    """The charge with its tax: a part may be inside the calculated amount, a part on top."""
    return Charge(
        line=charge.sales_line,
        number=charge.line,
        code=charge.code,
        description=charge.description,
        amount=Money(difference(charge.amount, charge.tax_inside), currency),
        tax=Money(total((charge.tax_on_top, charge.tax_inside)), currency),
        method=enum_name("ChargeMethod", charge.method),
        value=charge.value,
        tax_on_top=charge.tax_on_top,
        tax_inside=charge.tax_inside,
        tax_group=charge.tax_group,
        item_tax_group=charge.item_tax_group,
        overridden=charge.overridden == 1,
        keep=charge.keep == 1,
        rule=charge.rule,
        rule_line=charge.rule_line,
        exempt=exempt_price_of(charge),
        gst=gst_of(charge),
    )
