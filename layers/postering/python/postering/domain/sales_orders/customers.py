"""Asynchronous customers: accounts that a channel made up before headquarters had the customer.

Synchronize orders creates such a customer in one write with the first order that names it, so that it exists once,
however many of its orders come at the same time. Its account is the id that the channel gave: the channel, its later
orders and the books use the same name. Source: "Asynchronous customer creation mode" of Dynamics 365 Commerce.
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
"""A GUID: channels use it as the temporary account of a customer."""


@dataclass(frozen=True, slots=True, order=True)
class CustomerKey:
    """A customer's company and account."""

    company: str
    account: str


Customers = Mapping[CustomerKey, CreatedCustomer]
"""Customers that jobs created, by key."""


def is_temporary(account: str) -> bool:
    """Whether `account` looks like one that a channel made up (a GUID): its customer may be created later."""
    return _TEMPORARY.fullmatch(account) is not None


def asynchronous_account(row: Header | SalesTrans) -> str:
    """The asynchronous account that a header or line names; '' if it names none, or the real account too.

    CustAccountAsync is the temporary id; a custAccount with another id is the real account.
    """
    return row.async_customer if row.customer in {"", row.async_customer} else ""


def account_of(header: Header, default_customer: str) -> str:
    """The account of an order: the one given, else the asynchronous one, else (a guest) the channel's default."""
    return header.customer or header.async_customer or default_customer


def unknown_customers(transaction: RetailTransaction, setup: Setup) -> tuple[CustomerKey, ...]:
    """The accounts that `transaction` names and the setup does not have: a job has created them, or has to."""
    company = transaction.key.company
    named = {asynchronous_account(each) for each in _rows_with_customer(transaction)}
    if setup.has_customers(company):
        named |= {each.customer for each in _rows_with_customer(transaction)}
    unknown = sorted(account for account in named if account and setup.customer(company, account) is None)
    return tuple(CustomerKey(company, account) for account in unknown)


def customers_to_create(
    transaction: RetailTransaction, document: SalesDocument, setup: Setup, known: Iterable[CustomerKey]
) -> tuple[CreatedCustomer, ...]:
    """The customers to create with `document`: asynchronous ones that neither the setup nor a job knows yet."""
    company, known_accounts = transaction.key.company, {each.account for each in known}
    found: dict[str, CreatedCustomer] = {}
    for each in _rows_with_customer(transaction):
        account = asynchronous_account(each)
        if account and account not in known_accounts | found.keys() and setup.customer(company, account) is None:
            line = ZERO if isinstance(each, Header) else each.line
            found[account] = _customer(account, transaction, _address(document, line))
    return tuple(found.values())


def _rows_with_customer(transaction: RetailTransaction) -> tuple[Header | SalesTrans, ...]:
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
    """The address of the line, else of the header, else the first one."""
    by_line = {address.line: address for address in document.addresses}
    return by_line.get(line) or by_line.get(ZERO) or next(iter(document.addresses), None)
