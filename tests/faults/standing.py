"""What stands in a store, in plain values for the model, and what must never stand there."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Final

from postering.domain.inquiries.standing import ListFilter
from postering.domain.keys import TransactionKey
from postering.domain.returns.accounts import Movement
from postering.domain.sales_orders.customers import CustomerKey
from postering.domain.sales_orders.documents import PostedOrder
from postering.jobs.ports import Store
from tests.domain.transactions_examples import KEY
from tests.faults import model
from tests.faults.places import Place
from tests.faults.rows import CARD_NUMBER, HEADER, LINE, Row
from tests.faults.workload import Workload

_EVENTS_AT_ONCE: Final = 50


def books_of(store: Store, workload: Workload) -> model.Books:
    """All that is in the store."""
    records = list(store.listed(ListFilter(), None))
    orders = list(store.orders_between(None, None, None))
    created = {CustomerKey(one.company, one.account) for order in orders for one in order.customers}
    asked = {row.get("CustAccountAsync") for row in _rows(workload, HEADER)} - {None}
    customers = store.customers(created | {CustomerKey(KEY.company, str(account)) for account in asked})
    # What is taken back is kept also of an original that is not there yet.
    named = {row["returnTransactionId"] for row in _rows(workload, LINE) if row.get("returnTransactionId")}
    keys = {record.key for record in records} | {replace(KEY, transaction_id=name) for name in named}
    accounts = store.accounts(keys)
    return model.Books(
        states=[(record.key.transaction_id, str(record.state)) for record in records],
        numbers={record.key.transaction_id: record.sales_id for record in records},
        documents=[_document(order) for order in orders],
        taken={key.transaction_id: _taken(account.movements) for key, account in accounts.items()},
        takers={key.transaction_id: {_id(m.by) for m in account.movements} for key, account in accounts.items()},
        customers={key.account: _id(customer.created_by) for key, customer in customers.items()},
    )


def with_card_data(place: Place) -> list[str]:
    """Where the workload's card number is outside of the quarantine."""
    found = ["a record"] if any(CARD_NUMBER in record for record in place.records()) else []
    found += [path.name for path in place.home.glob("postering.db*") if CARD_NUMBER.encode() in path.read_bytes()]
    kept = {path.stem for path in place.home.glob("uploads/*/*.zip")}
    return found + [name for name in kept if name == "first" and place.workload_name == "whole"]


def broken_timelines(store: Store) -> list[model.Finding]:
    """Each change of state stands on the timeline, and a transaction is posted once on it."""
    found = []
    for record in store.listed(ListFilter(), None):
        after = ["", *(entry.after for entry in record.timeline)]
        chained = [entry.before for entry in record.timeline] == after[:-1] and after[-1] == str(record.state)
        posted = sum(entry.after == "succeeded" != entry.before for entry in record.timeline)
        if not chained or posted != (str(record.state) == "succeeded"):
            found.append((model.OTHER, f"the timeline of {record.key.transaction_id}: {record.timeline}"))
    return found


def untold(store: Store) -> list[model.Finding]:
    """Each posted transaction has its event in the outbox, once: here nobody takes them out."""
    described: Counter[str] = Counter()
    page = store.unsent(None, _EVENTS_AT_ONCE)
    while True:
        events = [event for each in page.unsent for event in each.events]
        described.update(event.subject for event in events if event.kind == "order_posted")
        if page.next is None:
            break
        page = store.unsent(page.next, _EVENTS_AT_ONCE)
    posted = {record.key.text for record in store.listed(ListFilter(), None) if record.state == "succeeded"}
    found = [(model.LOST, f"the event of {key}") for key in sorted(posted - described.keys())]
    found += [(model.DOUBLED, f"{key} has {number} events") for key, number in described.items() if number > 1]
    return found + [
        (model.HALF_VISIBLE, f"{key} has an event and is not posted") for key in sorted(described.keys() - posted)
    ]


def _document(order: PostedOrder) -> model.Document:
    return model.Document(
        transaction=order.document.transaction.transaction_id,
        number=order.document.id,
        total=_cents(order.document.total.amount),
        payments={int(payment.line): _cents(payment.amount.amount) for payment in order.payments},
        journal=[(entry.account, _cents(entry.debit.amount) - _cents(entry.credit.amount)) for entry in order.journal],
        vouchers={entry.voucher for entry in order.journal},
        variance=_cents(order.variance.amount),
        open=_cents(order.open.amount),
        customers=tuple(customer.account for customer in order.customers),
    )


def _rows(workload: Workload, entity: str) -> Iterator[Row]:
    """All that the workload ever brings of an entity."""
    for step in workload.steps:
        for transactions in (step.sold, *step.packages.values()):
            for rows in transactions:
                yield from rows.get(entity, ())


def _taken(movements: tuple[Movement, ...]) -> dict[str, int]:
    quantity = sum(m.quantity for m in movements)
    refunded = sum(m.amount for m in movements if m.kind == "refunded")
    return {"quantity": int(quantity), "cents": int(refunded * 100)}


def _id(key: str) -> str:
    return TransactionKey.parse(key).transaction_id


def _cents(amount: Decimal) -> int:
    assert amount * 100 == int(amount * 100)
    return int(amount * 100)
