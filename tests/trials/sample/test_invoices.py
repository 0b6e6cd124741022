"""The file as published is read whole, and a file in another form is refused with what to fix."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal

import pytest

from postering.trials.sample.online_retail import Invoice, OnlineRetailError, read_invoices

HEADER = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country"
GOOD = "536365,85123A,WHITE HOLDER,6,2010-12-01 08:26:00,2.55,17850.0,United Kingdom"

Invoices = Callable[..., tuple[Invoice, ...]]


def test_a_row_is_taken_as_it_stands(invoices: Invoices) -> None:
    (invoice,) = invoices('536365,85123a," RECORD FRAME 7"" SINGLE, ",6,2010-12-01 08:26:00,2.1,17850.0,EIRE')

    assert (invoice.number, invoice.serial, invoice.customer) == ("536365", 536365, "17850")
    assert (invoice.time, invoice.country) == (datetime(2010, 12, 1, 8, 26), "EIRE")
    (line,) = invoice.lines
    assert (line.stock_code, line.description) == ("85123a", ' RECORD FRAME 7" SINGLE, ')
    assert (line.quantity, line.unit_price, line.amount) == (6, Decimal("2.1"), Decimal("12.6"))


def test_lines_with_the_same_text_are_each_a_line(invoices: Invoices) -> None:
    (invoice,) = invoices(GOOD, GOOD)

    assert len(invoice.lines) == 2
    assert invoice.amount == Decimal("30.60")


def test_an_invoice_with_two_times_has_the_earliest(invoices: Invoices) -> None:
    (invoice,) = invoices(GOOD.replace("08:26", "08:27"), GOOD)

    assert invoice.time == datetime(2010, 12, 1, 8, 26)


def test_a_file_with_no_rows_has_no_invoices() -> None:
    assert read_invoices([HEADER]) == ()


@pytest.mark.parametrize(
    ("row", "named"),
    [
        (GOOD.replace(",6,", ",6.5,"), "line 2: Quantity '6.5' is not a whole number"),
        (GOOD.replace(",6,", ",,"), "line 2: Quantity ''"),
        (GOOD.replace("2.55", "NaN"), "line 2: UnitPrice 'NaN' is not an amount"),
        (GOOD.replace("2.55", "1e3"), "line 2: UnitPrice '1e3'"),
        (GOOD.replace("2.55", "£2"), "line 2: UnitPrice '£2'"),
        (GOOD.replace("08:26:00", "8:26"), "line 2: InvoiceDate '2010-12-01 8:26'"),
        (GOOD.replace("2010-12-01", "2010-02-30"), "line 2: InvoiceDate '2010-02-30 08:26:00'"),
        (GOOD.replace("17850.0", "17850.5"), "line 2: CustomerID '17850.5'"),
        (GOOD.replace("United Kingdom", "Atlantis"), "line 2: Country 'Atlantis' is not a country name"),
        (GOOD.replace("536365", "X536365"), "line 2: InvoiceNo 'X536365'"),
        (GOOD.replace("85123A", ""), "line 2: StockCode ''"),
        (GOOD + ",more", "line 2: expected 8 fields, found 9"),
        ("536365", "line 2: expected 8 fields, found 1"),
        ('536365,85123A,"WHITE" HOLDER,6', "line 2: .*fix the quotes"),
    ],
)
def test_a_row_in_another_form_is_named_with_line_column_and_value(row: str, named: str) -> None:
    with pytest.raises(OnlineRetailError, match=named):
        read_invoices([HEADER, row])


@pytest.mark.parametrize("header", [[], ["InvoiceNo;StockCode"], [GOOD]])
def test_a_file_without_the_header_is_refused(header: list[str]) -> None:
    with pytest.raises(OnlineRetailError, match="line 1: expected the header InvoiceNo,StockCode"):
        read_invoices(header)


@pytest.mark.parametrize("other", [GOOD.replace("17850.0", "17851.0"), GOOD.replace("United Kingdom", "France")])
def test_an_invoice_of_two_customers_or_countries_is_refused(other: str) -> None:
    with pytest.raises(OnlineRetailError, match=r"line 3: invoice 536365 .* an invoice has one of each"):
        read_invoices([HEADER, GOOD, other])


def test_an_amount_of_more_digits_than_decimals_keep_by_default_is_exact(invoices: Invoices) -> None:
    (invoice,) = invoices(GOOD.replace("2.55", "123456789012345678.123456").replace(",6,", ",99999999,"))

    assert invoice.amount == Decimal("12345678777777778799999921.876544")
