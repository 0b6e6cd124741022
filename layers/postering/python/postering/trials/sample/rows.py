"""One transaction as rows of the channel's entities, in their spelling of columns and the channel's sign.

The channel stores a sale negative: quantity, net amount, tax and gross of lines and header. Prices, tax rows,
charges, payments, paid amount and number of items keep the order's sign. The sign is turned here, once.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC
from decimal import Decimal
from typing import Final, TypeAlias
from zoneinfo import ZoneInfo

from postering.domain import money
from postering.domain.retail_transactions import entities
from postering.domain.retail_transactions.values import Value
from postering.trials.sample.countries import COUNTRY_CODES
from postering.trials.sample.links import ReturnedLine, SoldLine
from postering.trials.sample.payments import CARD, TenderLine
from postering.trials.sample.transactions import Kind, ShopTransaction, TaxedLine, is_gift_voucher
from postering.trials.sample.vat import CURRENCY, ITEM_GROUP, Vat

Row: TypeAlias = dict[str, Value]
"""One row by column name. A column without a value is not in it: rows of one entity may differ in columns."""

SHIP: Final = "99"
ELECTRONIC: Final = "Electronic"
UNIT: Final = "ea"
_WHOLE_RATE: Final = Decimal(100)  # D365 gives rates per 100 units
_SHOP_TIME: Final = ZoneInfo("Europe/London")


def rows_of(
    transaction: ShopTransaction,
    tender_lines: tuple[TenderLine, ...],
    links: Mapping[ReturnedLine, SoldLine],
) -> Iterator[tuple[str, Row]]:
    """Entity and row, header first, without key and counter."""
    yield entities.HEADER, _header(transaction, tender_lines)
    for line in transaction.lines:
        yield entities.SALES, _sales_line(transaction, line, links)
        if transaction.vat:
            yield entities.TAX, _tax(line, transaction.vat)
    if transaction.vat:
        for charge in transaction.charges:
            yield entities.MARKUP, _charge(charge, transaction.vat)
    for number, tender_line in enumerate(tender_lines, 1):
        yield entities.PAYMENT, _payment(number, tender_line)
    if transaction.kind.is_order:
        yield from _destination(transaction)


def _header(transaction: ShopTransaction, tender_lines: tuple[TenderLine, ...]) -> Row:
    time = transaction.invoice.time
    row: Row = {
        "type": transaction.kind.type_number,
        "ChannelReferenceId": transaction.number,
        "transDate": time.date(),
        "businessDate": time.date(),
        "transTime": time.hour * 3600 + time.minute * 60 + time.second,
        "BeginDateTime": time.replace(tzinfo=_SHOP_TIME).astimezone(UTC),
        "currency": CURRENCY,
        "exchRate": _WHOLE_RATE,
        "entryStatus": 0,
        "IsTaxIncludedInPrice": 0,
        "netAmount": money.negated(transaction.net),
        "grossAmount": money.negated(transaction.gross),
        "discAmount": money.ZERO,
        "paymentAmount": money.total(each.amount for each in tender_lines),
        "numberOfItems": Decimal(sum(each.line.quantity for each in transaction.lines)),
        "numberOfItemLines": Decimal(len(transaction.lines)),
        "numberOfPaymentLines": len(tender_lines),
    }
    if transaction.invoice.customer:
        row["custAccount"] = transaction.invoice.customer
    if transaction.kind.is_order:
        row["DlvMode"] = SHIP
    if transaction.kind is Kind.RETURN:
        row["saleIsReturnSale"] = 1
    if transaction.kind is Kind.INCOME_EXPENSE:
        row["incomeExpenseAmount"] = transaction.invoice.amount
    return row


def _sales_line(transaction: ShopTransaction, line: TaxedLine, links: Mapping[ReturnedLine, SoldLine]) -> Row:
    quantity = Decimal(-line.line.quantity)
    row: Row = {
        "lineNum": Decimal(line.number),
        "itemId": line.line.stock_code,
        "qty": quantity,
        "unitQty": quantity,
        "unit": UNIT,
        "price": line.line.unit_price,
        "unitPrice": line.line.unit_price,
        "originalPrice": line.line.unit_price,
        "netAmount": money.negated(line.net),
    }
    if line.line.description:
        row["comment"] = line.line.description
    if transaction.vat:
        row |= _line_of_order(transaction, line, transaction.vat)
    if transaction.kind is Kind.RETURN:
        row |= _original(links.get((transaction.number, line.number)))
    return row


def _line_of_order(transaction: ShopTransaction, line: TaxedLine, vat: Vat) -> Row:
    row: Row = {
        "taxAmount": money.negated(line.tax),
        "netAmountInclTax": money.negated(money.total((line.net, line.tax))),
        "taxGroup": vat.group,
        "TaxItemGroup": ITEM_GROUP,
    }
    if is_gift_voucher(line.line):
        number = f"GV-{transaction.number}-{line.number}"
        row |= {"giftcard": 1, "GiftCardNumber": number, "DlvMode": ELECTRONIC}
    return row


def _original(sold: SoldLine | None) -> Row:
    if sold is None:
        return {"returnNoSale": 1}
    return {
        "returnTransactionId": sold.sale.number,
        "returnStore": sold.sale.store,
        "returnLineNum": Decimal(sold.number),
    }


def _tax(line: TaxedLine, vat: Vat) -> Row:
    return {
        "SaleLineNum": Decimal(line.number),
        "TaxCode": vat.code,
        "TaxPercentage": vat.percentage,
        "TaxBaseAmount": line.net,
        "Amount": line.tax,
        "IsIncludedInPrice": 0,
        "IsExempt": 0,
    }


def _charge(charge: TaxedLine, vat: Vat) -> Row:
    return {
        "saleLineNum": Decimal(0),
        "markupLineNum": Decimal(charge.number),
        "MarkupCode": charge.line.stock_code,
        "CurrencyCode": CURRENCY,
        "Method": 0,
        "Value": charge.net,
        "CalculatedAmount": charge.net,
        "TaxAmount": charge.tax,
        "TaxAmountExclusive": charge.tax,
        "TaxAmountInclusive": money.ZERO,
        "TaxGroup": vat.group,
        "TaxItemGroup": ITEM_GROUP,
    }


def _payment(number: int, tender_line: TenderLine) -> Row:
    row: Row = {
        "lineNum": Decimal(number),
        "tenderType": tender_line.tender,
        "amountTendered": tender_line.amount,
        "amountCur": tender_line.amount,
        "amountMST": tender_line.amount,
        "currency": CURRENCY,
        "exchRate": _WHOLE_RATE,
        "exchRateMST": _WHOLE_RATE,
        "changeLine": 0,
        "transactionStatus": 0,
    }
    if tender_line.tender == CARD:
        row |= {
            "cardTypeId": tender_line.card_type,
            "AuthorizedAmount": tender_line.amount,
            "IsPaymentCaptured": 0,
        }
    if tender_line.gift_card:
        row["giftCardId"] = tender_line.gift_card
    if tender_line.account:
        row["cardOrAccount"] = tender_line.account
    if tender_line.refund_of:
        row |= _linked_refund(tender_line.refund_of)
    return row


def _linked_refund(sale: ShopTransaction) -> Row:
    return {
        "IsLinkedRefund": 1,
        "LinkedPaymentTransactionId": sale.number,
        "LinkedPaymentLineNumber": Decimal(1),
        "LinkedPaymentStore": sale.store,
        "LinkedPaymentCurrency": CURRENCY,
    }


def _destination(transaction: ShopTransaction) -> Iterator[tuple[str, Row]]:
    country = transaction.invoice.country
    if code := COUNTRY_CODES[country]:
        yield entities.ADDRESS, {"SaleLineNum": Decimal(0), "CountryRegionId": code}
    attribute: Row = {"HeaderOrLineNum": Decimal(0), "Name": "SourceCountry", "TextValue": country}
    yield entities.ATTRIBUTE, attribute
