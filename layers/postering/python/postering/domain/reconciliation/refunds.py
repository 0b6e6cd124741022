"""Refunds against their originals: never more is given back of an order than it received, over all that gave back.

There are two witnesses: the documents, whose payments name what they refund, and the original's account, which has also
what names no payment. Of each document the larger counts, so that neither can hide what the other has.
"""

from collections.abc import Mapping
from decimal import Decimal

from postering.domain.keys import TransactionKey
from postering.domain.money import ZERO, amount_text, difference, total
from postering.domain.reconciliation.books import Booked
from postering.domain.reconciliation.differences import ORDERS_AND_PAYMENTS, Difference
from postering.domain.returns.accounts import Account, Taken
from postering.domain.returns.links import key_named
from postering.domain.sales_orders.documents import PostedOrder
from postering.domain.setup.setup import Setup


def refunds_named(order: PostedOrder, setup: Setup) -> Mapping[TransactionKey, Decimal]:
    """What the payments of a document give back, without sign, by the transaction whose payments they name."""
    own = order.document.transaction
    named: dict[TransactionKey, Decimal] = {}
    for payment in order.payments:
        if payment.counts and payment.amount.amount < 0 and payment.refunds_transaction:
            of = key_named(own, setup, payment.refunds_store, payment.refunds_terminal, payment.refunds_transaction)
            named[of] = difference(named.get(of, ZERO), payment.amount.amount)
    return named


def over_refunded(
    original: TransactionKey, booked: Booked, named: Mapping[TransactionKey, Decimal], account: Account | None
) -> Difference | None:
    """What was given back of `original` above what it received; None where it is no more.

    `named` is what documents say that they gave back of it, by their transaction, in the original's currency.
    """
    given: dict[str, Decimal] = {by.text: amount for by, amount in named.items()}
    for by, amount in _accounted(account).items():
        given[by] = max(given.get(by, ZERO), amount)
    refunded = total(given.values())
    if refunded <= booked.received:
        return None
    currency = booked.currency
    takers = ", ".join(sorted(TransactionKey.parse(by).transaction_id for by, amount in given.items() if amount))
    return Difference(
        transaction=original,
        between=ORDERS_AND_PAYMENTS,
        amount=difference(refunded, booked.received),
        currency=currency,
        why=(
            f"{amount_text(refunded, currency)} {currency} were given back of {booked.id} by {takers}, which received "
            f"{amount_text(booked.received, currency)} {currency}"
        ),
    )


def _accounted(account: Account | None) -> Mapping[str, Decimal]:
    by: dict[str, Decimal] = {}
    for movement in account.movements if account is not None else ():
        if movement.kind is Taken.REFUNDED:
            by[movement.by] = total((by.get(movement.by, ZERO), movement.amount))
    return by
