"""Charges of a cancellation: those of its rows, or, where it brings neither lines nor charges, all that are left.

A positive row is put on the order: a cancellation charge that is kept. A negative row gives a charge of the order back,
at most what is left of it: that of its code, of its line if it names one.
"""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from postering.domain.money import Money, absolute, negated
from postering.domain.problems import Problem
from postering.domain.retail_transactions.transactions import RetailTransaction
from postering.domain.returns import cancellation_problems
from postering.domain.returns.accounts import Movement, Taken
from postering.domain.returns.originals import Original
from postering.domain.sales_orders.document_parts import Charge
from postering.domain.sales_orders.line_parts import charge_of


def cancelled_charges(
    transaction: RetailTransaction, original: Original, lines: dict[Decimal, Decimal]
) -> tuple[tuple[Charge, ...], tuple[Movement, ...], tuple[Problem, ...]]:
    """The charges of the document, their movements, and the problems, held against `original`.

    `lines` has the original's line by the line of the cancellation.
    """
    by = transaction.key.text
    if not transaction.live_charges:
        charges = () if transaction.lines else tuple(map(_taken_back, original.charges_left))
        return charges, tuple(_given_back(charge, charge, by) for charge in charges), ()
    currency = original.posted.document.currency
    charges = tuple(
        replace(charge, line=lines.get(charge.line, charge.line))
        for charge in (charge_of(row, currency) for row in transaction.live_charges)
    )
    movements: list[Movement] = []
    problems: list[Problem] = []
    for row, charge in zip(transaction.live_charges, charges, strict=True):
        if charge.total.amount >= 0:
            movements += _charged(charge, by)
            continue
        rest = original.after(movements)
        left = _left_of(charge, rest)
        most = left.total if left is not None else Money.zero(currency)
        if absolute(charge.total.amount) > most.amount or left is None:
            problems.append(cancellation_problems.charge_above_left(row, original, (-charge.total, most), transaction))
        else:
            movements.append(_given_back(left, charge, by))
    return charges, tuple(movements), tuple(problems)


def _left_of(charge: Charge, original: Original) -> Charge | None:
    """The charge of the order that a negative charge gives back, as it is left: the first with enough, else most."""
    same = [each for each in original.charges_left if each.code == charge.code and each.line == charge.line]
    enough = [each for each in same if each.total.amount >= absolute(charge.total.amount)]
    return next(iter(enough), None) or max(same, key=lambda each: each.total.amount, default=None)


def _taken_back(charge: Charge) -> Charge:
    return replace(
        charge,
        amount=-charge.amount,
        tax=-charge.tax,
        tax_on_top=negated(charge.tax_on_top),
        tax_inside=negated(charge.tax_inside),
        exempt=None,
    )


def _given_back(of: Charge, charge: Charge, by: str) -> Movement:
    """The movement on charge `of` of the order; `charge` is that of the cancellation."""
    return Movement(
        by=by,
        kind=Taken.CHARGE,
        line=of.line,
        number=of.number,
        net=absolute(charge.amount.amount),
        tax=absolute(charge.tax.amount),
        amount=absolute(charge.total.amount),
    )


def _charged(charge: Charge, by: str) -> Iterator[Movement]:
    if charge.total:
        yield Movement(by=by, kind=Taken.CHARGED, line=charge.line, number=charge.number, amount=charge.total.amount)
