"""What a cancellation takes over from the order that it compensates, besides the amounts."""

from dataclasses import replace
from decimal import Decimal

import pytest

from postering.domain.posting.verdicts import build_order
from postering.domain.retail_transactions.transactions import PaymentTrans, SalesTrans
from postering.domain.returns.accounts import Account
from postering.domain.returns.cancellations import compensate
from postering.domain.returns.originals import Original
from postering.domain.sales_orders.documents import PostedOrder
from tests.domain.transactions_examples import DAY, KEY, a_sale, a_setup, with_child, with_header

BY = replace(KEY, transaction_id="T-2")


def cancelled(*lines: SalesTrans) -> PostedOrder:
    """The sale of two weighed items cancelled: whole, or by these lines."""
    sale = with_child(
        a_sale(), "sales", 0, unit_quantity=Decimal("-1.250"), serial_number="S1", line_discount=Decimal(6)
    )
    sale = with_child(sale, "payments", 0, card_token="token", authorized_amount=Decimal("70.40"))
    original = Original(account=Account(key=KEY), order=build_order(sale, a_setup(), "ONL-000001"))
    rows: tuple[PaymentTrans, ...] = ()
    asked = a_sale(key=BY, sales=lines, payments=rows, taxes=(), discounts=(), charges=())
    asked = with_header(
        asked, type=37, gross=Decimal(0), transaction_date=DAY, transaction_time=84_600, receipt_id="R-2"
    )
    cancellation = compensate(asked, original, a_setup(), "ONL-000002")
    assert cancellation.order is not None, cancellation.problems
    return cancellation.order


@pytest.mark.parametrize(
    ("given", "taken_back"),
    [((), "-1.250"), (("2", "1.250"), "-1.250"), (("1", "0.600"), "-0.600"), (("1", "0"), "0")],
    ids=["whole", "all of the line", "a part of what was weighed", "a part that names no weight"],
)
def test_what_was_weighed_is_taken_back_as_far_as_it_is_known(given: tuple[str, ...], taken_back: str) -> None:
    rows = (
        [SalesTrans(line=Decimal(1), item="81327", quantity=Decimal(given[0]), unit_quantity=Decimal(given[1]))]
        if given
        else []
    )
    (line,) = cancelled(*rows).document.lines
    assert line.unit_quantity == Decimal(taken_back)
    assert (line.serial_number, line.discount_shares) == ("S1", ())


def test_a_charge_is_taken_back_with_both_of_its_taxes() -> None:
    (charge,) = cancelled().document.charges
    assert (charge.tax_on_top, charge.tax_inside) == (Decimal("-1.00"), Decimal(0))
    assert charge.tax.amount == charge.tax_on_top + charge.tax_inside


def test_a_reversed_payment_names_the_one_that_it_gives_back_and_keeps_its_token() -> None:
    (payment,) = cancelled().payments
    assert (payment.refunds_transaction, payment.refunds_store, payment.refunds_line) == ("T-1", KEY.store, Decimal(1))
    assert payment.refunds_currency == "USD"
    assert (payment.card_token, payment.authorized_amount) == ("token", Decimal(0))


def test_the_cancellation_has_its_own_time_and_receipt() -> None:
    document = cancelled().document
    assert (document.transaction_date, document.transaction_time, document.receipt_id) == (DAY, 84_600, "R-2")
    assert document.cancels == "ONL-000001"
