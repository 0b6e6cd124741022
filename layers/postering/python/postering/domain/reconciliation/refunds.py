"""Refunds against their originals: all documents together never give back more of an order than it received.

There are two witnesses: the documents, whose payments name the refunded ones, and the original's account, which has
refunds that name no payment too. The larger amount of each document counts, so that neither hides a part of the other.
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
    """The amounts that a document refunds, without sign, by the transaction whose payments it names."""
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
    """The difference if more was given back of `original` than it received, else None.

    `named` are the amounts that documents refund of it, by their transaction, in the original's currency.
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
