"""Returns and cancellations of a posted sale, and the accounts that they are checked against."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, settings

from postering.domain.posting.verdicts import build_order
from postering.domain.problems import Severity
from postering.domain.retail_transactions.transactions import Header, PaymentTrans, RetailTransaction
from postering.domain.returns.accounts import Account
from postering.domain.returns.originals import Original
from postering.domain.returns.returns import ReturnOutcome, take_back
from postering.domain.setup.setup import Check
from tests.domain.transactions_examples import DAY, KEY, a_setup

BACK = replace(KEY, transaction_id="R-1")
MODEST = settings(max_examples=15, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])


def posted(sale: RetailTransaction) -> Original:
    """The sale as an order of which nothing was taken back."""
    order = build_order(sale, a_setup(sale.header.currency))
    return Original(account=Account(key=sale.key), order=order)


def taken(back: RetailTransaction, original: Original, **severity: Severity) -> ReturnOutcome:
    """The outcome of a return; `severity` sets that of checks by code."""
    checks = tuple(Check(code=code, severity=given) for code, given in severity.items())
    return take_back(back, {original.account.key: original}, a_setup(checks=checks), has_waited=True)


def a_cancellation(**header: Any) -> RetailTransaction:
    """The cancellation of an order by its channel reference."""
    given = {"channel_reference_id": "W-1"} | header
    return RetailTransaction(key=BACK, header=Header(type=37, currency="USD", business_date_given=DAY, **given))


def refund(amount: str) -> PaymentTrans:
    """A refund to the card."""
    return PaymentTrans(line=Decimal(1), tender_type="2", card_type="VISA", tendered=Decimal(amount), currency="USD")
