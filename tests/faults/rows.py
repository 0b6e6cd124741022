"""Raw rows of transactions, plain and written by hand: nothing here is made by the code under test."""

import random
import string
from collections.abc import Sequence
from typing import Final

Row = dict[str, str]
Rows = dict[str, list[Row]]
"""The rows of one transaction, by entity."""

HEADER: Final = "RetailTransactionTable"
LINE: Final = "RetailTransactionSalesTrans"
PAYMENT: Final = "RetailTransactionPaymentTrans"
CHARGE: Final = "RetailTransactionMarkupTrans"
CARD_NUMBER: Final = "4111 1111 1111 1111"
KEY: Final = {"DataAreaId": "USRT", "Channel": "5637144592", "store": "HOUSTON-ONLINE"}
CARD, ACCOUNT, GIFT_CARD = "2", "4", "8"


def text(cents: int) -> str:
    """Cents as the channel writes them."""
    return f"{'-' if cents < 0 else ''}{abs(cents) // 100}.{abs(cents) % 100:02d}"


def sale(
    name: str,
    *,
    quantity: int = 2,
    cents: int = 1999,
    paid: Sequence[int] | None = None,
    reference: str = "",
    freight: int = 0,
) -> Rows:
    """`quantity` pieces at `cents`, and freight; paid by card, in the parts given or at once."""
    return basket(name, [(quantity, cents)], paid=paid, reference=reference, freight=freight)


def basket(
    name: str,
    items: Sequence[tuple[int, int]],
    *,
    paid: Sequence[int] | None = None,
    tenders: Sequence[str] = (),
    reference: str = "",
    freight: int = 0,
) -> Rows:
    """Lines of (pieces, cents each), less than no pieces given back; paid in parts, by card or by `tenders`."""
    due = sum(quantity * cents for quantity, cents in items) + freight
    payments = (due,) if paid is None else tuple(paid)
    key = {**KEY, "transactionId": name}
    rows: Rows = {
        HEADER: [
            {
                **key,
                "type": "27",
                "ChannelReferenceId": reference or f"W-{name}",
                "currency": "USD",
                "custAccount": "100001",
                "businessDate": "2026-03-14",
                "grossAmount": text(-due),
                "netAmount": text(-due),
                "paymentAmount": text(sum(payments)),
                "numberOfItems": str(sum(quantity for quantity, _ in items)),
                "numberOfItemLines": str(len(items)),
                "numberOfPaymentLines": str(len(payments)),
            }
        ],
        LINE: [_line(key, number, -quantity, cents) for number, (quantity, cents) in enumerate(items, start=1)],
    }
    if payments:
        by = tuple(tenders) or (CARD,) * len(payments)
        rows[PAYMENT] = [_payment(key, n, part, by[n - 1]) for n, part in enumerate(payments, start=1)]
    if freight:
        charge = {"MarkupCode": "FREIGHT", "CurrencyCode": "USD", "CalculatedAmount": text(freight)}
        rows[CHARGE] = [{**key, "saleLineNum": "0", "markupLineNum": "1", **charge}]
    return rows


def customer_order(name: str, account: str, paid: Sequence[int] | None = None) -> Rows:
    """An asynchronous customer order of a customer that the channel made up."""
    return but(sale(name, paid=paid), HEADER, type="33", custAccount="", CustAccountAsync=account)


def large(name: str, lines: int) -> Rows:
    """An order of so many lines, each with a text that no compression makes small."""
    chance = random.Random(lines)  # noqa: S311 - nothing here is a secret
    rows = basket(name, [(1, 100 + number % 50) for number in range(lines)])
    letters = string.ascii_letters + string.digits
    for row in rows[LINE]:
        row["comment"] = "".join(chance.choices(letters, k=50))
    return rows


def take_back(name: str, original: str, *, quantity: int, cents: int = 1999) -> Rows:
    """A return of so many pieces of `original`, refunded to its first payment."""
    rows = given_back(name, quantity=quantity, cents=cents)
    rows[LINE][0] |= {"returnTransactionId": original, "returnLineNum": "1"}
    linked = {"IsLinkedRefund": "1", "LinkedPaymentTransactionId": original, "LinkedPaymentLineNumber": "1"}
    rows[PAYMENT][0] |= linked
    return rows


def given_back(name: str, *, quantity: int, cents: int = 1999) -> Rows:
    """A return that names no original."""
    return but(sale(name, quantity=-quantity, cents=cents), HEADER, saleIsReturnSale="1")


def header(name: str, kind: int, **columns: str) -> Rows:
    """A transaction that is a header only."""
    named = {**KEY, "transactionId": name, "type": str(kind), "currency": "USD", "businessDate": "2026-03-14"}
    return {HEADER: [{**named, **columns}]}


def cancellation(name: str, reference: str) -> Rows:
    """Of all that is left of the order with that reference."""
    return header(name, 37, ChannelReferenceId=reference)


def cancellation_of_a_line(name: str, original: str, *, line: int, quantity: int, cents: int) -> Rows:
    """Of so many pieces of one line of `original`, refunded to its first payment."""
    rows = take_back(name, original, quantity=quantity, cents=cents)
    rows[LINE][0] |= {"returnTransactionId": "", "returnLineNum": str(line)}
    return but(rows, HEADER, type="37", ChannelReferenceId=f"W-{original}", saleIsReturnSale="0")


def quotation(name: str) -> Rows:
    """A quote: a document without payments."""
    return but(sale(name, paid=()), HEADER, type="31")


def only(rows: Rows, *entities: str) -> Rows:
    """Those rows alone."""
    return {entity: some for entity, some in rows.items() if entity in entities}


def but(rows: Rows, entity: str, **columns: str) -> Rows:
    """The rows with columns of the entity's rows changed."""
    return {name: [row | columns if name == entity else row for row in some] for name, some in rows.items()}


def _line(key: Row, number: int, quantity: int, cents: int) -> Row:
    amount = text(quantity * cents)
    return {
        **key,
        "lineNum": str(number),
        "itemId": "81327",
        "currency": "USD",
        "qty": str(quantity),
        "unit": "ea",
        "price": text(cents),
        "netAmount": amount,
        "netAmountInclTax": amount,
        "taxAmount": "0",
    }


def _payment(key: Row, number: int, cents: int, tender: str) -> Row:
    row = {**key, "lineNum": str(number), "amountTendered": text(cents), "tenderType": tender, "currency": "USD"}
    return row | ({"cardTypeId": "VISA"} if tender == CARD else {})
