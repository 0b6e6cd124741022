"""The example document and made-up setups, for the tests of the setup file."""

import string
import tomllib
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import strategies as st

from postering.domain.checks import CODES
from postering.domain.money import DIGITS
from postering.domain.problems import Severity
from postering.domain.setup.setup import (
    Channel,
    ChannelDatabase,
    ChannelDatabaseGroup,
    ChargeCode,
    Check,
    Company,
    Customer,
    DeliveryKind,
    Hierarchy,
    HierarchyNode,
    ModeOfDelivery,
    NumberSequence,
    PaymentMethod,
    Period,
    Product,
    Setup,
    TenderOperation,
)
from postering.domain.setup.setup_file import SetupError, SetupProblem, read_setup

EXAMPLE = (Path(__file__).parents[2] / "examples" / "setup.toml").read_bytes()
"""A setup file with everything that one can say."""

Document = dict[str, Any]


def example() -> Document:
    """The example as TOML gives it, new each time."""
    return tomllib.loads(EXAMPLE.decode())


def put(document: Document, place: str, value: object) -> None:
    """Put `value` at `companies[0].id`."""
    *way, last = place.replace("[", ".[").split(".")
    at: Any = document
    for step in way:
        at = at[int(step[1:-1])] if step.startswith("[") else at[step]
    at[int(last[1:-1]) if last.startswith("[") else last] = value


def problems_of(document: Document) -> dict[str, SetupProblem]:
    """The problems by place; each place has one."""
    with pytest.raises(SetupError) as refused:
        read_setup(document, CODES)
    by_place = {problem.place: problem for problem in refused.value.problems}
    assert len(by_place) == len(refused.value.problems), str(refused.value)
    return by_place


def change(document: Document, place: str, value: object) -> SetupProblem:
    """The problem at `place` after `value` was put there."""
    put(document, place, value)
    return problems_of(document)[place]


# --- made-up, sound setups -------------------------------------------------------------------------

WORDS = st.text(string.ascii_letters + string.digits + "-/%. æ#", min_size=1, max_size=12).map(str.strip)
NAMES = WORDS.filter(bool)
FOLDERS = st.text(string.ascii_lowercase + string.digits, min_size=1, max_size=8)
DAYS = st.dates()
CHANGEABLE = sorted(code.name for code in CODES.values() if not code.fixed)


def some(values: st.SearchStrategy[Any], by: Callable[[Any], object]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(values, max_size=3, unique_by=by).map(tuple)


def spans() -> st.SearchStrategy[tuple[date, date]]:
    return st.tuples(DAYS, DAYS).map(lambda days: (min(days), max(days)))


@st.composite
def sequences(draw: st.DrawFn) -> NumberSequence:
    run = draw(st.integers(1, 12))
    first, largest = sorted(draw(st.tuples(*[st.integers(0, 10**run - 1)] * 2)))
    return NumberSequence(format=draw(st.sampled_from(["", "A-"])) + "#" * run, next=first, largest=largest)


@st.composite
def companies(draw: st.DrawFn) -> Company:
    return Company(
        id=draw(NAMES),
        currency=draw(st.sampled_from(sorted(DIGITS))),
        number_sequence=draw(sequences()),
        receivable_account=draw(NAMES),
        maximum_payment_difference=draw(st.decimals(0, 10**9, places=3)),
        hold_after_edit=draw(st.booleans()),
        original_wait_days=draw(st.integers(0, 99)),
        variance_account=draw(NAMES),
        gift_card_liability_account=draw(NAMES),
        open_periods=tuple(Period(start=a, end=b) for a, b in draw(st.lists(spans(), max_size=2))),
    )


@st.composite
def hierarchies(draw: st.DrawFn, stores: list[str]) -> Hierarchy:
    nodes: list[HierarchyNode] = []
    for name in draw(st.lists(NAMES, max_size=4, unique=True)):
        first, last = draw(spans())
        nodes.append(
            HierarchyNode(
                name=name,
                parent=draw(st.sampled_from(["", *(node.name for node in nodes)])),
                stores=tuple(draw(st.lists(st.sampled_from(stores), unique=True))) if stores else (),
                valid_from=draw(st.sampled_from([None, first])),
                valid_to=draw(st.sampled_from([None, last])),
            )
        )
    return Hierarchy(name=draw(NAMES), nodes=tuple(nodes))


@st.composite
def setups(draw: st.DrawFn) -> Setup:
    made = draw(some(companies(), lambda row: row.id).filter(bool))
    owners = st.sampled_from([row.id for row in made])
    groups = draw(some(st.builds(ChannelDatabaseGroup, name=FOLDERS, active=st.booleans()), lambda row: row.name))
    group_names = st.sampled_from([row.name for row in groups]) if groups else st.nothing()
    customers = draw(some(st.builds(Customer, company=owners, account=NAMES), lambda row: (row.company, row.account)))

    def channel(number: int, store: str, company: str, group: str, customer: str) -> Channel:
        accounts = [row.account for row in customers if row.company == company]
        return Channel(
            id=number,
            store=store,
            company=company,
            currency="EUR",
            time_zone="Europe/Berlin",
            channel_database_group=group,
            default_customer=accounts[0] if accounts else customer,
        )

    channels = draw(
        some(
            st.builds(channel, st.integers(1, 2**63 - 1), NAMES, owners, group_names, NAMES),
            lambda row: row.id,
        ).filter(lambda rows: len({row.store for row in rows}) == len(rows))
        if groups
        else st.just(())
    )
    stores = [row.store for row in channels]
    methods = st.builds(
        PaymentMethod,
        company=owners,
        tender_type=NAMES,
        card_type=st.just("") | NAMES,
        name=NAMES,
        operation=st.sampled_from(TenderOperation),
        account=NAMES,
    )
    modes = st.builds(ModeOfDelivery, company=owners, id=NAMES, kind=st.sampled_from(DeliveryKind))
    lists = st.lists(NAMES, max_size=2, unique=True).map(tuple)
    products = st.builds(
        Product,
        company=owners,
        item=NAMES,
        units=lists,
        barcodes=lists,
        serial_controlled=st.none() | st.booleans(),
        tax_group=st.just("") | NAMES,
    )
    return Setup(
        companies=made,
        channel_database_groups=groups,
        channel_databases=draw(
            some(st.builds(ChannelDatabase, name=FOLDERS, group=group_names, url=NAMES), lambda row: row.name)
            if groups
            else st.just(())
        ),
        channels=channels,
        hierarchies=draw(some(hierarchies(stores), lambda row: row.name)),
        payment_methods=draw(some(methods, lambda row: (row.company, row.tender_type, row.card_type))),
        modes_of_delivery=draw(some(modes, lambda row: (row.company, row.id))),
        charge_codes=draw(some(st.builds(ChargeCode, company=owners, code=NAMES), lambda row: (row.company, row.code))),
        checks=draw(
            some(
                st.builds(Check, code=st.sampled_from(CHANGEABLE), severity=st.sampled_from(Severity)),
                lambda row: row.code,
            )
        ),
        products=draw(some(products, lambda row: (row.company, row.item))),
        customers=customers,
    )
