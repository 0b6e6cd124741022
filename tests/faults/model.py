"""What must be in the books, reckoned from the raw rows in whole cents: it shares no code with what it judges.

`found` are plain values that `world` reads from the store. Each finding is told by its kind, for the table at the end.
"""

from collections import Counter
from dataclasses import dataclass, field
from typing import Final

from tests.faults.workload import CHARGE, HEADER, LINE, PAYMENT, RACING, RIVALS, STATES, STEPS, Row

LOST, DOUBLED, HALF_VISIBLE, CENTS, OTHER = "lost", "doubled", "half-visible", "unexplained cents", "other"
CLEARING, RECEIVABLE, VARIANCE = "112250", "130100", "618900"
_CANCELLATION, _QUOTATION = "37", "31"


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


@dataclass
class Books:
    """Everything in the store, in plain values."""

    states: list[tuple[str, str]]
    numbers: dict[str, str]
    documents: list[Document]
    taken: dict[str, dict[str, int]] = field(default_factory=dict)  # original: "quantity", "cents" taken back
    takers: dict[str, set[str]] = field(default_factory=dict)


Finding = tuple[str, str]


def received(steps: int) -> dict[str, dict[str, dict[str, Row]]]:
    """Rows of the first `steps`, by transaction, entity and line; what came first stays, a row that was bad goes."""
    rows: dict[str, dict[str, dict[str, Row]]] = {}
    for step in STEPS[:steps]:
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

    def __init__(self, steps: int, raced: bool = False) -> None:
        """`raced`: runs at once; what comes in two sessions of one step may be posted between them."""
        self.rows = received(steps)
        self.states = {name: state for name, state in STATES[steps - 1].items() if not (raced and name in RACING)}
        self.rivals = RIVALS if steps > 1 else ()

    def findings(self, books: Books) -> list[Finding]:
        """All that is wrong in `books`."""
        posted = {name for name, state in books.states if state == "succeeded"}
        return [
            *self._states(books),
            *whole(books),
            *(finding for document in books.documents for finding in self._document(document, posted)),
            *self._accounts(books, posted),
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
        paid = sum(payments.values())
        kind = self._kind(name)
        # What a cancellation leaves open of an order of which something was returned before stays open.
        variance = total - paid if kind not in {_CANCELLATION, _QUOTATION} else 0
        expected_journal = {CLEARING: paid, RECEIVABLE: -paid - variance, VARIANCE: variance}
        opened = total - paid - variance if kind != _QUOTATION else 0
        checks = (
            ("total", document.total, total),
            ("payments", document.payments, payments),
            ("variance", document.variance, variance),
            ("open", document.open, opened),
            ("balance of the journal", sum(amount for _, amount in document.journal), 0),
        )
        found = [
            (CENTS, f"{name}: {what} is {there}, and should be {expected}")
            for what, there, expected in checks
            if there != expected
        ]
        for account in sorted({*entries, *expected_journal}):
            expected = expected_journal.get(account, 0)
            if entries[account] != expected:
                found.append((CENTS, f"{name}: account {account} is {entries[account]}, and should be {expected}"))
        if document.journal and document.vouchers != {document.number}:
            found.append((HALF_VISIBLE, f"{name}: vouchers {document.vouchers} of document {document.number}"))
        return found

    def _kind(self, name: str) -> str:
        return self.rows[name][HEADER][""]["type"]

    def _expected(self, name: str, posted: set[str]) -> tuple[int, dict[int, int]]:
        """Total and payments by line of what `name` becomes."""
        if self._kind(name) == _CANCELLATION:
            original = self._cancelled(name)
            total, payments = self._expected(original, posted)
            for other in posted:
                if self._returns(other) == original:
                    back, refunds = self._expected(other, posted)
                    total += back
                    payments[1] += sum(refunds.values())
            reversed_lines = [-amount for _, amount in sorted(payments.items(), reverse=True) if amount]
            return -total, dict(enumerate(reversed_lines, start=1))
        lines = self.rows[name][LINE].values()
        total = -sum(cents(row["netAmountInclTax"]) for row in lines)
        total += sum(cents(row["CalculatedAmount"]) for row in self.rows[name].get(CHARGE, {}).values())
        rows = self.rows[name].get(PAYMENT, {}).values()
        return total, {int(row["lineNum"]): cents(row["amountTendered"]) for row in rows}

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
