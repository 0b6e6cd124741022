"""The journal as a text of vouchers, for beancount or for ledger."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

from postering.domain.exports.ledgers import BEANCOUNT_HEAD, LEDGER_HEAD, beancount_text, ledger_text
from postering.domain.exports.payments_and_journal import JOURNAL
from postering.domain.sales_orders.documents import PostedOrder
from postering.operations.exporting.order_files import Sums, add_to


class VoucherFile:
    """An `OrderFile` of vouchers; its rows are postings."""

    def __init__(self, path: Path, head: str, written: Callable[[PostedOrder], str]) -> None:
        self.path = path
        self.kind = JOURNAL.kind
        self.rows = 0
        self._debit: dict[str, Decimal] = {}
        self._credit: dict[str, Decimal] = {}
        self._written = written
        self._stream = path.open("x", encoding="utf-8", newline="\n")
        self._stream.write(head)

    @property
    def sums(self) -> Sums:
        """The sums of the debits and of the credits, by currency."""
        return {"debit": self._debit, "credit": self._credit}

    def add(self, order: PostedOrder) -> None:
        """Write the voucher of an order."""
        self._stream.write(self._written(order))
        self.rows += len(order.journal)
        for entry in order.journal:
            add_to(self._debit, entry.debit)
            add_to(self._credit, entry.credit)

    def close(self) -> None:
        """Finish the file."""
        self._stream.close()


def beancount_file(path: Path) -> VoucherFile:
    """A new file for beancount."""
    return VoucherFile(path, BEANCOUNT_HEAD, beancount_text)


def ledger_file(path: Path) -> VoucherFile:
    """A new file for Ledger or hledger."""
    return VoucherFile(path, LEDGER_HEAD, ledger_text)
