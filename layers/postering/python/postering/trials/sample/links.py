"""The sale of a returned line: derived, because no cancellation of the set names one. A guess, not a fact."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TypeAlias

from postering.trials.sample.transactions import Kind, ShopTransaction, TaxedLine

ReturnedLine: TypeAlias = tuple[str, int]
"""The return's number and the number of its line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SoldLine:
    """The line of a sale that is taken as the origin of a returned line."""

    sale: ShopTransaction
    number: int


@dataclass(slots=True)
class _Candidate:
    sold: SoldLine
    time: datetime
    left: int


def link_returns(transactions: Iterable[ShopTransaction]) -> dict[ReturnedLine, SoldLine]:
    """The sale's line of each returned line that has one. `transactions` are by time and number.

    A candidate is of the same customer, stock code and price, sold earlier, with enough left that is not yet
    returned. The latest is taken; returns take theirs in their order.
    """
    transactions = tuple(transactions)
    candidates = _candidates(transactions)
    links: dict[ReturnedLine, SoldLine] = {}
    for returned, line in _returned_lines(transactions):
        quantity = -line.line.quantity
        found = _latest(candidates[_likeness(returned, line)], returned.invoice.time, quantity)
        if found:
            found.left -= quantity
            links[returned.number, line.number] = found.sold
    return links


def sale_of(returned: ShopTransaction, links: Mapping[ReturnedLine, SoldLine]) -> ShopTransaction | None:
    """The one sale that every line of `returned` is linked to, else None."""
    sold = [links.get((returned.number, line.number)) for line in returned.lines]
    sales = {each.sale.number if each else None: each for each in sold}
    one = next(iter(sales.values()), None)
    return one.sale if one and len(sales) == 1 else None


def _returned_lines(
    transactions: Iterable[ShopTransaction],
) -> Iterator[tuple[ShopTransaction, TaxedLine]]:
    for transaction in transactions:
        if transaction.kind is Kind.RETURN and transaction.invoice.customer:
            for line in transaction.lines:
                if line.line.quantity < 0:
                    yield transaction, line


def _candidates(
    transactions: Iterable[ShopTransaction],
) -> defaultdict[tuple[str, str, Decimal], list[_Candidate]]:
    candidates: defaultdict[tuple[str, str, Decimal], list[_Candidate]] = defaultdict(list)
    for sale in transactions:
        if sale.kind is Kind.SALE:
            for line in sale.lines:
                sold = SoldLine(sale=sale, number=line.number)
                candidates[_likeness(sale, line)].append(_Candidate(sold, sale.invoice.time, line.line.quantity))
    return candidates


def _likeness(transaction: ShopTransaction, line: TaxedLine) -> tuple[str, str, Decimal]:
    return transaction.invoice.customer, line.line.stock_code, line.line.unit_price


def _latest(candidates: list[_Candidate], before: datetime, quantity: int) -> _Candidate | None:
    fitting = (each for each in reversed(candidates) if each.time < before and each.left >= quantity)
    return next(fitting, None)
