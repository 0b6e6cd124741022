"""Valid transactions for tests: a plain sale to change by hand, a strategy of all kinds, a setup that fits.

The strategy draws from the recipe of the product's own made-up transactions (`postering.trials.generated`).
"""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from postering.domain.keys import TransactionKey
from postering.domain.retail_transactions.back_to_rows import raw_rows
from postering.domain.retail_transactions.transactions import (
    DiscountTrans,
    Header,
    MarkupTrans,
    PaymentTrans,
    RetailTransaction,
    SalesTrans,
    TaxTrans,
)
from postering.domain.setup.setup import (
    Channel,
    ChannelDatabaseGroup,
    ChargeCode,
    Company,
    NumberSequence,
    PaymentMethod,
    Period,
    Setup,
    TenderOperation,
)
from postering.trials.generated import Kind, Name, Shop, make_up, with_totals
from postering.trials.generated.shops import CHECK, CREDIT_MEMO, CURRENCY, LOYALTY, MODES_OF_DELIVERY
from tests.trials.generated.drawn import DrawnChoices

__all__ = [
    "ACCOUNT",
    "CARD",
    "CASH",
    "CHANNEL",
    "COMPANY",
    "CURRENCIES",
    "DAY",
    "GIFT_CARD",
    "KEY",
    "STORE",
    "a_sale",
    "a_setup",
    "a_shop",
    "raw_rows",
    "valid_transactions",
    "with_channel",
    "with_child",
    "with_company",
    "with_header",
    "with_totals",
]

COMPANY = "USRT"
CHANNEL = 5637144592
STORE = "HOUSTON-ONLINE"
DAY = date(2026, 3, 14)
CURRENCIES = ("USD", "JPY", "KWD", "EUR")
CASH, CARD, ACCOUNT, GIFT_CARD = "1", "2", "4", "8"
KEY = TransactionKey(COMPANY, CHANNEL, STORE, "", "T-1")


def a_setup(currency: str = "USD", **changes: Any) -> Setup:
    """A setup under which every example in `currency` is valid; `changes` replace its sections."""
    company = Company(
        id=COMPANY,
        currency="USD",
        number_sequence=NumberSequence(format="ONL-######", next=1, largest=999999),
        receivable_account="130100",
        variance_account="618900",
        gift_card_liability_account="250600",
        open_periods=(Period(start=date(2026, 1, 1), end=date(2026, 12, 31)),),
    )
    channel = Channel(
        id=CHANNEL,
        store=STORE,
        company=COMPANY,
        currency=currency,
        time_zone="America/Chicago",
        channel_database_group="Default",
        default_customer="100001",
    )
    methods = (
        (CASH, "", TenderOperation.PAY_CASH, "110110"),
        (CARD, "VISA", TenderOperation.PAY_CARD, "112250"),
        (CARD, "MASTER", TenderOperation.PAY_CARD, "112251"),
        (ACCOUNT, "", TenderOperation.PAY_CUSTOMER_ACCOUNT, ""),
        (GIFT_CARD, "", TenderOperation.PAY_GIFT_CERTIFICATE, ""),
        (CHECK, "", TenderOperation.PAY_CHECK, "110130"),
        (CREDIT_MEMO, "", TenderOperation.PAY_CREDIT_MEMO, "250700"),
        (CURRENCY, "", TenderOperation.PAY_CURRENCY, "110120"),
        (LOYALTY, "", TenderOperation.PAY_LOYALTY, "250650"),
    )
    setup = Setup(
        companies=(company,),
        channel_database_groups=(ChannelDatabaseGroup(name="Default"),),
        channels=(channel,),
        payment_methods=tuple(
            PaymentMethod(
                company=COMPANY,
                tender_type=tender,
                card_type=card,
                name=f"{operation} {card}".strip(),
                operation=operation,
                account=account,
            )
            for tender, card, operation, account in methods
        ),
        modes_of_delivery=MODES_OF_DELIVERY,
        charge_codes=(
            ChargeCode(company=COMPANY, code="FREIGHT"),
            ChargeCode(company=COMPANY, code="WRAPPING"),
            ChargeCode(company=COMPANY, code="INSURANCE"),
        ),
    )
    return replace(setup, **changes)


def with_channel(setup: Setup, **changes: Any) -> Setup:
    """The setup with its channel changed."""
    return replace(setup, channels=(replace(setup.channels[0], **changes),))


def with_company(setup: Setup, **changes: Any) -> Setup:
    """The setup with its company changed."""
    return replace(setup, companies=(replace(setup.companies[0], **changes),))


def a_sale(**changes: Any) -> RetailTransaction:
    """Two items at 30.00 with 6.00 off, 10 % tax, freight of 10.00 with 1.00 tax: 70.40 USD paid by Visa."""
    line = SalesTrans(
        line=Decimal(1),
        item="81327",
        quantity=Decimal(-2),
        unit="ea",
        price=Decimal("30.00"),
        net=Decimal("-54.00"),
        tax=Decimal("-5.40"),
        gross=Decimal("-59.40"),
        discount=Decimal("6.00"),
        currency="USD",
        delivery_mode="99",
        item_tax_group="STD",
    )
    sale = RetailTransaction(
        key=KEY,
        header=Header(
            type=27,
            channel_reference_id="W-1",
            currency="USD",
            customer="100001",
            business_date_given=DAY,
            delivery_mode="99",
        ),
        sales=(line,),
        taxes=(TaxTrans(sales_line=Decimal(1), code="VAT", amount=Decimal("5.40")),),
        discounts=(DiscountTrans(sales_line=Decimal(1), line=Decimal(1), amount=Decimal("6.00"), origin=2),),
        charges=(
            MarkupTrans(
                code="FREIGHT",
                currency="USD",
                amount=Decimal("10.00"),
                tax=Decimal("1.00"),
                tax_on_top=Decimal("1.00"),
            ),
        ),
        payments=(
            PaymentTrans(
                line=Decimal(1),
                tender_type=CARD,
                card_type="VISA",
                tendered=Decimal("70.40"),
                currency="USD",
            ),
        ),
    )
    return replace(with_totals(sale), **changes)


def with_header(transaction: RetailTransaction, **changes: Any) -> RetailTransaction:
    """The transaction with fields of its header changed."""
    return replace(transaction, header=replace(transaction.header, **changes))


def with_child(transaction: RetailTransaction, children: str, index: int, **changes: Any) -> RetailTransaction:
    """The transaction with fields of one row changed: `children` is the field of `RetailTransaction`."""
    rows = list(getattr(transaction, children))
    rows[index] = replace(rows[index], **changes)
    changed: dict[str, Any] = {children: tuple(rows)}
    return replace(transaction, **changed)


# --- every kind of valid transaction -----------------------------------------------------------------------

_COMPANY_RATES = {"USD": "100", "EUR": "108", "JPY": "0.67", "KWD": "325.5"}


def a_shop(currency: str = "USD") -> Shop:
    """The store of `a_setup` as the recipe sees it; prices with or without tax, of either tax engine."""
    return Shop(
        company=COMPANY,
        channel=CHANNEL,
        store=STORE,
        currency=currency,
        company_rate=Decimal(_COMPANY_RATES[currency]),
        time_zone="America/Chicago",
    )


@st.composite
def valid_transactions(
    draw: st.DrawFn, *, kinds: tuple[str, ...] = ("sale", "return", "mixed"), largest: int = 8
) -> RetailTransaction:
    """A transaction without a problem under `a_setup` in its currency, of the `Kind`s that need no other."""
    choices = DrawnChoices(draw)
    shop, kind = a_shop(choices.one_of(CURRENCIES)), Kind(choices.one_of(kinds))
    name = Name(transaction_id=KEY.transaction_id, reference="W-1", day=DAY)
    return make_up(choices, shop, name, kind, largest=largest)
