"""The line of an original that a row takes back: by its number, else by its item, never by the row's own number."""

from postering.domain.keys import TransactionKey
from postering.domain.money import absolute, plain
from postering.domain.problems import Problem
from postering.domain.repairs import commands as repairs
from postering.domain.retail_transactions.transactions import SalesTrans
from postering.domain.returns.originals import Original
from postering.domain.sales_orders.documents import SalesLine


def named_line(row: SalesTrans, original: Original) -> SalesLine | None:
    """The line that `row` names: of `returnLineNum`, else of its item; None if there is none.

    Of several lines of the item it is the one with the row's own number, else the first with enough left, else the one
    with most left.
    """
    if row.return_line:
        return original.line(row.return_line)
    if not row.item:
        return None
    lines = original.order.document.lines if original.order is not None else ()
    same = [line for line in lines if line.item == row.item and (not row.variant or line.variant == row.variant)]
    enough = [line for line in same if original.quantity_left(line) >= absolute(row.quantity)]
    own = [line for line in enough if line.line == row.line]
    return next(iter((*own, *enough)), None) or max(same, key=original.quantity_left, default=None)


def line_problem(row: SalesTrans, line: SalesLine | None, original: Original, key: TransactionKey) -> Problem | None:
    """`RETURN_LINE` of a row that names no line of the original, or a line of another item; `key` is the row's own."""
    if line is not None and (not row.item or line.item == row.item):
        return None
    if line is None:
        named = f"line {plain(row.return_line)}" if row.return_line else f"item {row.item}" if row.item else "no item"
        message = f"{row.name}: names {named}, which order {original.number} does not have"
        expected = f"a line of order {original.number}, by returnLineNum or itemId"
    else:
        named = f"item {row.item}"
        message = (
            f"{row.name}: names line {plain(line.line)} of order {original.number}, which is item {line.item}, and is "
            f"of item {row.item} itself"
        )
        expected = f"item {line.item}"
    return Problem(
        code="RETURN_LINE",
        message=message,
        expected=expected,
        found=named,
        rows=(row.name,),
        repair=(
            f"look at {repairs.look_at(original.account.key)} and correct returnLineNum or itemId of {row.name} at the "
            f"source.{repairs.void(key, 'RETURN_LINE')}"
        ),
    )
