"""Checks of items against the company's products: off until any are given, and for what is left out."""

from collections.abc import Iterator
from typing import Final

from postering.domain.checks import setup_repairs as mend
from postering.domain.checks.findings import Place, problem_of
from postering.domain.keys import TransactionKey
from postering.domain.money import plain
from postering.domain.problems import Problem
from postering.domain.retail_transactions.transactions import RetailTransaction, SalesTrans
from postering.domain.setup.setup import Product, fact_name


def item(transaction: RetailTransaction, place: Place) -> Iterator[Problem]:
    """`ITEM`: the item of every line is a product of the company."""
    company = place.company.id
    if not place.setup.has_products(company):
        return
    unknown: dict[str, list[SalesTrans]] = {}
    for line in transaction.lines:
        if place.setup.product(company, line.item) is None:
            unknown.setdefault(line.item, []).append(line)
    for number, lines in unknown.items():
        rows = tuple(line.name for line in lines)
        on = f"line {', '.join(plain(line.line) for line in lines)}"
        yield problem_of(
            "ITEM",
            f"{on}: item {number} is no product of company {company}" if number else f"{on}: there is no item",
            expected=f"a product of company {company}",
            found=number,
            rows=rows,
            repair=mend.item(number, rows, place, transaction.key),
            depends_on=_facts(place, number),
        )


def barcode(transaction: RetailTransaction, place: Place) -> Iterator[Problem]:
    """`BARCODE`: a bar code that a line names is one of the product's."""
    for line, product in _lines(transaction, place):
        if line.barcode and product.barcodes and line.barcode not in product.barcodes:
            yield _differs(
                line, (place, transaction.key), "BARCODE", ("barcode", line.barcode), ("barcodes", product.barcodes)
            )


def unit(transaction: RetailTransaction, place: Place) -> Iterator[Problem]:
    """`UNIT`: a unit that a line names is one of the product's."""
    for line, product in _lines(transaction, place):
        if line.unit and product.units and line.unit not in product.units:
            yield _differs(line, (place, transaction.key), "UNIT", ("unit", line.unit), ("units", product.units))


def tax_group(transaction: RetailTransaction, place: Place) -> Iterator[Problem]:
    """`TAX_GROUP`: an item sales tax group that a line names is the product's."""
    for line, product in _lines(transaction, place):
        group = line.item_tax_group
        if group and product.tax_group and group != product.tax_group:
            yield _differs(
                line, (place, transaction.key), "TAX_GROUP", ("TaxItemGroup", group), ("tax_group", product.tax_group)
            )


def serial_number(transaction: RetailTransaction, place: Place) -> Iterator[Problem]:
    """`SERIAL_NUMBER`: a line of a serial controlled product has a serial number."""
    for line, product in _lines(transaction, place):
        if product.serial_controlled is True and not line.serial_number:
            words = "is serial controlled, but the line has no serial number"
            yield _serial(line, (place, transaction.key), "SERIAL_NUMBER", words, False)


def serial_dimension(transaction: RetailTransaction, place: Place) -> Iterator[Problem]:
    """`SERIAL_DIMENSION`: a line of a product without serial control has no serial number."""
    for line, product in _lines(transaction, place):
        if product.serial_controlled is False and line.serial_number:
            words = "is not serial controlled, but the line has a serial number"
            yield _serial(line, (place, transaction.key), "SERIAL_DIMENSION", words, True)


def _lines(transaction: RetailTransaction, place: Place) -> Iterator[tuple[SalesTrans, Product]]:
    for line in transaction.lines:
        product = place.setup.product(place.company.id, line.item)
        if product is not None:
            yield line, product


def _differs(
    line: SalesTrans,
    where: tuple[Place, TransactionKey],
    code: str,
    found: tuple[str, str],
    known: tuple[str, str | tuple[str, ...]],
) -> Problem:
    column, value = found
    place, _ = where
    allowed = known[1] if isinstance(known[1], str) else ", ".join(known[1])
    return problem_of(
        code,
        f"line {plain(line.line)}: {column} {value} is not that of item {line.item}: {allowed}",
        expected=allowed,
        found=value,
        rows=(line.name,),
        repair=mend.product(line, known, found, code, where),
        depends_on=_facts(place, line.item),
    )


def _serial(line: SalesTrans, where: tuple[Place, TransactionKey], code: str, words: str, controlled: bool) -> Problem:
    place, key = where
    return problem_of(
        code,
        f"line {plain(line.line)}: item {line.item} {words}",
        expected="no serial number" if controlled else "a serial number",
        found=line.serial_number,
        rows=(line.name,),
        repair=mend.serial_control(line, place, key, controlled),
        depends_on=_facts(place, line.item),
    )


def _facts(place: Place, number: str) -> tuple[str, str]:
    company = place.company.id
    return fact_name("products", company, number), fact_name("products", company)


CHECKS: Final = (
    ("ITEM", item),
    ("BARCODE", barcode),
    ("UNIT", unit),
    ("SERIAL_NUMBER", serial_number),
    ("SERIAL_DIMENSION", serial_dimension),
    ("TAX_GROUP", tax_group),
)
"""Each code with its check, in the order of reports. They need the company's products."""
