"""Sales paid in some way and cancellations of them, to try what is given back."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from postering.domain.posting.verdicts import build_order
from postering.domain.retail_transactions.transactions import Header, PaymentTrans, RetailTransaction, SalesTrans
from postering.domain.returns.accounts import Account
from postering.domain.returns.cancellations import Cancellation, compensate
from postering.domain.returns.originals import Original
from postering.domain.setup.setup import Setup
from tests.domain.transactions_examples import (
    CARD,
    DAY,
    KEY,
    a_sale,
    a_setup,
    with_totals,
)


def tender(amount: str, tender_type: str = CARD, **more: Any) -> PaymentTrans:
    card = "VISA" if tender_type == CARD else ""
    return PaymentTrans(tender_type=tender_type, card_type=card, tendered=Decimal(amount), currency="USD", **more)


def numbered(payments: tuple[PaymentTrans, ...]) -> tuple[PaymentTrans, ...]:
    return tuple(replace(payment, line=Decimal(n)) for n, payment in enumerate(payments, start=1))


def linked(amount: str, line: int = 1, transaction: str = "T-1", **more: Any) -> PaymentTrans:
    return tender(amount, linked_transaction_id=transaction, linked_line=Decimal(line), is_linked_refund=1, **more)


def a_line(quantity: str, net: str, **more: Any) -> SalesTrans:
    given = Decimal(net)
    return SalesTrans(line=Decimal(1), item="81327", quantity=Decimal(quantity), net=given, gross=given, **more)


def sold(*payments: PaymentTrans, total: str = "100.00", setup: Setup | None = None) -> Original:
    """Two items, paid so; nothing of it is taken back yet."""
    sale = a_sale(sales=(a_line("-2", f"-{total}"),), taxes=(), discounts=(), charges=(), payments=numbered(payments))
    return Original(account=Account(key=KEY), order=build_order(with_totals(sale), setup or a_setup(), "ONL-000001"))


def asked(*lines: SalesTrans, payments: tuple[PaymentTrans, ...] = (), name: str = "C-1") -> RetailTransaction:
    rows = tuple(replace(line, line=Decimal(n), return_line=Decimal(1)) for n, line in enumerate(lines, start=1))
    return RetailTransaction(
        key=replace(KEY, transaction_id=name),
        header=Header(type=37, currency="USD", business_date_given=DAY, channel_reference_id="W-1"),
        sales=rows,
        payments=numbered(payments),
    )


def cancelled(original: Original, *lines: SalesTrans, payments: tuple[PaymentTrans, ...] = ()) -> Cancellation:
    return compensate(asked(*lines, payments=payments), original, a_setup(), "ONL-000002")


def after(original: Original, made: Cancellation) -> Original:
    assert made.order is not None, made.problems
    return replace(original, account=original.account.moved(made.movements[original.account.key], "w"))
