"""Checks of the header's totals and counts against its lines, charges, discounts and payments.

Expected and found are as in the channel's rows, where a sale is negative. Voided lines count for nothing.
"""

from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from typing import Final

from postering.domain.checks import proposals
from postering.domain.checks.findings import (
    cancels_all,
    charge_excluding_tax,
    charge_including_tax,
    charges_including_tax,
    evidence,
    priced,
    problem_of,
    text,
)
from postering.domain.checks.strays import charges_without_line
from postering.domain.money import EXACT, absolute, difference, plain, total
from postering.domain.problems import Problem
from postering.domain.repairs.commands import correct, correct_or_send, edit, void
from postering.domain.retail_transactions.entities import HEADER, SALES
from postering.domain.retail_transactions.transactions import RetailTransaction
from postering.domain.retail_transactions.types import ASYNC_CANCELLATION

_SHOWN_ROWS: Final = 3
_AS_IN_ROWS: Final = "as in the channel's rows, where a sale is negative"


def no_lines(transaction: RetailTransaction) -> Iterator[Problem]:
    """`NO_LINES`: at least one line is not voided. A cancellation without lines cancels all that is left."""
    if transaction.lines or cancels_all(transaction):
        return
    voided = len(transaction.sales)
    yield problem_of(
        "NO_LINES",
        f"all {voided} item lines are voided" if voided else "there are no item lines",
        expected="at least one item line that is not voided",
        found=f"{voided} voided" if voided else "none",
        rows=evidence(HEADER, (line.name for line in transaction.sales)),
        repair=correct_or_send(
            f"transactionStatus of the rows of {SALES} that were sold, or entryStatus of {HEADER} to 1 if none was"
        )
        + void(transaction.key, "NO_LINES"),
    )


def gross_amount(transaction: RetailTransaction) -> Iterator[Problem]:
    """`GROSS_AMOUNT`: grossAmount = Σ line netAmountInclTax − Σ charges including tax."""
    lines = total(line.gross for line in transaction.lines)
    expected = difference(lines, charges_including_tax(transaction))
    yield from _total(
        transaction,
        "GROSS_AMOUNT",
        ("grossAmount", transaction.header.gross, expected),
        "netAmountInclTax of the lines less the charges including tax",
        proposals.gross_amount,
    )
    yield from charges_without_line(transaction)


def net_amount(transaction: RetailTransaction) -> Iterator[Problem]:
    """`NET_AMOUNT`: netAmount = Σ line netAmount − Σ charges excluding tax."""
    lines = total(line.net for line in transaction.lines)
    expected = difference(lines, total(map(charge_excluding_tax, transaction.live_charges)))
    yield from _total(
        transaction,
        "NET_AMOUNT",
        ("netAmount", transaction.header.net, expected),
        "netAmount of the lines less the charges excluding tax",
        proposals.net_amount,
    )


def net_plus_tax(transaction: RetailTransaction) -> Iterator[Problem]:
    """`NET_PLUS_TAX`: grossAmount = Σ line (netAmount + taxAmount) − Σ charges with tax; and each line."""
    net_and_tax = total(EXACT.add(line.net, line.tax) for line in transaction.lines)
    yield from _total(
        transaction,
        "NET_PLUS_TAX",
        (
            "grossAmount",
            transaction.header.gross,
            difference(net_and_tax, charges_including_tax(transaction)),
        ),
        "netAmount plus taxAmount of the lines less the charges including tax",
        proposals.gross_amount,
    )
    for line in transaction.lines:
        expected = EXACT.add(line.net, line.tax)
        if line.gross != expected:
            column, value = proposals.line_amount(transaction, line)
            yield problem_of(
                "NET_PLUS_TAX",
                f"line {plain(line.line)}: netAmountInclTax is {priced(line.gross, transaction)}, but"
                f" netAmount {text(line.net, transaction)} and taxAmount {text(line.tax, transaction)} make"
                f" {priced(expected, transaction)} ({_AS_IN_ROWS})",
                expected=text(expected, transaction),
                found=text(line.gross, transaction),
                rows=(line.name,),
                repair=correct(
                    f"netAmountInclTax of {line.name} to {text(expected, transaction)}, or its netAmount or taxAmount"
                )
                + edit(transaction.key, "NET_PLUS_TAX", (line.name, column, text(value, transaction))),
            )


def discount_amount(transaction: RetailTransaction) -> Iterator[Problem]:
    """`DISCOUNT_AMOUNT`: header discAmount = Σ line discAmount."""
    expected = total(line.discount for line in transaction.lines)
    found = transaction.header.discount
    if found == expected or cancels_all(transaction):
        return
    yield problem_of(
        "DISCOUNT_AMOUNT",
        f"the header's discAmount is {priced(found, transaction)}, but discAmount of the lines makes"
        f" {priced(expected, transaction)} (a sale's discount is positive)",
        expected=text(expected, transaction),
        found=text(found, transaction),
        rows=evidence(HEADER, (line.name for line in transaction.lines)),
        repair=correct_or_send(f"discAmount of {HEADER} to {text(expected, transaction)}, or discAmount of its lines")
        + edit(transaction.key, "DISCOUNT_AMOUNT", *proposals.discount_amount(transaction)),
    )


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


def payment_amount(transaction: RetailTransaction) -> Iterator[Problem]:
    """`PAYMENT_AMOUNT`: paymentAmount = Σ amountTendered of the rows that count.

    A cancellation without payment rows reverses what is left of each payment, whatever its header says.
    """
    if transaction.header.type == ASYNC_CANCELLATION and not transaction.payments:
        return
    expected, found = total(row.tendered for row in transaction.paying), transaction.header.paid
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
            + edit(transaction.key, "PAYMENT_AMOUNT", *proposals.payment_amount(transaction)),
        )


def _total(
    transaction: RetailTransaction,
    code: str,
    compared: tuple[str, Decimal, Decimal],
    summed: str,
    propose: Callable[[RetailTransaction], proposals.Changes],
) -> Iterator[Problem]:
    """A problem where a header total (column, found, expected) is not what its lines and charges make."""
    column, found, expected = compared
    if found == expected or cancels_all(transaction):
        return
    apart = priced(absolute(difference(found, expected)), transaction)
    # Those of voided lines are evidence too: that a total has them in it is what is often wrong.
    rows = (
        *(line.name for line in transaction.lines),
        *(charge.name for charge in transaction.charges),
    )
    yield problem_of(
        code,
        f"the header's {column} is {priced(found, transaction)}, but {summed} make"
        f" {priced(expected, transaction)}: {apart} apart ({_AS_IN_ROWS}){_not_counted(transaction)}",
        expected=text(expected, transaction),
        found=text(found, transaction),
        rows=evidence(HEADER, rows),
        repair=correct_or_send(
            f"{column} of {HEADER} to {text(expected, transaction)}, or the lines and charges that it sums"
        )
        + edit(transaction.key, code, *propose(transaction)),
    )


def _not_counted(transaction: RetailTransaction) -> str:
    """Charges that no total counts, named: their line is voided or not there."""
    live = {charge.name for charge in transaction.live_charges}
    left_out = [
        f"{charge.name} of {text(charge_including_tax(charge), transaction)}"
        for charge in transaction.charges
        if charge.name not in live
    ]
    if not left_out:
        return ""
    more = f" and {len(left_out) - _SHOWN_ROWS} more" if len(left_out) > _SHOWN_ROWS else ""
    return f"; not counted, for their line is voided or missing: {', '.join(left_out[:_SHOWN_ROWS])}{more}"


def _more_than(
    transaction: RetailTransaction, promised: Decimal, names: Iterable[str], code: str, column: str, what: str
) -> Iterator[Problem]:
    rows = tuple(names)
    if len(rows) > promised:
        yield problem_of(
            code,
            f"the header's {column} promises {plain(promised)} {what}, but {len(rows)} came",
            expected=plain(promised),
            found=str(len(rows)),
            rows=evidence(HEADER, rows),
            repair=correct(f"{column} of {HEADER} to {len(rows)}, or leave out the {what} that are not its own")
            + edit(transaction.key, code, (HEADER, column, str(len(rows)))),
        )


CHECKS: Final = (
    ("NO_LINES", no_lines),
    ("GROSS_AMOUNT", gross_amount),
    ("NET_AMOUNT", net_amount),
    ("NET_PLUS_TAX", net_plus_tax),
    ("DISCOUNT_AMOUNT", discount_amount),
    ("NUMBER_OF_ITEMS", number_of_items),
    ("NUMBER_OF_LINES", number_of_lines),
    ("NUMBER_OF_PAYMENTS", number_of_payments),
    ("PAYMENT_AMOUNT", payment_amount),
)
"""Each code with its check, in the order of reports. They need the transaction alone."""
