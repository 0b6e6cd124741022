"""Lookups of a setup, numbers of a sequence, and the facts whose change makes another try worthwhile."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
    ModeOfDelivery,
    NumberSequence,
    PaymentMethod,
    Period,
    Product,
    Setup,
    TenderOperation,
    changed_facts,
    fact_name,
)

SEQUENCE = NumberSequence(format="ONL-######", next=1, largest=999999)
USRT = Company(
    id="USRT",
    currency="USD",
    number_sequence=SEQUENCE,
    receivable_account="130100",
    open_periods=(
        Period(start=date(2010, 1, 1), end=date(2010, 12, 31)),
        Period(start=date(2012, 1, 1), end=date(2012, 12, 31)),
    ),
)
HOUSTON = Channel(
    id=5637144592,
    store="HOUSTON-ONLINE",
    company="USRT",
    currency="USD",
    time_zone="America/Chicago",
    channel_database_group="Default",
    default_customer="100001",
)


def method(tender_type: str, card_type: str = "", account: str = "1") -> PaymentMethod:
    return PaymentMethod(
        company="USRT",
        tender_type=tender_type,
        card_type=card_type,
        name="Cards",
        operation=TenderOperation.PAY_CARD,
        account=account,
    )


VISA, CARDS, MASTER_ONLY = method("2", "VISA"), method("2"), method("3", "MASTER")
SETUP = Setup(
    companies=(USRT, replace(USRT, id="USMF", open_periods=())),
    channel_database_groups=(
        ChannelDatabaseGroup(name="Default"),
        ChannelDatabaseGroup(name="B", active=False),
    ),
    channel_databases=(
        ChannelDatabase(name="one", group="Default", url="sqlite:///1.db"),
        ChannelDatabase(name="two", group="B", url="sqlite:///2.db"),
        ChannelDatabase(name="three", group="Default", url="sqlite:///3.db"),
    ),
    channels=(HOUSTON,),
    payment_methods=(VISA, CARDS, MASTER_ONLY),
    modes_of_delivery=(ModeOfDelivery(company="USRT", id="99", kind=DeliveryKind.SHIP),),
    charge_codes=(ChargeCode(company="USRT", code="FREIGHT"),),
    checks=(Check(code="ITEM", severity=Severity.WARN),),
    products=(Product(company="USRT", item="81327", units=("ea", "box")),),
    customers=(Customer(company="USRT", account="100001"),),
)


def test_a_company_a_channel_and_a_store_are_found_by_their_ids() -> None:
    assert SETUP.company("USRT") == USRT
    assert SETUP.company("usrt") is None
    assert SETUP.channel(5637144592) == SETUP.channel_of_store("HOUSTON-ONLINE") == HOUSTON
    assert SETUP.channel(1) is None
    assert SETUP.channel_of_store("") is None


def test_a_card_type_of_its_own_wins_over_the_row_without_one() -> None:
    assert SETUP.payment_method("USRT", "2", "VISA") == VISA
    assert SETUP.payment_method("USRT", "2", "AMEXPRESS") == CARDS
    assert SETUP.payment_method("USRT", "2", "") == SETUP.payment_method("USRT", "2", None) == CARDS


def test_neither_this_card_type_nor_one_without_is_no_payment_method() -> None:
    assert SETUP.payment_method("USRT", "3", "VISA") is None
    assert SETUP.payment_method("USRT", "3", None) is None
    assert SETUP.payment_method("USMF", "2", "VISA") is None
    assert SETUP.payment_methods_of("USRT", "3") == (MASTER_ONLY,)
    assert SETUP.tender_types("USRT") == ("2", "3")
    assert SETUP.tender_types("USMF") == ()


def test_modes_charges_products_and_customers_belong_to_their_company() -> None:
    assert SETUP.mode_of_delivery("USRT", "99") is not None
    assert SETUP.mode_of_delivery("USMF", "99") is None
    assert SETUP.charge_code("USRT", "FREIGHT") is not None
    assert SETUP.charge_code("USRT", "freight") is None
    assert SETUP.product("USRT", "81327") is not None
    assert SETUP.product("USMF", "81327") is None
    assert SETUP.customer("USRT", "100001") is not None
    assert SETUP.customer("USRT", "100002") is None


def test_master_data_is_on_only_for_a_company_that_has_some() -> None:
    assert SETUP.has_products("USRT")
    assert not SETUP.has_products("USMF")
    assert SETUP.has_customers("USRT")
    assert not SETUP.has_customers("USMF")


def test_a_severity_is_given_only_where_the_setup_changes_it() -> None:
    assert SETUP.severity_of("ITEM") is Severity.WARN
    assert SETUP.severity_of("UNIT") is None


@pytest.mark.parametrize(
    ("day", "is_open"),
    [
        (date(2009, 12, 31), False),
        (date(2010, 1, 1), True),
        (date(2010, 12, 31), True),
        (date(2011, 6, 1), False),
        (date(2012, 12, 31), True),
    ],
)
def test_a_period_is_open_from_its_first_to_its_last_day(day: date, is_open: bool) -> None:
    assert SETUP.is_open("USRT", day) is is_open


def test_every_day_is_open_where_no_period_is_given_and_none_in_an_unknown_company() -> None:
    assert SETUP.is_open("USMF", date(1900, 1, 1))
    assert not SETUP.is_open("XXXX", date(2010, 1, 1))


def test_only_active_groups_are_taken_and_databases_come_in_setup_order() -> None:
    assert [group.name for group in SETUP.active_groups()] == ["Default"]
    assert [database.name for database in SETUP.databases("Default")] == ["one", "three"]
    assert SETUP.databases("C") == ()


@pytest.mark.parametrize(
    ("pattern", "largest", "n", "number"),
    [
        ("ONL-######", 999999, 42, "ONL-000042"),
        ("######", 999999, 999999, "999999"),
        ("###/US", 999, 7, "007/US"),
        ("#" * 20, 10**20 - 1, 1, "0" * 19 + "1"),
    ],
)
def test_a_number_is_filled_with_zeros(pattern: str, largest: int, n: int, number: str) -> None:
    assert NumberSequence(format=pattern, next=1, largest=largest).number(n) == number


@pytest.mark.parametrize(
    ("pattern", "first", "largest"),
    [
        ("ONL", 1, 9),
        ("##-##", 1, 9),
        ("ONL-##", 1, 100),
        ("ONL-##", 9, 8),
        ("ONL-##", -1, 8),
        ("X" * 20 + "#", 1, 9),
        ("", 0, 0),
    ],
)
def test_a_sequence_that_makes_no_sound_numbers_is_refused(pattern: str, first: int, largest: int) -> None:
    with pytest.raises(ValueError, match="#"):
        NumberSequence(format=pattern, next=first, largest=largest)


@pytest.mark.parametrize("n", [-1, 100])
def test_a_number_beyond_the_largest_is_refused(n: int) -> None:
    with pytest.raises(ValueError, match="99"):
        NumberSequence(format="ONL-##", next=1, largest=99).number(n)


@given(st.integers(1, 19), st.data())
def test_no_two_numbers_are_the_same_and_all_have_one_length(run: int, data: st.DataObject) -> None:
    sequence = NumberSequence(format="-" + "#" * run, next=0, largest=10**run - 1)
    one, other = data.draw(st.tuples(*[st.integers(0, sequence.largest)] * 2))

    assert (sequence.number(one) == sequence.number(other)) is (one == other)
    assert len(sequence.number(one)) == run + 1


def test_every_named_thing_is_a_fact() -> None:
    assert set(SETUP.facts()) == {
        "companies/USRT",
        "companies/USMF",
        "number_sequences/USRT",
        "number_sequences/USMF",
        "open_periods/USRT",
        "open_periods/USMF",
        "channels/5637144592",
        "stores/HOUSTON-ONLINE",
        "payment_methods/USRT/2",
        "payment_methods/USRT/3",
        "modes_of_delivery/USRT",
        "modes_of_delivery/USRT/99",
        "charge_codes/USRT",
        "charge_codes/USRT/FREIGHT",
        "checks/ITEM",
        "products/USRT/81327",
        "products/USRT",
        "customers/USRT/100001",
        "customers/USRT",
    }


def test_parts_of_a_fact_name_are_escaped() -> None:
    assert fact_name("products", "US/RT", "50%") == "products/US%2FRT/50%25"
    assert fact_name("channels", 7) == "channels/7"


@given(st.lists(st.text(min_size=1), max_size=3), st.lists(st.text(min_size=1), max_size=3))
def test_two_things_never_have_the_same_fact_name(one: list[str], other: list[str]) -> None:
    assert (fact_name("k", *one) == fact_name("k", *other)) is (one == other)


def test_nothing_has_changed_between_equal_setups() -> None:
    assert changed_facts(SETUP, replace(SETUP)) == frozenset()


def test_the_order_of_lines_and_the_zeros_of_an_amount_are_no_change() -> None:
    other = replace(
        SETUP,
        payment_methods=(MASTER_ONLY, CARDS, VISA),
        products=(replace(SETUP.products[0], units=("box", "ea")),),
        companies=tuple(replace(c, maximum_payment_difference=Decimal("0.0")) for c in SETUP.companies),
    )

    assert changed_facts(SETUP, other) == frozenset()
    assert SETUP.facts() == other.facts()


def test_a_new_row_of_a_tender_type_changes_that_tender_type_only() -> None:
    with_visa = replace(SETUP, payment_methods=(*SETUP.payment_methods, method("3", "VISA")))

    assert changed_facts(SETUP, with_visa) == changed_facts(with_visa, SETUP) == {"payment_methods/USRT/3"}


def test_an_opened_period_changes_the_company_and_its_periods() -> None:
    opened = replace(SETUP, companies=(replace(USRT, open_periods=()), SETUP.companies[1]))

    assert changed_facts(SETUP, opened) == {"companies/USRT", "open_periods/USRT"}


def test_the_first_product_and_the_last_change_that_any_are_given() -> None:
    without = replace(SETUP, products=())
    one_more = replace(SETUP, products=(*SETUP.products, Product(company="USRT", item="81328")))

    assert changed_facts(without, SETUP) == changed_facts(SETUP, without) == {"products/USRT", "products/USRT/81327"}
    assert changed_facts(SETUP, one_more) == {"products/USRT/81328"}


def test_from_nothing_every_fact_has_changed() -> None:
    assert changed_facts(Setup(), SETUP) == set(SETUP.facts())


def test_what_changed_is_what_the_texts_of_the_facts_say() -> None:
    other = replace(
        SETUP,
        channels=(replace(HOUSTON, payment_required=False),),
        checks=(Check(code="UNIT", severity=Severity.OFF),),
    )
    before, after = SETUP.facts(), other.facts()

    assert changed_facts(SETUP, other) == {
        name for name in before.keys() | after.keys() if before.get(name) != after.get(name)
    }
    assert changed_facts(SETUP, other) == {
        "channels/5637144592",
        "stores/HOUSTON-ONLINE",
        "checks/ITEM",
        "checks/UNIT",
    }
