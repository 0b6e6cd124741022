"""Checks of tender types and card types against the company's payment methods."""

from collections.abc import Iterator
from typing import Final

from postering.domain.checks.check import Check
from postering.domain.checks.findings import SHOWN_ROWS, Place, priced, problem_of
from postering.domain.keys import TransactionKey
from postering.domain.lists import first_of, grouped
from postering.domain.money import total
from postering.domain.problems import Problem
from postering.domain.repairs.commands import add_to_setup, correct, void
from postering.domain.repairs.setup_lines import SetupKey, SetupTable, can_be_set_up, table
from postering.domain.retail_transactions.transactions import PaymentTrans, RetailTransaction
from postering.domain.setup.setup import PaymentMethod, TenderOperation, fact_name
from postering.domain.setup.tables import TENDERS, tender_rules


def payment_method(transaction: RetailTransaction, place: Place) -> Iterator[Problem]:
    """`PAYMENT_METHOD`: the tender type of every payment that counts is set up for the company."""
    company, known = place.company.id, place.setup.tender_types(place.company.id)
    for tender, rows in grouped((row.tender_type, row) for row in transaction.paying).items():
        if tender in known:
            continue
        names = tuple(row.name for row in rows)
        amount = priced(total(row.tendered for row in rows), transaction)
        words = f"tender type {tender} is not a payment method of company {company}" if tender else "no tender type"
        yield problem_of(
            "PAYMENT_METHOD",
            f"{first_of(names, SHOWN_ROWS)}: {words}, {amount} cannot be posted",
            expected=f"a tender type of company {company}: {', '.join(known) or 'none is set up yet'}",
            found=tender,
            rows=names,
            repair=_method_repair(rows[0], place, transaction.key),
            depends_on=(fact_name("payment_methods", company, tender),),
        )


def card_type(transaction: RetailTransaction, place: Place) -> Iterator[Problem]:
    """`CARD_TYPE`: the tender type is set up for this card type, or for every card type without a row of its own."""
    company, known = place.company.id, place.setup.tender_types(place.company.id)
    cards = ((f"{row.tender_type}\0{row.card_type}", row) for row in transaction.paying if row.tender_type in known)
    for _, rows in grouped(cards).items():
        first: PaymentTrans = rows[0]
        if place.setup.payment_method(company, first.tender_type, first.card_type) is not None:
            continue
        names = tuple(row.name for row in rows)
        types = ", ".join(row.card_type for row in place.setup.payment_methods_of(company, first.tender_type))
        amount = priced(total(row.tendered for row in rows), transaction)
        card = f"card type {first.card_type}" if first.card_type else "a payment without card type"
        yield problem_of(
            "CARD_TYPE",
            f"{first_of(names, SHOWN_ROWS)}: tender type {first.tender_type} of company {company} is not set up for"
            f" {card}, {amount} cannot be posted",
            expected=f"a card type of tender type {first.tender_type}: {types}",
            found=first.card_type,
            rows=names,
            repair=_card_repair(first, place, transaction.key),
            depends_on=(fact_name("payment_methods", company, first.tender_type),),
        )


def _method_repair(payment: PaymentTrans, place: Place, key: TransactionKey) -> str:
    """Lines for a tender type that no payment method has."""
    if not can_be_set_up(payment.tender_type):
        return correct(f"tenderType of {payment.name}") + void(key, "PAYMENT_METHOD")
    operation = _operation(payment)
    added = _method(payment, place, operation, f"Tender type {payment.tender_type}", card_type="")
    return add_to_setup(added, otherwise="tenderType of the payment lines")


def _card_repair(payment: PaymentTrans, place: Place, key: TransactionKey) -> str:
    """Lines for a card type of a tender type that is set up for others."""
    if payment.card_type and not can_be_set_up(payment.card_type):
        return correct(f"cardTypeId of {payment.name}") + void(key, "CARD_TYPE")
    like = place.setup.payment_methods_of(place.company.id, payment.tender_type)[0]
    name = payment.card_type or f"Tender type {payment.tender_type}"
    added = _method(payment, place, like.operation, name, card_type=payment.card_type)
    return add_to_setup(added, otherwise="cardTypeId of the payment lines")


def _method(
    payment: PaymentTrans, place: Place, operation: TenderOperation, name: str, *, card_type: str
) -> SetupTable:
    known = {"company": place.company.id, "tender_type": payment.tender_type}
    if card_type:
        known["card_type"] = card_type
    keys = [SetupKey(key="name", value=name), _operation_key(operation, place)]
    if tender_rules(operation).method_account:
        keys.append(SetupKey(key="account", value=_account(operation, place), remark="the account it is posted to"))
    return table("payment_methods", *keys, **known)


def _operation(payment: PaymentTrans) -> TenderOperation:
    """The operation whose column the payment line fills (a gift card, a loyalty card); cash if it fills none."""
    named = (name for name, rules in TENDERS.items() if rules.named_by and getattr(payment, rules.named_by))
    return TenderOperation(next(named, TenderOperation.PAY_CASH))


def _operation_key(operation: TenderOperation, place: Place) -> SetupKey:
    account = tender_rules(operation).company_account
    lacks = account and not getattr(place.company, account)
    remark = f'also give {account} to company "{place.company.id}"' if lacks else "the tender operation"
    return SetupKey(key="operation", value=str(operation), remark=remark)


def _account(operation: TenderOperation, place: Place) -> str:
    """The account of a method with the same operation, else of any: the remark beside it asks the operator to look."""

    def distance(method: PaymentMethod) -> bool:
        return method.operation != operation

    rows = (row for row in place.setup.payment_methods if row.company == place.company.id and row.account)
    nearest = min(rows, key=distance, default=None)
    return nearest.account if nearest else "110110"


PAYMENT_METHOD: Final = Check(
    name="PAYMENT_METHOD",
    meaning="the tender type is a payment method of the company",
    fixed=True,
    placed=payment_method,
)
CARD_TYPE: Final = Check(
    name="CARD_TYPE", meaning="the card type is set up for its tender type", fixed=True, placed=card_type
)

CHECKS: Final = (PAYMENT_METHOD, CARD_TYPE)
"""The checks of this family, in the order of reports."""
