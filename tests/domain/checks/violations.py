"""Single violations: for each code that `check` can give, changes of one field of a valid transaction (or its setup).

Each names the codes that follow from it necessarily: a line's amount is also part of a header's sum.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import assume, reject

from postering.domain.money import EXACT, absolute, digits_of, negated, total
from postering.domain.retail_transactions.transactions import RetailTransaction
from postering.domain.setup.setup import ChargeCode, Customer, DeliveryKind, ModeOfDelivery, Product, Setup
from tests.domain.transactions_examples import CARD, COMPANY, a_setup, with_child, with_header

Case = tuple[RetailTransaction, Setup]
Change = Callable[[RetailTransaction, Setup, Decimal], RetailTransaction | Case]

NOWHERE = Decimal(999)
"""A line that no transaction has."""


@dataclass(frozen=True)
class Violation:
    """`change` gets a valid transaction, its setup and an amount of its currency; codes in `also` may be found too."""

    name: str
    change: Change
    also: frozenset[str] = frozenset()
    kinds: tuple[str, ...] = ("sale", "return", "mixed")

    def of(self, transaction: RetailTransaction, setup: Setup, unit: Decimal) -> Case:
        """The broken transaction and its setup."""
        made = self.change(transaction, setup, unit)
        return (made, setup) if isinstance(made, RetailTransaction) else made


def full_setup(transaction: RetailTransaction) -> Setup:
    """A setup with all master data that `transaction` names, so that every check is on."""
    setup = a_setup(transaction.header.currency)
    lines = transaction.sales
    products = tuple(_product(item, transaction) for item in dict.fromkeys(line.item for line in lines) if item)
    accounts = dict.fromkeys(["100001", transaction.header.customer, *(line.customer for line in lines)])
    modes = {line.delivery_mode for line in lines} | {transaction.header.delivery_mode}
    known = {mode.id for mode in setup.modes_of_delivery}
    codes = {charge.code for charge in transaction.charges} - {code.code for code in setup.charge_codes}
    return replace(
        setup,
        products=products,
        customers=tuple(Customer(company=COMPANY, account=each) for each in accounts if each),
        modes_of_delivery=(
            *setup.modes_of_delivery,
            *(
                ModeOfDelivery(company=COMPANY, id=each, kind=DeliveryKind.SHIP)
                for each in sorted(modes - known - {""})
            ),
        ),
        charge_codes=(
            *setup.charge_codes,
            *(ChargeCode(company=COMPANY, code=each) for each in sorted(codes - {""})),
        ),
    )


def _product(item: str, transaction: RetailTransaction) -> Product:
    lines = [line for line in transaction.sales if line.item == item]
    serials = {bool(line.serial_number) for line in lines}
    groups = {line.item_tax_group for line in lines if line.item_tax_group}
    return Product(
        company=COMPANY,
        item=item,
        units=tuple(dict.fromkeys(["ea", *(line.unit for line in lines if line.unit)])),
        barcodes=tuple(dict.fromkeys(["7350053850019", *(line.barcode for line in lines if line.barcode)])),
        serial_controlled=serials.pop() if len(serials) == 1 else None,
        tax_group=(groups.pop() if groups else "STD") if len(groups) < 2 else "",
    )


# --- how one field is changed --------------------------------------------------------------------------------


def _header(**changes: Callable[[Any, Decimal], Any]) -> Change:
    def change(transaction: RetailTransaction, _: Setup, unit: Decimal) -> RetailTransaction:
        return with_header(
            transaction, **{name: make(getattr(transaction.header, name), unit) for name, make in changes.items()}
        )

    return change


def _row(
    child: str, which: Callable[[RetailTransaction, Any], bool], **changes: Callable[[Any, Decimal], Any]
) -> Change:
    """The first row of `child` that fits, with fields changed."""

    def change(transaction: RetailTransaction, _: Setup, unit: Decimal) -> RetailTransaction:
        rows = getattr(transaction, child)
        index = next((number for number, row in enumerate(rows) if which(transaction, row)), None)
        assume(index is not None)
        assert index is not None
        made = {name: make(getattr(rows[index], name), unit) for name, make in changes.items()}
        return with_child(transaction, child, index, **made)

    return change


def _more(value: Decimal, unit: Decimal) -> Decimal:
    return EXACT.add(value, unit)


def _far_more(value: Decimal, unit: Decimal) -> Decimal:
    """By so much that no other amount of the row makes up for it."""
    return EXACT.add(value, EXACT.multiply(unit, Decimal(1_000_003)))


def _finer(value: Decimal, unit: Decimal) -> Decimal:
    """One digit more than the currency has."""
    exponent = unit.as_tuple().exponent
    assert isinstance(exponent, int)
    return EXACT.add(value, Decimal((0, (1,), exponent - 1)))


def _to(value: Any) -> Callable[[Any, Decimal], Any]:
    return lambda *_: value


def _flipped(flag: Any, _: Decimal) -> int:
    return 0 if flag else 1


def _is_live(transaction: RetailTransaction, row: Any) -> bool:
    number = row.line if hasattr(row, "quantity") else row.sales_line
    return number in transaction.line_numbers


def _is_live_charge(transaction: RetailTransaction, row: Any) -> bool:
    return row in transaction.live_charges


def _counts(transaction: RetailTransaction, row: Any) -> bool:
    if hasattr(row, "tendered"):
        return bool(row.counts)
    return _is_live(transaction, row) and not getattr(row, "exempt", 0)


def _and(which: Callable[[RetailTransaction, Any], bool], wanted: Callable[[Any], bool]) -> Any:
    return lambda transaction, row: which(transaction, row) and wanted(row)


def _line(**changes: Callable[[Any, Decimal], Any]) -> Change:
    return _row("sales", _is_live, **changes)


def _charge(**changes: Callable[[Any, Decimal], Any]) -> Change:
    return _row("charges", _is_live_charge, **changes)


def _payment(**changes: Callable[[Any, Decimal], Any]) -> Change:
    return _row("payments", _and(_counts, lambda row: bool(row.tendered)), **changes)


def _doubled_quantity(transaction: RetailTransaction, _: Setup, __: Decimal) -> RetailTransaction:
    summed = total(line.quantity for line in transaction.lines)
    index, line = next((i, line) for i, line in enumerate(transaction.sales) if not line.voided)
    assume(absolute(EXACT.add(summed, line.quantity)) != absolute(summed))
    return with_child(transaction, "sales", index, quantity=EXACT.add(line.quantity, line.quantity))


def _one_row_more(child: str) -> Change:
    """A voided row, which counts only in the number of rows."""

    def change(transaction: RetailTransaction, _: Setup, __: Decimal) -> RetailTransaction:
        rows = getattr(transaction, child)
        assume(rows)
        added: dict[str, Any] = {child: (*rows, replace(rows[-1], line=NOWHERE, status=1))}
        return replace(transaction, **added)

    return change


def _void_the_only_line(transaction: RetailTransaction, _: Setup, __: Decimal) -> RetailTransaction:
    assume(len(transaction.lines) == 1)
    return replace(transaction, sales=tuple(replace(line, status=1) for line in transaction.sales))


def _key(**changes: Any) -> Change:
    return lambda transaction, setup, _: replace(transaction, key=replace(transaction.key, **changes))


def _without_row(child: str) -> Change:
    def change(transaction: RetailTransaction, _: Setup, __: Decimal) -> RetailTransaction:
        rows = getattr(transaction, child)
        index = next((i for i, row in enumerate(rows) if _counts(transaction, row) and row.amount), None)
        assume(index is not None)
        left: dict[str, Any] = {child: tuple(row for i, row in enumerate(rows) if i != index)}
        return replace(transaction, **left)

    return change


def _added_charge(line: Decimal) -> Change:
    def change(transaction: RetailTransaction, _: Setup, unit: Decimal) -> RetailTransaction:
        assume(transaction.charges)
        stray = replace(transaction.charges[0], sales_line=line, line=NOWHERE, amount=unit, currency="")
        return replace(transaction, charges=(*transaction.charges, replace(stray, code="")))

    return change


def _product_with(**changes: Any) -> Change:
    def change(transaction: RetailTransaction, setup: Setup, _: Decimal) -> Case:
        item = transaction.lines[0].item
        products = tuple(replace(each, **changes) if each.item == item else each for each in setup.products)
        return transaction, replace(setup, products=products)

    return change


def _is_never_serial(transaction: RetailTransaction, line: Any) -> bool:
    """Whether no line of the same item has a serial number: its product is not serial controlled."""
    return not any(each.serial_number for each in transaction.sales if each.item == line.item)


def _serial_controlled(transaction: RetailTransaction, setup: Setup, unit: Decimal) -> Case:
    line = next((line for line in transaction.lines if not line.serial_number and line.item), None)
    assume(line is not None)
    assert line is not None
    products = tuple(
        replace(each, serial_controlled=True) if each.item == line.item else each for each in setup.products
    )
    return transaction, replace(setup, products=products)


def _setup_without(section: str, wanted: Callable[[RetailTransaction, Any], bool]) -> Change:
    """Removes the lines of the setup that `wanted` picks; some other line stays."""

    def change(transaction: RetailTransaction, setup: Setup, _: Decimal) -> Case:
        rows = getattr(setup, section)
        left: dict[str, Any] = {section: tuple(row for row in rows if not wanted(transaction, row))}
        assume(0 < len(left[section]) < len(rows))
        return transaction, replace(setup, **left)

    return change


def _foreign(rate_field: str, amount_field: str) -> Change:
    """A payment in kroner (two digits) whose amounts fit at 100 for 100, but for the one that is changed."""

    def change(transaction: RetailTransaction, _: Setup, unit: Decimal) -> RetailTransaction:
        assume(digits_of(transaction.header.currency) == 2)
        made = _payment(currency=_to("DKK"))(transaction, _, unit)
        assert isinstance(made, RetailTransaction)
        index = next(i for i, row in enumerate(made.payments) if row.currency == "DKK" and row.counts and row.tendered)
        row = made.payments[index]
        sound = {"payment_amount": row.tendered, "company_amount": row.tendered}
        # Seven times as much: at 100 for 1 or for 100 units, no rounding makes that the same amount.
        changed = sound | {amount_field: EXACT.multiply(row.tendered, Decimal(7))}
        return with_child(made, "payments", index, **changed, **{rate_field: Decimal(100)})

    return change


def _all_of(*codes: str) -> frozenset[str]:
    return frozenset(codes)


_HEADER_SUMS = _all_of("GROSS_AMOUNT", "NET_AMOUNT", "NET_PLUS_TAX")

# --- the table -----------------------------------------------------------------------------------------------

VIOLATIONS: Mapping[str, tuple[Violation, ...]] = {
    "GROSS_AMOUNT": (
        Violation("grossAmount", _header(gross=_more), _all_of("NET_PLUS_TAX", "UNDER_OVER_PAYMENT")),
        Violation("netAmountInclTax of a line", _line(gross=_more), _all_of("NET_PLUS_TAX")),
        Violation("CalculatedAmount", _charge(amount=_more), _HEADER_SUMS | {"CHARGE_TAX_EXEMPT"}),
        Violation("TaxAmountExclusive", _charge(tax_on_top=_more), _all_of("NET_PLUS_TAX")),
        Violation("a charge more", _added_charge(Decimal(0)), _HEADER_SUMS | {"CHARGE_TAX_EXEMPT"}),
        Violation("a charge of no line", _added_charge(NOWHERE)),
    ),
    "NET_AMOUNT": (
        Violation("netAmount", _header(net=_more)),
        Violation("netAmount of a line", _line(net=_more), _all_of("NET_PLUS_TAX", "SIGN")),
        Violation("CalculatedAmount", _charge(amount=_more), _HEADER_SUMS | {"CHARGE_TAX_EXEMPT"}),
        Violation("TaxAmountInclusive", _charge(tax_inside=_more)),
    ),
    "NET_PLUS_TAX": (
        Violation("grossAmount", _header(gross=_more), _all_of("GROSS_AMOUNT", "UNDER_OVER_PAYMENT")),
        Violation("netAmount of a line", _line(net=_more), _all_of("NET_AMOUNT", "SIGN")),
        Violation("taxAmount of a line", _line(tax=_more), _all_of("LINE_TAX")),
        Violation("netAmountInclTax of a line", _line(gross=_more), _all_of("GROSS_AMOUNT")),
        Violation("TaxAmountExclusive", _charge(tax_on_top=_more), _all_of("GROSS_AMOUNT")),
    ),
    "DISCOUNT_AMOUNT": (
        Violation("discAmount", _header(discount=_more)),
        Violation("discAmount of a line", _line(discount=_more), _all_of("LINE_DISCOUNT")),
    ),
    "NUMBER_OF_ITEMS": (
        Violation("numberOfItems", _header(number_of_items=_to(Decimal(999_999)))),
        Violation("qty of a line", _doubled_quantity),
    ),
    "NUMBER_OF_LINES": (
        Violation("numberOfItemLines", _header(number_of_item_lines=lambda promised, _: EXACT.subtract(promised, 1))),
        Violation("a line more", _one_row_more("sales")),
    ),
    "NUMBER_OF_PAYMENTS": (
        Violation("numberOfPaymentLines", _header(number_of_payment_lines=lambda promised, _: promised - 1)),
        Violation("a payment line more", _one_row_more("payments")),
    ),
    "PAYMENT_AMOUNT": (
        Violation("paymentAmount", _header(paid=_more)),
        Violation("amountTendered", _payment(tendered=_more), _all_of("UNDER_OVER_PAYMENT")),
        Violation("transactionStatus", _payment(status=_to(1)), _all_of("UNDER_OVER_PAYMENT")),
        Violation("VoidStatus", _payment(void_status=_to(2)), _all_of("UNDER_OVER_PAYMENT")),
        Violation("CreditCardProcessorStatus 2", _payment(processor_status=_to(2)), _all_of("UNDER_OVER_PAYMENT")),
        Violation("CreditCardProcessorStatus 3", _payment(processor_status=_to(3)), _all_of("UNDER_OVER_PAYMENT")),
        Violation("IsCaptureFailed", _payment(capture_failed=_to(1)), _all_of("UNDER_OVER_PAYMENT")),
        Violation(
            "amountCur in the channel's currency",
            _row(
                "payments",
                lambda t, row: _counts(t, row) and row.currency == t.header.currency and row.payment_amount,
                payment_amount=lambda amount, unit: EXACT.add(amount, amount),
            ),
        ),
        Violation("amountCur at exchRate", _foreign("exchange_rate", "payment_amount")),
        Violation("amountMST at exchRateMST", _foreign("company_exchange_rate", "company_amount")),
    ),
    "UNDER_OVER_PAYMENT": (
        Violation(
            "type",
            lambda t, s, u: (
                with_header(t, type=27)
                if t.header.type == 33 and t.header.paid != negated(t.header.gross)
                else _not_applicable(t)
            ),
        ),
        Violation(
            "payment too much",
            _payment(tendered=lambda amount, unit: EXACT.multiply(amount, Decimal(1_000_000))),
            _all_of("PAYMENT_AMOUNT"),
            ("sale",),
        ),
    ),
    "CURRENCY_ROUNDING": (
        Violation("grossAmount", _header(gross=_finer), _all_of("GROSS_AMOUNT", "NET_PLUS_TAX", "UNDER_OVER_PAYMENT")),
        Violation("netAmount", _header(net=_finer), _all_of("NET_AMOUNT")),
        Violation("discAmount", _header(discount=_finer), _all_of("DISCOUNT_AMOUNT")),
        Violation("totalDiscAmount", _header(total_discount=_finer)),
        Violation("TotalManualDiscountAmount", _header(manual_discount_amount=_finer)),
        Violation("paymentAmount", _header(paid=_finer), _all_of("PAYMENT_AMOUNT")),
        Violation("netAmount of a line", _line(net=_finer), _all_of("NET_AMOUNT", "NET_PLUS_TAX", "SIGN")),
        Violation("netAmountInclTax of a line", _line(gross=_finer), _all_of("GROSS_AMOUNT", "NET_PLUS_TAX")),
        Violation("taxAmount of a line", _line(tax=_finer), _all_of("LINE_TAX", "NET_PLUS_TAX")),
        Violation("discAmount of a line", _line(discount=_finer), _all_of("LINE_DISCOUNT", "DISCOUNT_AMOUNT")),
        Violation("lineDscAmount", _line(line_discount=_finer), _all_of("LINE_DISCOUNT")),
        Violation("periodicDiscAmount", _line(periodic_discount=_finer), _all_of("LINE_DISCOUNT")),
        Violation("totalDiscAmount of a line", _line(total_discount=_finer), _all_of("LINE_DISCOUNT")),
        Violation("TenderDiscountAmount", _line(tender_discount=_finer), _all_of("LINE_DISCOUNT")),
        Violation("Amount of a tax", _row("taxes", _counts, amount=_finer), _all_of("LINE_TAX")),
        Violation("TaxAmount of a component", _row("gte_taxes", _is_live, amount=_finer), _all_of("LINE_TAX")),
        Violation("Amount of a discount", _row("discounts", _is_live, amount=_finer), _all_of("LINE_DISCOUNT")),
        Violation("CalculatedAmount", _charge(amount=_finer), _HEADER_SUMS | {"CHARGE_TAX_EXEMPT"}),
        Violation("TaxAmount of a charge", _charge(tax=_finer)),
        Violation("TaxAmountExclusive", _charge(tax_on_top=_finer), _all_of("GROSS_AMOUNT", "NET_PLUS_TAX")),
        Violation("TaxAmountInclusive", _charge(tax_inside=_finer), _all_of("NET_AMOUNT")),
        Violation("amountTendered", _payment(tendered=_finer), _all_of("PAYMENT_AMOUNT", "UNDER_OVER_PAYMENT")),
        Violation("amountCur", _payment(payment_amount=_to(Decimal("1.00001"))), _all_of("PAYMENT_AMOUNT")),
        Violation("amountMST", _payment(company_amount=_to(Decimal("1.00001"))), _all_of("PAYMENT_AMOUNT")),
        Violation("AuthorizedAmount", _payment(authorized_amount=_to(Decimal("1.00001")))),
        Violation("RefundableAmount", _payment(refundable=_to(Decimal("1.00001")))),
    ),
    "NO_LINES": (
        Violation(
            "transactionStatus of the only line",
            _void_the_only_line,
            _HEADER_SUMS | {"DISCOUNT_AMOUNT", "NUMBER_OF_ITEMS"},
        ),
    ),
    "TAX_INCLUDED_IN_PRICE": (
        Violation(
            "IsTaxIncludedInPrice",
            lambda t, s, u: (
                _header(prices_include_tax=_flipped)(t, s, u)
                if any(_counts(t, row) for row in (t.gte_taxes if t.has_generic_taxes else t.taxes))
                else _not_applicable(t)
            ),
        ),
        Violation("IsIncludedInPrice", _row("taxes", _counts, included_in_price=_flipped)),
        Violation("IsIncludedInPrice of a component", _row("gte_taxes", _is_live, included_in_price=_flipped)),
    ),
    "CHARGE_TAX_EXEMPT": (
        Violation("TaxExemptPriceInclusiveReductionAmount", _charge(exempt_reduction=_far_more)),
        Violation("TaxExemptPriceInclusiveOriginalPrice", _charge(exempt_original_price=_far_more)),
        Violation(
            "CalculatedAmount",
            _row("charges", _and(_is_live_charge, lambda row: row.exempt_original_price), amount=_more),
            _HEADER_SUMS,
        ),
    ),
    "LINE_DISCOUNT": (
        Violation("discAmount of a line", _line(discount=_more), _all_of("DISCOUNT_AMOUNT")),
        Violation("Amount of a discount", _row("discounts", _is_live, amount=_more)),
        Violation("SaleLineNum", _row("discounts", _and(_is_live, lambda row: row.amount), sales_line=_to(NOWHERE))),
        Violation("a discount missing", _without_row("discounts")),
        Violation(
            "a share",
            _line(periodic_discount=lambda share, unit: EXACT.add(share, EXACT.multiply(absolute(unit), 10**30))),
        ),
    ),
    "LINE_TAX": (
        Violation("taxAmount of a line", _line(tax=_more), _all_of("NET_PLUS_TAX")),
        Violation("Amount of a tax", _row("taxes", _counts, amount=_more)),
        Violation("IsExempt of a tax", _row("taxes", _and(_counts, lambda row: row.amount), exempt=_to(1))),
        Violation("TaxAmount of a component", _row("gte_taxes", _is_live, amount=_more)),
        Violation("SaleLineNum", _row("taxes", _and(_counts, lambda row: row.amount), sales_line=_to(NOWHERE))),
        Violation("SaleLineNum 0", _row("taxes", _and(_counts, lambda row: row.amount), sales_line=_to(Decimal(0)))),
        Violation(
            "SaleLineNum of a component",
            _row("gte_taxes", _and(_is_live, lambda row: row.amount), sales_line=_to(NOWHERE)),
        ),
        Violation("a tax missing", _without_row("taxes")),
        Violation("a component missing", _without_row("gte_taxes")),
        Violation(
            "TaxCalculationType",
            lambda t, s, u: (
                _header(tax_calculation_type=_flipped)(t, s, u)
                if any(line.tax for line in t.lines) and not (t.taxes and t.gte_taxes)
                else _not_applicable(t)
            ),
        ),
    ),
    "TAX_EXEMPT": (
        Violation("TaxExemptPriceInclusiveReductionAmount", _line(exempt_reduction=_far_more)),
        Violation("TaxExemptPriceInclusiveOriginalPrice", _line(exempt_original_price=_far_more)),
        Violation(
            "price",
            _row(
                "sales",
                _and(_is_live, lambda row: row.exempt_original_price),
                price=lambda price, unit: EXACT.add(price, absolute(unit)),
            ),
        ),
    ),
    "SIGN": (
        Violation(
            "qty",
            _row("sales", _and(_is_live, lambda row: row.net), quantity=lambda quantity, _: negated(quantity)),
            _all_of("NUMBER_OF_ITEMS", "GIFT_CARD_RETURN"),
        ),
        Violation(
            "qty 0",
            _row("sales", _and(_is_live, lambda row: row.net), quantity=_to(Decimal(0))),
            _all_of("NUMBER_OF_ITEMS"),
        ),
        Violation(
            "netAmount",
            _row("sales", _and(_is_live, lambda row: row.net), net=lambda net, _: negated(net)),
            _all_of("NET_AMOUNT", "NET_PLUS_TAX"),
        ),
    ),
    "NEGATIVE_PRICE": (
        Violation("price", _line(price=_to(Decimal(-5))), _all_of("TAX_EXEMPT")),
        Violation("unitPrice", _line(unit_price=_to(Decimal(-5)))),
    ),
    "ITEM": (
        Violation("itemId", _line(item=_to("NEW-1"))),
        Violation("no itemId", _line(item=_to(""))),
        Violation("the product", _setup_without("products", lambda t, row: row.item == t.lines[0].item)),
    ),
    "BARCODE": (
        Violation("barcode", _line(barcode=_to("4006381333931"))),
        Violation("barcodes of the product", lambda t, s, u: _product_with(barcodes=("1",))(*_with_barcode(t), u)),
    ),
    "UNIT": (
        Violation("unit", _line(unit=_to("dozen"))),
        Violation("units of the product", _product_with(units=("dozen",))),
    ),
    "SERIAL_NUMBER": (Violation("serial_controlled of the product", _serial_controlled),),
    "SERIAL_DIMENSION": (
        Violation(
            "InventSerialId",
            _row("sales", lambda t, row: _is_live(t, row) and _is_never_serial(t, row), serial_number=_to("S-1")),
        ),
    ),
    "TAX_GROUP": (Violation("TaxItemGroup", _line(item_tax_group=_to("RED"))),),
    "GIFT_CARD_RETURN": (
        Violation(
            "giftcard",
            _row("sales", _and(_is_live, lambda row: row.quantity > 0), is_gift_card=_to(1)),
            kinds=("return", "mixed"),
        ),
    ),
    "STORE": (
        Violation("Channel", _key(channel=7)),
        Violation("store", _key(store="ELSEWHERE")),
        Violation("DataAreaId", _key(company="DEMF")),
        Violation("the company", lambda t, s, u: (t, replace(s, companies=()))),
    ),
    "CURRENCY": (
        Violation(
            "currency",
            _header(currency=lambda given, _: "EUR" if given == "USD" else "USD"),
            _all_of("CURRENCY_ROUNDING"),
        ),
        Violation("no currency", _header(currency=_to(""))),
        Violation("currency of a line", _line(currency=_to("NOK"))),
        Violation("CurrencyCode of a charge", _charge(currency=_to("NOK"))),
    ),
    "PAYMENT_METHOD": (
        Violation("tenderType", _payment(tender_type=_to("77"))),
        Violation("no tenderType", _payment(tender_type=_to(""))),
    ),
    "CARD_TYPE": (
        Violation("cardTypeId", _row("payments", _and(_counts, lambda r: r.tender_type == CARD), card_type=_to("JCB"))),
        Violation("no cardTypeId", _row("payments", _and(_counts, lambda r: r.tender_type == CARD), card_type=_to(""))),
    ),
    "MODE_OF_DELIVERY": (
        Violation("DlvMode", _header(delivery_mode=_to("TELEPORT"))),
        Violation("DlvMode of a line", _line(delivery_mode=_to("TELEPORT"))),
    ),
    "CHARGE_CODE": (Violation("MarkupCode", _charge(code=_to("TOLL"))),),
    "CUSTOMER": (
        Violation("custAccount", _header(customer=_to("200002"))),
        Violation("custAccount of a line", _line(customer=_to("200002"))),
    ),
    "BUSINESS_DATE": (
        Violation("businessDate", _header(business_date_given=_to(date(2031, 3, 14)))),
        Violation("no date", _header(business_date_given=_to(None), transaction_date=_to(None))),
        Violation("transDate alone", _header(business_date_given=_to(None), transaction_date=_to(date(2031, 3, 14)))),
    ),
}
"""The violations of each code. If a code that `check` can give is missing here, `test_each_check` fails."""


def _not_applicable(_: RetailTransaction) -> RetailTransaction:
    reject()


def _with_barcode(transaction: RetailTransaction) -> Case:
    """A line with a bar code that its product has."""
    made = _line(barcode=_to("7350053850019"))(transaction, full_setup(transaction), Decimal(0))
    assert isinstance(made, RetailTransaction)
    return made, full_setup(made)
