"""What the faults are injected into: raw rows in four steps, with every kind of transaction and of trouble.

Plain rows, written by hand: nothing here is made by the code under test. `STATES` says what each step must end in.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
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


def text(cents: int) -> str:
    """Cents as the channel writes them."""
    return f"{'-' if cents < 0 else ''}{abs(cents) // 100}.{abs(cents) % 100:02d}"


def sale(
    name: str, *, quantity: int = 2, cents: int = 1999, paid: Sequence[int] = (), reference: str = "", freight: int = 0
) -> Rows:
    """`quantity` pieces at `cents`, and freight; paid by card, in the parts given or at once."""
    due = quantity * cents + freight
    payments = tuple(paid) or (due,)
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
                "numberOfItems": str(quantity),
                "numberOfItemLines": "1",
                "numberOfPaymentLines": str(len(payments)),
            }
        ],
        LINE: [_line(key, -quantity, cents)],
        PAYMENT: [_payment(key, number, part) for number, part in enumerate(payments, start=1)],
    }
    if freight:
        charge = {"MarkupCode": "FREIGHT", "CurrencyCode": "USD", "CalculatedAmount": text(freight)}
        rows[CHARGE] = [{**key, "saleLineNum": "0", "markupLineNum": "1", **charge}]
    return rows


def take_back(name: str, original: str, *, quantity: int, cents: int = 1999) -> Rows:
    """A return of so many pieces of `original`, refunded to its first payment."""
    rows = sale(name, quantity=-quantity, cents=cents)
    rows[HEADER][0] |= {"saleIsReturnSale": "1"}
    rows[LINE][0] |= {"returnTransactionId": original, "returnLineNum": "1"}
    linked = {"IsLinkedRefund": "1", "LinkedPaymentTransactionId": original, "LinkedPaymentLineNumber": "1"}
    rows[PAYMENT][0] |= linked
    return rows


def header(name: str, kind: int, **columns: str) -> Rows:
    """A transaction that is a header only."""
    named = {**KEY, "transactionId": name, "type": str(kind), "currency": "USD", "businessDate": "2026-03-14"}
    return {HEADER: [{**named, **columns}]}


def cancellation(name: str, reference: str) -> Rows:
    """Of all that is left of the order with that reference."""
    return header(name, 37, ChannelReferenceId=reference)


def quotation(name: str) -> Rows:
    """A quote: a document without payments."""
    rows = sale(name)
    rows[HEADER][0] |= {"type": "31", "numberOfPaymentLines": "0", "paymentAmount": "0"}
    return {entity: some for entity, some in rows.items() if entity != PAYMENT}


def only(rows: Rows, *entities: str) -> Rows:
    """Those rows alone."""
    return {entity: some for entity, some in rows.items() if entity in entities}


def but(rows: Rows, entity: str, **columns: str) -> Rows:
    """The rows with columns of the entity's first one changed."""
    return {name: [row | columns if name == entity else row for row in some] for name, some in rows.items()}


def _line(key: Row, quantity: int, cents: int) -> Row:
    amount = text(quantity * cents)
    return {
        **key,
        "lineNum": "1",
        "itemId": "81327",
        "currency": "USD",
        "qty": str(quantity),
        "unit": "ea",
        "price": text(cents),
        "netAmount": amount,
        "netAmountInclTax": amount,
        "taxAmount": "0",
    }


def _payment(key: Row, number: int, cents: int) -> Row:
    card = {"tenderType": "2", "cardTypeId": "VISA", "currency": "USD"}
    return {**key, "lineNum": str(number), "amountTendered": text(cents), **card}


@dataclass(frozen=True)
class Step:
    """What comes before the jobs run: rows in the channel database, packages, then (the jobs run) a longer sequence."""

    sold: Sequence[Rows] = ()
    packages: Mapping[str, Sequence[Rows]] = field(default_factory=dict)
    largest: int = 0


CONFLICT: Final = sale("P-5")
BAD: Final = sale("P-4")
LATE: Final = sale("T-5", cents=333)
COPIES: Final = [sale("P-1"), sale("P-2", paid=(3000, 998))]

FIRST_LARGEST: Final = 10
"""The first step takes 7 numbers; a run that dies, or that another overtakes, leaves a gap of at most 3."""

STEPS: Final = (
    Step(
        sold=[
            sale("T-1"),
            sale("T-2", freight=500),
            sale("T-3", paid=(1000, 2000, 998)),
            sale("T-4", quantity=3, paid=(5996,)),  # a cent less than due: within the tolerance
            only(LATE, HEADER, PAYMENT),
            but(sale("T-9"), HEADER, comment=CARD_NUMBER),
        ],
        packages={
            "first": [*COPIES, but(sale("P-3"), PAYMENT, comment2=CARD_NUMBER), but(BAD, LINE, qty="two")],
            "first-again": [*COPIES, quotation("Q-1")],
            "others": [
                header("N-1", 2),
                but(sale("V-1"), HEADER, entryStatus="1"),
                {LINE: [{"itemId": "81327", "lineNum": "1"}]},
            ],
        },
    ),
    Step(
        sold=[only(LATE, LINE), only(but(sale("T-2", freight=500), LINE, price="20.99"), LINE)],
        packages={
            "second": [CONFLICT, cancellation("C-1", "W-T-3"), take_back("R-1", "T-1", quantity=2)],
            "second-other": [but(CONFLICT, LINE, price="18.99"), take_back("R-2", "T-1", quantity=2)],
            "references": [sale("E-1", reference="W-E"), sale("E-2", reference="W-E"), cancellation("C-2", "W-P-6")],
            "part": [take_back("R-3", "T-4", quantity=1), sale("P-7"), take_back("R-4", "T-7", quantity=1)],
        },
        largest=999,
    ),
    Step(
        sold=[sale("T-7"), sale("T-8")],
        packages={"third": [cancellation("C-3", "W-T-4"), sale("P-6"), only(BAD, LINE)]},
    ),
)

_FIRST: Final[dict[str, str]] = {
    **dict.fromkeys(("T-1", "T-2", "T-3", "T-4", "P-1", "P-2", "Q-1"), "succeeded"),
    **dict.fromkeys(("T-9", "P-3", "P-4"), "failed"),
    "T-5": "waiting",
    "N-1": "not_an_order",
    "V-1": "voided",
}
_SECOND: Final[dict[str, str]] = {
    **_FIRST,
    **dict.fromkeys(("T-5", "C-1", "R-3", "P-7", "R-4"), "succeeded"),
    **dict.fromkeys(("P-5", "C-2"), "failed"),
}
_THIRD: Final[dict[str, str]] = {
    **_SECOND,
    **dict.fromkeys(("T-7", "T-8", "C-2", "C-3", "P-4", "P-6"), "succeeded"),
}
STATES: Final = (_FIRST, _SECOND, _THIRD)
"""The state of each transaction after each step, but for `RIVALS`."""

RIVALS: Final = (("R-1", "R-2"), ("E-1", "E-2"))
"""Of each pair one is posted and the other fails, whichever comes first; from the second step."""

RACING: Final = frozenset({"P-5"})
"""Comes with other content in another session of the same step: held back, or posted by a run between the two."""
