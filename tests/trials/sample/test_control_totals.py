"""Every number of control-totals.json, computed again: of the data as published, and of the rows made."""

import csv
import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from postering.domain.money import amount_text
from postering.trials.sample.online_retail import Row

SPECIAL_CODES = {"POST", "DOT", "C2", "M", "m", "D", "S", "B", "AMAZONFEE", "BANK CHARGES", "CRUK"}


def test_the_data_as_published_has_its_control_totals(sample_file: Any) -> None:
    assert source_totals(sample_file.unpacked) == sample_file.controls["source"]


def test_the_rows_made_of_the_data_have_their_control_totals(sample_file: Any) -> None:
    assert derived_totals(sample_file.rows) == sample_file.controls["derived"]


def test_the_invoices_as_read_lose_no_line_and_no_penny(sample_file: Any) -> None:
    source = sample_file.controls["source"]

    invoices = sample_file.invoices

    assert len(invoices) == source["invoices"]
    assert sum(len(invoice.lines) for invoice in invoices) == source["lines"]
    assert pounds(invoice.amount for invoice in invoices) == source["amount"]
    assert sum(line.quantity for invoice in invoices for line in invoice.lines) == source["quantity"]
    assert len({invoice.customer for invoice in invoices} - {""}) == source["customers"]


def test_sales_returns_and_other_income_add_up_to_the_data_as_published(sample_file: Any) -> None:
    headers = sample_file.rows["RetailTransactionTable"]

    orders = sum((-row["netAmount"] for row in headers), Decimal(0))
    other = sum((row.get("incomeExpenseAmount", Decimal(0)) for row in headers), Decimal(0))

    assert pounds([orders, other]) == sample_file.controls["source"]["amount"]


def source_totals(unpacked: bytes) -> dict[str, Any]:
    """Totals of the CSV itself, without the package's reader."""
    lines = list(csv.DictReader(unpacked.decode("utf-8").splitlines(keepends=True)))
    amounts = [Decimal(line["Quantity"]) * Decimal(line["UnitPrice"]) for line in lines]
    times = sorted(line["InvoiceDate"] for line in lines)
    by_invoice: dict[str, list[dict[str, str]]] = defaultdict(list)
    for line in lines:
        by_invoice[line["InvoiceNo"]].append(line)
    sizes = {number: len(of_invoice) for number, of_invoice in by_invoice.items()}
    largest = max(sizes, key=sizes.__getitem__)
    repeated = Counter(tuple(line.values()) for line in lines)
    return {
        "sha256_uncompressed": hashlib.sha256(unpacked).hexdigest(),
        "bytes_uncompressed": len(unpacked),
        "first": times[0],
        "last": times[-1],
        "days": len({time[:10] for time in times}),
        "invoices": len(by_invoice),
        "cancelled_invoices": sum(number.startswith("C") for number in by_invoice),
        "other_prefix_invoices": sum(not number.lstrip("C").isdigit() for number in by_invoice),
        "lines": len(lines),
        "lines_in_cancelled": sum(map(is_cancelled, lines)),
        "amount": pounds(amounts),
        "amount_positive_lines": pounds(amount for amount in amounts if amount > 0),
        "amount_negative_lines": pounds(amount for amount in amounts if amount < 0),
        "amount_cancelled_invoices": pounds(
            amount for line, amount in zip(lines, amounts, strict=True) if is_cancelled(line)
        ),
        "quantity": sum(int(line["Quantity"]) for line in lines),
        "invoices_without_customer": sum(not each[0]["CustomerID"] for each in by_invoice.values()),
        "lines_without_customer": sum(not line["CustomerID"] for line in lines),
        "customers": len({line["CustomerID"] for line in lines} - {""}),
        "lines_zero_price": sum(not Decimal(line["UnitPrice"]) for line in lines),
        "lines_negative_quantity": sum(int(line["Quantity"]) < 0 for line in lines),
        "lines_negative_price": sum(Decimal(line["UnitPrice"]) < 0 for line in lines),
        "lines_negative_quantity_outside_cancelled": sum(
            int(line["Quantity"]) < 0 and not is_cancelled(line) for line in lines
        ),
        "lines_without_description": sum(not line["Description"] for line in lines),
        "lines_description_outer_spaces": sum(line["Description"] != line["Description"].strip() for line in lines),
        "duplicate_lines": sum(count - 1 for count in repeated.values()),
        "invoices_with_two_times": sum(len({line["InvoiceDate"] for line in each}) > 1 for each in by_invoice.values()),
        "stock_codes": len({line["StockCode"] for line in lines}),
        "countries": len({line["Country"] for line in lines}),
        "largest_invoice": {"lines": sizes[largest], "invoice": largest},
        "invoices_over_100_lines": sum(size > 100 for size in sizes.values()),
        "by_country": top_countries(lines, amounts),
        "special_codes": special_codes(lines, amounts),
    }


def is_cancelled(line: dict[str, str]) -> bool:
    return line["InvoiceNo"].startswith("C")


def top_countries(lines: list[dict[str, str]], amounts: list[Decimal]) -> list[dict[str, Any]]:
    """The five countries with the greatest amounts."""
    totals: dict[str, Decimal] = defaultdict(Decimal)
    for line, amount in zip(lines, amounts, strict=True):
        totals[line["Country"]] += amount
    return [
        {
            "country": country,
            "invoices": len({line["InvoiceNo"] for line in lines if line["Country"] == country}),
            "lines": sum(line["Country"] == country for line in lines),
            "amount": pounds([totals[country]]),
        }
        for country in sorted(totals, key=totals.__getitem__, reverse=True)[:5]
    ]


def special_codes(lines: list[dict[str, str]], amounts: list[Decimal]) -> dict[str, Any]:
    """Lines and amounts of the codes that are no products."""
    found: dict[str, list[Decimal]] = defaultdict(list)
    for line, amount in zip(lines, amounts, strict=True):
        code = "gift_0001_*" if line["StockCode"].startswith("gift_0001_") else line["StockCode"]
        if code in SPECIAL_CODES or code == "gift_0001_*":
            found[code].append(amount)
    return {code: {"lines": len(each), "amount": pounds(each)} for code, each in found.items()}


def derived_totals(rows: dict[str, list[Row]]) -> dict[str, Any]:
    """Totals of the channel's rows, in the order's sign."""
    headers: Any = rows["RetailTransactionTable"]
    kinds = {header["transactionId"]: kind_of(header) for header in headers}
    payments: Any = rows["RetailTransactionPaymentTrans"]
    taxes: Any = rows["RetailTransactionTaxTrans"]
    sales: Any = rows["RetailTransactionSalesTrans"]
    rows_paid = Counter(payment["transactionId"] for payment in payments)
    orders = [header for header in headers if header["type"] == 27]
    return {
        "transactions": {kind: sum(each == kind for each in kinds.values()) for kind in KINDS},
        "source_amount": {
            kind: pounds(
                header.get("incomeExpenseAmount", -header["netAmount"]) for header in headers if kind_of(header) == kind
            )
            for kind in KINDS
        },
        "rows": {entity: len(of_entity) for entity, of_entity in rows.items()},
        "type 27 sale": order_totals(rows, kinds, "type 27 sale"),
        "type 27 return": order_totals(rows, kinds, "type 27 return")
        | {
            "lines_linked_to_a_sale": sum("returnTransactionId" in line for line in sales),
            "lines_not_linked": sum(line.get("returnNoSale") == 1 for line in sales),
            "refunds_linked_to_a_payment": sum(payment.get("IsLinkedRefund") == 1 for payment in payments),
        },
        "zero_rated_transactions": len({t["TransactionId"] for t in taxes if t["TaxCode"] == "GB-ZERO"}),
        "gift_voucher_lines": sum(line.get("giftcard") == 1 for line in sales),
        "transactions_by_payment_rows": {
            str(count): sum(rows_paid[header["transactionId"]] == count for header in orders) for count in range(3)
        },
        "stores": store_totals(orders),
        "payments": payment_totals(payments, kinds),
        "payments_total": pounds(payment["amountTendered"] for payment in payments),
    }


KINDS = (
    "type 27 sale",
    "type 27 return",
    "type 10 stock out",
    "type 11 stock in",
    "type 18 income/expense",
)


def kind_of(header: Row) -> str:
    """The control totals' name of what a transaction is."""
    if header["type"] == 27:
        return "type 27 return" if header.get("saleIsReturnSale") == 1 else "type 27 sale"
    return next(kind for kind in KINDS if kind.startswith(f"type {header['type']} "))


def order_totals(rows: dict[str, list[Row]], kinds: dict[Any, str], kind: str) -> dict[str, Any]:
    """Totals of the sales, or of the returns."""

    def of(entity: str) -> list[Any]:
        return [row for row in rows[entity] if kinds[row["transactionId"]] == kind]

    headers, lines, charges = (of(f"RetailTransaction{name}") for name in ("Table", "SalesTrans", "MarkupTrans"))
    item_net, item_tax = (sum(-line[column] for line in lines) for column in ("netAmount", "taxAmount"))
    charge_net, charge_tax = (
        sum((charge[column] for charge in charges), Decimal(0)) for column in ("CalculatedAmount", "TaxAmountExclusive")
    )
    return {
        "item_lines": len(lines),
        "charge_lines": len(charges),
        "quantity": int(sum(-line["qty"] for line in lines)),
        "without_customer": sum("custAccount" not in header for header in headers),
        "item_net": pounds([item_net]),
        "item_tax": pounds([item_tax]),
        "charge_net": pounds([charge_net]),
        "charge_tax": pounds([charge_tax]),
        "net": pounds([item_net, charge_net]),
        "tax": pounds([item_tax, charge_tax]),
        "gross": pounds([item_net, item_tax, charge_net, charge_tax]),
        "header_netAmount_channel_sign": pounds(header["netAmount"] for header in headers),
        "header_grossAmount_channel_sign": pounds(header["grossAmount"] for header in headers),
    }


def store_totals(orders: list[Any]) -> dict[str, Any]:
    """Sales and returns by store."""
    found: dict[str, list[Decimal]] = defaultdict(list)
    for header in orders:
        kind = kind_of(header).removeprefix("type 27 ")
        found[f"{header['store']} {kind}"].append(-header["grossAmount"])
    return {name: {"transactions": len(each), "gross": pounds(each)} for name, each in found.items()}


def payment_totals(payments: list[Any], kinds: dict[Any, str]) -> dict[str, Any]:
    """Payment rows by sale or return, tender type and card type."""
    found: dict[str, list[Decimal]] = defaultdict(list)
    for payment in payments:
        kind = kinds[payment["transactionId"]].removeprefix("type 27 ")
        name = f"{kind} {payment['tenderType']} {payment.get('cardTypeId', '')}".rstrip()
        found[name].append(payment["amountTendered"])
    return {name: {"rows": len(each), "amount": pounds(each)} for name, each in found.items()}


def pounds(amounts: Iterable[Any]) -> str:
    """The sum as the control totals write it."""
    return amount_text(sum(amounts, Decimal(0)), "GBP")
