"""Orders and their lines as rows of an export. Amounts are positive for a sale."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from postering.domain.exports.sheets import Sheet, amount, day, integer, moment, number, summed, text, yes_no
from postering.domain.money import Money
from postering.domain.sales_orders.documents import PostedOrder, SalesDocument, SalesLine


@dataclass(frozen=True, slots=True)
class LineOfOrder:
    """A line and its document."""

    document: SalesDocument
    line: SalesLine


def _charges_tax(document: SalesDocument) -> Money:
    return Money.total((charge.tax for charge in document.charges), document.currency)


def _lines(order: PostedOrder) -> Iterator[LineOfOrder]:
    return (LineOfOrder(order.document, line) for line in order.document.lines)


ORDERS: Final[Sheet[PostedOrder]] = Sheet(
    kind="orders",
    holds="a row per document: sales orders, return orders, quotations, cancellations",
    sources=lambda order: (order,),
    columns=(
        text("company", "the company (DataAreaId)", lambda o: o.document.company),
        text("document", "its number (SalesId)", lambda o: o.document.id),
        text("kind", "`sales_order`, `return_order`, `quotation` or `cancellation`", lambda o: str(o.document.kind)),
        text("cancels", "of a cancellation: the order that it cancels", lambda o: o.document.cancels),
        integer("channel", "the channel (RecId)", lambda o: o.document.channel),
        text("store", "the store", lambda o: o.document.store),
        text("terminal", "the terminal", lambda o: o.document.transaction.terminal),
        text("transaction_id", "the transaction in the channel", lambda o: o.document.transaction.transaction_id),
        text("channel_reference_id", "the web shop's number", lambda o: o.document.channel_reference_id),
        day("business_date", "the business date", lambda o: o.document.business_date),
        day("transaction_date", "the date by the store's clock", lambda o: o.document.transaction_date),
        moment("begun_at", "when it began, in UTC", lambda o: o.document.begun_at),
        text("currency", "the currency of all its amounts", lambda o: o.document.currency),
        text("customer", "the customer's account", lambda o: o.document.customer),
        summed("net", "of the lines, less discount, without tax", lambda o: o.document.net),
        summed("charges", "of all charges, without tax", lambda o: o.document.charge_amount),
        summed("tax", "of lines and charges", lambda o: o.document.tax),
        summed("charges_tax", "of the charges alone; it is in `tax` too", lambda o: _charges_tax(o.document)),
        summed("total", "net + charges + tax", lambda o: o.document.total),
        summed("discount", "of the lines; `net` is without it already", lambda o: o.document.discount),
        summed("paid", "of the payments that count", lambda o: o.paid),
        summed("variance", "the tolerated difference that was posted", lambda o: o.variance),
        summed("open", "the open amount: total − paid − variance", lambda o: o.open),
        yes_no(
            "prices_include_tax",
            "whether the lines' prices include tax",
            lambda o: o.document.prices_include_tax,
        ),
        number(
            "exchange_rate", "to the company's currency, per 100; 0: none given", lambda o: o.document.exchange_rate
        ),
        text("delivery_mode", "the header's mode of delivery", lambda o: o.document.delivery.mode),
        text("receipt_id", "the receipt", lambda o: o.document.receipt_id),
        text("customer_purchase_order", "the customer's own number", lambda o: o.document.customer_purchase_order),
        text("loyalty_card", "the loyalty card", lambda o: o.document.loyalty_card),
        text("staff", "who sold", lambda o: o.document.staff),
        text("comment", "the comment", lambda o: o.document.comment),
        integer("dimension", "the RecId of its financial dimensions", lambda o: o.document.dimension or None),
    ),
)

LINES: Final[Sheet[LineOfOrder]] = Sheet(
    kind="lines",
    holds="a row per line of those documents; charges are not lines, they are with the order",
    sources=_lines,
    columns=(
        text("company", "the company", lambda s: s.document.company),
        text("document", "the number of its document", lambda s: s.document.id),
        text("kind", "the kind of its document", lambda s: str(s.document.kind)),
        text("store", "the store", lambda s: s.document.store),
        day("business_date", "the business date", lambda s: s.document.business_date),
        text("currency", "the currency of its amounts", lambda s: s.document.currency),
        number("line", "the line number", lambda s: s.line.line),
        text("item", "the item", lambda s: s.line.item),
        text("variant", "the variant", lambda s: s.line.variant),
        text("text", "the item's name as it was sold", lambda s: s.line.text),
        text("barcode", "the bar code", lambda s: s.line.barcode),
        number("quantity", "positive for a sale, negative for a return", lambda s: s.line.quantity),
        text("unit", "the unit", lambda s: s.line.unit),
        amount("price", "of one unit", lambda s: Money(s.line.price, s.document.currency)),
        summed("discount", "`net` is without it already", lambda s: s.line.discount),
        summed("net", "without tax", lambda s: s.line.net),
        summed("tax", "the tax", lambda s: s.line.tax),
        summed("total", "net + tax", lambda s: s.line.total),
        text("tax_group", "the sales tax group", lambda s: s.line.tax_group),
        text("item_tax_group", "the item sales tax group", lambda s: s.line.item_tax_group),
        text("tax_codes", "the codes of its taxes, a space between", lambda s: " ".join(t.code for t in s.line.taxes)),
        text("delivery_mode", "the mode of delivery", lambda s: s.line.delivery.mode),
        day("ship_date", "when it is to be shipped", lambda s: s.line.delivery.ship_date),
        text("warehouse", "the warehouse", lambda s: s.line.delivery.warehouse),
        text("serial_number", "the serial number", lambda s: s.line.serial_number),
        text("batch_number", "the batch number", lambda s: s.line.batch_number),
        text("gift_card_number", "the gift card that is sold", lambda s: s.line.gift_card_number),
        text(
            "original_transaction",
            "of a return line: the sale",
            lambda s: s.line.original.transaction_id if s.line.original is not None else None,
        ),
        number(
            "original_line", "and its line", lambda s: s.line.original.line if s.line.original is not None else None
        ),
        integer("dimension", "the RecId of its financial dimensions", lambda s: s.line.dimension or None),
    ),
)
