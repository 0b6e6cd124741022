"""Checks of the header's totals against its lines, charges and discounts.

Expected and found have the sign of the channel's rows: a sale is negative. Voided lines do not count. A repair proposes
the one amount that others contradict, and none if it is not clear which is wrong."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Final

from postering.domain.checks.check import Check
from postering.domain.checks.findings import (
    SHOWN_ROWS,
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
from postering.domain.checks.sums import Changes, discount_of_rows, gross_of, net_of
from postering.domain.lists import first_of
from postering.domain.money import EXACT, absolute, difference, negated, plain, total
from postering.domain.problems import Problem
from postering.domain.repairs.commands import correct, correct_or_send, edit, void
from postering.domain.retail_transactions.entities import HEADER, SALES
from postering.domain.retail_transactions.transactions import RetailTransaction, SalesTrans

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
        _gross_changes,
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
        _net_changes,
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
        _gross_changes,
    )
    for line in transaction.lines:
        expected = EXACT.add(line.net, line.tax)
        if line.gross != expected:
            column, value = _line_amount(transaction, line)
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
        + edit(transaction.key, "DISCOUNT_AMOUNT", *_discount_changes(transaction)),
    )


def _total(
    transaction: RetailTransaction,
    code: str,
    compared: tuple[str, Decimal, Decimal],
    summed: str,
    propose: Callable[[RetailTransaction], Changes],
) -> Iterator[Problem]:
    """A problem if a header total (column, found, expected) is not the sum of its lines and charges."""
    column, found, expected = compared
    if found == expected or cancels_all(transaction):
        return
    apart = priced(absolute(difference(found, expected)), transaction)
    # Voided lines are evidence too: a common fault is a total that includes them.
    rows = (
        *(line.name for line in transaction.lines),
        *(charge.name for charge in transaction.charges),
    )
    yield problem_of(
        code,
        f"the header's {column} is {priced(found, transaction)}, but {summed} is"
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
    """The charges that no total counts because their line is voided or missing."""
    live = {charge.name for charge in transaction.live_charges}
    left_out = [
        f"{charge.name} of {text(charge_including_tax(charge), transaction)}"
        for charge in transaction.charges
        if charge.name not in live
    ]
    if not left_out:
        return ""
    return f"; not counted, since their line is voided or missing: {first_of(left_out, SHOWN_ROWS)}"


def _gross_changes(transaction: RetailTransaction) -> Changes:
    """Edits after which grossAmount is the sum of its lines and charges; none if it is not clear which is wrong."""
    corrected = _corrected(transaction)
    if corrected is not transaction and gross_of(corrected) == transaction.header.gross:
        return _line_changes(transaction)
    expected = gross_of(corrected)
    if transaction.header.gross == expected:
        return _line_changes(transaction)
    if transaction.paid and transaction.paid == transaction.header.order_total:
        return _one_charge(transaction, difference(gross_of(transaction), transaction.header.gross))
    return ((HEADER, "grossAmount", text(expected, transaction)),)


def _net_changes(transaction: RetailTransaction) -> Changes:
    """Edits after which netAmount is the sum of its lines and charges."""
    corrected = _corrected(transaction)
    if corrected is not transaction and net_of(corrected) == transaction.header.net:
        return _line_changes(transaction)
    apart = difference(net_of(transaction), transaction.header.net)
    if apart == difference(gross_of(transaction), transaction.header.gross):
        changes = _one_charge(transaction, apart)
        if changes and _gross_changes(transaction) == changes:
            return changes
    return ((HEADER, "netAmount", text(net_of(corrected), transaction)),)


def _one_charge(transaction: RetailTransaction, more: Decimal) -> Changes:
    """`more` on the only charge: on its tax if the net amounts agree without it."""
    if len(transaction.live_charges) != 1:
        return ()
    (charge,) = transaction.live_charges
    if transaction.header.net == net_of(transaction):
        return ((charge.name, "TaxAmountExclusive", text(EXACT.add(charge.tax_on_top, more), transaction)),)
    return ((charge.name, "CalculatedAmount", text(EXACT.add(charge.amount, more), transaction)),)


def _corrected(transaction: RetailTransaction) -> RetailTransaction:
    """The transaction with the amounts of each line made to agree; itself if all agree already."""
    right = {line.line: _line_amount(transaction, line) for line in _uneven(transaction)}
    if not right:
        return transaction
    changed = [_with_amount(line, *right[line.line]) if line.line in right else line for line in transaction.sales]
    return replace(transaction, sales=tuple(changed))


def _with_amount(line: SalesTrans, column: str, amount: Decimal) -> SalesTrans:
    match column:
        case "netAmount":
            return replace(line, net=amount)
        case "taxAmount":
            return replace(line, tax=amount)
        case _:
            return replace(line, gross=amount)


def _line_changes(transaction: RetailTransaction) -> Changes:
    made = ((line, *_line_amount(transaction, line)) for line in _uneven(transaction))
    return tuple((line.name, column, text(value, transaction)) for line, column, value in made)


def _line_amount(transaction: RetailTransaction, line: SalesTrans) -> tuple[str, Decimal]:
    """The wrong column of a line whose netAmountInclTax is not netAmount + taxAmount, and its right value."""
    taxed = negated(total(row.amount for row in transaction.counting_taxes_by_line.get(line.line, ())))
    if line.tax != taxed and difference(line.gross, line.net) == taxed:
        return "taxAmount", taxed
    if transaction.header.net != net_of(transaction) and transaction.header.gross == gross_of(transaction):
        return "netAmount", difference(line.gross, line.tax)
    return "netAmountInclTax", EXACT.add(line.net, line.tax)


def _uneven(transaction: RetailTransaction) -> list[SalesTrans]:
    return [line for line in transaction.lines if line.gross != EXACT.add(line.net, line.tax)]


def _discount_changes(transaction: RetailTransaction) -> Changes:
    """Edits after which the header's discAmount is the sum of its lines'."""
    by_rows = {line: discount_of_rows(transaction, line) for line in transaction.lines}
    if total(by_rows.values()) == transaction.header.discount:
        return tuple(
            (line.name, "discAmount", text(made, transaction))
            for line, made in by_rows.items()
            if made != line.discount
        )
    expected = total(line.discount for line in transaction.lines)
    return ((HEADER, "discAmount", text(expected, transaction)),)


NO_LINES: Final = Check(name="NO_LINES", meaning="at least one line is not voided", alone=no_lines)
GROSS_AMOUNT: Final = Check(
    name="GROSS_AMOUNT", meaning="header gross amount = lines including tax − charges including tax", alone=gross_amount
)
NET_AMOUNT: Final = Check(
    name="NET_AMOUNT", meaning="header net amount = lines − charges, both without tax", alone=net_amount
)
NET_PLUS_TAX: Final = Check(
    name="NET_PLUS_TAX",
    meaning="net plus tax is the amount including tax, on the header and on each line",
    alone=net_plus_tax,
)
DISCOUNT_AMOUNT: Final = Check(
    name="DISCOUNT_AMOUNT", meaning="header discount = discounts of the lines", alone=discount_amount
)

CHECKS: Final = (NO_LINES, GROSS_AMOUNT, NET_AMOUNT, NET_PLUS_TAX, DISCOUNT_AMOUNT)
"""The checks of this family, in the order of reports."""
