"""Checks of a line's discounts against its discount rows."""

from collections.abc import Iterable, Iterator
from typing import Final

from postering.domain.checks.check import Check
from postering.domain.checks.findings import priced, problem_of, text
from postering.domain.checks.strays import rows_without_line
from postering.domain.checks.sums import Changes, discount_of_rows
from postering.domain.money import EXACT, difference, plain, total
from postering.domain.problems import Problem
from postering.domain.repairs.commands import correct, correct_or_send, edit
from postering.domain.retail_transactions.entities import DISCOUNT, HEADER
from postering.domain.retail_transactions.transactions import RetailTransaction, SalesTrans
from postering.domain.texts import counted


def line_discount(transaction: RetailTransaction) -> Iterator[Problem]:
    """`LINE_DISCOUNT`: line discAmount = Σ its discount rows' Amount."""
    by_line = transaction.discounts_by_line
    for line in transaction.lines:
        rows = by_line.get(line.line, ())
        expected = total(row.amount for row in rows)
        if line.discount != expected:
            yield problem_of(
                "LINE_DISCOUNT",
                f"line {plain(line.line)}: discAmount is {priced(line.discount, transaction)}, but Amount of"
                f" its {counted(len(rows), 'discount row')} makes {priced(expected, transaction)}"
                " (a sale's discount is positive)",
                expected=text(expected, transaction),
                found=text(line.discount, transaction),
                rows=(line.name, *(row.name for row in rows)),
                repair=correct_or_send(
                    f"discAmount of {line.name} to {text(expected, transaction)}, or Amount of its rows of {DISCOUNT}"
                )
                + edit(transaction.key, "LINE_DISCOUNT", *_discount_changes(transaction, line)),
            )
        yield from _discount_shares(transaction, line)
    yield from rows_without_line(transaction, "LINE_DISCOUNT", "discount row", by_line)


def _discount_shares(transaction: RetailTransaction, line: SalesTrans) -> Iterator[Problem]:
    """Line discAmount = line + periodic + total + tender share, if the line has any of them."""
    shares = {
        "lineDscAmount": line.line_discount,
        "periodicDiscAmount": line.periodic_discount,
        "totalDiscAmount": line.total_discount,
        "TenderDiscountAmount": line.tender_discount,
    }
    given = [column for column, share in shares.items() if share]
    expected = total(shares.values())
    if given and line.discount != expected:
        yield problem_of(
            "LINE_DISCOUNT",
            f"line {plain(line.line)}: discAmount is {priced(line.discount, transaction)}, but"
            f" {' + '.join(given)} make {priced(expected, transaction)}",
            expected=text(expected, transaction),
            found=text(line.discount, transaction),
            rows=(line.name,),
            repair=correct(f"discAmount of {line.name} to {text(expected, transaction)}, or its {', '.join(shares)}")
            + edit(transaction.key, "LINE_DISCOUNT", *_share_changes(transaction, line, given)),
        )


def _discount_changes(transaction: RetailTransaction, line: SalesTrans) -> Changes:
    """Edits after which a line's discAmount is the sum of its discount rows.

    If the header contradicts its lines, the line changes; else its only row. Of several rows none can be singled out:
    line and header change.
    """
    rows = transaction.discounts_by_line.get(line.line, ())
    expected = discount_of_rows(transaction, line)
    of_line = (line.name, "discAmount", text(expected, transaction))
    if transaction.header.discount != total(each.discount for each in transaction.lines):
        return (of_line,)
    if len(rows) == 1:
        return ((rows[0].name, "Amount", text(line.discount, transaction)),)
    header = EXACT.add(difference(transaction.header.discount, line.discount), expected)
    return of_line, (HEADER, "discAmount", text(header, transaction))


def _share_changes(transaction: RetailTransaction, line: SalesTrans, given: Iterable[str]) -> Changes:
    """Edits after which discAmount is the sum of its shares: of discAmount if the discount rows agree with the shares.

    Else the only share becomes all of it; several shares become 0, as none can be singled out.
    """
    made = total((line.line_discount, line.periodic_discount, line.total_discount, line.tender_discount))
    if made == discount_of_rows(transaction, line):
        return ((line.name, "discAmount", text(made, transaction)),)
    columns = tuple(given)
    if len(columns) == 1:
        return ((line.name, columns[0], text(line.discount, transaction)),)
    return tuple((line.name, column, "0") for column in columns)


LINE_DISCOUNT: Final = Check(name="LINE_DISCOUNT", meaning="line discount = its discount lines", alone=line_discount)

CHECKS: Final = (LINE_DISCOUNT,)
"""The checks of this family, in the order of reports."""
