"""Lines of a cancellation: those that its rows name, or all that is left, each with the share that is taken back.

They are held against what is left by quantity and by value. A row without amounts takes its share; the last part of a
line takes the rest.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from postering.domain.keys import TransactionKey
from postering.domain.money import ZERO, Money, absolute, difference, digits_of, negated, product, share
from postering.domain.problems import Problem
from postering.domain.retail_transactions.transactions import RetailTransaction, SalesTrans
from postering.domain.returns import cancellation_problems
from postering.domain.returns.accounts import Movement, Taken
from postering.domain.returns.named_lines import line_problem, named_line
from postering.domain.returns.originals import Original
from postering.domain.sales_orders.document_parts import Discount, OriginalLine, Tax
from postering.domain.sales_orders.documents import SalesLine
from postering.domain.sales_orders.line_parts import discounts_of, taxes_of


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelledLine:
    """A line of the original (None: not there), the quantity to cancel, and its row (None: the whole order).

    `taxes` and `discounts` are those that the row brings.
    """

    line: SalesLine | None
    quantity: Decimal
    row: SalesTrans | None = None
    taxes: tuple[Tax, ...] = ()
    discounts: tuple[Discount, ...] = ()


def cancelled_lines(transaction: RetailTransaction, original: Original) -> Iterator[CancelledLine]:
    """The lines that the rows of a cancellation name; without rows, all lines of which something is left."""
    if transaction.lines:
        for row in transaction.lines:
            yield CancelledLine(
                line=named_line(row, original),
                quantity=absolute(row.quantity),
                row=row,
                taxes=taxes_of(transaction, row.line),
                discounts=discounts_of(transaction, row.line),
            )
        return
    for line in original.posted.document.lines:
        if left := original.quantity_left(line):
            yield CancelledLine(line=line, quantity=left)


def compensating_lines(
    wanted: tuple[CancelledLine, ...], original: Original, key: TransactionKey
) -> tuple[tuple[SalesLine, ...], Original, list[Problem]]:
    """The compensating lines, the original after them, and the problems; `key` is the cancellation's.

    Each line is held against the original after the lines before it: two rows may name one line.
    """
    lines, rest, found = [], original, []
    for each in wanted:
        named = each if each.row is None else replace(each, line=named_line(each.row, rest))
        problem = _line_problem(named, rest, key) or _more_than_left(named, rest, key)
        problem = problem or _value_above_left(named, rest, key)
        if problem is not None or named.line is None:
            found += [problem] if problem is not None else []
            continue
        line = _compensated(named.line, named, rest)
        lines.append(line)
        rest = rest.after((line_movement(line, key.text),))
    return tuple(lines), rest, found


def _line_problem(wanted: CancelledLine, original: Original, key: TransactionKey) -> Problem | None:
    return line_problem(wanted.row, wanted.line, original, key) if wanted.row is not None else None


def _more_than_left(wanted: CancelledLine, original: Original, key: TransactionKey) -> Problem | None:
    left = original.quantity_left(wanted.line) if wanted.line is not None else ZERO
    if wanted.row is None or (0 < wanted.quantity <= left and wanted.line is not None):
        return None
    return cancellation_problems.too_much_cancelled(wanted.row, original, (wanted.quantity, left), key)


def _value_above_left(wanted: CancelledLine, original: Original, key: TransactionKey) -> Problem | None:
    """`REFUND_AMOUNT` where a row gives more net or tax than is left of its line."""
    line, row = wanted.line, wanted.row
    if line is None or row is None:
        return None
    left, given = original.value_left(line), _given(row, line)
    if given is None or _is_rounding(given, left, line, wanted, original):
        return None
    sign = Decimal(-1) if line.total.amount < 0 else Decimal(1)
    if all(product(sign, amount) <= product(sign, rest) for amount, rest in zip(given, left, strict=True)):
        return None
    return cancellation_problems.value_above_left(row, original, line.line, (given, left), line.net.currency, key)


def _compensated(line: SalesLine, wanted: CancelledLine, original: Original) -> SalesLine:
    """The line with the other sign, with the amounts of `_share`."""
    net, tax = _share(line, wanted, original)
    sign = Decimal(-1) if line.quantity >= 0 else Decimal(1)
    return replace(
        line,
        quantity=product(wanted.quantity, sign),
        discount=Money(wanted.row.discount if wanted.row is not None else ZERO, net.currency),
        net=-net,
        tax=-tax,
        total=-(net + tax),
        taxes=wanted.taxes,
        tax_measures=(),
        discounts=wanted.discounts,
        discount_shares=(),
        exempt=None,
        unit_quantity=_unit_quantity(line, wanted, sign),
        original=_original_line(line, original),
    )


def _unit_quantity(line: SalesLine, wanted: CancelledLine, sign: Decimal) -> Decimal:
    """The quantity in the selling unit: of the whole line, else of the row."""
    if wanted.quantity == absolute(line.quantity):
        return negated(line.unit_quantity)
    return product(absolute(wanted.row.unit_quantity), sign) if wanted.row is not None else ZERO


def _share(line: SalesLine, wanted: CancelledLine, original: Original) -> tuple[Money, Money]:
    """Net and tax to cancel, in the line's own sign: those of the row, else the line's share.

    The last part takes what is left; also where the row's amounts differ from that only by the rounding of the parts.
    """
    currency, left = line.net.currency, original.value_left(line)
    given = _given(wanted.row, line) if wanted.row is not None else None
    if given is not None and not _is_rounding(given, left, line, wanted, original):
        net, tax = given
    elif wanted.quantity == original.quantity_left(line):
        net, tax = left
    else:
        whole = absolute(line.quantity)
        net = share(line.net.amount, wanted.quantity, whole, currency)
        tax = share(line.tax.amount, wanted.quantity, whole, currency)
    return Money(net, currency), Money(tax, currency)


def _given(row: SalesTrans, line: SalesLine) -> tuple[Decimal, Decimal] | None:
    """Net and tax of the row, in the line's own sign; None if it has neither."""
    if not row.net and not row.tax:
        return None
    sign = Decimal(-1) if line.total.amount < 0 else Decimal(1)
    return product(sign, absolute(row.net)), product(sign, absolute(row.tax))


def _is_rounding(
    given: tuple[Decimal, Decimal],
    left: tuple[Decimal, Decimal],
    line: SalesLine,
    wanted: CancelledLine,
    original: Original,
) -> bool:
    """Whether the row is the last part and differs from what is left only by the rounding of the parts before it."""
    parts = len(original.account.of_line(line.line))
    most = product(Decimal(parts), Decimal(1).scaleb(-digits_of(line.net.currency)))
    differences = [absolute(difference(one, other)) for one, other in zip(given, left, strict=True)]
    return wanted.quantity == original.quantity_left(line) and all(each <= most for each in differences)


def _original_line(line: SalesLine, original: Original) -> OriginalLine:
    key = original.account.key
    return OriginalLine(transaction_id=key.transaction_id, store=key.store, terminal=key.terminal, line=line.line)


def line_movement(line: SalesLine, by: str) -> Movement:
    """The movement of a compensating line, for the account."""
    return Movement(
        by=by,
        kind=Taken.CANCELLED,
        line=line.line,
        quantity=absolute(line.quantity),
        net=absolute(line.net.amount),
        tax=absolute(line.tax.amount),
    )
