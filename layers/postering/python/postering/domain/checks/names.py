"""Checks of names in a transaction: modes of delivery, charge codes, customers."""

from collections.abc import Iterable, Iterator
from typing import Final

from postering.domain.checks.check import Check, Needs
from postering.domain.checks.findings import SHOWN_NAMES, SHOWN_ROWS, Place, empty_column, problem_of
from postering.domain.keys import TransactionKey
from postering.domain.lists import first_of, grouped
from postering.domain.problems import CREATED_CUSTOMERS, Problem
from postering.domain.repairs.commands import add_to_setup, correct
from postering.domain.repairs.setup_lines import SetupKey, can_be_set_up, table
from postering.domain.retail_transactions.entities import HEADER
from postering.domain.retail_transactions.transactions import Header, RetailTransaction, SalesTrans
from postering.domain.sales_orders.customers import asynchronous_account, is_temporary
from postering.domain.setup.setup import fact_name


def mode_of_delivery(transaction: RetailTransaction, place: Place) -> Iterator[Problem]:
    """`MODE_OF_DELIVERY`: the modes that header and lines name are the company's."""
    company = place.company.id
    named = [(transaction.header.delivery_mode, HEADER)]
    named += [(line.delivery_mode, line.name) for line in transaction.lines]
    for mode, rows in grouped((mode, row) for mode, row in named if mode).items():
        if place.setup.mode_of_delivery(company, mode) is None:
            yield problem_of(
                "MODE_OF_DELIVERY",
                f"{first_of(rows, SHOWN_ROWS)}: mode of delivery {mode} is not set up for company {company}",
                expected=f"a mode of delivery of company {company}",
                found=mode,
                rows=rows,
                repair=_mode_repair(mode, rows, place, transaction.key),
                depends_on=(fact_name("modes_of_delivery", company, mode),),
            )


def charge_code(transaction: RetailTransaction, place: Place) -> Iterator[Problem]:
    """`CHARGE_CODE`: the codes that charges name are the company's."""
    company = place.company.id
    for code, rows in grouped((charge.code, charge.name) for charge in transaction.live_charges if charge.code).items():
        if place.setup.charge_code(company, code) is None:
            yield problem_of(
                "CHARGE_CODE",
                f"{first_of(rows, SHOWN_ROWS)}: charge code {code} is not set up for company {company}",
                expected=f"a charge code of company {company}",
                found=code,
                rows=rows,
                repair=_charge_repair(code, rows, place, transaction.key),
                depends_on=(fact_name("charge_codes", company, code),),
            )


def customer(transaction: RetailTransaction, place: Place) -> Iterator[Problem]:
    """`CUSTOMER`: the accounts that header and lines name are customers, once the setup has any.

    An asynchronous account is not looked up: the job creates its customer. Customers that jobs created count too.
    """
    company = place.company.id
    if not place.setup.has_customers(company):
        return
    named: list[tuple[Header | SalesTrans, str]] = [(transaction.header, HEADER)]
    named += ((line, line.name) for line in transaction.lines)
    looked_for = ((each.customer, row) for each, row in named if each.customer and not asynchronous_account(each))
    for account, rows in grouped(looked_for).items():
        if place.setup.customer(company, account) is not None or account in place.created_customers:
            continue
        may_be_created = (fact_name(CREATED_CUSTOMERS, company, account),) if is_temporary(account) else ()
        yield problem_of(
            "CUSTOMER",
            f"{first_of(rows, SHOWN_ROWS)}: customer {account} is not set up for company {company}",
            expected=f"a customer of company {company}",
            found=account,
            rows=rows,
            repair=_customer_repair(account, rows, place, transaction.key),
            depends_on=(
                fact_name("customers", company, account),
                fact_name("customers", company),
                *may_be_created,
            ),
        )


def _mode_repair(mode: str, rows: Iterable[str], place: Place, key: TransactionKey) -> str:
    """Lines for a mode of delivery."""
    if not can_be_set_up(mode):
        return correct(f"DlvMode of {first_of(rows, SHOWN_NAMES)}") + empty_column(
            key, "MODE_OF_DELIVERY", "DlvMode", rows
        )
    kind = SetupKey(key="kind", value="ship", remark="ship, pickup, electronic or carry_out")
    added = table("modes_of_delivery", kind, company=place.company.id, id=mode)
    return add_to_setup(added, otherwise=f"DlvMode of {first_of(rows, SHOWN_NAMES)}")


def _charge_repair(code: str, rows: Iterable[str], place: Place, key: TransactionKey) -> str:
    """Lines for a charge code."""
    if not can_be_set_up(code):
        return correct(f"MarkupCode of {first_of(rows, SHOWN_NAMES)}") + empty_column(
            key, "CHARGE_CODE", "MarkupCode", rows
        )
    added = table("charge_codes", company=place.company.id, code=code)
    return add_to_setup(added, otherwise=f"MarkupCode of {first_of(rows, SHOWN_NAMES)}")


def _customer_repair(account: str, rows: Iterable[str], place: Place, key: TransactionKey) -> str:
    """Lines for a customer."""
    if not can_be_set_up(account):
        return correct(f"custAccount of {first_of(rows, SHOWN_NAMES)}") + empty_column(
            key, "CUSTOMER", "custAccount", rows
        )
    added = table("customers", company=place.company.id, account=account)
    return add_to_setup(added, otherwise=f"custAccount of {first_of(rows, SHOWN_NAMES)}")


MODE_OF_DELIVERY: Final = Check(
    name="MODE_OF_DELIVERY", meaning="the mode of delivery is in the setup", placed=mode_of_delivery
)
CHARGE_CODE: Final = Check(name="CHARGE_CODE", meaning="the charge code is in the setup", placed=charge_code)
CUSTOMER: Final = Check(
    name="CUSTOMER",
    meaning="the customer is in the setup",
    needs=Needs(lacks=lambda company, setup: not setup.has_customers(company.id), why="no [[customers]] are given"),
    placed=customer,
)

CHECKS: Final = (MODE_OF_DELIVERY, CHARGE_CODE, CUSTOMER)
"""The checks of this family, in the order of reports."""
