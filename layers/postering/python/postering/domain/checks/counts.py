"""Checks of the header's counts against its lines and payments. An absent count promises nothing."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Final

from postering.domain.checks.check import Check
from postering.domain.checks.findings import cancels_all, evidence, problem_of
from postering.domain.money import absolute, plain, total
from postering.domain.problems import Problem
from postering.domain.repairs.commands import correct, correct_or_send, edit
from postering.domain.retail_transactions.entities import HEADER
from postering.domain.retail_transactions.transactions import RetailTransaction


def number_of_items(transaction: RetailTransaction) -> Iterator[Problem]:
    """`NUMBER_OF_ITEMS`: |numberOfItems| = |Σ qty|. An absent number promises nothing."""
    promised = transaction.header.number_of_items
    if promised is None or cancels_all(transaction):
        return
    counted = absolute(total(line.quantity for line in transaction.lines))
    if absolute(promised) != counted:
        yield problem_of(
            "NUMBER_OF_ITEMS",
            f"the header's numberOfItems is {plain(promised)}, but qty of the lines makes {plain(counted)}",
            expected=plain(counted),
            found=plain(promised),
            rows=evidence(HEADER, (line.name for line in transaction.lines)),
            repair=correct_or_send(f"numberOfItems of {HEADER} to {plain(counted)}, or qty of its lines")
            + edit(transaction.key, "NUMBER_OF_ITEMS", (HEADER, "numberOfItems", plain(counted))),
        )


def number_of_lines(transaction: RetailTransaction) -> Iterator[Problem]:
    """`NUMBER_OF_LINES`: no more item lines than numberOfItemLines, voided ones counted."""
    promised = transaction.header.number_of_item_lines
    if promised is not None:
        names = (line.name for line in transaction.sales)
        yield from _more_than(transaction, promised, names, "NUMBER_OF_LINES", "numberOfItemLines", "item lines")


def number_of_payments(transaction: RetailTransaction) -> Iterator[Problem]:
    """`NUMBER_OF_PAYMENTS`: no more payment lines than numberOfPaymentLines, voided ones counted."""
    promised = transaction.header.number_of_payment_lines
    if promised is not None:
        names = (payment.name for payment in transaction.payments)
        yield from _more_than(
            transaction, Decimal(promised), names, "NUMBER_OF_PAYMENTS", "numberOfPaymentLines", "payment lines"
        )


def _more_than(
    transaction: RetailTransaction, promised: Decimal, names: Iterable[str], code: str, column: str, kind: str
) -> Iterator[Problem]:
    rows = tuple(names)
    if len(rows) > promised:
        yield problem_of(
            code,
            f"the header's {column} promises {plain(promised)} {kind}, but {len(rows)} came",
            expected=plain(promised),
            found=str(len(rows)),
            rows=evidence(HEADER, rows),
            repair=correct(
                f"{column} of {HEADER} to {len(rows)}, or leave out the {kind} that belong to another transaction"
            )
            + edit(transaction.key, code, (HEADER, column, str(len(rows)))),
        )


NUMBER_OF_ITEMS: Final = Check(
    name="NUMBER_OF_ITEMS", meaning="number of items = quantities of the lines", alone=number_of_items
)
NUMBER_OF_LINES: Final = Check(
    name="NUMBER_OF_LINES", meaning="no more item lines than the header promises", alone=number_of_lines
)
NUMBER_OF_PAYMENTS: Final = Check(
    name="NUMBER_OF_PAYMENTS", meaning="no more payment lines than the header promises", alone=number_of_payments
)

CHECKS: Final = (NUMBER_OF_ITEMS, NUMBER_OF_LINES, NUMBER_OF_PAYMENTS)
"""The checks of this family, in the order of reports."""
