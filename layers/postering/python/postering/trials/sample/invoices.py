"""Invoices of the Online Retail set as published: the CSV is read, checked and grouped, nothing changed."""

import csv
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final, TypeVar

from postering.domain import money
from postering.domain.lists import grouped
from postering.trials.sample.countries import COUNTRY_CODES

COLUMNS: Final = (
    "InvoiceNo",
    "StockCode",
    "Description",
    "Quantity",
    "InvoiceDate",
    "UnitPrice",
    "CustomerID",
    "Country",
)
_T = TypeVar("_T")
_NUMBER: Final = re.compile(r"[AC]?[0-9]{1,18}", re.ASCII)
_QUANTITY: Final = re.compile(r"-?[0-9]{1,18}", re.ASCII)
_PRICE: Final = re.compile(r"-?[0-9]{1,18}(\.[0-9]{1,6})?", re.ASCII)
_CUSTOMER: Final = re.compile(r"([0-9]{1,18})(?:\.0)?", re.ASCII)
_TIME: Final = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", re.ASCII)


class OnlineRetailError(ValueError):
    """A file that is not in the form of the Online Retail set, with line, column, value and repair."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceLine:
    """One row of the file. `description` is kept with its spaces; it may be empty."""

    stock_code: str
    description: str
    quantity: int
    unit_price: Decimal

    @property
    def amount(self) -> Decimal:
        """Quantity × unit price, exactly, in pounds; never a zero with a sign."""
        return money.product(Decimal(self.quantity), self.unit_price) or money.ZERO


@dataclass(frozen=True, slots=True, kw_only=True)
class Invoice:
    """One InvoiceNo with its lines in file order. `time` is the earliest of its lines, local British time."""

    number: str
    time: datetime
    customer: str
    country: str
    lines: tuple[InvoiceLine, ...]

    @property
    def serial(self) -> int:
        """The digits of the number."""
        return int(self.number.lstrip("AC"))

    @property
    def amount(self) -> Decimal:
        """Sum of the lines, without VAT, in pounds: positive for a sale."""
        return money.total(line.amount for line in self.lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Record:
    line_number: int
    number: str
    time: datetime
    customer: str
    country: str
    line: InvoiceLine


def read_invoices(text_lines: Iterable[str]) -> tuple[Invoice, ...]:
    """The invoices of a file in the set's form, in the order of their first lines.

    `text_lines` starts with the header row. Raises `OnlineRetailError` on the first row not in that form.
    """
    records = grouped((record.number, record) for record in _records(text_lines))
    return tuple(_invoice(each) for each in records.values())


def _records(text_lines: Iterable[str]) -> Iterable[_Record]:
    reader = csv.reader(text_lines, strict=True)
    try:
        header = next(reader, [])
        if tuple(header) != COLUMNS:
            found = ",".join(header) or "nothing"
            raise OnlineRetailError(f"line 1: expected the header {','.join(COLUMNS)}, found {found}")
        for fields in reader:
            yield _record(reader.line_num, fields)
    except csv.Error as error:
        raise OnlineRetailError(f"line {reader.line_num}: {error}; fix the quotes of this row") from error


def _record(line_number: int, fields: list[str]) -> _Record:
    if len(fields) != len(COLUMNS):
        raise OnlineRetailError(f"line {line_number}: expected {len(COLUMNS)} fields, found {len(fields)}")
    row = dict(zip(COLUMNS, fields, strict=True))

    def read(column: str, parse: Callable[[str], _T | None], form: str) -> _T:
        value = parse(row[column])
        if value is None:
            raise OnlineRetailError(f"line {line_number}: {column} {row[column]!r} is not {form}; correct it")
        return value

    return _Record(
        line_number=line_number,
        number=read("InvoiceNo", _matching(_NUMBER), "digits, with C or A before them on a cancellation"),
        time=read("InvoiceDate", _time, "a time as YYYY-MM-DD HH:MM:SS"),
        customer=read("CustomerID", _customer, "a customer number or empty"),
        country=read("Country", _country, "a country name of the set"),
        line=InvoiceLine(
            stock_code=read("StockCode", lambda text: text or None, "a stock code"),
            description=row["Description"],
            quantity=int(read("Quantity", _matching(_QUANTITY), "a whole number")),
            unit_price=Decimal(read("UnitPrice", _matching(_PRICE), "an amount such as 2.55")),
        ),
    )


def _matching(form: re.Pattern[str]) -> Callable[[str], str | None]:
    return lambda text: text if form.fullmatch(text) else None


def _time(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text) if _TIME.fullmatch(text) else None
    except ValueError:
        return None


def _customer(text: str) -> str | None:
    found = _CUSTOMER.fullmatch(text)
    if not text or not found:
        return None if text else ""
    return found[1]  # the published copy wrote 17850 as 17850.0


def _country(text: str) -> str | None:
    return text if text in COUNTRY_CODES else None


def _invoice(records: Sequence[_Record]) -> Invoice:
    first = records[0]
    for record in records:
        if (record.customer, record.country) != (first.customer, first.country):
            raise OnlineRetailError(
                f"line {record.line_number}: invoice {record.number} has customer"
                f" {record.customer or 'none'} and country {record.country}, on line {first.line_number}"
                f" {first.customer or 'none'} and {first.country}; an invoice has one of each"
            )
    return Invoice(
        number=first.number,
        time=min(record.time for record in records),
        customer=first.customer,
        country=first.country,
        lines=tuple(record.line for record in records),
    )
