"""The rows of the sample: worked examples, and the channel's arithmetic and signs."""

from collections import defaultdict
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from postering.domain.retail_transactions.entities import ENTITIES
from postering.trials.sample.online_retail import CHANNELS, Row

TRANSPORT = {"DataAreaId", "Channel", "replicationCounterFromOrigin", "ReplicationCounterFromOrigin"}


def transactions(rows: dict[str, list[Row]]) -> dict[Any, dict[str, list[Any]]]:
    """The rows of each transaction by entity."""
    found: dict[Any, dict[str, list[Any]]] = defaultdict(lambda: {entity: [] for entity in ENTITIES})
    for entity, of_entity in rows.items():
        for row in of_entity:
            found[row[ENTITIES[entity].keys[4]]][entity].append(row)
    return found


def total(rows: list[Any], column: str) -> Decimal:
    return sum((row[column] for row in rows), Decimal(0))


def content(row: Row) -> Row:
    """A row without what all rows of its transaction have."""
    key = TRANSPORT | {"store", "terminal", "terminalId", "transactionId"}
    return {column: value for column, value in row.items() if column not in key}


# --- worked examples --------------------------------------------------------------------------------


def test_a_sale_paid_with_gift_card_and_card(day: Any) -> None:
    sale = transactions(day.rows)["539597"]

    header = sale["RetailTransactionTable"][0]
    assert content(header) == {
        "type": 27,
        "ChannelReferenceId": "539597",
        "transDate": date(2010, 12, 20),
        "businessDate": date(2010, 12, 20),
        "transTime": 13 * 3600 + 52 * 60,
        "BeginDateTime": datetime(2010, 12, 20, 13, 52, tzinfo=UTC),
        "custAccount": "17090",
        "currency": "GBP",
        "exchRate": Decimal(100),
        "entryStatus": 0,
        "IsTaxIncludedInPrice": 0,
        "DlvMode": "99",
        "netAmount": Decimal("-61.20"),
        "grossAmount": Decimal("-71.92"),
        "discAmount": Decimal(0),
        "paymentAmount": Decimal("71.92"),
        "numberOfItems": Decimal(24),
        "numberOfItemLines": Decimal(2),
        "numberOfPaymentLines": 2,
    }
    assert (header["store"], header["Channel"], header["DataAreaId"]) == ("OR-UK", CHANNELS["OR-UK"], "ORUK")
    for number, line in enumerate(sale["RetailTransactionSalesTrans"], 1):
        assert line["lineNum"] == number
        assert (line["qty"], line["unitQty"], line["price"]) == (-12, -12, Decimal("2.55"))
        assert line["netAmount"] == Decimal("-30.60")
        assert line["taxAmount"] == Decimal("-5.36")
        assert line["netAmountInclTax"] == Decimal("-35.96")
    gift_card, card = sale["RetailTransactionPaymentTrans"]
    assert content(gift_card) == {
        "lineNum": Decimal(1),
        "tenderType": "8",
        "giftCardId": "GC-539597",
        "amountTendered": Decimal("10.00"),
        "amountCur": Decimal("10.00"),
        "amountMST": Decimal("10.00"),
        "currency": "GBP",
        "exchRate": Decimal(100),
        "exchRateMST": Decimal(100),
        "changeLine": 0,
        "transactionStatus": 0,
    }
    assert (card["tenderType"], card["cardTypeId"]) == ("2", "AMEXPRESS")
    assert card["amountTendered"] == card["AuthorizedAmount"] == Decimal("61.92")
    assert card["IsPaymentCaptured"] == 0


def test_a_return_whose_sale_is_not_in_the_data(day: Any) -> None:
    returned = transactions(day.rows)["C539608"]

    header = returned["RetailTransactionTable"][0]
    assert (header["custAccount"], header["saleIsReturnSale"]) == ("16873", 1)
    assert (header["netAmount"], header["grossAmount"]) == (Decimal("29.75"), Decimal("34.96"))
    assert header["numberOfItems"] == -3
    lines = returned["RetailTransactionSalesTrans"]
    assert [line["qty"] for line in lines] == [1, 2]
    assert [line["price"] for line in lines] == [Decimal("12.75"), Decimal("8.50")]
    assert [line["netAmount"] for line in lines] == [Decimal("12.75"), Decimal("17.00")]
    assert [line["taxAmount"] for line in lines] == [Decimal("2.23"), Decimal("2.98")]
    assert [tax["Amount"] for tax in returned["RetailTransactionTaxTrans"]] == [
        Decimal("-2.23"),
        Decimal("-2.98"),
    ]
    assert all(line["returnNoSale"] == 1 and "returnTransactionId" not in line for line in lines)
    (refund,) = returned["RetailTransactionPaymentTrans"]
    assert (refund["tenderType"], refund["cardTypeId"]) == ("2", "MASTER")
    assert refund["amountTendered"] == Decimal("-34.96")
    assert "IsLinkedRefund" not in refund


def test_an_export_to_a_shopper_without_a_number_is_zero_rated(day: Any) -> None:
    sale = transactions(day.rows)["539500"]

    header = sale["RetailTransactionTable"][0]
    assert (header["store"], header["grossAmount"]) == ("OR-EXPORT", Decimal("-205.74"))
    assert "custAccount" not in header
    (line,) = sale["RetailTransactionSalesTrans"]
    assert (line["qty"], line["price"], line["taxGroup"]) == (-54, Decimal("3.81"), "EXPORT")
    (tax,) = sale["RetailTransactionTaxTrans"]
    assert (tax["TaxCode"], tax["TaxPercentage"], tax["TaxBaseAmount"], tax["Amount"]) == (
        "GB-ZERO",
        0,
        Decimal("205.74"),
        0,
    )
    (payment,) = sale["RetailTransactionPaymentTrans"]
    assert (payment["cardTypeId"], payment["amountTendered"]) == ("MASTER", Decimal("205.74"))
    (address,) = sale["RetailTransactionAddressTrans"]
    assert content(address) == {"SaleLineNum": 0, "CountryRegionId": "BHR"}
    (attribute,) = sale["RetailTransactionAttributeTrans"]
    assert content(attribute) == {"HeaderOrLineNum": 0, "Name": "SourceCountry", "TextValue": "Bahrain"}


def test_a_gift_voucher_is_delivered_electronically_and_its_postage_is_a_charge(day: Any) -> None:
    sale = transactions(day.rows)["539492"]

    (voucher,) = [line for line in sale["RetailTransactionSalesTrans"] if line.get("giftcard")]
    assert voucher["itemId"] == "gift_0001_40"
    assert voucher["GiftCardNumber"] == f"GV-539492-{voucher['lineNum']}"
    assert voucher["DlvMode"] == "Electronic"
    assert voucher["netAmountInclTax"] == -40
    (charge,) = sale["RetailTransactionMarkupTrans"]
    assert (charge["MarkupCode"], charge["saleLineNum"], charge["markupLineNum"]) == ("DOT", 0, 0)
    assert charge["Value"] == charge["CalculatedAmount"] > 0
    assert charge["TaxAmount"] == charge["TaxAmountExclusive"] > 0
    assert sale["RetailTransactionTable"][0]["store"] == "OR-DOTCOM"


# --- the channel's arithmetic and signs ----------------------------------------------------------------


def test_headers_lines_and_charges_add_up_in_the_channels_sign(sample_file: Any) -> None:
    for number, children in transactions(sample_file.rows).items():
        header, lines = children["RetailTransactionTable"][0], children["RetailTransactionSalesTrans"]
        if header["type"] != 27:
            continue
        charges = children["RetailTransactionMarkupTrans"]

        charged = total(charges, "CalculatedAmount")
        charged_with_tax = charged + total(charges, "TaxAmountExclusive")

        assert header["grossAmount"] == total(lines, "netAmountInclTax") - charged_with_tax, number
        assert header["netAmount"] == total(lines, "netAmount") - charged, number
        assert header["numberOfItems"] == -total(lines, "qty"), number
        assert header["numberOfItemLines"] == len(lines), number


def test_the_tax_of_a_line_is_that_of_its_tax_row(sample_file: Any) -> None:
    for number, children in transactions(sample_file.rows).items():
        lines, taxes = children["RetailTransactionSalesTrans"], children["RetailTransactionTaxTrans"]
        if children["RetailTransactionTable"][0]["type"] != 27:
            assert not taxes
            continue
        for line, tax in zip(lines, taxes, strict=True):
            assert line["lineNum"] == tax["SaleLineNum"], number
            assert line["taxAmount"] == -tax["Amount"], number
            assert line["netAmount"] == -tax["TaxBaseAmount"], number
            assert line["netAmountInclTax"] == line["netAmount"] + line["taxAmount"], number


def test_every_order_is_paid_to_the_penny(sample_file: Any) -> None:
    for number, children in transactions(sample_file.rows).items():
        header, payments = children["RetailTransactionTable"][0], children["RetailTransactionPaymentTrans"]

        assert header["paymentAmount"] == total(payments, "amountTendered") == -header["grossAmount"], number
        assert header["numberOfPaymentLines"] == len(payments), number
        assert [payment["lineNum"] for payment in payments] == list(range(1, len(payments) + 1)), number
        for payment in payments:
            assert payment["amountTendered"] == payment["amountCur"] == payment["amountMST"], number


def test_a_linked_return_never_takes_back_more_than_was_sold(month: Any) -> None:
    lines = month.rows["RetailTransactionSalesTrans"]
    left = {(line["store"], line["transactionId"], line["lineNum"]): -line["qty"] for line in lines}
    sold = {(line["store"], line["transactionId"], line["lineNum"]): line for line in lines}

    for line in lines:
        if "returnTransactionId" in line:
            original = line["returnStore"], line["returnTransactionId"], line["returnLineNum"]
            left[original] -= line["qty"]
            assert left[original] >= 0
            assert (sold[original]["itemId"], sold[original]["price"]) == (line["itemId"], line["price"])


def test_a_linked_refund_goes_back_to_the_only_payment_of_its_sale(month: Any) -> None:
    by_number = transactions(month.rows)
    refunds = [p for p in month.rows["RetailTransactionPaymentTrans"] if p.get("IsLinkedRefund")]

    assert refunds
    for refund in refunds:
        (payment,) = by_number[refund["LinkedPaymentTransactionId"]]["RetailTransactionPaymentTrans"]
        assert refund["LinkedPaymentLineNumber"] == payment["lineNum"]
        assert refund["LinkedPaymentStore"] == payment["store"]
        assert refund["LinkedPaymentCurrency"] == "GBP"
        for column in ("tenderType", "cardTypeId", "cardOrAccount"):
            assert refund.get(column) == payment.get(column)
