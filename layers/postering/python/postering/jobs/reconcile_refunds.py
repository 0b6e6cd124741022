"""The refunds of a reconciliation: the originals that documents name, and the accounts of all that received money."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Final

from postering.domain.keys import TransactionKey
from postering.domain.lists import batched
from postering.domain.reconciliation.books import Booked, booked
from postering.domain.reconciliation.differences import Difference
from postering.domain.reconciliation.refunds import over_refunded
from postering.domain.sales_orders.documents import DocumentKind
from postering.jobs.ports import Store

_ASKED_AT_ONCE: Final = 200


def over_refunds(
    there: Mapping[TransactionKey, Booked],
    refunds: Mapping[TransactionKey, Mapping[TransactionKey, Decimal]],
    store: Store,
) -> Iterator[Difference]:
    """Originals of which more was given back than they received.

    `there` are the documents read. `refunds` has the amounts that they give back, by the document's transaction and the
    original that it names. An original of another day or store is looked up; its account shows the refunds of others.
    """
    named: dict[TransactionKey, dict[TransactionKey, Decimal]] = {}
    for by, given in refunds.items():
        for original, amount in given.items():
            named.setdefault(original, {})[by] = amount
    originals = sorted({*named, *(key for key, one in there.items() if one.received)})
    for some in batched(originals, _ASKED_AT_ONCE):
        accounts = store.accounts(some)
        for key in some:
            if key not in named and key not in accounts:
                continue
            one = there.get(key) or _looked_up(key, store)
            if one is None or one.kind is DocumentKind.QUOTATION:
                continue
            same = {by: amount for by, amount in named.get(key, {}).items() if there[by].currency == one.currency}
            if (found := over_refunded(key, one, same, accounts.get(key))) is not None:
                yield found


def _looked_up(key: TransactionKey, store: Store) -> Booked | None:
    order = store.order_of(key)
    return booked(order, "") if order is not None else None
