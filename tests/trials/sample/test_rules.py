"""The rules by which the sample gets what the data does not have, each on made-up invoices."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postering.trials.sample.countries import COUNTRY_CODES
from postering.trials.sample.online_retail import Invoice, InvoiceLine, channel_rows
from tests.trials.sample.made_up import Invoices, of, row, tenders

# --- what a transaction is ------------------------------------------------------------------------------


@pytest.mark.parametrize("code", ["AMAZONFEE", "BANK CHARGES", "CRUK", "B", "S"])
def test_fees_and_samples_are_income_or_expense_without_lines(invoices: Invoices, code: str) -> None:
    rows = channel_rows(invoices(row("C536361", code=code, quantity=-1, price="100.00", customer="")))

    (header,) = of(rows, "Table")
    assert (header["type"], header["incomeExpenseAmount"]) == (18, -100)
    assert (header["grossAmount"], header["numberOfItemLines"]) == (0, 0)
    assert [entity for entity, of_entity in rows.items() if of_entity] == ["RetailTransactionTable"]


def test_a_bad_debt_adjustment_is_income_or_expense(invoices: Invoices) -> None:
    rows = channel_rows(invoices(row("A536361", code="22302", price="-5.00", quantity=1)))

    assert of(rows, "Table")[0]["type"] == 18


@pytest.mark.parametrize(("quantity", "type_number"), [(-5, 10), (5, 11)])
def test_goods_without_price_and_customer_are_a_stock_movement(
    invoices: Invoices, quantity: int, type_number: int
) -> None:
    rows = channel_rows(invoices(row(quantity=quantity, price="0.00", customer="")))

    (header,), (line,) = of(rows, "Table"), of(rows, "SalesTrans")
    assert (header["type"], header["grossAmount"], header["numberOfItems"]) == (type_number, 0, quantity)
    assert line["qty"] == -quantity
    assert not {"taxAmount", "netAmountInclTax", "taxGroup"} & line.keys()
    assert not of(rows, "TaxTrans") + of(rows, "PaymentTrans") + of(rows, "AddressTrans")


def test_a_free_order_of_a_customer_is_a_sale_without_payment(invoices: Invoices) -> None:
    rows = channel_rows(invoices(row(price="0.0")))

    assert of(rows, "Table")[0]["type"] == 27
    assert tenders(rows) == []
    assert of(rows, "TaxTrans")[0]["Amount"] == 0


# --- stores, countries, VAT -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("country", "store", "code", "tax_code"),
    [
        ("United Kingdom", "OR-UK", "GBR", "GB-STD"),
        ("Unspecified", "OR-UK", None, "GB-STD"),
        ("EIRE", "OR-EU", "IRL", "GB-STD"),
        ("European Community", "OR-EU", None, "GB-STD"),
        ("Channel Islands", "OR-EXPORT", "JEY", "GB-ZERO"),
        ("RSA", "OR-EXPORT", "ZAF", "GB-ZERO"),
    ],
)
def test_the_country_decides_store_address_and_vat(
    invoices: Invoices, country: str, store: str, code: str | None, tax_code: str
) -> None:
    rows = channel_rows(invoices(row(country=country)))

    assert of(rows, "Table")[0]["store"] == store
    assert [address["CountryRegionId"] for address in of(rows, "AddressTrans")] == ([code] if code else [])
    assert [tax["TaxCode"] for tax in of(rows, "TaxTrans")] == [tax_code]
    assert of(rows, "AttributeTrans")[0]["TextValue"] == country


def test_postage_of_the_retail_site_decides_the_store_but_not_the_vat(invoices: Invoices) -> None:
    rows = channel_rows(invoices(row(country="Norway"), row(code="DOT", quantity=1, country="Norway")))

    assert of(rows, "Table")[0]["store"] == "OR-DOTCOM"
    assert of(rows, "SalesTrans")[0]["taxGroup"] == "EXPORT"


@pytest.mark.parametrize(
    ("day", "rate", "tax"), [("2011-01-03", Decimal("17.5"), "3.50"), ("2011-01-04", Decimal(20), "4.00")]
)
def test_the_standard_rate_rose_on_4_january_2011(invoices: Invoices, day: str, rate: Decimal, tax: str) -> None:
    rows = channel_rows(invoices(row(time=f"{day} 10:00:00")))

    (found,) = of(rows, "TaxTrans")
    assert (found["TaxPercentage"], found["Amount"]) == (rate, Decimal(tax))


def test_summer_time_is_told_in_utc(invoices: Invoices) -> None:
    rows = channel_rows(invoices(row(time="2011-07-01 00:30:00")))

    (header,) = of(rows, "Table")
    assert header["BeginDateTime"] == datetime(2011, 6, 30, 23, 30, tzinfo=UTC)
    assert header["BeginDateTime"].utcoffset() == timedelta(0)
    assert (header["businessDate"], header["transTime"]) == (date(2011, 7, 1), 1800)


# --- charges ----------------------------------------------------------------------------------------------


def test_postage_beside_goods_is_a_header_charge_and_goods_keep_their_numbers(invoices: Invoices) -> None:
    rows = channel_rows(invoices(row(code="POST", quantity=1, price="18.00"), row(), row(code="C2", quantity=1), row()))

    assert [line["lineNum"] for line in of(rows, "SalesTrans")] == [1, 2]
    charges = of(rows, "MarkupTrans")
    assert [(each["markupLineNum"], each["MarkupCode"]) for each in charges] == [(0, "POST"), (1, "C2")]
    assert (charges[0]["CalculatedAmount"], charges[0]["TaxAmountExclusive"]) == (18, Decimal("3.15"))
    assert (charges[0]["TaxAmountInclusive"], charges[0]["Method"], charges[0]["CurrencyCode"]) == (
        0,
        0,
        "GBP",
    )


def test_postage_alone_is_what_was_sold(invoices: Invoices) -> None:
    rows = channel_rows(invoices(row(code="POST", quantity=1), row(code="DOT", quantity=1)))

    assert [line["itemId"] for line in of(rows, "SalesTrans")] == ["POST", "DOT"]
    assert not of(rows, "MarkupTrans")


# --- payments ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "price", "customer", "expected"),
    [
        ("536361", "10.00", "", [("2", "VISA", "23.50")]),
        ("536367", "10.00", "", [("8", "", "10.00"), ("2", "VISA", "13.50")]),
        ("536367", "8.00", "", [("2", "VISA", "18.80")]),
        ("536368", "10.00", "17850.0", [("4", "", "23.50")]),
        ("536368", "10.00", "", [("2", "MASTER", "23.50")]),
        ("536369", "10.01", "", [("2", "AMEXPRESS", "11.76"), ("2", "VISA", "11.76")]),
        ("536369", "10.02", "", [("2", "AMEXPRESS", "11.78"), ("2", "VISA", "11.77")]),
        ("536379", "0.005", "", [("2", "VISA", "0.01")]),
    ],
)
def test_the_number_of_a_sale_decides_how_it_is_paid(
    invoices: Invoices, number: str, price: str, customer: str, expected: list[tuple[str, str, str]]
) -> None:
    rows = channel_rows(invoices(row(number, price=price, customer=customer)))

    assert tenders(rows) == [(tender, card, Decimal(amount)) for tender, card, amount in expected]


def test_a_payment_on_account_names_the_customer(invoices: Invoices) -> None:
    rows = channel_rows(invoices(row("536368")))

    (payment,) = of(rows, "PaymentTrans")
    assert payment["cardOrAccount"] == "17850"
    assert "AuthorizedAmount" not in payment


# --- whatever the invoice ---------------------------------------------------------------------------------

LINES = st.builds(
    InvoiceLine,
    stock_code=st.sampled_from(["22302", "85123a", "POST", "DOT", "C2", "M", "D", "gift_0001_20"]),
    description=st.sampled_from(["", "MUG"]),
    quantity=st.integers(-100_000, 100_000),
    unit_price=st.decimals(0, 10**15, places=3, allow_nan=False, allow_infinity=False),
)
INVOICES = st.builds(
    Invoice,
    number=st.builds(str.__add__, st.sampled_from(["", "C"]), st.integers(1, 10**9).map(str)),
    time=st.datetimes(datetime(2010, 12, 1), datetime(2011, 12, 9)),
    customer=st.sampled_from(["", "17850"]),
    country=st.sampled_from(sorted(COUNTRY_CODES)),
    lines=st.lists(LINES, min_size=1, max_size=8).map(tuple),
)


@given(INVOICES)
def test_whatever_the_invoice_the_header_is_the_sum_of_its_rows_and_is_paid(invoice: Invoice) -> None:
    rows = channel_rows([invoice])

    (header,) = of(rows, "Table")
    if header["type"] != 27:
        assert not of(rows, "PaymentTrans")
        return
    lines, charges = of(rows, "SalesTrans"), of(rows, "MarkupTrans")
    net = sum((line["netAmount"] for line in lines), Decimal(0))
    with_tax = sum((line["netAmountInclTax"] for line in lines), Decimal(0))
    charged = sum((charge["CalculatedAmount"] for charge in charges), Decimal(0))
    charge_tax = sum((charge["TaxAmountExclusive"] for charge in charges), Decimal(0))
    assert header["netAmount"] == net - charged
    assert header["grossAmount"] == with_tax - charged - charge_tax
    assert header["paymentAmount"] == -header["grossAmount"] == sum(amount for _, _, amount in tenders(rows))
    assert all(amount == amount.quantize(Decimal("0.01")) for _, _, amount in tenders(rows))
