"""From a checked transaction to its document: the sign flipped once, nothing lost, nothing recomputed."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given

from postering.domain.money import Money, negated, total
from postering.domain.retail_transactions.transactions import (
    AddressTrans,
    AttributeTrans,
    InfocodeTrans,
    MarkupTrans,
    RetailTransaction,
    SalesTrans,
    TaxMeasure,
    TaxTrans,
    TaxTransGTE,
)
from postering.domain.sales_orders.build import build_sales_order, kind_of
from postering.domain.sales_orders.document_parts import OriginalLine
from postering.domain.sales_orders.documents import DocumentKind, SalesDocument
from tests.domain.transactions_examples import (
    COMPANY,
    DAY,
    a_sale,
    a_setup,
    valid_transactions,
    with_channel,
    with_child,
    with_header,
    with_totals,
)

EMPTY_DAY = date(1900, 1, 1)
SHIP, RECEIVE = date(2026, 3, 16), date(2026, 3, 18)


def build(transaction: RetailTransaction) -> SalesDocument:
    return build_sales_order(transaction, a_setup(transaction.header.currency), "ONL-000001")


def usd(amount: str) -> Money:
    return Money(Decimal(amount), "USD")


def returned(sale: RetailTransaction) -> RetailTransaction:
    """The whole sale taken back: every sign the other way round."""
    return with_totals(
        replace(
            sale,
            sales=tuple(
                replace(
                    line,
                    quantity=negated(line.quantity),
                    net=negated(line.net),
                    tax=negated(line.tax),
                    gross=negated(line.gross),
                    discount=negated(line.discount),
                    return_transaction_id="T-0",
                    return_line=Decimal(7),
                    return_store="HOUSTON-ONLINE",
                )
                for line in sale.sales
            ),
            taxes=tuple(replace(tax, amount=negated(tax.amount)) for tax in sale.taxes),
            discounts=tuple(replace(discount, amount=negated(discount.amount)) for discount in sale.discounts),
            charges=(),
            payments=(replace(sale.payments[0], tendered=Decimal("-59.40")),),
        )
    )


# --- what always holds ---------------------------------------------------------------------------


@given(valid_transactions())
def test_the_total_is_the_header_s_gross_amount_with_the_other_sign(transaction: RetailTransaction) -> None:
    document = build(transaction)

    assert document.total.amount == negated(transaction.header.gross)
    assert document.header_total == document.total


@given(valid_transactions())
def test_lines_and_charges_make_the_total_and_so_do_net_tax_and_charges(transaction: RetailTransaction) -> None:
    document = build(transaction)
    currency = document.currency

    of_lines = Money.total((line.total for line in document.lines), currency)
    of_charges = Money.total((charge.total for charge in document.charges), currency)

    assert of_lines + of_charges == document.total
    assert document.net + document.tax + document.charge_amount == document.total
    assert all(line.net + line.tax == line.total for line in document.lines)
    assert (document.net + document.charge_amount).amount == negated(transaction.header.net)
    assert document.discount.amount == transaction.header.discount


@given(valid_transactions())
def test_taxes_and_discounts_of_a_line_make_its_tax_and_discount(transaction: RetailTransaction) -> None:
    for line in build(transaction).lines:
        assert total(tax.amount.amount for tax in line.taxes if not tax.exempt) == line.tax.amount
        assert total(discount.amount.amount for discount in line.discounts) == line.discount.amount


@given(valid_transactions())
def test_every_live_row_is_in_the_document_once_and_no_voided_one(transaction: RetailTransaction) -> None:
    document = build(transaction)

    assert [line.line for line in document.lines] == [line.line for line in transaction.sales if not line.voided]
    assert len(document.charges) == len(transaction.live_charges)
    assert {charge.line for charge in document.charges} <= {Decimal(0), *(line.line for line in document.lines)}


@given(valid_transactions())
def test_no_amount_of_a_document_is_minus_zero(transaction: RetailTransaction) -> None:
    document = build(transaction)
    amounts = [document.net, document.tax, document.charge_amount, document.total, document.discount]
    for line in document.lines:
        amounts += [line.net, line.tax, line.total, line.discount]

    assert not any(money.amount.is_signed() for money in amounts if not money)
    assert not any(str(line.quantity) == "-0" for line in document.lines)


# --- kinds and signs -----------------------------------------------------------------------------


def test_a_sale_becomes_a_sales_order_with_positive_amounts() -> None:
    document = build(a_sale())
    (line,) = document.lines
    (charge,) = document.charges

    assert document.kind is DocumentKind.SALES_ORDER
    assert (line.quantity, line.price, line.net, line.tax, line.total) == (
        Decimal(2),
        Decimal("30.00"),
        usd("54.00"),
        usd("5.40"),
        usd("59.40"),
    )
    assert (line.discount, [each.amount for each in line.discounts]) == (usd("6.00"), [usd("6.00")])
    assert [(tax.code, tax.amount) for tax in line.taxes] == [("VAT", usd("5.40"))]
    assert (charge.code, charge.amount, charge.tax, charge.total) == (
        "FREIGHT",
        usd("10.00"),
        usd("1.00"),
        usd("11.00"),
    )
    assert (document.net, document.tax, document.charge_amount, document.total) == (
        usd("54.00"),
        usd("6.40"),
        usd("10.00"),
        usd("70.40"),
    )
    assert (document.business_date, document.customer, document.company) == (DAY, "100001", COMPANY)


def test_returns_only_become_a_return_order_with_negative_amounts_and_name_their_original() -> None:
    document = build(returned(a_sale()))
    (line,) = document.lines

    assert document.kind is DocumentKind.RETURN_ORDER
    assert (line.quantity, line.net, line.tax, line.total, line.discount) == (
        Decimal(-2),
        usd("-54.00"),
        usd("-5.40"),
        usd("-59.40"),
        usd("-6.00"),
    )
    assert [tax.amount for tax in line.taxes] == [usd("-5.40")]
    assert document.total == usd("-59.40")
    assert line.original == OriginalLine(transaction_id="T-0", store="HOUSTON-ONLINE", terminal="", line=Decimal(7))


def test_a_mixed_basket_is_one_sales_order_with_return_lines() -> None:
    sale = a_sale()
    back = replace(returned(sale).sales[0], line=Decimal(2))
    mixed = replace(sale, sales=(*sale.sales, back))

    document = build(mixed)

    assert document.kind is DocumentKind.SALES_ORDER
    assert [line.quantity for line in document.lines] == [Decimal(2), Decimal(-2)]


@pytest.mark.parametrize(
    ("quantities", "statuses", "kind"),
    [
        (["1"], [0], DocumentKind.RETURN_ORDER),
        (["1", "-1"], [0, 1], DocumentKind.RETURN_ORDER),
        (["1", "-1"], [1, 0], DocumentKind.SALES_ORDER),
        (["0"], [0], DocumentKind.SALES_ORDER),
        (["1", "0"], [0, 0], DocumentKind.SALES_ORDER),
        ([], [], DocumentKind.SALES_ORDER),
    ],
)
def test_voided_lines_do_not_decide_what_a_document_is(
    quantities: list[str], statuses: list[int], kind: DocumentKind
) -> None:
    lines = tuple(
        SalesTrans(line=Decimal(number), quantity=Decimal(quantity), status=status)
        for number, (quantity, status) in enumerate(zip(quantities, statuses, strict=True), 1)
    )

    assert kind_of(a_sale(sales=lines)) is kind


def test_a_quote_becomes_a_quotation() -> None:
    assert build(with_header(a_sale(), type=31)).kind is DocumentKind.QUOTATION


def test_tax_inside_a_charge_is_taken_out_of_it_and_tax_on_top_is_added() -> None:
    charge = MarkupTrans(
        amount=Decimal("12.00"), tax_inside=Decimal("2.00"), tax_on_top=Decimal("0.50"), tax=Decimal("2.50")
    )

    (built,) = build(a_sale(charges=(charge,))).charges

    assert (built.amount, built.tax, built.total) == (usd("10.00"), usd("2.50"), usd("12.50"))


def test_what_belongs_to_a_voided_line_stays_out() -> None:
    sale = a_sale()
    voided = replace(sale.sales[0], line=Decimal(2), status=1)
    both = (Decimal(1), Decimal(2))
    document = build(
        replace(
            sale,
            sales=(*sale.sales, voided),
            charges=tuple(MarkupTrans(sales_line=line, amount=Decimal(1)) for line in both),
            addresses=tuple(AddressTrans(sales_line=line, city=f"City {line}") for line in both),
            attributes=tuple(AttributeTrans(sales_line=line, attribute="Gift", value="yes") for line in both),
            infocodes=tuple(InfocodeTrans(attached_to=1, parent_line=line, infocode="WHY") for line in both),
        )
    )

    assert [line.line for line in document.lines] == [Decimal(1)]
    for members in (document.charges, document.addresses, document.attributes, document.infocodes):
        assert [member.line for member in members] == [Decimal(1)]


def test_answers_on_the_header_and_on_payments_are_kept_and_voided_answers_are_not() -> None:
    answers = (
        InfocodeTrans(attached_to=0, parent_line=Decimal(-1), infocode="A", information="as told"),
        InfocodeTrans(attached_to=2, parent_line=Decimal(1), infocode="B", amount=Decimal(3)),
        InfocodeTrans(attached_to=0, parent_line=Decimal(-1), infocode="C", status=1),
    )

    document = build(a_sale(infocodes=answers))

    assert [(each.attached_to, each.line, each.infocode) for each in document.infocodes] == [
        ("Header", Decimal(-1), "A"),
        ("Payment", Decimal(1), "B"),
    ]


# --- taxes of the generic tax engine -------------------------------------------------------------


@pytest.mark.parametrize(("calculation", "codes", "measures"), [(0, ["VAT"], []), (1, ["CGST", "SGST"], ["a/b"])])
def test_components_and_measures_are_in_the_document_where_the_generic_tax_engine_calculated(
    calculation: int, codes: list[str], measures: list[str]
) -> None:
    one = Decimal(1)
    sale = a_sale(
        taxes=(TaxTrans(sales_line=one, code="VAT", amount=Decimal("5.40")),),
        gte_taxes=tuple(
            TaxTransGTE(sales_line=one, component=code, amount=Decimal("2.70")) for code in ("CGST", "SGST")
        ),
        tax_measures=(TaxMeasure(sales_line=one, path="a/b", value=Decimal("5.4")),),
    )

    (line,) = build(with_header(sale, tax_calculation_type=calculation)).lines

    assert [tax.code for tax in line.taxes] == codes
    assert total(tax.amount.amount for tax in line.taxes) == line.tax.amount
    assert [measure.path for measure in line.tax_measures] == measures


# --- customers and dates -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("customer", "async_customer", "expected"),
    [("100007", "guid-1", "100007"), ("", "guid-1", "guid-1"), ("", "", "100001")],
)
def test_the_customer_is_the_one_given_else_the_asynchronous_one_else_the_channel_s(
    customer: str, async_customer: str, expected: str
) -> None:
    assert build(with_header(a_sale(), customer=customer, async_customer=async_customer)).customer == expected


@pytest.mark.parametrize("given_day", [None, EMPTY_DAY])
def test_an_empty_business_date_means_the_transaction_date(given_day: date | None) -> None:
    sale = with_header(a_sale(), business_date_given=given_day, transaction_date=SHIP)

    assert build(sale).business_date == SHIP


def test_what_was_not_checked_is_not_built() -> None:
    with pytest.raises(ValueError, match="was not checked"):
        build(with_header(a_sale(), business_date_given=EMPTY_DAY, transaction_date=EMPTY_DAY))
    with pytest.raises(ValueError, match="was not checked"):
        build_sales_order(a_sale(), with_channel(a_setup(), id=5), "ONL-000001")


# --- delivery ------------------------------------------------------------------------------------

HEADER_DELIVERY = {
    "delivery_mode": "99",
    "warehouse": "CENTRAL",
    "site": "S1",
    "requested_ship_date": SHIP,
    "requested_receipt_date": RECEIVE,
}


def test_what_a_line_leaves_out_of_its_delivery_comes_from_the_header() -> None:
    sale = with_child(with_header(a_sale(), **HEADER_DELIVERY), "sales", 0, delivery_mode="")

    document = build(sale)
    (line,) = document.lines

    assert (line.delivery.mode, line.delivery.kind) == ("99", "ship")
    assert (line.delivery.warehouse, line.delivery.site) == ("CENTRAL", "S1")
    assert (line.delivery.ship_date, line.delivery.receipt_date) == (SHIP, RECEIVE)
    assert (document.delivery.mode, document.delivery.ship_date) == ("99", SHIP)


def test_what_a_line_says_of_its_delivery_wins() -> None:
    own = {
        "delivery_mode": "60",
        "warehouse": "HOUSTON",
        "site": "S2",
        "requested_ship_date": date(2026, 4, 1),
        "requested_receipt_date": date(2026, 4, 2),
        "fulfilment_store": "HOUSTON",
        "electronic_delivery_email": "k@example.com",
    }
    sale = with_child(with_header(a_sale(), **HEADER_DELIVERY), "sales", 0, **own)

    delivery = build(sale).lines[0].delivery

    assert (delivery.mode, delivery.kind, delivery.warehouse, delivery.site) == ("60", "pickup", "HOUSTON", "S2")
    assert (delivery.ship_date, delivery.receipt_date) == (date(2026, 4, 1), date(2026, 4, 2))
    assert (delivery.fulfilment_store, delivery.email) == ("HOUSTON", "k@example.com")


def test_the_empty_date_of_the_channel_is_no_date() -> None:
    dates = {"requested_ship_date": EMPTY_DAY, "requested_receipt_date": EMPTY_DAY}

    document = build(with_child(with_header(a_sale(), **HEADER_DELIVERY), "sales", 0, **dates))
    assert (document.lines[0].delivery.ship_date, document.lines[0].delivery.receipt_date) == (SHIP, RECEIVE)

    document = build(with_child(with_header(a_sale(), **dates), "sales", 0, **dates))
    assert (document.delivery.ship_date, document.lines[0].delivery.receipt_date) == (None, None)


@pytest.mark.parametrize(
    ("of_header", "of_line", "address_line", "stored"),
    [
        ("", "", None, 0),
        ("once", "", 0, 0),
        ("stored", "", None, 11),
        ("once stored", "", 0, 0),
        ("", "once", 1, 0),
        ("", "stored", None, 22),
        ("once", "once", 1, 0),
        ("once", "stored", None, 22),
        ("stored", "once", 1, 0),
        ("stored", "stored", None, 22),
        ("once stored", "once stored", 1, 22),
    ],
)
def test_an_address_is_taken_whole_from_the_line_or_from_the_header(
    of_header: str, of_line: str, address_line: int | None, stored: int
) -> None:
    addresses = [AddressTrans(sales_line=Decimal(0), city="Houston")] if "once" in of_header else []
    addresses += [AddressTrans(sales_line=Decimal(1), city="Seattle")] if "once" in of_line else []
    sale = with_header(a_sale(addresses=tuple(addresses)), postal_address=11 if "stored" in of_header else 0)
    sale = with_child(sale, "sales", 0, postal_address=22 if "stored" in of_line else 0)

    delivery = build(sale).lines[0].delivery

    assert (delivery.address_line, delivery.stored_address) == (address_line, stored)


def test_an_address_is_frozen_as_it_was() -> None:
    address = AddressTrans(
        sales_line=Decimal(0),
        delivery_name="",
        sales_name="Karen Berg",
        street="Main Street",
        street_number="12",
        county="",
        district="Harris",
        zip_code="77002",
        country="USA",
    )

    (built,) = build(a_sale(addresses=(address,))).addresses

    assert (built.name, built.street, built.street_number, built.county, built.district, built.zip_code) == (
        "Karen Berg",
        "Main Street",
        "12",
        "",
        "Harris",
        "77002",
    )
