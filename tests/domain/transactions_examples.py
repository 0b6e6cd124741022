"""Valid transactions for tests: a plain sale to change by hand, a strategy of all kinds, a setup that fits.

Amounts are made as whole minor units of the currency: they add up by construction and not by rounding.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from postering.domain.entities import ENTITIES, HEADER
from postering.domain.keys import TransactionKey
from postering.domain.money import EXACT, digits_of, minus, total
from postering.domain.setup import (
    Channel,
    ChannelDatabaseGroup,
    ChargeCode,
    Company,
    DeliveryKind,
    ModeOfDelivery,
    NumberSequence,
    PaymentMethod,
    Period,
    Setup,
    TenderOperation,
)
from postering.domain.transactions import (
    CHILDREN,
    DiscountTrans,
    Header,
    MarkupTrans,
    PaymentTrans,
    RetailTransaction,
    SalesTrans,
    TaxTrans,
    TaxTransGTE,
    columns_of,
)
from postering.domain.values import value_text

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
        modes_of_delivery=(
            ModeOfDelivery(company=COMPANY, id="99", kind=DeliveryKind.SHIP),
            ModeOfDelivery(company=COMPANY, id="60", kind=DeliveryKind.PICKUP),
        ),
        charge_codes=(
            ChargeCode(company=COMPANY, code="FREIGHT"),
            ChargeCode(company=COMPANY, code="WRAPPING"),
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


def with_totals(transaction: RetailTransaction) -> RetailTransaction:
    """The transaction with the header's totals and counts as its children make them."""
    lines, charges = transaction.lines, transaction.live_charges
    on_top = total(EXACT.add(charge.amount, charge.tax_on_top) for charge in charges)
    without = total(EXACT.subtract(charge.amount, charge.tax_inside) for charge in charges)
    header = replace(
        transaction.header,
        gross=EXACT.subtract(total(line.gross for line in lines), on_top),
        net=EXACT.subtract(total(line.net for line in lines), without),
        discount=total(line.discount for line in lines),
        paid=total(payment.tendered for payment in transaction.paying),
        number_of_items=minus(total(line.quantity for line in lines)),
        number_of_item_lines=Decimal(len(transaction.sales)),
        number_of_payment_lines=len(transaction.payments),
    )
    return replace(transaction, header=header)


def with_header(transaction: RetailTransaction, **changes: Any) -> RetailTransaction:
    """The transaction with fields of its header changed."""
    return replace(transaction, header=replace(transaction.header, **changes))


def with_child(transaction: RetailTransaction, children: str, index: int, **changes: Any) -> RetailTransaction:
    """The transaction with fields of one row changed: `children` is the field of `RetailTransaction`."""
    rows = list(getattr(transaction, children))
    rows[index] = replace(rows[index], **changes)
    changed: dict[str, Any] = {children: tuple(rows)}
    return replace(transaction, **changed)


def raw_rows(transaction: RetailTransaction) -> dict[str, list[dict[str, str]]]:
    """The transaction as rows of an upload package, by entity: what `read_row` takes, values as text."""
    rows = {HEADER: [_raw(transaction, HEADER, transaction.header)]}
    for entity, (children, _) in CHILDREN.items():
        members = getattr(transaction, children)
        if members:
            rows[entity] = [_raw(transaction, entity, member) for member in members]
    return rows


def _raw(transaction: RetailTransaction, entity: str, record: Any) -> dict[str, str]:
    key = transaction.key
    parts = (key.company, str(key.channel), key.store, key.terminal, key.transaction_id)
    named = dict(zip(ENTITIES[entity].transaction_keys, parts, strict=True))
    row_keys = set(ENTITIES[entity].row_keys)
    absent = {each.name: each.default for each in fields(record)}
    given = {
        column: value_text(getattr(record, name))
        for name, column in columns_of(record.__class__)
        if column in row_keys or getattr(record, name) != absent[name]
    }
    return {column: text for column, text in (named | given).items() if text != ""}


# --- every kind of valid transaction -----------------------------------------------------------------------


@dataclass
class _Basket:
    """What is collected while a transaction is drawn; amounts in minor units and in the order's sign."""

    currency: str
    inclusive: bool
    generic: bool
    sales: list[SalesTrans] = field(default_factory=list)
    taxes: list[TaxTrans] = field(default_factory=list)
    gte_taxes: list[TaxTransGTE] = field(default_factory=list)
    discounts: list[DiscountTrans] = field(default_factory=list)
    charges: list[MarkupTrans] = field(default_factory=list)
    payments: list[PaymentTrans] = field(default_factory=list)

    def amount(self, units: int) -> Decimal:
        """So many minor units as an amount, with all its digits."""
        return Decimal(units).scaleb(-digits_of(self.currency))


_UNITS = st.integers(min_value=0, max_value=200_000)
_KINDS = ("sale", "return", "mixed")


@st.composite
def valid_transactions(draw: st.DrawFn, *, kinds: tuple[str, ...] = _KINDS) -> RetailTransaction:
    """A transaction without a problem under `a_setup` in its currency, of every kind that a channel sends."""
    basket = _Basket(
        currency=draw(st.sampled_from(CURRENCIES)), inclusive=draw(st.booleans()), generic=draw(st.booleans())
    )
    kind = draw(st.sampled_from(kinds))
    number_of_lines = draw(st.integers(min_value=1, max_value=draw(st.sampled_from((2, 4, 20)))))
    kept = draw(st.integers(min_value=1, max_value=number_of_lines))
    for number in range(1, number_of_lines + 1):
        back = kind == "return" or (kind == "mixed" and draw(st.booleans()))
        voided = number != kept and draw(st.integers(min_value=0, max_value=4)) == 0
        _draw_line(draw, basket, number, -1 if back else 1, voided)
    lines = [0, *(int(line.line) for line in basket.sales)]
    for number in range(draw(st.integers(min_value=0, max_value=3))):
        _draw_charge(draw, basket, draw(st.sampled_from(lines)), number)
    part_paid = draw(st.integers(min_value=0, max_value=4)) == 0
    header = Header(
        type=33 if part_paid else 27,
        channel_reference_id="W-1",
        currency=basket.currency,
        customer="100001",
        business_date_given=DAY,
        prices_include_tax=int(basket.inclusive),
        tax_calculation_type=int(basket.generic),
        delivery_mode=draw(st.sampled_from(("", "99"))),
    )
    transaction = with_totals(
        RetailTransaction(
            key=KEY,
            header=header,
            sales=tuple(basket.sales),
            taxes=tuple(basket.taxes),
            gte_taxes=tuple(basket.gte_taxes),
            discounts=tuple(basket.discounts),
            charges=tuple(sorted(basket.charges, key=lambda charge: (charge.sales_line, charge.line))),
        )
    )
    due = int(minus(transaction.header.gross).scaleb(digits_of(basket.currency)))
    _draw_payments(draw, basket, due, part_paid)
    return with_totals(replace(transaction, payments=tuple(basket.payments)))


def _draw_line(draw: st.DrawFn, basket: _Basket, number: int, sign: int, voided: bool) -> None:
    quantity, price = draw(st.integers(min_value=1, max_value=9)), draw(_UNITS)
    discount = _draw_discounts(draw, basket, number, sign, quantity * price)
    after = quantity * price - discount
    tax = _draw_taxes(draw, basket, number, sign, after)
    net = after - tax if basket.inclusive else after
    exempted = draw(st.sampled_from((0, 0, 0, 7)))
    basket.sales.append(
        SalesTrans(
            line=Decimal(number),
            status=int(voided),
            item=draw(st.sampled_from(("81327", "81331", "91050"))),
            quantity=Decimal(-sign * quantity),
            unit="ea",
            price=basket.amount(price),
            unit_price=basket.amount(price),
            net=basket.amount(-sign * net),
            tax=basket.amount(-sign * tax),
            gross=basket.amount(-sign * (net + tax)),
            discount=basket.amount(sign * discount),
            currency=draw(st.sampled_from(("", basket.currency))),
            delivery_mode=draw(st.sampled_from(("", "60"))),
            exempt_original_price=basket.amount(price + exempted if exempted else 0),
            exempt_reduction=basket.amount(exempted),
        )
    )


def _draw_discounts(draw: st.DrawFn, basket: _Basket, number: int, sign: int, most: int) -> int:
    taken = 0
    for row in range(1, draw(st.integers(min_value=0, max_value=3)) + 1):
        units = draw(st.integers(min_value=0, max_value=most - taken))
        taken += units
        basket.discounts.append(
            DiscountTrans(
                sales_line=Decimal(number),
                line=Decimal(row),
                amount=basket.amount(sign * units),
                origin=draw(st.integers(min_value=1, max_value=5)),
                coupon=draw(st.sampled_from(("", "SPRING"))),
            )
        )
    return taken


def _draw_taxes(draw: st.DrawFn, basket: _Basket, number: int, sign: int, most: int) -> int:
    taken, line, included = 0, Decimal(number), int(basket.inclusive)
    codes = ("CESS", "CGST", "SGST") if basket.generic else ("CITY", "EXEMPT", "STATE")
    for code in codes[: draw(st.integers(min_value=0, max_value=3))]:
        units = draw(st.integers(min_value=0, max_value=most - taken))
        amount = basket.amount(sign * units)
        exempt = code == "EXEMPT"
        taken += 0 if exempt else units
        if basket.generic:
            row = TaxTransGTE(sales_line=line, component=code, amount=amount, included_in_price=included)
            basket.gte_taxes.append(row)
        else:
            # An exempt row may carry the tax that was exempted: it does not count.
            basket.taxes.append(
                TaxTrans(sales_line=line, code=code, amount=amount, included_in_price=included, exempt=int(exempt))
            )
    return taken


def _draw_charge(draw: st.DrawFn, basket: _Basket, line: int, number: int) -> None:
    units = draw(st.integers(min_value=0, max_value=5_000))
    tax = draw(st.integers(min_value=0, max_value=units))
    inside = draw(st.booleans())
    exempted = draw(st.sampled_from((0, 0, 5)))
    basket.charges.append(
        MarkupTrans(
            sales_line=Decimal(line),
            line=Decimal(number),
            code=draw(st.sampled_from(("FREIGHT", "WRAPPING", ""))),
            currency=draw(st.sampled_from(("", basket.currency))),
            amount=basket.amount(units),
            tax=basket.amount(tax),
            tax_inside=basket.amount(tax if inside else 0),
            tax_on_top=basket.amount(0 if inside else tax),
            exempt_original_price=basket.amount(units + exempted if exempted else 0),
            exempt_reduction=basket.amount(exempted),
        )
    )


def _draw_payments(draw: st.DrawFn, basket: _Basket, due: int, part_paid: bool) -> None:
    """Several tenders that make what is due, change included; and rows that do not count."""
    sign = -1 if due < 0 else 1
    rest = draw(st.integers(min_value=0, max_value=abs(due))) if part_paid else abs(due)
    while rest and len(basket.payments) < 3 and draw(st.booleans()):
        units = draw(st.integers(min_value=1, max_value=rest))
        rest -= units
        _pay(draw, basket, sign * units)
    if rest or draw(st.booleans()):
        given_back = draw(st.sampled_from((0, 0, 1_000))) if sign > 0 and rest else 0
        _pay(draw, basket, sign * (rest + given_back))
        if given_back:
            _pay(draw, basket, -given_back, tender_type=CASH, card_type="", change=1)
    left_out = ({"status": 1}, {"void_status": 2}, {"processor_status": 2}, {"capture_failed": 1})
    for reason in left_out[: draw(st.sampled_from((0, 0, 1, 4)))]:
        _pay(draw, basket, 4_200, tender_type="unknown", **reason)


def _pay(draw: st.DrawFn, basket: _Basket, units: int, **given: Any) -> None:
    tender, card = draw(st.sampled_from(((CASH, ""), (CARD, "VISA"), (CARD, "MASTER"), (ACCOUNT, ""), (GIFT_CARD, ""))))
    amount = basket.amount(units)
    foreign = draw(st.sampled_from((None, "DKK")))
    row: Mapping[str, Any] = {
        "line": Decimal(len(basket.payments) + 1),
        "tender_type": tender,
        "card_type": card,
        "tendered": amount,
        "currency": foreign or basket.currency,
        "payment_amount": Decimal("7.45") if foreign else amount,
        "company_amount": Decimal("1.10"),
    }
    basket.payments.append(PaymentTrans(**{**row, **given}))
