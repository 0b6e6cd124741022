"""Returns and cancellations: never more than is left of the original, whoever takes back first, in whatever order."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from postering.domain.money import total
from postering.domain.posting.queue import Posting, PostOutcome
from postering.domain.problems import Severity
from postering.domain.retail_transactions.entities import HEADER, PAYMENT, SALES
from postering.domain.retail_transactions.transactions import (
    DiscountTrans,
    Header,
    PaymentTrans,
    RetailTransaction,
    SalesTrans,
    TaxTrans,
)
from postering.domain.sales_orders.documents import DocumentKind, PaymentStatus, PostedOrder
from postering.domain.setup.setup import Check
from tests.domain.transactions_examples import DAY, KEY, STORE, a_sale, a_setup, with_company, with_totals
from tests.jobs.conftest import Deployment, changed, only, rows_of

SALE = rows_of(a_sale(), "T-1")
"""Two items at 27.00 net and 2.70 tax each, freight of 11.00 with its tax: 70.40 by Visa."""


CANADA = 5637144999


def in_toronto(row: dict[str, str]) -> dict[str, str]:
    """The same row of the Canadian store."""
    store = "TORONTO-ONLINE"
    given = {"Channel": str(CANADA), "store": store, "StoreId": store, "currency": "CAD"}
    return row | {column: value for column, value in given.items() if column in row}


def a_return(transaction_id: str, quantity: int = 1, refund: str | None = None, **line: Any) -> dict[str, Any]:
    """Of `quantity` items of T-1, refunded to its payment."""
    net, tax = Decimal("27.00") * quantity, Decimal("2.70") * quantity
    sold: dict[str, Any] = {"return_transaction_id": "T-1", "return_line": Decimal(1)} | line
    returned = SalesTrans(
        line=Decimal(1),
        item="81327",
        unit="ea",
        quantity=Decimal(quantity),
        price=Decimal(30),
        net=net,
        tax=tax,
        gross=net + tax,
        discount=Decimal(-3) * quantity,
        **sold,
    )
    transaction = RetailTransaction(
        key=KEY,
        header=Header(type=27, currency="USD", customer="100001", business_date_given=DAY, is_return=1),
        sales=(returned,),
        taxes=(TaxTrans(sales_line=Decimal(1), code="CA", amount=-tax, base=-net, percentage=Decimal(10)),),
        discounts=(DiscountTrans(sales_line=Decimal(1), line=Decimal(1), amount=Decimal(-3) * quantity, origin=2),),
        payments=(
            PaymentTrans(
                line=Decimal(1),
                tender_type="2",
                card_type="VISA",
                tendered=-Decimal(refund) if refund else -(net + tax),
                currency="USD",
                is_linked_refund=1,
                linked_transaction_id="T-1",
                linked_line=Decimal(1),
            ),
        ),
    )
    return rows_of(with_totals(transaction), transaction_id)


def a_cancellation(transaction_id: str, **header: Any) -> dict[str, Any]:
    """Of the whole order with T-1's reference."""
    given = {"channel_reference_id": "W-T-1"} | header
    transaction = RetailTransaction(
        key=KEY,
        header=Header(type=37, currency="USD", business_date_given=DAY, **given),
    )
    return rows_of(transaction, transaction_id, reference=given["channel_reference_id"] or None)


def order(deployment: Deployment, transaction_id: str) -> PostedOrder:
    """What a transaction became."""
    found = deployment.store.order_of(deployment.record(transaction_id).key)
    assert found is not None
    return found


def run(deployment: Deployment, *packages: dict[str, Any]) -> dict[str, str]:
    """Stage each as a package of its own, post, and say how all stand."""
    for rows in packages:
        deployment.put(f"s{next(deployment.ids)}", rows)
        deployment.p_job()
        deployment.sync_orders()
    return deployment.states()


def test_a_return_is_a_return_order_linked_to_its_original(deployment: Deployment) -> None:
    assert run(deployment, SALE, a_return("R-1")) == {"T-1": "succeeded", "R-1": "succeeded"}

    posted = order(deployment, "R-1")
    assert posted.document.kind is DocumentKind.RETURN_ORDER
    assert posted.document.total.text == "-29.70"
    original = posted.document.lines[0].original
    assert original is not None
    assert (original.transaction_id, original.line) == ("T-1", Decimal(1))
    assert [payment.status for payment in posted.payments] == [PaymentStatus.REFUNDED]


def test_more_than_was_sold_is_not_returned(deployment: Deployment) -> None:
    states = run(deployment, SALE, a_return("R-1"), a_return("R-2", 2))

    assert states["R-2"] == "failed RETURN_QUANTITY REFUND_AMOUNT"
    problem, _ = deployment.record("R-2").problems
    assert (problem.expected, problem.found) == ("at most 1", "2")
    assert run(deployment, a_return("R-3"))["R-3"] == "succeeded"


def test_more_than_was_paid_is_not_refunded(deployment: Deployment) -> None:
    deployment.apply(with_company(a_setup(), maximum_payment_difference=Decimal(100)))

    states = run(deployment, SALE, a_return("R-1", refund="60.00"), a_return("R-2"))

    assert states["R-1"] == "succeeded"
    assert states["R-2"] == "failed REFUND_AMOUNT"
    assert "10.40 USD are left" in deployment.record("R-2").problems[0].message


def test_a_line_is_not_returned_for_more_than_it_was_sold_for(deployment: Deployment) -> None:
    dear = a_return("R-1")
    dear = changed(dear, SALES, netAmount="890.00", taxAmount="10.00", netAmountInclTax="900.00", price="989.00")
    dear = changed(dear, "RetailTransactionTaxTrans", Amount="-10.00")
    dear = changed(dear, HEADER, netAmount="890.00", grossAmount="900.00", paymentAmount="-900.00")
    dear = changed(dear, PAYMENT, amountTendered="-900.00", LinkedPaymentTransactionId="", IsLinkedRefund="0")

    states = run(deployment, SALE, dear)

    assert states["R-1"] == "failed REFUND_AMOUNT"
    (problem,) = deployment.record("R-1").problems
    assert (problem.rows, problem.expected, problem.found) == (
        ("RetailTransactionSalesTrans[1]",),
        "at most 59.40",
        "900.00",
    )
    assert run(deployment, a_return("R-2"))["R-2"] == "succeeded"


def test_a_return_that_names_itself_is_posted_without_the_link_and_warned_of(deployment: Deployment) -> None:
    own = changed(a_return("R-1", return_transaction_id="R-1"), PAYMENT, LinkedPaymentTransactionId="R-1")

    assert run(deployment, SALE, own)["R-1"] == "succeeded RETURN_ORIGINAL"
    posted = order(deployment, "R-1")
    assert posted.document.lines[0].original is None
    assert [(payment.refunds_transaction, payment.refunds_line) for payment in posted.payments] == [("", None)]
    assert not deployment.store.accounts([deployment.record("R-1").key])


def test_a_return_to_a_store_of_another_currency_is_refused(deployment: Deployment) -> None:
    (channel,) = a_setup().channels
    toronto = replace(channel, id=CANADA, store="TORONTO-ONLINE", currency="CAD")
    deployment.apply(replace(a_setup(), channels=(channel, toronto)))
    back = changed(a_return("R-1", return_store=STORE), PAYMENT, LinkedPaymentStore=STORE)
    back = {entity: [in_toronto(row) for row in rows] for entity, rows in back.items()}

    states = run(deployment, SALE, back)

    assert states["R-1"] == "failed REFUND_AMOUNT"
    line, row = deployment.record("R-1").problems
    assert (line.expected, line.found) == ("an amount in USD", "29.70 CAD")
    assert (row.expected, row.found) == ("an amount in USD", "29.70 CAD")


def test_parts_of_an_order_leave_not_a_cent_in_the_company_s_currency(deployment: Deployment) -> None:
    deployment.apply(with_company(a_setup(), currency="EUR"))
    part = changed(a_cancellation("C-1"), HEADER, numberOfItems="-1", grossAmount="29.70", netAmount="27.00")
    part |= changed(only(a_return("C-1"), SALES), SALES, returnTransactionId="", returnLineNum="0", discAmount="0")
    part |= only(a_return("C-1"), "RetailTransactionTaxTrans")

    run(deployment, changed(SALE, PAYMENT, amountMST="23.47"), part, a_cancellation("C-2"))

    entries = [entry for name in ("T-1", "C-1", "C-2") for entry in order(deployment, name).journal]
    for account in ("112250", "130100"):
        booked = [entry.company_amount.amount for entry in entries if entry.account == account]
        assert len(booked) == 3
        assert total(booked) == 0


def test_a_return_of_a_line_that_was_not_sold_fails(deployment: Deployment) -> None:
    states = run(deployment, SALE, a_return("R-1", return_line=Decimal(7)))

    assert states["R-1"] == "failed RETURN_QUANTITY"


def test_a_return_without_a_line_number_finds_its_item(deployment: Deployment) -> None:
    run(deployment, SALE, a_return("R-1", return_line=Decimal(0)))

    states = run(deployment, a_return("R-2", 2, return_line=Decimal(0)))

    assert states["R-1"] == "succeeded"
    assert states["R-2"] == "failed RETURN_QUANTITY REFUND_AMOUNT"


def test_a_return_that_names_no_original_is_posted(deployment: Deployment) -> None:
    rows = changed(
        a_return("R-1", return_transaction_id=""), PAYMENT, LinkedPaymentTransactionId="", IsLinkedRefund="0"
    )

    assert run(deployment, rows) == {"R-1": "succeeded"}


def test_a_return_waits_however_long_for_an_original_that_is_staged(deployment: Deployment) -> None:
    missing = replace(a_setup(), payment_methods=tuple(m for m in a_setup().payment_methods if m.card_type != "VISA"))
    deployment.apply(missing)
    rows = changed(a_return("R-1"), PAYMENT, cardTypeId="MASTER")
    assert run(deployment, SALE, rows) == {"T-1": "failed CARD_TYPE", "R-1": "waiting WAITING_FOR_ORIGINAL"}
    deployment.later(days=1000)
    deployment.sync_orders()
    assert deployment.states()["R-1"] == "waiting WAITING_FOR_ORIGINAL"

    deployment.apply(a_setup())
    report = deployment.sync_orders()

    assert deployment.states() == {"T-1": "succeeded", "R-1": "succeeded"}
    assert (report.selected, report.succeeded, report.waiting) == (2, 2, 0)


def test_sale_and_return_of_one_package_are_posted_in_one_run(deployment: Deployment) -> None:
    deployment.put("both", a_return("A-1"), SALE)
    deployment.p_job()

    report = deployment.sync_orders()

    assert deployment.states() == {"T-1": "succeeded", "A-1": "succeeded"}
    assert (report.selected, report.succeeded) == (2, 2)


def test_waiting_writes_nothing(deployment: Deployment) -> None:
    deployment.apply(with_company(a_setup(), original_wait_days=3))
    run(deployment, a_return("R-1"))
    before = deployment.record("R-1")

    report = deployment.sync_orders()

    assert deployment.record("R-1") == before
    assert (report.selected, report.waiting) == (1, 1)


def test_an_original_older_than_the_deployment_is_waited_for_some_days_and_then_warned_of(
    deployment: Deployment,
) -> None:
    deployment.apply(with_company(a_setup(), original_wait_days=3))
    assert run(deployment, a_return("R-1"))["R-1"] == "waiting WAITING_FOR_ORIGINAL"

    deployment.later(days=3)
    deployment.sync_orders()

    assert deployment.states()["R-1"] == "succeeded RETURN_ORIGINAL"
    assert order(deployment, "R-1").document.lines[0].original is None


def test_a_return_that_must_have_its_original_is_posted_when_it_comes(deployment: Deployment) -> None:
    deployment.apply(replace(a_setup(), checks=(Check(code="RETURN_ORIGINAL", severity=Severity.BLOCK),)))
    assert run(deployment, a_return("R-1"))["R-1"] == "failed RETURN_ORIGINAL"

    assert run(deployment, SALE) == {"T-1": "succeeded", "R-1": "succeeded"}


def test_what_was_returned_before_the_original_came_counts(deployment: Deployment) -> None:
    states = run(deployment, a_return("R-1", 2), SALE, a_return("R-2"))

    assert states == {
        "R-1": "succeeded RETURN_ORIGINAL",
        "T-1": "succeeded",
        "R-2": "failed RETURN_QUANTITY REFUND_AMOUNT",
    }


def test_two_returns_of_one_batch_never_take_back_more_than_is_left(deployment: Deployment) -> None:
    run(deployment, SALE)
    deployment.put("returns", a_return("R-1", 2), a_return("R-2", 2))
    deployment.p_job()

    deployment.sync_orders()

    states = deployment.states()
    assert sorted((states["R-1"][:9], states["R-2"][:9])) == ["failed RE", "succeeded"]


def test_a_return_whose_original_another_run_takes_back_meanwhile_is_decided_again(deployment: Deployment) -> None:
    run(deployment, SALE)
    deployment.put("returns", a_return("R-1", 2), a_return("R-2", 2))
    deployment.p_job()
    post = deployment.store.post

    def raced(postings: Sequence[Posting]) -> Sequence[PostOutcome]:
        deployment.store.post = post  # type: ignore[method-assign]
        deployment.sync_orders(transaction=deployment.record("R-2").key.text)
        return post(postings)

    deployment.store.post = raced  # type: ignore[method-assign]
    deployment.sync_orders(transaction=deployment.record("R-1").key.text)

    assert deployment.states()["R-2"] == "succeeded"
    assert deployment.states()["R-1"].startswith("failed RETURN_QUANTITY")


def test_a_cancellation_takes_back_the_whole_order_its_payment_and_its_journal(deployment: Deployment) -> None:
    states = run(deployment, SALE, a_cancellation("C-1"))

    assert states == {"T-1": "succeeded", "C-1": "succeeded"}
    sold, taken = order(deployment, "T-1"), order(deployment, "C-1")
    assert taken.document.kind is DocumentKind.CANCELLATION
    assert taken.document.cancels == sold.document.id
    assert taken.document.total == -sold.document.total
    assert taken.paid == -sold.paid
    assert not taken.open
    signed = total(entry.debit.amount - entry.credit.amount for e in (sold, taken) for entry in e.journal)
    by_account = {
        account: total(
            entry.debit.amount - entry.credit.amount
            for each in (sold, taken)
            for entry in each.journal
            if entry.account == account
        )
        for account in ("112250", "130100")
    }
    assert signed == 0
    assert by_account == {"112250": 0, "130100": 0}


def test_an_order_is_cancelled_once(deployment: Deployment) -> None:
    states = run(deployment, SALE, a_cancellation("C-1"), a_cancellation("C-2"))

    assert states["C-2"] == "failed RETURN_QUANTITY"
    assert "nothing is left" in deployment.record("C-2").problems[0].message


def test_what_was_returned_is_not_cancelled_again(deployment: Deployment) -> None:
    run(deployment, SALE, a_return("R-1"), a_cancellation("C-1"))

    taken = order(deployment, "C-1")

    assert [line.quantity for line in taken.document.lines] == [-1]
    assert taken.document.total.text == "-40.70"
    assert taken.paid.text == "-40.70"


def test_what_was_cancelled_is_not_returned(deployment: Deployment) -> None:
    states = run(deployment, SALE, a_cancellation("C-1"), a_return("R-1"))

    assert states["R-1"].startswith("failed RETURN_QUANTITY")


def test_a_cancellation_by_line_takes_back_that_line_s_share(deployment: Deployment) -> None:
    line = only(a_return("C-1"), SALES)
    header = changed(a_cancellation("C-1"), HEADER, numberOfItems="-1", grossAmount="29.70", netAmount="27.00")
    rows = {
        **header,
        **changed(line, SALES, returnTransactionId="", returnLineNum="0", taxAmount="2.70", discAmount="0"),
    }
    rows |= only(a_return("C-1"), "RetailTransactionTaxTrans")

    states = run(deployment, SALE, rows)

    assert states["C-1"] == "succeeded"
    taken = order(deployment, "C-1")
    assert (taken.document.total.text, taken.paid.text) == ("-29.70", "-29.70")
    assert run(deployment, a_cancellation("C-2"))["C-2"] == "succeeded"
    assert order(deployment, "C-2").document.total.text == "-40.70"


def test_a_cancellation_waits_for_an_order_that_is_staged(deployment: Deployment) -> None:
    deployment.put("both", a_cancellation("C-1"), SALE)
    deployment.p_job()

    deployment.sync_orders()

    assert deployment.states() == {"T-1": "succeeded", "C-1": "succeeded"}


def test_a_cancellation_of_an_order_that_never_was_fails_and_heals_when_it_comes(deployment: Deployment) -> None:
    assert run(deployment, a_cancellation("C-1"))["C-1"] == "failed CANCELLED_ORDER"

    assert run(deployment, SALE) == {"T-1": "succeeded", "C-1": "succeeded"}


def test_a_cancellation_may_name_the_sales_order(deployment: Deployment) -> None:
    run(deployment, SALE)
    number = deployment.record("T-1").sales_id

    states = run(deployment, a_cancellation("C-1", sales_order_id=number, channel_reference_id="OTHER"))

    assert states["C-1"] == "succeeded"


def test_a_quotation_is_no_order_and_has_no_journal(deployment: Deployment) -> None:
    quote = rows_of(replace(a_sale(), header=replace(a_sale().header, type=31)), "Q-1")

    assert run(deployment, quote)["Q-1"] == "succeeded"
    posted = order(deployment, "Q-1")
    assert (posted.document.kind, posted.payments, posted.journal) == (DocumentKind.QUOTATION, (), ())


@pytest.mark.parametrize("transaction_id", ["R-1", "C-1"])
def test_taking_back_again_changes_nothing(deployment: Deployment, transaction_id: str) -> None:
    run(deployment, SALE, a_return("R-1"), a_cancellation("C-1"))
    before = deployment.record(transaction_id)
    account = deployment.store.accounts([deployment.record("T-1").key])

    assert deployment.sync_orders().selected == 0
    assert deployment.record(transaction_id) == before
    assert deployment.store.accounts([deployment.record("T-1").key]) == account


def test_the_books_balance_with_returns_and_cancellations(deployment: Deployment) -> None:
    run(deployment, SALE, a_return("R-1"), a_cancellation("C-1"))

    reconciled = deployment.reconcile()

    assert reconciled.balanced, reconciled.unexplained
    row: Any = reconciled.rows[0].as_json()
    assert len(reconciled.rows) == 1
    assert row["orders"]["cancelled"] == row["journal"]["cancelled"] == {"gross": "-40.70", "payments": "-40.70"}
    assert (row["orders"]["gross"], row["journal"]["payments"]) == ("40.70", "40.70")
