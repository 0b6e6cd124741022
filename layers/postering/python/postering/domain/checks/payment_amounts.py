"""The header's payment amount against its payments, and the amounts of each payment against each other."""

from collections.abc import Iterator
from typing import Final

from postering.domain.checks.check import Check
from postering.domain.checks.exchange import exchanged_amounts
from postering.domain.checks.findings import evidence, priced, problem_of, text
from postering.domain.checks.sums import Changes, tendered_in_full
from postering.domain.problems import Problem
from postering.domain.repairs.commands import correct_or_send, edit
from postering.domain.retail_transactions.entities import HEADER
from postering.domain.retail_transactions.transactions import RetailTransaction
from postering.domain.retail_transactions.types import ASYNC_CANCELLATION


def payment_amount(transaction: RetailTransaction) -> Iterator[Problem]:
    """`PAYMENT_AMOUNT`: paymentAmount = Σ amountTendered of the rows that count.

    A cancellation without payment rows reverses the rest of each payment, whatever its header says.
    """
    if transaction.header.type == ASYNC_CANCELLATION and not transaction.payments:
        return
    expected, found = transaction.paid, transaction.header.paid
    if found != expected:
        yield problem_of(
            "PAYMENT_AMOUNT",
            f"the header's paymentAmount is {priced(found, transaction)}, but the payment lines that count"
            f" make {priced(expected, transaction)} (a payment is positive, change and refunds are negative)",
            expected=text(expected, transaction),
            found=text(found, transaction),
            rows=evidence(HEADER, (payment.name for payment in transaction.payments)),
            repair=correct_or_send(
                f"paymentAmount of {HEADER} to {text(expected, transaction)}, or amountTendered of its payment lines"
            )
            + edit(transaction.key, "PAYMENT_AMOUNT", *_payment_changes(transaction)),
        )


def _payment_changes(transaction: RetailTransaction) -> Changes:
    """Edits of the only payment, if total and paymentAmount of the header agree; else of paymentAmount."""
    if tendered := tendered_in_full(transaction):
        return tendered
    expected = transaction.paid
    return ((HEADER, "paymentAmount", text(expected, transaction)),)


PAYMENT_AMOUNT: Final = Check(
    name="PAYMENT_AMOUNT",
    meaning="header payment amount = payment lines that count; amounts in two currencies agree at their rate",
    alone=payment_amount,
    placed=exchanged_amounts,
)

CHECKS: Final = (PAYMENT_AMOUNT,)
"""The checks of this family, in the order of reports."""
