"""Checks of a transaction's channel: its store and company are in the setup, its currency is the channel's."""

from collections.abc import Iterable, Iterator
from typing import Final

from postering.domain.checks.check import Check
from postering.domain.checks.findings import SHOWN_NAMES, SHOWN_ROWS, Place, problem_of
from postering.domain.lists import first_of, grouped
from postering.domain.money import DIGITS
from postering.domain.problems import Problem
from postering.domain.repairs.commands import add_to_setup, change_setup, correct, edit, or_change_setup, void
from postering.domain.repairs.setup_lines import SetupKey, SetupTable, can_be_set_up, table
from postering.domain.retail_transactions.entities import HEADER
from postering.domain.retail_transactions.transactions import RetailTransaction
from postering.domain.setup.setup import Setup, fact_name
from postering.domain.setup.tables import tender_rules
from postering.domain.setup.toml import toml_value


def store(transaction: RetailTransaction, setup: Setup) -> Iterator[Problem]:
    """`STORE`: the channel is in the setup, with the transaction's company and store (if it names one).

    If it fails, no other check can use the setup.
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
        repair=_store_repair(transaction, setup),
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
    for found, named in grouped((code, f"{column} of {row}") for code, row, column in rows if code != expected).items():
        where = tuple(name.partition(" of ")[2] for name in named)
        yield problem_of(
            "CURRENCY",
            f"{first_of(where, SHOWN_ROWS)}: the currency is {found or 'not given'}, the channel's is {expected}",
            expected=expected,
            found=found,
            rows=where,
            repair=_currency_repair(named, found, transaction, place),
            depends_on=(place.channel_fact,),
        )


def _store_repair(transaction: RetailTransaction, setup: Setup) -> str:
    """Lines for the channel (and company) of a transaction, or for its store or company if that differs."""
    key = transaction.key
    known = setup.channel(key.channel)
    sound = can_be_set_up(key.company, key.store or "-") and key.channel > 0
    if not sound:
        return correct(f"DataAreaId, Channel and store of {HEADER} and all its rows") + void(key, "STORE")
    named = setup.channel_of_store(key.store) if key.store else None
    if known is None and named is not None:
        where = f"[[channels]] with store = {toml_value(key.store)}"
        return change_setup(where, f"id = {key.channel}", otherwise=f"Channel of {HEADER} and all its rows")
    if known is None:
        return add_to_setup(*_company(transaction, setup), *_group(setup), _channel(transaction, setup))
    where = f"[[channels]] with id = {key.channel}"
    if known.company != key.company and setup.company(key.company) is None:
        return correct(f"DataAreaId of {HEADER} and all its rows to {known.company}") + void(key, "STORE")
    if known.company != key.company:
        lines = (f"company = {toml_value(key.company)}",)
        return change_setup(where, *lines, otherwise=f"DataAreaId of {HEADER} and all its rows")
    if named is not None and named is not known:
        wanted = f"Channel or store of {HEADER} and all its rows: {key.store} is channel {named.id}"
        return correct(wanted) + void(key, "STORE")
    if key.store and known.store != key.store:
        lines = (f"store = {toml_value(key.store)}",)
        return change_setup(where, *lines, otherwise=f"store of {HEADER} and all its rows")
    return add_to_setup(*_company(transaction, setup))


def _company(transaction: RetailTransaction, setup: Setup) -> tuple[SetupTable, ...]:
    if setup.company(transaction.key.company) is not None:
        return ()
    sequence: dict[str, str | int] = {"format": "ONL-######", "next": 1, "largest": 999999}
    keys: tuple[SetupKey, ...] = (
        SetupKey(key="number_sequence", value=sequence, remark="of its sales orders"),
        SetupKey(key="receivable_account", value="130100", remark="the company's own account"),
    )
    methods = (each for each in setup.payment_methods if each.company == transaction.key.company)
    needed = dict.fromkeys(tender_rules(each.operation).company_account for each in methods)
    keys += tuple(SetupKey(key=key, value="250600", remark="its own account") for key in needed if key)
    currency = _currency(transaction, setup)
    return (table("companies", *keys, id=transaction.key.company, currency=currency),)


def _group(setup: Setup) -> tuple[SetupTable, ...]:
    return () if setup.channel_database_groups else (table("channel_database_groups", name="Default"),)


def _channel(transaction: RetailTransaction, setup: Setup) -> SetupTable:
    key = transaction.key
    alike = next((channel for channel in setup.channels if channel.company == key.company), None)
    groups, customers = setup.channel_database_groups, setup.customers
    customer = next((row.account for row in customers if row.company == key.company), "GUEST")
    named = can_be_set_up(key.store)
    keys = (
        SetupKey(
            key="store",
            value=key.store if named else f"STORE-{key.channel}",
            remark="" if named else "its store",
        ),
        SetupKey(key="time_zone", value=alike.time_zone if alike else "UTC", remark="the store's own"),
        SetupKey(key="channel_database_group", value=groups[0].name if groups else "Default"),
        SetupKey(
            key="default_customer",
            value=alike.default_customer if alike else customer,
            remark="the customer of its guests",
        ),
    )
    return table("channels", *keys, id=key.channel, company=key.company, currency=_currency(transaction, setup))


def _currency(transaction: RetailTransaction, setup: Setup) -> str:
    company = setup.company(transaction.key.company)
    given = transaction.header.currency
    return given if given in DIGITS or company is None else company.currency


def _currency_repair(columns: Iterable[str], found: str, transaction: RetailTransaction, place: Place) -> str:
    """The columns to correct, or the channel's currency if the whole transaction is in another."""
    every = tuple(columns)
    named = f"{first_of(every, SHOWN_NAMES)} to {place.channel.currency}"
    others = {line.currency for line in transaction.lines if line.currency}
    if others <= {place.channel.currency} or transaction.header.currency != found or found not in DIGITS:
        changes = (
            (row, column, place.channel.currency) for column, _, row in (name.partition(" of ") for name in every)
        )
        return correct(named) + edit(transaction.key, "CURRENCY", *changes)
    # The whole transaction is in the other currency: the channel's code would make other money of the same amounts.
    where = f"[[channels]] with id = {place.channel.id}"
    other_channel = void(transaction.key, "CURRENCY", "Here, if it belongs to another channel, which sends it again")
    setting = or_change_setup("if this is the channel's currency", where, f"currency = {toml_value(found)}")
    return correct(named) + other_channel + setting


STORE: Final = Check(name="STORE", meaning="the channel, its store and its company are in the setup", fixed=True)
CURRENCY: Final = Check(
    name="CURRENCY", meaning="header, lines and charges are in the channel's currency", fixed=True, placed=currency
)

CHECKS: Final = (STORE, CURRENCY)
"""The checks of this family, in the order of reports."""
