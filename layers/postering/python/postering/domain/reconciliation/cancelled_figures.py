"""The figures of a cancellation's lines and charges, summed by item and by charge code.

Its lines stand in the document under the numbers of the order that it cancels, so that numbers can't be compared. Only
the rows that are there are compared: a cancellation without lines, charges or payments leaves them to be filled in.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from decimal import Decimal

from postering.domain.money import ZERO, absolute, plain, total
from postering.domain.retail_transactions.transactions import RetailTransaction
from postering.domain.sales_orders.documents import SalesDocument

_Figure = tuple[str, str]


def cancelled_in_document(document: SalesDocument) -> Iterator[_Figure]:
    """Of the posted document: all that a row could say."""
    yield from _by_name("quantity", ((line.item, absolute(line.quantity)) for line in document.lines))
    yield from _by_name(
        "amount", ((line.item, absolute(total((line.net.amount, line.tax.amount)))) for line in document.lines)
    )
    yield from _by_name("charge", ((charge.code, charge.total.amount) for charge in document.charges))


def cancelled_in_rows(transaction: RetailTransaction) -> Iterator[_Figure]:
    """Of the rows: what they say. A line without amounts takes its share of the order's line."""
    lines, charges = transaction.lines, transaction.live_charges
    if lines:
        yield from _by_name("quantity", ((line.item, absolute(line.quantity)) for line in lines))
    if lines and gives_amounts(transaction):
        yield from _by_name("amount", ((line.item, absolute(total((line.net, line.tax)))) for line in lines))
    if charges:
        yield from _by_name("charge", ((charge.code, total((charge.amount, charge.tax_on_top))) for charge in charges))


def gives_amounts(transaction: RetailTransaction) -> bool:
    """Whether every line of the transaction says how much it takes back."""
    return all(line.net or line.tax for line in transaction.lines)


def _by_name(figure: str, amounts: Iterable[tuple[str, Decimal]]) -> Iterator[_Figure]:
    """The sum of all, and of each item or code that is named (if every one is)."""
    sums: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for name, amount in amounts:
        sums[name] = total((sums[name], amount))
    yield f"{figure} in all", plain(total(sums.values()))
    if all(sums):
        yield from ((f"{figure} of {name}", plain(amount)) for name, amount in sums.items())
