"""What a channel can send, kind by kind: a name, and whether a transaction is of it."""

from collections.abc import Callable, Mapping
from decimal import Decimal

from postering.domain.money import DIGITS
from postering.domain.retail_transactions.entities import ENUMS
from postering.domain.retail_transactions.transactions import PaymentTrans, RetailTransaction, SalesTrans
from postering.domain.setup.setup import DeliveryKind, TenderOperation
from postering.trials.generated import SHOPS, Kind
from postering.trials.generated.shops import MODES_OF_DELIVERY, PAYMENT_METHODS

Predicate = Callable[[RetailTransaction], bool]

_OPERATIONS = {(method.tender_type, method.card_type): method.operation for method in PAYMENT_METHODS}
_DELIVERIES = {mode.id: mode.kind for mode in MODES_OF_DELIVERY}


def _type(*numbers: int) -> Predicate:
    return lambda t: t.header.type in numbers and not t.header.entry_status


def _line(holds: Callable[[SalesTrans], object]) -> Predicate:
    return lambda t: any(holds(line) for line in t.lines)


def _payment(holds: Callable[[PaymentTrans], object]) -> Predicate:
    return lambda t: any(holds(row) for row in t.paying)


def _left_out(holds: Callable[[PaymentTrans], object]) -> Predicate:
    return lambda t: any(holds(row) for row in t.payments if not row.counts)


def _modes(t: RetailTransaction) -> set[str]:
    return {line.delivery_mode or t.header.delivery_mode for line in t.lines}


def _header_charges(t: RetailTransaction) -> bool:
    return any(not charge.sales_line for charge in t.charges)


def _is_sale(t: RetailTransaction) -> bool:
    return t.header.type in {27, 33} and all(line.quantity < 0 for line in t.lines)


def _names_original(t: RetailTransaction) -> bool:
    return any(line.return_transaction_id for line in t.lines)


def _goes_back(t: RetailTransaction) -> bool:
    return any(line.quantity > 0 for line in t.lines)


def _goes_out(t: RetailTransaction) -> bool:
    return any(line.quantity < 0 for line in t.lines)


def _operation(row: PaymentTrans) -> TenderOperation:
    return _OPERATIONS[(row.tender_type, row.card_type if row.card_type else "")]


OF_KIND: Mapping[Kind, Predicate] = {
    Kind.SALE: lambda t: t.header.type == 27 and _is_sale(t),
    Kind.RETURN: lambda t: _goes_back(t) and not _goes_out(t) and not _names_original(t) and t.header.type == 27,
    Kind.EXCHANGE: lambda t: _goes_back(t) and _goes_out(t) and not _names_original(t),
    Kind.QUOTE: _type(31),
    Kind.LINKED_RETURN: lambda t: _names_original(t) and not _goes_out(t),
    Kind.LINKED_EXCHANGE: lambda t: _names_original(t) and _goes_out(t),
    Kind.CANCELLATION: _type(37),
    Kind.NOT_AN_ORDER: lambda t: t.header.type not in {27, 31, 33, 37},
}

KINDS: Mapping[str, Predicate] = {
    **{f"kind {kind}": holds for kind, holds in OF_KIND.items()},
    "asynchronous customer order": _type(33),
    "cancellation of the whole order": lambda t: t.header.type == 37 and not t.sales,
    "cancellation by line": lambda t: t.header.type == 37 and bool(t.sales),
    "cancellation with refunds": lambda t: t.header.type == 37 and bool(t.paying),
    **{f"entry status {status}": lambda t, s=status: t.header.entry_status == s for status in (1, 4, 6)},  # type: ignore[misc]
    "guest": lambda t: not t.header.customer and not t.header.async_customer,
    "account": lambda t: bool(t.header.customer) and not t.header.async_customer,
    "asynchronous customer": lambda t: bool(t.header.async_customer) and not t.header.customer,
    "asynchronous customer that is resolved": lambda t: (
        bool(t.header.async_customer) and t.header.customer not in {"", t.header.async_customer}
    ),
    **{f"currency {shop.currency}": lambda t, c=shop.currency: t.header.currency == c for shop in SHOPS},  # type: ignore[misc]
    **{
        f"currency of {digits} digits": lambda t, d=digits: DIGITS[t.header.currency] == d  # type: ignore[misc]
        for digits in (0, 2, 3)
    },
    "prices with tax": lambda t: t.header.prices_include_tax == 1 and any(line.tax for line in t.lines),
    "prices without tax": lambda t: t.header.prices_include_tax == 0 and any(line.tax for line in t.lines),
    "several taxes on a line": lambda t: any(len(rows) >= 3 for rows in t.taxes_by_line.values()),
    "line without tax": _line(lambda line: not line.tax),
    "exempt tax row": lambda t: any(row.exempt for row in t.taxes),
    "tax override": _line(lambda line: line.tax_override and line.exempt_by_override),
    "price of which the tax is taken off": _line(lambda line: line.exempt_reduction),
    "generic tax engine, prices with tax": lambda t: t.has_generic_taxes and t.header.prices_include_tax == 1,
    "generic tax engine, prices without tax": lambda t: t.has_generic_taxes and t.header.prices_include_tax == 0,
    "components and measures": lambda t: bool(t.gte_taxes) and bool(t.tax_measures),
    **{
        f"discount of origin {name}": lambda t, o=origin: any(row.origin == o for row in t.discounts)  # type: ignore[misc]
        for name, origin in ENUMS["RetailDiscountOriginType"].items()
        if origin
    },
    **{
        f"manual discount {name}": lambda t, m=number: any(row.manual_type == m for row in t.discounts)  # type: ignore[misc]
        for name, number in ENUMS["ManualDiscountType"].items()
        if number
    },
    **{
        f"customer discount {name}": lambda t, c=number: any(row.customer_type == c for row in t.discounts)  # type: ignore[misc]
        for name, number in ENUMS["CustomerDiscountType"].items()
        if number
    },
    "coupon": lambda t: any(row.coupon for row in t.discounts),
    "offer": lambda t: any(row.offer for row in t.discounts),
    "bundle": lambda t: any(row.bundle for row in t.discounts),
    "several discounts on a line": lambda t: any(len(rows) >= 3 for rows in t.discounts_by_line.values()),
    "every share of a discount on one order": lambda t: all(
        any(getattr(line, f"{share}_discount") for line in t.lines) for share in ("line", "total", "periodic", "tender")
    ),
    **{
        f"charge by {name}": lambda t, m=method: any(charge.method == m and charge.amount for charge in t.charges)  # type: ignore[misc]
        for name, method in ENUMS["ChargeMethod"].items()
    },
    "header charge": _header_charges,
    "line charge": lambda t: any(charge.sales_line for charge in t.charges),
    "several header charges": lambda t: sum(not charge.sales_line for charge in t.charges) > 1,
    "header charge spread over lines": lambda t: sum(charge.method == 5 for charge in t.live_charges) > 1,
    "charge with tax on top": lambda t: any(charge.tax_on_top for charge in t.charges),
    "charge with tax inside": lambda t: any(charge.tax_inside for charge in t.charges),
    "charge of which the tax is taken off": lambda t: any(charge.exempt_reduction for charge in t.charges),
    **{
        f"tender {operation}": _payment(lambda row, o=operation: _operation(row) is o)  # type: ignore[misc]
        for operation in TenderOperation
        if operation is not TenderOperation.PAY_CORPORATE_CARD  # posted like a card of its own tender type
    },
    "cash with change": _payment(lambda row: row.change and row.tendered < 0),
    "card authorised": _payment(lambda row: row.authorized_amount and not row.captured and row.tendered > 0),
    "card captured": _payment(lambda row: row.captured and row.tendered > 0),
    "foreign currency": lambda t: any(row.currency != t.header.currency for row in t.paying),
    "several tenders": lambda t: len({row.tender_type for row in t.paying}) >= 3,
    "payment that says nothing of other currencies": _payment(lambda row: row.payment_amount is None),
    "payment of nothing": _payment(lambda row: not row.tendered),
    "payment row voided": _left_out(lambda row: row.status == 1),
    **{
        f"tender voided ({status})": _left_out(lambda row, s=status: row.void_status == s)  # type: ignore[misc]
        for status in (1, 2, 3)
    },
    "payment declined": _left_out(lambda row: row.processor_status == 2),
    "payment in error": _left_out(lambda row: row.processor_status == 3),
    "capture failed": _left_out(lambda row: row.capture_failed == 1),
    "part-paid customer order": lambda t: t.header.type == 33 and 0 < t.header.paid < -t.header.gross,
    "unpaid order": lambda t: _is_sale(t) and bool(t.header.gross) and not t.paying,
    "part-paid order": lambda t: t.header.type == 27 and 0 < t.header.paid < -t.header.gross,
    "over-paid within the tolerance": lambda t: _is_sale(t) and t.header.paid > -t.header.gross,
    "deposit": _payment(lambda row: row.is_prepayment),
    **{
        f"delivery by {kind}": lambda t, k=kind: _DELIVERIES.get(t.header.delivery_mode) is k  # type: ignore[misc]
        for kind in DeliveryKind
    },
    "mixed delivery": lambda t: len(_modes(t)) >= 3,
    "electronic delivery with an e-mail": _line(lambda line: line.electronic_delivery_email),
    "address of the order": lambda t: any(not address.sales_line for address in t.addresses),
    "address of a line": lambda t: any(address.sales_line for address in t.addresses),
    "stored address": lambda t: bool(t.header.postal_address) or any(line.postal_address for line in t.lines),
    "dates of the order": lambda t: t.header.requested_receipt_date is not None,
    "dates of a line": _line(lambda line: line.requested_ship_date is not None),
    "warehouse of the order": lambda t: bool(t.header.warehouse and t.header.site),
    "fulfilment store": _line(lambda line: line.fulfilment_store),
    "no business date": lambda t: t.header.business_date_given is None,
    "empty business date": lambda t: t.header.business_date_given != t.header.business_date,
    "moment of the sale": lambda t: t.header.begun_at is not None and t.header.transaction_time is not None,
    "linked refund": _payment(lambda row: row.is_linked_refund and row.linked_transaction_id),
    "refund that says what is left": _payment(lambda row: row.refundable is not None),
    "refund without a link": _payment(lambda row: row.tendered < 0 and not row.change and not row.is_linked_refund),
    "part of a line comes back": lambda t: (
        t.header.type != 37 and any(line.return_line and line.quantity == 1 for line in t.lines)
    ),
    "voided line": lambda t: any(line.voided for line in t.sales),
    "correction line": lambda t: any(line.corrected and line.voided for line in t.sales),
    "linked item": _line(lambda line: line.linked_item),
    "item that brings others": _line(lambda line: line.brings_linked_items),
    "gift card sold": _line(lambda line: line.is_gift_card and line.gift_card_number and line.quantity == -1),
    "scale item": _line(lambda line: line.scale_item and line.quantity != int(line.quantity) and line.unit_quantity),
    "price override": _line(lambda line: line.price_overridden and line.original_price != line.price),
    "serial number": _line(lambda line: line.serial_number),
    "batch number": _line(lambda line: line.batch_number),
    "variant and bar code": _line(lambda line: line.variant and line.barcode),
    **{
        f"infocode on {where}": lambda t, a=attached: any(row.attached_to == a for row in t.infocodes)  # type: ignore[misc]
        for where, attached in (("the header", 0), ("a line", 1), ("a payment", 2))
    },
    "voided infocode": lambda t: any(row.status == 1 for row in t.infocodes),
    "attribute of the header": lambda t: any(not row.sales_line for row in t.attributes),
    "attribute of a line": lambda t: any(row.sales_line for row in t.attributes),
    "one line": lambda t: len(t.sales) == 1,
    "500 lines": lambda t: len(t.sales) >= 500,
    "order of nothing": lambda t: bool(t.lines) and t.header.gross == Decimal(0),
}
"""Every kind, each with what tells it."""
