"""The bridge adds up to the cent: each side is the one before and the steps between, whatever happened on the way."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postering.domain.money import Money, total
from postering.domain.reconciliation import Reconciliation, Sides, compare, reconciliation
from postering.domain.reconciliation.books import booked
from postering.domain.reconciliation.bridge import Bridge
from postering.domain.reconciliation.differences import Reason
from postering.domain.reconciliation.sides import Received
from postering.domain.retail_transactions.transactions import RetailTransaction
from postering.domain.sales_orders.documents import DocumentKind, PostedOrder
from postering.domain.staging.records import State
from tests.domain.reconciliation.test_compare import RECEIVABLE, order_of, sides_of
from tests.domain.transactions_examples import a_sale, valid_transactions, with_header

Plant = Callable[[RetailTransaction], Sides]


def with_order(transaction: RetailTransaction, order: PostedOrder) -> Sides:
    return sides_of(transaction, order=order)


def not_posted(state: State) -> Plant:
    """Staged, in a state that is no order."""

    def plant(transaction: RetailTransaction) -> Sides:
        sides = sides_of(transaction)
        assert sides.staged is not None
        return replace(sides, booked=None, staged=replace(sides.staged, state=state, digest=b"", figures=None))

    return plant


def only_in_channel(transaction: RetailTransaction) -> Sides:
    sides = sides_of(transaction)
    assert sides.channel is not None
    fresh = frozenset(sides.channel.received.rows)
    return replace(sides, channel=replace(sides.channel, fresh=fresh), packages=None, staged=None, booked=None)


def dearer(received: Received) -> Received:
    return replace(received, header=replace(received.header, gross=received.header.gross + Decimal("0.01")))


def dearer_in_channel(transaction: RetailTransaction) -> Sides:
    """A header below the counter says a cent more in the channel: unexplained."""
    sides = sides_of(with_header(transaction, comment="first"))
    other = sides_of(with_header(transaction, comment="other")).channel
    assert other is not None
    return replace(sides, channel=replace(other, received=dearer(other.received)))


def changed_order(**changes: Decimal) -> Plant:
    """A document whose amounts were changed: variance, open, header total."""

    def plant(transaction: RetailTransaction) -> Sides:
        order = order_of(transaction)
        currency = order.document.currency
        money = {name: Money(amount, currency) for name, amount in changes.items()}
        header_total = money.pop("header_total", order.document.header_total)
        document = replace(order.document, header_total=header_total)
        return with_order(transaction, replace(order, document=document, **money))  # type: ignore[arg-type]

    return plant


def without_payments(transaction: RetailTransaction) -> Sides:
    return with_order(transaction, replace(order_of(transaction), payments=()))


def without_journal(transaction: RetailTransaction) -> Sides:
    return with_order(transaction, replace(order_of(transaction), journal=()))


def moved_by_an_edit(transaction: RetailTransaction) -> Sides:
    order = order_of(transaction)
    document = replace(order.document, business_date=order.document.business_date + timedelta(days=40))
    sides = with_order(transaction, replace(order, document=document))
    assert sides.staged is not None
    assert sides.booked is not None
    return replace(sides, staged=replace(sides.staged, edited=("businessDate",), digest=sides.booked.digest))


def filled_in_cancellation(transaction: RetailTransaction) -> Sides:
    """A bare cancellation, whose document takes back what an order of `transaction` has, its variance included."""
    bare = with_header(
        replace(transaction, sales=(), taxes=(), discounts=(), charges=(), payments=(), addresses=(), attributes=()),
        type=37,
        gross=Decimal(0),
        net=Decimal(0),
    )
    order = order_of(transaction)
    currency = order.document.currency
    document = replace(order.document, kind=DocumentKind.CANCELLATION, header_total=Money.zero(currency))
    payments = tuple(replace(payment, reverses=True) for payment in order.payments)
    return sides_of(bare, order=replace(order, document=document, payments=payments))


def quotation(transaction: RetailTransaction) -> Sides:
    order = order_of(transaction)
    nothing = Money.zero(order.document.currency)
    document = replace(order.document, kind=DocumentKind.QUOTATION)
    quoted = replace(order, document=document, payments=(), journal=(), variance=nothing, open=nothing)
    return with_order(with_header(transaction, type=31), quoted)


PLANTS: Mapping[str, Plant] = {
    "posted": sides_of,
    "pending": not_posted(State.PENDING),
    "waiting": not_posted(State.WAITING),
    "failed": not_posted(State.FAILED),
    "voided": not_posted(State.VOIDED),
    "editing": not_posted(State.EDITING),
    "not an order": not_posted(State.NOT_AN_ORDER),
    "succeeded without a document": not_posted(State.SUCCEEDED),
    "quotation": quotation,
    "only in the channel": only_in_channel,
    "dearer in the channel": dearer_in_channel,
    "purged from the channel": lambda transaction: replace(sides_of(transaction), channel=None),
    "not compared": lambda transaction: replace(
        sides_of(transaction), channel=None, has_channel=False, not_compared="the store has no channel database"
    ),
    "lost from the packages": lambda transaction: replace(sides_of(transaction), packages=None),
    "removed by retention": lambda transaction: replace(sides_of(transaction), packages=None, removed=True),
    "lost from staging": lambda transaction: replace(sides_of(transaction), staged=None),
    "lost from the books": lambda transaction: replace(sides_of(transaction), booked=None),
    "another variance": changed_order(variance=Decimal("0.07")),
    "another open amount": changed_order(open=Decimal("-3.21")),
    "another total": changed_order(header_total=Decimal("0.01")),
    "without payments": without_payments,
    "without journal": without_journal,
    "moved by an edit": moved_by_an_edit,
    "filled in": filled_in_cancellation,
}


LEAVES_THE_SUMS_ALONE = {
    "posted",
    "moved by an edit",  # out of one day and into another
    "another total",  # of the header, not of the lines
}


def assert_adds_up(bridge: Bridge) -> None:
    """Each side is the one before and the steps between, in amount and (up to the orders) in transactions."""
    amount, count = Decimal(0), 0
    assert bridge.lines[0].side == "channel"
    for line in bridge.lines:
        if line.reason is not None or line.side == "channel":
            amount, count = total((amount, line.amount)), count + (line.transactions or 0)
        assert line.transactions is None or line.reason is not None or line.transactions == count, line
        assert line.reason is not None or line.amount == amount, line
    assert bridge.lines[-1].side == "journal"


def agrees_with_its_verdict(result: Reconciliation) -> bool:
    """A step that is not explained has an unexplained difference."""
    steps = [line for bridge in result.bridge for line in bridge.lines if line.reason is Reason.UNEXPLAINED]
    return not steps or result.verdict == "unexplained"


@given(st.lists(st.tuples(valid_transactions(), st.sampled_from(sorted(PLANTS))), max_size=4))
def test_whatever_is_planted_the_bridge_adds_up_to_the_cent(planted: list[tuple[RetailTransaction, str]]) -> None:
    result = reconciliation(compare(PLANTS[name](transaction)) for transaction, name in planted)

    for bridge in result.bridge:
        assert_adds_up(bridge)
    assert agrees_with_its_verdict(result)


@pytest.mark.parametrize("name", sorted(PLANTS))
def test_what_is_planted_is_a_step_of_the_bridge_and_never_agrees(name: str) -> None:
    result = reconciliation([compare(PLANTS[name](a_sale()))])

    (bridge,) = result.bridge
    assert_adds_up(bridge)
    steps = [line for line in bridge.lines if line.reason is not None]
    assert bool(steps) is (name not in LEAVES_THE_SUMS_ALONE)
    assert (result.verdict == "agrees") is (name == "posted")


def test_the_bridge_of_a_day_as_a_program_reads_it() -> None:
    part = order_of(a_sale())
    (payment,) = part.payments
    on_account = replace(part, payments=(replace(payment, operation="PayCustomerAccount", account=""),), journal=())
    sides = sides_of(a_sale())
    day = [
        replace(sides, booked=booked(on_account, RECEIVABLE, detailed=True)),
        not_posted(State.PENDING)(a_sale()),
    ]

    (bridge,) = reconciliation(compare(each) for each in day).bridge

    assert bridge.as_json() == {
        "currency": "USD",
        "lines": [
            {"side": "channel", "transactions": 2, "amount": "140.80"},
            {"side": "packages", "transactions": 2, "amount": "140.80"},
            {"side": "staged", "transactions": 2, "amount": "140.80"},
            {"reason": "pending", "transactions": -1, "amount": "-70.40"},
            {"side": "orders", "transactions": 1, "amount": "70.40"},
            {"side": "payments", "transactions": None, "amount": "70.40"},
            {"reason": "on account", "transactions": None, "amount": "-70.40"},
            {"side": "journal", "transactions": None, "amount": "0.00"},
        ],
    }
