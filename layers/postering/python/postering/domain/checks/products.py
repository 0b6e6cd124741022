"""Checks of items against the company's products: off until products are given, and for fields that they leave out."""

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from postering.domain.checks.check import Check, Needs
from postering.domain.checks.findings import SHOWN_NAMES, Place, empty_column, problem_of
from postering.domain.keys import TransactionKey
from postering.domain.lists import first_of, grouped
from postering.domain.money import plain
from postering.domain.problems import Problem
from postering.domain.repairs.commands import add_to_setup, change_setup, correct, edit, or_change_setup, void
from postering.domain.repairs.setup_lines import can_be_set_up, table
from postering.domain.retail_transactions.transactions import RetailTransaction, SalesTrans
from postering.domain.setup.setup import Product, fact_name
from postering.domain.setup.toml import toml_value


def item(transaction: RetailTransaction, place: Place) -> Iterator[Problem]:
    """`ITEM`: the item of every line is a product of the company."""
    company = place.company.id
    if not place.setup.has_products(company):
        return
    unknown = ((line.item, line) for line in transaction.lines if place.setup.product(company, line.item) is None)
    for number, lines in grouped(unknown).items():
        rows = tuple(line.name for line in lines)
        on = f"line {', '.join(plain(line.line) for line in lines)}"
        yield problem_of(
            "ITEM",
            f"{on}: item {number} is not a product of company {company}" if number else f"{on}: there is no item",
            expected=f"a product of company {company}",
            found=number,
            rows=rows,
            repair=_item_repair(number, rows, place, transaction.key),
            depends_on=_facts(place, number),
        )


def barcode(transaction: RetailTransaction, place: Place) -> Iterator[Problem]:
    """`BARCODE`: a bar code that a line names is one of the product's."""
    for line, product in _lines(transaction, place):
        if line.barcode and product.barcodes and line.barcode not in product.barcodes:
            yield _differs(
                line, (place, transaction), "BARCODE", ("barcode", line.barcode), ("barcodes", product.barcodes)
            )


def unit(transaction: RetailTransaction, place: Place) -> Iterator[Problem]:
    """`UNIT`: a unit that a line names is one of the product's."""
    for line, product in _lines(transaction, place):
        if line.unit and product.units and line.unit not in product.units:
            yield _differs(line, (place, transaction), "UNIT", ("unit", line.unit), ("units", product.units))


def serial_number(transaction: RetailTransaction, place: Place) -> Iterator[Problem]:
    """`SERIAL_NUMBER`: a line of a serial controlled product has a serial number."""
    for line, product in _lines(transaction, place):
        if product.serial_controlled is True and not line.serial_number:
            words = "is serial controlled, but the line has no serial number"
            yield _serial(line, (place, transaction), "SERIAL_NUMBER", words, False)


def serial_dimension(transaction: RetailTransaction, place: Place) -> Iterator[Problem]:
    """`SERIAL_DIMENSION`: a line of a product without serial control has no serial number."""
    for line, product in _lines(transaction, place):
        if product.serial_controlled is False and line.serial_number:
            words = "is not serial controlled, but the line has a serial number"
            yield _serial(line, (place, transaction), "SERIAL_DIMENSION", words, True)


def tax_group(transaction: RetailTransaction, place: Place) -> Iterator[Problem]:
    """`TAX_GROUP`: an item sales tax group that a line names is the product's."""
    for line, product in _lines(transaction, place):
        group = line.item_tax_group
        if group and product.tax_group and group != product.tax_group:
            yield _differs(
                line, (place, transaction), "TAX_GROUP", ("TaxItemGroup", group), ("tax_group", product.tax_group)
            )


def _lines(transaction: RetailTransaction, place: Place) -> Iterator[tuple[SalesTrans, Product]]:
    for line in transaction.lines:
        product = place.setup.product(place.company.id, line.item)
        if product is not None:
            yield line, product


def _differs(
    line: SalesTrans,
    where: tuple[Place, RetailTransaction],
    code: str,
    found: tuple[str, str],
    known: tuple[str, str | tuple[str, ...]],
) -> Problem:
    column, value = found
    place, _ = where
    allowed = known[1] if isinstance(known[1], str) else ", ".join(known[1])
    return problem_of(
        code,
        f"line {plain(line.line)}: {column} {value} does not belong to item {line.item}, which has {allowed}",
        expected=allowed,
        found=value,
        rows=(line.name,),
        repair=_product_repair(line, known, found, code, where),
        depends_on=_facts(place, line.item),
    )


def _serial(
    line: SalesTrans, where: tuple[Place, RetailTransaction], code: str, words: str, controlled: bool
) -> Problem:
    place, transaction = where
    return problem_of(
        code,
        f"line {plain(line.line)}: item {line.item} {words}",
        expected="no serial number" if controlled else "a serial number",
        found=line.serial_number,
        rows=(line.name,),
        repair=_serial_repair(line, place, transaction.key, controlled),
        depends_on=_facts(place, line.item),
    )


def _facts(place: Place, number: str) -> tuple[str, str]:
    company = place.company.id
    return fact_name("products", company, number), fact_name("products", company)


def _item_repair(number: str, rows: Iterable[str], place: Place, key: TransactionKey) -> str:
    """Lines for a product."""
    if not can_be_set_up(number):
        return correct(f"itemId of {first_of(rows, SHOWN_NAMES)}") + void(key, "ITEM")
    added = table("products", company=place.company.id, item=number)
    return add_to_setup(added, otherwise=f"itemId of {first_of(rows, SHOWN_NAMES)}")


def _product_repair(
    line: SalesTrans,
    known: tuple[str, str | tuple[str, ...]],
    found: tuple[str, str],
    code: str,
    where: tuple[Place, RetailTransaction],
) -> str:
    """Lines for a product: its field (name, value) with the value of the line's column added or set."""
    (field, allowed), (column, value), (place, transaction) = known, found, where
    if not can_be_set_up(value):
        return correct(f"{column} of {line.name}") + empty_column(transaction.key, code, column, (line.name,))
    if any(each.item == line.item and each.item_tax_group == allowed for each in transaction.lines):
        # The product has one tax group, which another line of the item has: it cannot have this line's as well.
        to_its_own = f"{column} of {line.name} to {allowed}, as on other lines of its item"
        return correct(to_its_own) + edit(transaction.key, code, (line.name, column, str(allowed)))
    written = value if isinstance(allowed, str) else (*allowed, value)
    return change_setup(
        _product_line(line, place), f"{field} = {toml_value(written)}", otherwise=f"{column} of {line.name}"
    )


def _serial_repair(line: SalesTrans, place: Place, key: TransactionKey, controlled: bool) -> str:
    """Lines that set the product's serial control as the line has it; before them, the edit that empties a number."""
    where, written = _product_line(line, place), f"serial_controlled = {toml_value(controlled)}"
    column = f"InventSerialId of {line.name}"
    if not controlled:
        return change_setup(where, written, otherwise=column)
    without = empty_column(key, "SERIAL_DIMENSION", "InventSerialId", (line.name,))
    return correct(column) + without + or_change_setup("if the product is serial controlled", where, written)


def _product_line(line: SalesTrans, place: Place) -> str:
    return f"[[products]] with company = {toml_value(place.company.id)} and item = {toml_value(line.item)}"


def _no_product(has: Callable[[Product], bool], why: str) -> Needs:
    """Products of the company that give the field of a check; a company without products lacks them too."""
    return Needs(
        lacks=lambda company, setup: not any(has(each) for each in setup.products if each.company == company.id),
        why=why,
    )


_CONTROLLED: Final = _no_product(
    lambda each: each.serial_controlled is not None, "no [[products]] with serial_controlled are given"
)
ITEM: Final = Check(
    name="ITEM",
    meaning="the item is a product of the company",
    needs=_no_product(lambda _: True, "no [[products]] are given"),
    placed=item,
)
BARCODE: Final = Check(
    name="BARCODE",
    meaning="the bar code is one of the product's",
    needs=_no_product(lambda each: bool(each.barcodes), "no [[products]] with barcodes are given"),
    placed=barcode,
)
UNIT: Final = Check(
    name="UNIT",
    meaning="the unit is one of the product's",
    needs=_no_product(lambda each: bool(each.units), "no [[products]] with units are given"),
    placed=unit,
)
SERIAL_NUMBER: Final = Check(
    name="SERIAL_NUMBER",
    meaning="a serial controlled product has a serial number",
    needs=_CONTROLLED,
    placed=serial_number,
)
SERIAL_DIMENSION: Final = Check(
    name="SERIAL_DIMENSION",
    meaning="a product without serial control has no serial number",
    needs=_CONTROLLED,
    placed=serial_dimension,
)
TAX_GROUP: Final = Check(
    name="TAX_GROUP",
    meaning="the item sales tax group is the product's",
    needs=_no_product(lambda each: bool(each.tax_group), "no [[products]] with tax_group are given"),
    placed=tax_group,
)

CHECKS: Final = (ITEM, BARCODE, UNIT, SERIAL_NUMBER, SERIAL_DIMENSION, TAX_GROUP)
"""The checks of this family, in the order of reports."""
