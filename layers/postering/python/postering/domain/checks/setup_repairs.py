"""Repairs of what the setup lacks or has otherwise: its lines, filled with what transaction and setup say."""

from collections.abc import Iterable
from datetime import date
from typing import Final

from postering.domain.checks.findings import Place
from postering.domain.keys import TransactionKey
from postering.domain.money import DIGITS
from postering.domain.repairs.commands import add_to_setup, change_setup, correct, edit, or_change_setup, void
from postering.domain.repairs.setup_lines import SetupKey, SetupTable, can_be_set_up, open_periods, table, toml_value
from postering.domain.retail_transactions.entities import HEADER
from postering.domain.retail_transactions.transactions import PaymentTrans, RetailTransaction, SalesTrans
from postering.domain.setup.setup import PaymentMethod, Setup, TenderOperation
from postering.domain.setup.tables import TENDERS, tender_rules

_SHOWN_ROWS: Final = 20


def store(transaction: RetailTransaction, setup: Setup) -> str:
    """Lines for the channel (and company) of a transaction, or its store or company where they differ."""
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
    sequence = '{ format = "ONL-######", next = 1, largest = 999999 }'
    keys: tuple[SetupKey, ...] = (
        SetupKey(key="number_sequence", value=sequence, raw=True, remark="of its sales orders"),
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
            remark="takes its guests",
        ),
    )
    return table("channels", *keys, id=key.channel, company=key.company, currency=_currency(transaction, setup))


def _currency(transaction: RetailTransaction, setup: Setup) -> str:
    company = setup.company(transaction.key.company)
    given = transaction.header.currency
    return given if given in DIGITS or company is None else company.currency


def currency(columns: Iterable[str], found: str, transaction: RetailTransaction, place: Place) -> str:
    """The columns to correct, or the channel's currency where the whole transaction has another."""
    every = tuple(columns)
    named = f"{_some(every)} to {place.channel.currency}"
    others = {line.currency for line in transaction.lines if line.currency}
    if others <= {place.channel.currency} or transaction.header.currency != found or found not in DIGITS:
        changes = (
            (row, column, place.channel.currency) for column, _, row in (name.partition(" of ") for name in every)
        )
        return correct(named) + edit(transaction.key, "CURRENCY", *changes)
    # All of it is in the other currency: the channel's beside the same amounts would make other money of them.
    where = f"[[channels]] with id = {place.channel.id}"
    other_channel = void(transaction.key, "CURRENCY", "Here, where it belongs to another channel, which sends it anew")
    setting = or_change_setup("where this is the channel's currency", where, f"currency = {toml_value(found)}")
    return correct(named) + other_channel + setting


def payment_method(payment: PaymentTrans, place: Place, key: TransactionKey) -> str:
    """Lines for a tender type that no payment method has."""
    if not can_be_set_up(payment.tender_type):
        return correct(f"tenderType of {payment.name}") + void(key, "PAYMENT_METHOD")
    operation = _operation(payment)
    added = _method(payment, place, operation, f"Tender type {payment.tender_type}", card_type="")
    return add_to_setup(added, otherwise="tenderType of the payment lines")


def card_type(payment: PaymentTrans, place: Place, key: TransactionKey) -> str:
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
    """What the payment line itself tells of its tender."""
    named = (name for name, rules in TENDERS.items() if rules.named_by and getattr(payment, rules.named_by))
    return TenderOperation(next(named, TenderOperation.PAY_CASH))


def _operation_key(operation: TenderOperation, place: Place) -> SetupKey:
    account = tender_rules(operation).company_account
    lacks = account and not getattr(place.company, account)
    remark = f'also give {account} to company "{place.company.id}"' if lacks else "the tender operation"
    return SetupKey(key="operation", value=str(operation), remark=remark)


def _account(operation: TenderOperation, place: Place) -> str:
    """The account of a method alike, else of any: a proposal that the remark beside it asks to look at."""

    def distance(method: PaymentMethod) -> bool:
        return method.operation != operation

    rows = (row for row in place.setup.payment_methods if row.company == place.company.id and row.account)
    nearest = min(rows, key=distance, default=None)
    return nearest.account if nearest else "110110"


def mode_of_delivery(mode: str, rows: Iterable[str], place: Place, key: TransactionKey) -> str:
    """Lines for a mode of delivery."""
    if not can_be_set_up(mode):
        return correct(f"DlvMode of {_some(rows)}") + _unnamed(key, "MODE_OF_DELIVERY", "DlvMode", rows)
    kind = SetupKey(key="kind", value="ship", remark="ship, pickup, electronic or carry_out")
    added = table("modes_of_delivery", kind, company=place.company.id, id=mode)
    return add_to_setup(added, otherwise=f"DlvMode of {_some(rows)}")


def charge_code(code: str, rows: Iterable[str], place: Place, key: TransactionKey) -> str:
    """Lines for a charge code."""
    if not can_be_set_up(code):
        return correct(f"MarkupCode of {_some(rows)}") + _unnamed(key, "CHARGE_CODE", "MarkupCode", rows)
    added = table("charge_codes", company=place.company.id, code=code)
    return add_to_setup(added, otherwise=f"MarkupCode of {_some(rows)}")


def customer(account: str, rows: Iterable[str], place: Place, key: TransactionKey) -> str:
    """Lines for a customer."""
    if not can_be_set_up(account):
        return correct(f"custAccount of {_some(rows)}") + _unnamed(key, "CUSTOMER", "custAccount", rows)
    added = table("customers", company=place.company.id, account=account)
    return add_to_setup(added, otherwise=f"custAccount of {_some(rows)}")


def business_date(day: date, place: Place, key: TransactionKey) -> str:
    """The nearest open day, the next before the last; or the open periods with the month of the day."""
    periods = place.company.open_periods
    later, earlier = [each.start for each in periods if each.start > day], [each.end for each in periods]
    nearest = min(later, default=None) or max(earlier)
    at_source = correct(f"businessDate of {HEADER} to a day in an open period")
    here = edit(
        key, "BUSINESS_DATE", (HEADER, "businessDate", nearest.isoformat()), when="Here, on the nearest open day"
    )
    where = f"[[companies]] with id = {toml_value(place.company.id)}"
    return at_source + here + or_change_setup("where its month is to be opened", where, open_periods(periods, day))


def no_business_date(key: TransactionKey) -> str:
    """Nothing tells on which day it was sold."""
    return correct(f"businessDate of {HEADER}") + void(key, "BUSINESS_DATE")


def fiscal_document(key: TransactionKey) -> str:
    """The document's number, or the check's switch."""
    at_source = correct(f"FiscalDocumentId of {HEADER}: post the fiscal document in the channel first")
    where = '[[checks]] with code = "FISCAL_DOCUMENT"'
    warned = or_change_setup("where orders may be posted without", where, 'severity = "warn"')
    return at_source + warned + void(key, "FISCAL_DOCUMENT", "Or, where it is not to be posted")


def _unnamed(key: TransactionKey, code: str, column: str, rows: Iterable[str]) -> str:
    return edit(key, code, *((row, column, "") for row in rows), when="Here, so that it names none")


def item(number: str, rows: Iterable[str], place: Place, key: TransactionKey) -> str:
    """Lines for a product."""
    if not can_be_set_up(number):
        return correct(f"itemId of {_some(rows)}") + void(key, "ITEM")
    added = table("products", company=place.company.id, item=number)
    return add_to_setup(added, otherwise=f"itemId of {_some(rows)}")


def product(
    line: SalesTrans,
    known: tuple[str, str | tuple[str, ...]],
    found: tuple[str, str],
    code: str,
    where: tuple[Place, TransactionKey],
) -> str:
    """A field of a product (name, value) that takes in what the line has (column, value)."""
    (field, allowed), (column, value), (place, key) = known, found, where
    if not can_be_set_up(value):
        return correct(f"{column} of {line.name}") + _unnamed(key, code, column, (line.name,))
    written = value if isinstance(allowed, str) else (*allowed, value)
    return change_setup(_product(line, place), f"{field} = {toml_value(written)}", otherwise=f"{column} of {line.name}")


def serial_control(line: SalesTrans, place: Place, key: TransactionKey, controlled: bool) -> str:
    """The product's serial control as the line has it; before that, a number that is not wanted goes."""
    where, written = _product(line, place), f"serial_controlled = {toml_value(controlled)}"
    column = f"InventSerialId of {line.name}"
    if not controlled:
        return change_setup(where, written, otherwise=column)
    without = _unnamed(key, "SERIAL_DIMENSION", "InventSerialId", (line.name,))
    return correct(column) + without + or_change_setup("where the product is serial controlled", where, written)


def _product(line: SalesTrans, place: Place) -> str:
    return f"[[products]] with company = {toml_value(place.company.id)} and item = {toml_value(line.item)}"


def _some(rows: Iterable[str]) -> str:
    names = tuple(rows)
    more = len(names) - _SHOWN_ROWS
    return ", ".join(names[:_SHOWN_ROWS]) + (f" and {more} more" if more > 0 else "")
