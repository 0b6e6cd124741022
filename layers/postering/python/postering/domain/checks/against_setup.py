"""Checks of a transaction against the setup: channel, currency, payment methods, codes, customers, dates."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final, TypeVar

from postering.domain.checks import setup_repairs as mend
from postering.domain.checks.findings import Place, priced, problem_of
from postering.domain.money import total
from postering.domain.problems import CREATED_CUSTOMERS, Problem
from postering.domain.retail_transactions.entities import HEADER
from postering.domain.retail_transactions.transactions import Header, PaymentTrans, RetailTransaction, SalesTrans
from postering.domain.sales_orders.customers import asynchronous_account, is_temporary
from postering.domain.setup.setup import Setup, fact_name

_NO_DATE: Final = date(1900, 1, 1)
_Member = TypeVar("_Member")


def store(transaction: RetailTransaction, setup: Setup) -> Iterator[Problem]:
    """`STORE`: the channel is in the setup, with the transaction's company and store (where it names one).

    Where it fails, nothing else can be said about the setup.
    """
    if Place.of(transaction, setup) is not None:
        return
    key = transaction.key
    channel = setup.channel(key.channel)
    if channel is None:
        words = f"channel {key.channel} is not in the setup"
        expected, found = "a channel of the setup", f"channel {key.channel}"
    elif channel.company != key.company:
        words = f"channel {key.channel} belongs to company {channel.company}, the transaction to {key.company}"
        expected, found = f"company {channel.company}", f"company {key.company}"
    elif key.store and channel.store != key.store:
        words = f"channel {key.channel} is store {channel.store}, the transaction is of store {key.store}"
        expected, found = f"store {channel.store}", f"store {key.store}"
    else:
        words = f"company {key.company} is not in the setup"
        expected, found = "a company of the setup", f"company {key.company}"
    yield problem_of(
        "STORE",
        words,
        expected=expected,
        found=found,
        rows=(HEADER,),
        repair=mend.store(transaction, setup),
        depends_on=(fact_name("channels", key.channel), fact_name("companies", key.company)),
    )


def currency(transaction: RetailTransaction, place: Place) -> Iterator[Problem]:
    """`CURRENCY`: header, lines and charges are in the channel's currency.

    An empty currency of a line or charge is the header's; the header must name one.
    """
    expected = place.channel.currency
    rows = [(transaction.header.currency, HEADER, "currency")]
    rows += [(line.currency or expected, line.name, "currency") for line in transaction.lines]
    rows += [(charge.currency or expected, charge.name, "CurrencyCode") for charge in transaction.live_charges]
    for found, named in _by_first((code, f"{column} of {row}") for code, row, column in rows if code != expected):
        where = tuple(name.partition(" of ")[2] for name in named)
        yield problem_of(
            "CURRENCY",
            f"{_listed(where)}: the currency is {found or 'not given'}, the channel's is {expected}",
            expected=expected,
            found=found,
            rows=where,
            repair=mend.currency(named, found, transaction, place),
            depends_on=(place.channel_fact,),
        )


def payment_method(transaction: RetailTransaction, place: Place) -> Iterator[Problem]:
    """`PAYMENT_METHOD`: the tender type of every payment that counts is set up for the company."""
    company, known = place.company.id, place.setup.tender_types(place.company.id)
    for tender, rows in _by_first((row.tender_type, row) for row in transaction.paying):
        if tender in known:
            continue
        names = tuple(row.name for row in rows)
        amount = priced(total(row.tendered for row in rows), transaction)
        words = f"tender type {tender} is no payment method of company {company}" if tender else "no tender type"
        yield problem_of(
            "PAYMENT_METHOD",
            f"{_listed(names)}: {words}, {amount} cannot be posted",
            expected=f"a tender type of company {company}: {', '.join(known) or 'none is set up yet'}",
            found=tender,
            rows=names,
            repair=mend.payment_method(rows[0], place, transaction.key),
            depends_on=(fact_name("payment_methods", company, tender),),
        )


def card_type(transaction: RetailTransaction, place: Place) -> Iterator[Problem]:
    """`CARD_TYPE`: the tender type is set up for this card type, or for all that have no row of their own."""
    company, known = place.company.id, place.setup.tender_types(place.company.id)
    cards = ((f"{row.tender_type}\0{row.card_type}", row) for row in transaction.paying if row.tender_type in known)
    for _, rows in _by_first(cards):
        first: PaymentTrans = rows[0]
        if place.setup.payment_method(company, first.tender_type, first.card_type) is not None:
            continue
        names = tuple(row.name for row in rows)
        types = ", ".join(row.card_type for row in place.setup.payment_methods_of(company, first.tender_type))
        amount = priced(total(row.tendered for row in rows), transaction)
        card = f"card type {first.card_type}" if first.card_type else "a payment without card type"
        yield problem_of(
            "CARD_TYPE",
            f"{_listed(names)}: tender type {first.tender_type} of company {company} is not set up for"
            f" {card}, {amount} cannot be posted",
            expected=f"a card type of tender type {first.tender_type}: {types}",
            found=first.card_type,
            rows=names,
            repair=mend.card_type(first, place, transaction.key),
            depends_on=(fact_name("payment_methods", company, first.tender_type),),
        )


def mode_of_delivery(transaction: RetailTransaction, place: Place) -> Iterator[Problem]:
    """`MODE_OF_DELIVERY`: the modes that header and lines name are the company's."""
    company = place.company.id
    named = [(transaction.header.delivery_mode, HEADER)]
    named += [(line.delivery_mode, line.name) for line in transaction.lines]
    for mode, rows in _by_first((mode, row) for mode, row in named if mode):
        if place.setup.mode_of_delivery(company, mode) is None:
            yield problem_of(
                "MODE_OF_DELIVERY",
                f"{_listed(rows)}: mode of delivery {mode} is not set up for company {company}",
                expected=f"a mode of delivery of company {company}",
                found=mode,
                rows=rows,
                repair=mend.mode_of_delivery(mode, rows, place, transaction.key),
                depends_on=(fact_name("modes_of_delivery", company, mode),),
            )


def charge_code(transaction: RetailTransaction, place: Place) -> Iterator[Problem]:
    """`CHARGE_CODE`: the codes that charges name are the company's."""
    company = place.company.id
    for code, rows in _by_first((charge.code, charge.name) for charge in transaction.live_charges if charge.code):
        if place.setup.charge_code(company, code) is None:
            yield problem_of(
                "CHARGE_CODE",
                f"{_listed(rows)}: charge code {code} is not set up for company {company}",
                expected=f"a charge code of company {company}",
                found=code,
                rows=rows,
                repair=mend.charge_code(code, rows, place, transaction.key),
                depends_on=(fact_name("charge_codes", company, code),),
            )


def customer(transaction: RetailTransaction, place: Place) -> Iterator[Problem]:
    """`CUSTOMER`: the accounts that header and lines name are customers, once any are given.

    An asynchronous account is none to look for: the job creates its customer, and those that it created are there.
    """
    company = place.company.id
    if not place.setup.has_customers(company):
        return
    named: list[tuple[Header | SalesTrans, str]] = [(transaction.header, HEADER)]
    named += ((line, line.name) for line in transaction.lines)
    looked_for = ((each.customer, row) for each, row in named if each.customer and not asynchronous_account(each))
    for account, rows in _by_first(looked_for):
        if place.setup.customer(company, account) is not None or account in place.created_customers:
            continue
        may_be_created = (fact_name(CREATED_CUSTOMERS, company, account),) if is_temporary(account) else ()
        yield problem_of(
            "CUSTOMER",
            f"{_listed(rows)}: customer {account} is not set up for company {company}",
            expected=f"a customer of company {company}",
            found=account,
            rows=rows,
            repair=mend.customer(account, rows, place, transaction.key),
            depends_on=(
                fact_name("customers", company, account),
                fact_name("customers", company),
                *may_be_created,
            ),
        )


def business_date(transaction: RetailTransaction, place: Place) -> Iterator[Problem]:
    """`BUSINESS_DATE`: there is a business date (else a transaction date), and it lies in an open period."""
    company, day = place.company, transaction.header.business_date
    if day is None or day == _NO_DATE:
        yield problem_of(
            "BUSINESS_DATE",
            "there is neither a business date nor a transaction date to post on",
            expected="a date in businessDate, or in transDate",
            found="",
            rows=(HEADER,),
            repair=mend.no_business_date(transaction.key),
        )
    elif not company.is_open(day):
        periods = ", ".join(f"{period.start} to {period.end}" for period in company.open_periods)
        yield problem_of(
            "BUSINESS_DATE",
            f"{day} lies in no open period of company {company.id}",
            expected=f"a date within {periods}",
            found=day.isoformat(),
            rows=(HEADER,),
            repair=mend.business_date(day, place, transaction.key),
            depends_on=(fact_name("open_periods", company.id),),
        )


def fiscal_document(transaction: RetailTransaction, _: Place) -> Iterator[Problem]:
    """`FISCAL_DOCUMENT`: there is a fiscal document (Brazil). Off unless the setup switches it on."""
    if not transaction.header.fiscal_document_id:
        yield problem_of(
            "FISCAL_DOCUMENT",
            "the header names no fiscal document",
            expected="a FiscalDocumentId",
            found="",
            rows=(HEADER,),
            repair=mend.fiscal_document(transaction.key),
        )


_SHOWN_ROWS: Final = 3


def _listed(rows: Iterable[str]) -> str:
    names = tuple(rows)
    more = len(names) - _SHOWN_ROWS
    return ", ".join(names[:_SHOWN_ROWS]) + (f" and {more} more" if more > 0 else "")


def _by_first(pairs: Iterable[tuple[str, _Member]]) -> Iterable[tuple[str, tuple[_Member, ...]]]:
    """The second members by the first, in order of appearance: one problem for each name that is wrong."""
    groups: dict[str, list[_Member]] = {}
    for name, member in pairs:
        groups.setdefault(name, []).append(member)
    return [(name, tuple(members)) for name, members in groups.items()]


CHECKS: Final = (
    ("CURRENCY", currency),
    ("PAYMENT_METHOD", payment_method),
    ("CARD_TYPE", card_type),
    ("MODE_OF_DELIVERY", mode_of_delivery),
    ("CHARGE_CODE", charge_code),
    ("CUSTOMER", customer),
    ("BUSINESS_DATE", business_date),
    ("FISCAL_DOCUMENT", fiscal_document),
)
"""Each code with its check, in the order of reports. They need the channel's and the company's setup."""
