"""What must be in the books, reckoned from the raw rows in whole cents: it shares no code with what it judges.

`found` are plain values that `world` reads from the store. Each finding is told by its kind, for the table at the end.
"""

from collections import Counter
from dataclasses import dataclass, field
from typing import Final

from tests.faults.rows import ACCOUNT, CARD, CHARGE, GIFT_CARD, HEADER, LINE, PAYMENT, Row
from tests.faults.workload import Workload

LOST, DOUBLED, HALF_VISIBLE, CENTS, OTHER = "lost", "doubled", "half-visible", "unexplained cents", "other"
RECEIVABLE, VARIANCE = "130100", "618900"
PAID_TO: Final = {CARD: "112250", GIFT_CARD: "250600", ACCOUNT: RECEIVABLE}
"""The account of each tender; what is paid on account stays with the receivable."""

_CANCELLATION, _QUOTATION = "37", "31"
_TOLERANCE: Final = 1
Payments = dict[int, tuple[int, str]]
"""Cents and tender, by line."""


@dataclass
class Document:
    """One document as it is in the store; amounts in cents, positive for a sale."""

    transaction: str
    number: str
    total: int
    payments: dict[int, int]
    journal: list[tuple[str, int]]  # account, debit less credit
    vouchers: set[str]
    variance: int
    open: int
    customers: tuple[str, ...] = ()  # accounts of those that were created with it


@dataclass
class Books:
    """Everything in the store, in plain values."""

    states: list[tuple[str, str]]
    numbers: dict[str, str]
    documents: list[Document]
    taken: dict[str, dict[str, int]] = field(default_factory=dict)  # original: "quantity", "cents" taken back
    takers: dict[str, set[str]] = field(default_factory=dict)
    customers: dict[str, str] = field(default_factory=dict)  # account: the transaction that it was created by


Finding = tuple[str, str]


def received(workload: Workload, steps: int) -> dict[str, dict[str, dict[str, Row]]]:
    """Rows of the first `steps`, by transaction, entity and line; what came first stays, a row that was bad goes."""
    rows: dict[str, dict[str, dict[str, Row]]] = {}
    for step in workload.steps[:steps]:
        for transactions in ([*step.sold], *step.packages.values()):
            for transaction in transactions:
                for entity, some in transaction.items():
                    for row in some:
                        name = row.get("transactionId")
                        if name is None:
                            continue
                        rows.setdefault(name, {})
                        if row.get("qty") == "two":
                            continue
                        line = row.get("lineNum") or row.get("markupLineNum") or ""
                        rows[name].setdefault(entity, {}).setdefault(line, row)
    return rows


def cents(amount: str) -> int:
    """Whole cents of a text."""
    sign, digits = (-1, amount[1:]) if amount.startswith("-") else (1, amount)
    whole, _, part = digits.partition(".")
    assert len(part) <= 2 or not part[2:].strip("0")
    return sign * (int(whole) * 100 + int(f"{part}00"[:2]))


class Model:
    """What is expected after so many steps."""

    def __init__(self, workload: Workload, steps: int, raced: bool = False) -> None:
        """`raced`: runs at once; what comes in two sessions of one step may be posted between them."""
        self.rows = received(workload, steps)
        racing = workload.racing if raced else frozenset()
        self.states = {name: state for name, state in workload.states[steps - 1].items() if name not in racing}
        self.rivals = workload.rivals if steps > 1 else ()

    def findings(self, books: Books) -> list[Finding]:
        """All that is wrong in `books`."""
        posted = {name for name, state in books.states if state == "succeeded"}
        return [
            *self._states(books),
            *whole(books),
            *(finding for document in books.documents for finding in self._document(document, posted)),
            *self._accounts(books, posted),
            *self._customers(books, posted),
        ]

    def _states(self, books: Books) -> list[Finding]:
        states = dict(books.states)
        found = [(LOST, f"{name} is not there") for name in self.rows.keys() - states.keys()]
        found += [(OTHER, f"{name} is there and never came") for name in states.keys() - self.rows.keys()]
        for name, expected in self.states.items():
            if name in states and states[name] != expected:
                found.append((LOST, f"{name} is {states[name]}, and should be {expected}"))
        for pair in self.rivals:
            if sorted(states.get(name, "") for name in pair) != ["failed", "succeeded"]:
                found.append((DOUBLED, f"of {pair} one is posted: {[states.get(name) for name in pair]}"))
        return found

    def _document(self, document: Document, posted: set[str]) -> list[Finding]:
        name = document.transaction
        total, payments = self._expected(name, posted)
        entries: Counter[str] = Counter()
        for account, amount in document.journal:
            entries[account] += amount
        paid = sum(amount for amount, _ in payments.values())
        kind = self._kind(name)
        due = total - paid if kind != _QUOTATION else 0
        # What a cancellation leaves open of an order of which something was returned before stays open.
        variance = due if abs(due) <= _TOLERANCE and kind != _CANCELLATION else 0
        expected_journal: Counter[str] = Counter({RECEIVABLE: -paid - variance, VARIANCE: variance})
        for amount, tender in payments.values():
            expected_journal[PAID_TO[tender]] += amount
        checks = (
            ("total", document.total, total),
            ("payments", document.payments, {line: amount for line, (amount, _) in payments.items()}),
            ("variance", document.variance, variance),
            ("open", document.open, due - variance),
            ("balance of the journal", sum(amount for _, amount in document.journal), 0),
        )
        found = [
            (CENTS, f"{name}: {what} is {there}, and should be {expected}")
            for what, there, expected in checks
            if there != expected
        ]
        for account in sorted({*entries, *expected_journal}):
            expected = expected_journal[account]
            if entries[account] != expected:
                found.append((CENTS, f"{name}: account {account} is {entries[account]}, and should be {expected}"))
        if document.journal and document.vouchers != {document.number}:
            found.append((HALF_VISIBLE, f"{name}: vouchers {document.vouchers} of document {document.number}"))
        return found

    def _kind(self, name: str) -> str:
        return self.rows[name][HEADER][""]["type"]

    def _expected(self, name: str, posted: set[str]) -> tuple[int, Payments]:
        """Total and payments by line of what `name` becomes."""
        if self._kind(name) == _CANCELLATION and LINE not in self.rows[name]:
            original = self._cancelled(name)
            total, payments = self._expected(original, posted)
            for other in posted - {name}:
                if self._original(other) == original:
                    back, refunds = self._expected(other, posted)
                    total += back
                    left = payments[1][0] + sum(amount for amount, _ in refunds.values())
                    payments[1] = left, payments[1][1]
            reversed_lines = [(-amount, by) for _, (amount, by) in sorted(payments.items()) if amount]
            return -total, dict(enumerate(reversed_lines, start=1))
        lines = self.rows[name][LINE].values()
        total = -sum(cents(row["netAmountInclTax"]) for row in lines)
        total += sum(cents(row["CalculatedAmount"]) for row in self.rows[name].get(CHARGE, {}).values())
        rows = self.rows[name].get(PAYMENT, {}).values()
        return total, {int(row["lineNum"]): (cents(row["amountTendered"]), row["tenderType"]) for row in rows}

    def _cancelled(self, name: str) -> str:
        reference = self.rows[name][HEADER][""]["ChannelReferenceId"]
        (original,) = (
            other
            for other, rows in self.rows.items()
            if other != name and rows.get(HEADER, {}).get("", {}).get("ChannelReferenceId") == reference
        )
        return original

    def _returns(self, name: str) -> str:
        return next((row.get("returnTransactionId", "") for row in self.rows[name].get(LINE, {}).values()), "")

    def _original(self, name: str) -> str:
        return self._cancelled(name) if self._kind(name) == _CANCELLATION else self._returns(name)

    def _accounts(self, books: Books, posted: set[str]) -> list[Finding]:
        """Of each original, what those that are posted took back, and never more than was sold and paid."""
        found = []
        takers: dict[str, set[str]] = {}
        for name in posted:
            if original := self._original(name):
                takers.setdefault(original, set()).add(name)
        if takers != books.takers:
            found.append((HALF_VISIBLE, f"accounts name {books.takers}, posted are {takers}"))
        for original, taken in books.taken.items():
            if original not in posted:
                continue
            lines = self.rows[original][LINE].values()
            sold = -sum(int(row["qty"]) for row in lines)
            paid = sum(cents(row["amountTendered"]) for row in self.rows[original][PAYMENT].values())
            if taken["quantity"] > sold or taken["cents"] > paid:
                found.append((DOUBLED, f"of {original}, {sold} sold for {paid}, was taken back: {taken}"))
        return found

    def _customers(self, books: Books, posted: set[str]) -> list[Finding]:
        """Each asynchronous customer of an order that is posted was created once, with one of its orders."""
        found = []
        created = Counter(account for document in books.documents for account in document.customers)
        by = {account: document.transaction for document in books.documents for account in document.customers}
        named = {account for name in posted if (account := self.rows[name][HEADER][""].get("CustAccountAsync"))}
        found += [(LOST, f"customer {account} was not created") for account in named - created.keys()]
        found += [(OTHER, f"customer {account} was created for nothing") for account in created.keys() - named]
        found += [(DOUBLED, f"customer {account} was created {n} times") for account, n in created.items() if n > 1]
        if books.customers != by:
            found.append((HALF_VISIBLE, f"customers are {books.customers}, the documents created {by}"))
        return found


def whole(books: Books) -> list[Finding]:
    """What holds at any moment, also right after a crash: state, document, number and account go together."""
    found = []
    for name, times in Counter(name for name, _ in books.states).items():
        if times > 1:
            found.append((DOUBLED, f"{name} is there {times} times"))
    documents = Counter(document.transaction for document in books.documents)
    numbers = Counter(document.number for document in books.documents)
    found += [(DOUBLED, f"{name} has {times} documents") for name, times in documents.items() if times > 1]
    found += [(DOUBLED, f"number {name} was given {times} times") for name, times in numbers.items() if times > 1]
    posted = {name for name, state in books.states if state == "succeeded"}
    found += [(HALF_VISIBLE, f"{name} is posted and has no document") for name in posted - documents.keys()]
    found += [(HALF_VISIBLE, f"{name} has a document and is not posted") for name in documents.keys() - posted]
    given = {document.transaction: document.number for document in books.documents}
    if given != {name: number for name, number in books.numbers.items() if number}:
        found.append((HALF_VISIBLE, f"numbers of records {books.numbers} are not those of documents {given}"))
    for original, takers in books.takers.items():
        if takers - posted:
            found.append((HALF_VISIBLE, f"{original} was taken back by {takers - posted}, which is not posted"))
    return found


KINDS: Final = (LOST, DOUBLED, HALF_VISIBLE, CENTS)
