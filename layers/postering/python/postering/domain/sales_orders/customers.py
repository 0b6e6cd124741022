"""Asynchronous customers: accounts that a channel made up before headquarters had the customer.

Such a customer is created by Synchronize orders together with the first order that names it, in the same write, so
that it exists once however many orders of it come at the same time. Its account is the id that the channel gave:
the channel, its later orders and the books go on naming the customer alike. Source: "Asynchronous customer creation
mode" of Dynamics 365 Commerce.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from postering.domain.money import ZERO
from postering.domain.retail_transactions.transactions import Header, RetailTransaction, SalesTrans
from postering.domain.sales_orders.document_parts import Address
from postering.domain.sales_orders.documents import CreatedCustomer, SalesDocument
from postering.domain.setup.setup import Setup

_TEMPORARY: Final = re.compile(r"\{?[0-9a-f]{8}(-?[0-9a-f]{4}){3}-?[0-9a-f]{12}\}?", re.IGNORECASE)
"""A GUID: what channels give as the temporary account of a customer."""


@dataclass(frozen=True, slots=True, order=True)
class CustomerKey:
    """A customer's company and account."""

    company: str
    account: str


Customers = Mapping[CustomerKey, CreatedCustomer]
"""Customers that jobs created, by key."""


def is_temporary(account: str) -> bool:
    """Whether `account` looks like one that a channel made up (a GUID): its customer may yet be created."""
    return _TEMPORARY.fullmatch(account) is not None


def asynchronous_account(named: Header | SalesTrans) -> str:
    """The asynchronous account that a header or line goes by; '' where it names none, or a customer that is resolved.

    CustAccountAsync is the temporary id; a custAccount beside it that is not the same id is the real account.
    """
    return named.async_customer if named.customer in {"", named.async_customer} else ""


def account_of(header: Header, default_customer: str) -> str:
    """The account that an order goes to: the one given, else the asynchronous one, else (a guest) the channel's."""
    return header.customer or header.async_customer or default_customer


def customers_asked(transaction: RetailTransaction, setup: Setup) -> tuple[CustomerKey, ...]:
    """The accounts that `transaction` names and the setup does not have: a job may have created them, or has to."""
    company = transaction.key.company
    named = {asynchronous_account(each) for each in _naming(transaction)}
    if setup.has_customers(company):
        named |= {each.customer for each in _naming(transaction)}
    unknown = sorted(account for account in named if account and setup.customer(company, account) is None)
    return tuple(CustomerKey(company, account) for account in unknown)


def created_customers(
    transaction: RetailTransaction, document: SalesDocument, setup: Setup, known: Iterable[CustomerKey]
) -> tuple[CreatedCustomer, ...]:
    """The customers that posting `document` creates: asynchronous ones that neither the setup nor a job knows yet."""
    company, there = transaction.key.company, {each.account for each in known}
    found: dict[str, CreatedCustomer] = {}
    for each in _naming(transaction):
        account = asynchronous_account(each)
        if account and account not in there | found.keys() and setup.customer(company, account) is None:
            line = ZERO if isinstance(each, Header) else each.line
            found[account] = _customer(account, transaction, _address(document, line))
    return tuple(found.values())


def _naming(transaction: RetailTransaction) -> tuple[Header | SalesTrans, ...]:
    return (transaction.header, *transaction.lines)


def _customer(account: str, transaction: RetailTransaction, address: Address | None) -> CreatedCustomer:
    return CreatedCustomer(
        company=transaction.key.company,
        account=account,
        name=address.name if address is not None else "",
        email=transaction.header.receipt_email or (address.email if address is not None else ""),
        phone=address.phone if address is not None else "",
        address=address,
        created_by=transaction.key.text,
    )


def _address(document: SalesDocument, line: Decimal) -> Address | None:
    """The address of the line, else of the header, else the first there is."""
    by_line = {address.line: address for address in document.addresses}
    return by_line.get(line) or by_line.get(ZERO) or next(iter(document.addresses), None)
