"""Orders of many lines, each with two taxes, a discount and an attribute: for tests of size and for the benchmark."""

import random
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from postering.domain.money import difference, negated, product, rounded, total
from postering.domain.retail_transactions.entities import ATTRIBUTE, DISCOUNT, HEADER, PAYMENT, SALES, TAX

Row = Mapping[str, str]
Rows = Mapping[str, Sequence[Row]]
"""Rows of an upload package by entity, values as texts."""

_NO_DIGITS = str.maketrans("0123456789", "ghijklmnop")
"""Digits by chance could make a card number."""

_CITY, _STATE = Decimal("0.02"), Decimal("0.0625")
_SUMMED = ("qty", "netAmount", "netAmountInclTax", "discAmount")


def large_order(transaction_id: str, lines: int, *, seed: int = 1, note: int = 20) -> Rows:
    """An online order, paid by Visa, without a problem; each line has an attribute of `note` letters at random."""
    chance = random.Random(f"{seed} {transaction_id}")  # noqa: S311 - made-up sales, no secrets
    rows: dict[str, list[Row]] = {entity: [] for entity in (HEADER, SALES, PAYMENT, TAX, DISCOUNT, ATTRIBUTE)}
    for number in range(1, lines + 1):
        for entity, row in _line(chance, transaction_id, str(number), note):
            rows[entity].append(row)
    sums = {name: total(Decimal(row[name]) for row in rows[SALES]) for name in _SUMMED}
    paid = str(negated(sums["netAmountInclTax"]))
    rows[HEADER].append(
        {
            **_key(transaction_id),
            "type": "27",
            "ChannelReferenceId": f"W-{transaction_id}",
            "transDate": "2026-03-14",
            "businessDate": "2026-03-14",
            "currency": "USD",
            "custAccount": "100001",
            "grossAmount": str(sums["netAmountInclTax"]),
            "netAmount": str(sums["netAmount"]),
            "discAmount": str(sums["discAmount"]),
            "paymentAmount": paid,
            "numberOfItems": str(sums["qty"]),
            "numberOfItemLines": str(lines),
            "numberOfPaymentLines": "1",
        }
    )
    tendered = {"amountTendered": paid, "amountCur": paid, "amountMST": paid, "currency": "USD"}
    rows[PAYMENT].append({**_key(transaction_id), "lineNum": "1", "tenderType": "2", "cardTypeId": "VISA", **tendered})
    return rows


def _line(chance: random.Random, transaction_id: str, number: str, note: int) -> Iterator[tuple[str, Row]]:
    """One item line and what belongs to it: 10 % off, two taxes on the rest."""
    quantity, price = Decimal(chance.randint(1, 5)), Decimal(chance.randint(100, 99_999)).scaleb(-2)
    whole = product(quantity, price)
    discount = rounded(product(whole, Decimal("0.1")), "USD")
    net = difference(whole, discount)
    taxes = {code: rounded(product(net, rate), "USD") for code, rate in (("CITY", _CITY), ("STATE", _STATE))}
    tax = total(taxes.values())
    amounts = {
        "qty": negated(quantity),
        "price": price,
        "netAmount": negated(net),
        "taxAmount": negated(tax),
        "netAmountInclTax": negated(total((net, tax))),
        "discAmount": discount,
    }
    named = {"lineNum": number, "itemId": chance.choice(("81327", "91050")), "unit": "ea", "DlvMode": "99"}
    texts = {name: str(amount) for name, amount in amounts.items()}
    yield SALES, {**_key(transaction_id), **named, **texts, "currency": "USD"}
    of_line = {**_key(transaction_id, store="StoreId", transaction="TransactionId"), "SaleLineNum": number}
    for code, amount in taxes.items():
        yield TAX, {**of_line, "TaxCode": code, "Amount": str(amount)}
    offer = {"DiscountOriginType": "2", "Percentage": "10", "PeriodicDiscountOfferId": "SPRING-10"}
    yield DISCOUNT, {**of_line, "LineNum": "1", "Amount": str(discount), **offer}
    text = f"{chance.getrandbits(4 * note):0{note}x}".translate(_NO_DIGITS)
    yield ATTRIBUTE, {**_key(transaction_id), "HeaderOrLineNum": number, "Name": "Engraving", "TextValue": text}


def _key(transaction_id: str, *, store: str = "store", transaction: str = "transactionId") -> dict[str, str]:
    return {"DataAreaId": "USRT", "Channel": "5637144592", store: "HOUSTON-ONLINE", transaction: transaction_id}


def each_row(*orders: Rows) -> Iterator[tuple[str, Row]]:
    """(entity, row) of all the orders, as a package is written."""
    for order in orders:
        for entity, rows in order.items():
            for row in rows:
                yield entity, row
