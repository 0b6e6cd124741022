"""Asynchronous customers: who is one, what an order creates, and what the CUSTOMER check makes of it."""

from dataclasses import replace
from decimal import Decimal

import pytest

from postering.domain.checks import check
from postering.domain.posting.verdicts import build_order
from postering.domain.retail_transactions.transactions import AddressTrans, Header, RetailTransaction
from postering.domain.sales_orders.customers import (
    CustomerKey,
    asynchronous_account,
    customers_to_create,
    is_temporary,
    unknown_customers,
)
from postering.domain.sales_orders.documents import CreatedCustomer
from postering.domain.setup.setup import Customer, Setup
from tests.domain.transactions_examples import COMPANY, KEY, a_sale, a_setup, with_child, with_header

GUID = "{2B6F1D4E-90A1-4E0B-9C62-0F1D2A3B4C5D}"
WITH_MASTER_DATA = a_setup(customers=(Customer(company=COMPANY, account="100001"),))


def of(account: str = "", asynchronous: str = "") -> RetailTransaction:
    return with_header(a_sale(), customer=account, async_customer=asynchronous)


def created(transaction: RetailTransaction, setup: Setup | None = None, *known: str) -> tuple[CreatedCustomer, ...]:
    setup = setup or a_setup()
    keys = [CustomerKey(COMPANY, account) for account in known]
    return customers_to_create(transaction, build_order(transaction, setup).document, setup, keys)


def customer_problems(transaction: RetailTransaction, setup: Setup, *known: str) -> list[str]:
    return [found.found for found in check(transaction, setup, frozenset(known)) if found.code == "CUSTOMER"]


@pytest.mark.parametrize(
    ("account", "asynchronous", "named"),
    [("", GUID, GUID), (GUID, GUID, GUID), ("100001", GUID, ""), ("100001", "", ""), ("", "", "")],
)
def test_an_asynchronous_account_counts_until_a_real_one_stands_beside_it(
    account: str, asynchronous: str, named: str
) -> None:
    assert asynchronous_account(Header(customer=account, async_customer=asynchronous)) == named


@pytest.mark.parametrize("account", [GUID, GUID.lower(), GUID.strip("{}"), GUID.strip("{}").replace("-", "")])
def test_a_guid_is_taken_for_a_temporary_account(account: str) -> None:
    assert is_temporary(account)


@pytest.mark.parametrize("account", ["", "100001", "DE-001", GUID[:-2], f"{GUID}0", "g" * 32])
def test_other_accounts_are_real_ones(account: str) -> None:
    assert not is_temporary(account)


def test_the_order_of_an_asynchronous_customer_creates_it_with_the_address_of_the_order() -> None:
    address = AddressTrans(sales_line=Decimal(0), delivery_name="Karen Berg", city="Houston", phone="555-0100")
    sale = with_header(replace(of(asynchronous=GUID), addresses=(address,)), receipt_email="karen@example.com")
    (customer,) = created(sale)
    assert (customer.company, customer.account, customer.created_by) == (COMPANY, GUID, KEY.text)
    assert (customer.name, customer.email, customer.phone) == ("Karen Berg", "karen@example.com", "555-0100")
    assert customer.address is not None
    assert customer.address.city == "Houston"


def test_a_customer_without_any_address_is_created_with_what_is_known() -> None:
    (customer,) = created(of(asynchronous=GUID))
    assert (customer.account, customer.name, customer.address) == (GUID, "", None)


def test_header_and_lines_that_name_one_account_create_it_once_and_others_each() -> None:
    sale = with_child(of(asynchronous=GUID), "sales", 0, async_customer=GUID)
    assert [each.account for each in created(sale)] == [GUID]
    sale = with_child(of(asynchronous=GUID), "sales", 0, async_customer="C-2")
    assert [each.account for each in created(sale)] == [GUID, "C-2"]


def test_a_line_s_customer_is_created_with_the_line_s_address() -> None:
    addresses = tuple(
        AddressTrans(sales_line=Decimal(line), delivery_name=name) for line, name in ((0, "Order"), (1, "Line"))
    )
    sale = with_child(replace(of("100001"), addresses=addresses), "sales", 0, async_customer="C-2")
    assert [each.name for each in created(sale)] == ["Line"]


def test_who_is_there_is_not_created_again() -> None:
    setup = a_setup(customers=(Customer(company=COMPANY, account=GUID),))
    assert created(of(asynchronous=GUID), setup) == ()
    assert created(of(asynchronous=GUID), None, GUID) == ()


def test_guests_and_known_customers_create_nobody() -> None:
    assert created(of()) == ()
    assert created(of("100001")) == ()
    assert created(of("100001", GUID)) == ()


@pytest.mark.parametrize(
    ("account", "asynchronous", "customer"),
    [("", GUID, GUID), (GUID, GUID, GUID), ("100001", GUID, "100001"), ("", "", "100001"), ("9", "", "9")],
)
def test_the_order_goes_to_the_account_given_else_the_asynchronous_one_else_the_channel_s(
    account: str, asynchronous: str, customer: str
) -> None:
    assert build_order(of(account, asynchronous), a_setup()).document.customer == customer


def test_only_accounts_that_the_setup_does_not_have_are_asked_for() -> None:
    assert unknown_customers(of("100001"), a_setup()) == ()
    assert unknown_customers(of("999"), a_setup()) == ()  # the check is off: nobody is looked for
    assert unknown_customers(of("999"), WITH_MASTER_DATA) == (CustomerKey(COMPANY, "999"),)
    assert unknown_customers(of("100001"), WITH_MASTER_DATA) == ()
    assert unknown_customers(of(asynchronous=GUID), a_setup()) == (CustomerKey(COMPANY, GUID),)


def test_an_asynchronous_customer_is_not_looked_for_in_the_master_data() -> None:
    assert customer_problems(of(asynchronous=GUID), WITH_MASTER_DATA) == []
    assert customer_problems(of(GUID, GUID), WITH_MASTER_DATA) == []


def test_a_real_account_beside_an_asynchronous_one_must_exist() -> None:
    assert customer_problems(of("100001", GUID), WITH_MASTER_DATA) == []
    assert customer_problems(of("999", GUID), WITH_MASTER_DATA) == ["999"]


def test_a_customer_that_a_job_created_is_as_good_as_one_of_the_setup() -> None:
    assert customer_problems(of(GUID), WITH_MASTER_DATA) == [GUID]
    assert customer_problems(of(GUID), WITH_MASTER_DATA, GUID) == []
