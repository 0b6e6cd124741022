"""The table of tender operations: complete, and everything that books payments follows it."""

from dataclasses import fields, replace

import pytest

from postering.domain.exports.payments_and_journal import AccountRole, entries_of
from postering.domain.posting.verdicts import build_order
from postering.domain.retail_transactions.transactions import PaymentTrans
from postering.domain.setup.setup import Company, Setup, TenderOperation
from postering.domain.setup.tables import COMPANY_ACCOUNTS, TENDERS, tender_rules
from tests.domain.transactions_examples import CARD, a_sale, a_setup

EVERY_OPERATION = pytest.mark.parametrize("operation", TenderOperation)


def set_up_as(operation: TenderOperation) -> Setup:
    """The card's tender type does `operation` instead."""
    setup = a_setup()
    accounts = {account: f"company {account}" for account in COMPANY_ACCOUNTS}
    methods = tuple(
        replace(method, operation=operation, account="method") if method.tender_type == CARD else method
        for method in setup.payment_methods
    )
    companies = tuple(replace(company, **accounts) for company in setup.companies)  # type: ignore[arg-type]  # texts all
    return replace(setup, payment_methods=methods, companies=companies)


def test_every_operation_has_rules_and_no_rules_are_of_none() -> None:
    assert set(TENDERS) == set(TenderOperation)


@EVERY_OPERATION
def test_rules_name_what_there_is(operation: TenderOperation) -> None:
    rules = tender_rules(operation)

    assert not rules.company_account or rules.company_account in {each.name for each in fields(Company)}
    assert not rules.named_by or rules.named_by in {each.name for each in fields(PaymentTrans)}
    assert AccountRole(rules.role) in {AccountRole.PAYMENT, AccountRole.GIFT_CARD}


@EVERY_OPERATION
def test_a_payment_is_booked_as_its_operation_says(operation: TenderOperation) -> None:
    rules, order = tender_rules(operation), build_order(a_sale(), set_up_as(operation))
    (payment,) = order.payments
    booked = {entry.account for entry in order.journal} - {a_setup().companies[0].receivable_account}

    if not rules.entry:
        assert (order.journal, str(payment.status)) == ((), "on_account")
        return
    assert booked == {f"company {rules.company_account}" if rules.company_account else "method"}
    assert str(payment.status) == ("authorized" if rules.capture else "captured")
    assert rules.role in {source.role for source in entries_of(order)}


def test_an_operation_that_nobody_knows_is_booked_on_the_methods_account() -> None:
    assert tender_rules("").method_account
    assert tender_rules("PayTomorrow") == tender_rules("")
