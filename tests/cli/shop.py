"""A small shop for the command's tests: its setup, and transactions as the plain files that a partner would send."""

import json
from collections.abc import Mapping
from pathlib import Path

CHANNEL = 5637144592
STORE = "HOUSTON-ONLINE"
KEY = f"USRT/{CHANNEL}/{STORE}//"

SETUP = f"""
[[companies]]
id = "USRT"
currency = "USD"
number_sequence = {{ format = "ONL-######", next = 1, largest = 999999 }}
variance_account = "618900"
receivable_account = "130100"
gift_card_liability_account = "250600"
open_periods = [{{ from = 2010-01-01, to = 2026-12-31 }}]

[[channel_database_groups]]
name = "Default"
active = true

[[channels]]
id = {CHANNEL}
store = "{STORE}"
company = "USRT"
currency = "USD"
time_zone = "America/Chicago"
channel_database_group = "Default"
default_customer = "100001"
payment_required = true
prices_include_tax = false

[[hierarchies]]
name = "Stores by Region"
[[hierarchies.nodes]]
name = "West"
parent = ""
stores = ["{STORE}"]

[[payment_methods]]
company = "USRT"
tender_type = "2"
card_type = "VISA"
name = "Visa"
operation = "PayCard"
account = "112250"

[[modes_of_delivery]]
company = "USRT"
id = "99"
kind = "ship"
"""

Row = dict[str, object]
Rows = dict[str, list[Row]]


def sale(number: str, *, amount: str = "10.00", day: str = "2026-11-20", **header: object) -> Rows:
    """A sale of one item, paid by Visa; `header` changes or adds fields of the header."""
    key = {"Channel": CHANNEL, "store": STORE, "transactionId": number}
    top: Row = {
        **key,
        "DataAreaId": "USRT",
        "terminal": "",
        "type": 27,
        "ChannelReferenceId": f"REF-{number}",
        "transDate": day,
        "businessDate": day,
        "currency": "USD",
        "grossAmount": f"-{amount}",
        "netAmount": f"-{amount}",
        "paymentAmount": amount,
        "salesPaymentDifference": "0",
        "discAmount": "0",
        "numberOfItems": "1",
        "numberOfItemLines": "1",
        "numberOfPaymentLines": "1",
        "custAccount": "100001",
    }
    line: Row = {
        **key,
        "DataAreaId": "USRT",
        "terminalId": "",
        "lineNum": 1,
        "itemId": "81327",
        "qty": "-1",
        "unit": "ea",
        "price": amount,
        "netAmount": f"-{amount}",
        "netAmountInclTax": f"-{amount}",
        "taxAmount": "0",
        "DlvMode": "99",
        "currency": "USD",
    }
    payment: Row = {
        **key,
        "DataAreaId": "USRT",
        "terminal": "",
        "lineNum": 1,
        "tenderType": "2",
        "cardTypeId": "VISA",
        "amountTendered": amount,
        "amountCur": amount,
        "amountMST": amount,
        "currency": "USD",
    }
    return {
        "RetailTransactionTable": [top | header],
        "RetailTransactionSalesTrans": [line],
        "RetailTransactionPaymentTrans": [payment],
    }


def written(folder: Path, *transactions: Rows) -> Path:
    """The transactions as a folder of JSON Lines files, one per entity."""
    folder.mkdir(parents=True)
    together: Rows = {}
    for transaction in transactions:
        for entity, rows in transaction.items():
            together.setdefault(entity, []).extend(rows)
    for entity, rows in together.items():
        lines = "".join(json.dumps(row) + "\n" for row in rows)
        (folder / f"{entity}.jsonl").write_text(lines, encoding="utf-8")
    return folder


def lacking(transaction: Rows, entity: str) -> Rows:
    """The same transaction without the rows of one entity."""
    return {name: rows for name, rows in transaction.items() if name != entity}


def changed(transaction: Rows, entity: str, changes: Mapping[str, object]) -> Rows:
    """The same transaction with other values in the rows of one entity."""
    return {name: [{**row, **changes} if name == entity else row for row in rows] for name, rows in transaction.items()}
