"""The made-up company with a store for each currency, and the setup with which all transactions become orders."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from postering.domain.setup.setup import (
    Channel,
    ChannelDatabaseGroup,
    ChargeCode,
    Company,
    DeliveryKind,
    Hierarchy,
    HierarchyNode,
    ModeOfDelivery,
    NumberSequence,
    PaymentMethod,
    Period,
    Setup,
    TenderOperation,
)

COMPANY: Final = "USRT"
COMPANY_CURRENCY: Final = "USD"
GROUP: Final = "Default"

CASH, CARD, CHECK, ACCOUNT, CREDIT_MEMO, CURRENCY, GIFT_CARD, LOYALTY = "1", "2", "3", "4", "5", "6", "8", "10"
"""Tender types, the same in every store."""

SHIP, EXPRESS, PICKUP, CARRY_OUT, ELECTRONIC = "99", "21", "60", "70", "Electronic"
"""Modes of delivery."""

CHARGE_CODES: Final = ("FREIGHT", "WRAPPING", "INSURANCE")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """An online store of the recipe; None is decided anew for each transaction."""

    channel: int
    store: str
    currency: str
    company_rate: Decimal  # into the company's currency, for 100 units
    time_zone: str
    company: str = COMPANY
    prices_include_tax: bool | None = None
    generic_taxes: bool | None = None
    payment_required: bool = True
    tolerance: int = 0  # minor units by which a payment may differ


SHOPS: Final = (
    Shop(
        channel=5637144601,
        store="MADE-UP-US",
        currency="USD",
        company_rate=Decimal(100),
        time_zone="America/Chicago",
        prices_include_tax=False,
        generic_taxes=False,
        tolerance=2,
    ),
    Shop(
        channel=5637144602,
        store="MADE-UP-EU",
        currency="EUR",
        company_rate=Decimal(108),
        time_zone="Europe/Berlin",
        prices_include_tax=True,
        generic_taxes=False,
        tolerance=2,
    ),
    Shop(
        channel=5637144603,
        store="MADE-UP-JP",
        currency="JPY",
        company_rate=Decimal("0.67"),
        time_zone="Asia/Tokyo",
        prices_include_tax=True,
        generic_taxes=False,
    ),
    Shop(
        channel=5637144604,
        store="MADE-UP-KW",
        currency="KWD",
        company_rate=Decimal("325.5"),
        time_zone="Asia/Kuwait",
        prices_include_tax=False,
        generic_taxes=False,
        payment_required=False,
    ),
    Shop(
        channel=5637144605,
        store="MADE-UP-IN",
        currency="INR",
        company_rate=Decimal("1.2"),
        time_zone="Asia/Kolkata",
        generic_taxes=True,
    ),
)
"""The stores of the made-up setup: 2, 0 and 3 digits, prices with and without tax, one that takes pay on delivery."""

PAYMENT_METHODS: Final = tuple(
    PaymentMethod(company=COMPANY, tender_type=tender, card_type=card, name=name, operation=operation, account=account)
    for tender, card, name, operation, account in (
        (CASH, "", "Cash", TenderOperation.PAY_CASH, "110110"),
        (CARD, "VISA", "Visa", TenderOperation.PAY_CARD, "112250"),
        (CARD, "MASTER", "Mastercard", TenderOperation.PAY_CARD, "112251"),
        (CHECK, "", "Check", TenderOperation.PAY_CHECK, "110130"),
        (ACCOUNT, "", "Customer account", TenderOperation.PAY_CUSTOMER_ACCOUNT, ""),
        (CREDIT_MEMO, "", "Credit memo", TenderOperation.PAY_CREDIT_MEMO, "250700"),
        (CURRENCY, "", "Foreign currency", TenderOperation.PAY_CURRENCY, "110120"),
        (GIFT_CARD, "", "Gift card", TenderOperation.PAY_GIFT_CERTIFICATE, ""),
        (LOYALTY, "", "Loyalty points", TenderOperation.PAY_LOYALTY, "250650"),
    )
)
MODES_OF_DELIVERY: Final = tuple(
    ModeOfDelivery(company=COMPANY, id=mode, kind=kind)
    for mode, kind in (
        (SHIP, DeliveryKind.SHIP),
        (EXPRESS, DeliveryKind.SHIP),
        (PICKUP, DeliveryKind.PICKUP),
        (CARRY_OUT, DeliveryKind.CARRY_OUT),
        (ELECTRONIC, DeliveryKind.ELECTRONIC),
    )
)


def made_up_setup(group: str = GROUP) -> Setup:
    """The setup that the made-up transactions need: no master data, one channel database group."""
    return Setup(
        companies=(
            Company(
                id=COMPANY,
                currency=COMPANY_CURRENCY,
                number_sequence=NumberSequence(format="ONL-#########", next=1, largest=999_999_999),
                maximum_payment_difference=Decimal("0.02"),
                receivable_account="130100",
                variance_account="618900",
                gift_card_liability_account="250600",
                open_periods=(Period(start=date(2026, 1, 1), end=date(2026, 12, 31)),),
            ),
        ),
        channel_database_groups=(ChannelDatabaseGroup(name=group),),
        channels=tuple(_channel(shop, group) for shop in SHOPS),
        hierarchies=(
            Hierarchy(
                name="Stores by Region",
                nodes=(
                    HierarchyNode(name="America", stores=("MADE-UP-US",)),
                    HierarchyNode(name="Europe", stores=("MADE-UP-EU",)),
                    HierarchyNode(name="Asia", stores=("MADE-UP-JP", "MADE-UP-KW", "MADE-UP-IN")),
                ),
            ),
        ),
        payment_methods=PAYMENT_METHODS,
        modes_of_delivery=MODES_OF_DELIVERY,
        charge_codes=tuple(ChargeCode(company=COMPANY, code=code) for code in CHARGE_CODES),
    )


def _channel(shop: Shop, group: str) -> Channel:
    return Channel(
        id=shop.channel,
        store=shop.store,
        company=shop.company,
        currency=shop.currency,
        time_zone=shop.time_zone,
        channel_database_group=group,
        default_customer=f"GUEST-{shop.currency}",
        payment_required=shop.payment_required,
        prices_include_tax=bool(shop.prices_include_tax),
    )
