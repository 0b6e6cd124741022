"""What would make amounts agree that do not: the one of several that the others speak against.

An amount of a transaction is told more than once: by the header and the sum of its lines, by a line and its rows, by
the total and what was paid. Where two say the same and a third does not, it is the third that is proposed to be
edited. Where nothing tells which is wrong, nothing is proposed: no amount is made up. Pure; used for repairs only.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal

from postering.domain.checks.findings import (
    charge_excluding_tax,
    charges_including_tax,
    taxes_that_count,
    text,
)
from postering.domain.money import EXACT, absolute, difference, negated, plain, total
from postering.domain.retail_transactions.entities import HEADER
from postering.domain.retail_transactions.transactions import (
    DiscountTrans,
    MarkupTrans,
    PaymentTrans,
    RetailTransaction,
    SalesTrans,
    TaxTrans,
    TaxTransGTE,
)

Change = tuple[str, str, str]
"""Row, column and value of an edit; the value in the channel's sign."""
Changes = tuple[Change, ...]

AmountRow = TaxTrans | TaxTransGTE | DiscountTrans


def amount_column(row: AmountRow) -> str:
    """The column that a row's amount stands in."""
    return "TaxAmount" if isinstance(row, TaxTransGTE) else "Amount"


def without_amount(rows: Iterable[AmountRow]) -> Changes:
    """Rows that belong nowhere, left in their place without their amount."""
    return tuple((row.name, amount_column(row), "0") for row in rows)


def uncharged(charge: MarkupTrans) -> Changes:
    """A charge that belongs nowhere, left in its place without its amounts."""
    columns = ("CalculatedAmount", "TaxAmountExclusive", "TaxAmountInclusive")
    given = (charge.amount, charge.tax_on_top, charge.tax_inside)
    return tuple((charge.name, column, "0") for column, amount in zip(columns, given, strict=True) if amount)


# --- header totals -------------------------------------------------------------------------------------------


def line_amount(transaction: RetailTransaction, line: SalesTrans) -> tuple[str, Decimal]:
    """Of a line whose netAmountInclTax is not netAmount + taxAmount: the column that is wrong, and its value."""
    taxed = negated(total(row.amount for row in taxes_that_count(transaction).get(line.line, ())))
    if line.tax != taxed and difference(line.gross, line.net) == taxed:
        return "taxAmount", taxed
    if transaction.header.net != net_of(transaction) and transaction.header.gross == gross_of(transaction):
        return "netAmount", difference(line.gross, line.tax)
    return "netAmountInclTax", EXACT.add(line.net, line.tax)


def gross_amount(transaction: RetailTransaction) -> Changes:
    """What makes grossAmount and its lines and charges agree; nothing where payment and header speak against both."""
    corrected = _corrected(transaction)
    if corrected is not transaction and gross_of(corrected) == transaction.header.gross:
        return _line_changes(transaction)
    expected = gross_of(corrected)
    if transaction.header.gross == expected:
        return _line_changes(transaction)
    paid = total(row.tendered for row in transaction.paying)
    if paid and paid == negated(transaction.header.gross):
        return _one_charge(transaction, difference(gross_of(transaction), transaction.header.gross))
    return ((HEADER, "grossAmount", text(expected, transaction)),)


def net_amount(transaction: RetailTransaction) -> Changes:
    """What makes netAmount and its lines and charges agree."""
    corrected = _corrected(transaction)
    if corrected is not transaction and net_of(corrected) == transaction.header.net:
        return _line_changes(transaction)
    apart = difference(net_of(transaction), transaction.header.net)
    if apart == difference(gross_of(transaction), transaction.header.gross):
        changes = _one_charge(transaction, apart)
        if changes and gross_amount(transaction) == changes:
            return changes
    return ((HEADER, "netAmount", text(net_of(corrected), transaction)),)


def _one_charge(transaction: RetailTransaction, more: Decimal) -> Changes:
    """`more` on the only charge: on its tax where the net amounts agree without."""
    if len(transaction.live_charges) != 1:
        return ()
    (charge,) = transaction.live_charges
    if transaction.header.net == net_of(transaction):
        return ((charge.name, "TaxAmountExclusive", text(EXACT.add(charge.tax_on_top, more), transaction)),)
    return ((charge.name, "CalculatedAmount", text(EXACT.add(charge.amount, more), transaction)),)


def _corrected(transaction: RetailTransaction) -> RetailTransaction:
    """The transaction with each line whose amounts do not agree put right; itself where all do."""
    right = {line.line: line_amount(transaction, line) for line in _uneven(transaction)}
    if not right:
        return transaction
    changed = [_with_amount(line, *right[line.line]) if line.line in right else line for line in transaction.sales]
    return replace(transaction, sales=tuple(changed))


def _with_amount(line: SalesTrans, column: str, amount: Decimal) -> SalesTrans:
    match column:
        case "netAmount":
            return replace(line, net=amount)
        case "taxAmount":
            return replace(line, tax=amount)
        case _:
            return replace(line, gross=amount)


def _line_changes(transaction: RetailTransaction) -> Changes:
    made = ((line, *line_amount(transaction, line)) for line in _uneven(transaction))
    return tuple((line.name, column, text(value, transaction)) for line, column, value in made)


def _uneven(transaction: RetailTransaction) -> list[SalesTrans]:
    return [line for line in transaction.lines if line.gross != EXACT.add(line.net, line.tax)]


def gross_of(transaction: RetailTransaction) -> Decimal:
    """grossAmount as lines and charges make it."""
    return difference(total(line.gross for line in transaction.lines), charges_including_tax(transaction))


def net_of(transaction: RetailTransaction) -> Decimal:
    """netAmount as lines and charges make it."""
    charges = total(map(charge_excluding_tax, transaction.live_charges))
    return difference(total(line.net for line in transaction.lines), charges)


# --- discounts and taxes of lines ----------------------------------------------------------------------------


def discount_amount(transaction: RetailTransaction) -> Changes:
    """What makes the header's discAmount and its lines' agree."""
    by_rows = {line: discount_of_rows(transaction, line) for line in transaction.lines}
    if total(by_rows.values()) == transaction.header.discount:
        return tuple(
            (line.name, "discAmount", text(made, transaction))
            for line, made in by_rows.items()
            if made != line.discount
        )
    expected = total(line.discount for line in transaction.lines)
    return ((HEADER, "discAmount", text(expected, transaction)),)


def line_discount(transaction: RetailTransaction, line: SalesTrans) -> Changes:
    """What makes a line's discAmount and its discount rows agree: the line where they say more than it."""
    rows = transaction.discounts_by_line.get(line.line, ())
    expected = discount_of_rows(transaction, line)
    of_line = (line.name, "discAmount", text(expected, transaction))
    if transaction.header.discount != total(each.discount for each in transaction.lines):
        return (of_line,)
    if len(rows) == 1:
        return ((rows[0].name, "Amount", text(line.discount, transaction)),)
    header = EXACT.add(difference(transaction.header.discount, line.discount), expected)
    return of_line, (HEADER, "discAmount", text(header, transaction))


def discount_of_rows(transaction: RetailTransaction, line: SalesTrans) -> Decimal:
    """discAmount of a line as its discount rows make it."""
    return total(row.amount for row in transaction.discounts_by_line.get(line.line, ()))


def discount_shares(transaction: RetailTransaction, line: SalesTrans, given: Iterable[str]) -> Changes:
    """What makes discAmount and its shares agree: itself where the discount rows say what the shares do.

    Else the only share is all of it; of several none can be told from another, so they say nothing.
    """
    made = total((line.line_discount, line.periodic_discount, line.total_discount, line.tender_discount))
    if made == discount_of_rows(transaction, line):
        return ((line.name, "discAmount", text(made, transaction)),)
    columns = tuple(given)
    if len(columns) == 1:
        return ((line.name, columns[0], text(line.discount, transaction)),)
    return tuple((line.name, column, "0") for column in columns)


def line_tax(transaction: RetailTransaction, line: SalesTrans) -> Changes:
    """What makes a line's taxAmount and its tax rows agree; nothing where a row seems to be missing."""
    rows = taxes_that_count(transaction).get(line.line, ())
    if switch := _other_calculation(transaction, line):
        return switch
    every = transaction.taxes_by_line.get(line.line, ())
    exempt = [row for row in every if row.exempt == 1 and row.amount]
    if exempt and not transaction.has_generic_taxes and total(row.amount for row in every) == negated(line.tax):
        return tuple((row.name, "IsExempt", "0") for row in exempt)
    summed = negated(total(row.amount for row in rows))
    if line.gross != EXACT.add(line.net, line.tax):
        return ((line.name, "taxAmount", text(summed, transaction)),)
    if len(rows) == 1:
        return ((rows[0].name, amount_column(rows[0]), text(negated(line.tax), transaction)),)
    return ()


def _other_calculation(transaction: RetailTransaction, line: SalesTrans) -> Changes:
    """TaxCalculationType, where there are only rows of the kind that does not count, and they make the tax."""
    generic = transaction.has_generic_taxes
    other: Mapping[Decimal, tuple[TaxTrans | TaxTransGTE, ...]]
    if generic and transaction.taxes and not transaction.gte_taxes:
        other = {number: tuple(r for r in rows if r.exempt != 1) for number, rows in transaction.taxes_by_line.items()}
    elif not generic and transaction.gte_taxes and not transaction.taxes:
        other = transaction.gte_taxes_by_line
    else:
        return ()
    if total(row.amount for row in other.get(line.line, ())) != negated(line.tax):
        return ()
    return ((HEADER, "TaxCalculationType", "0" if generic else "1"),)


def header_taxes(
    transaction: RetailTransaction, rows: tuple[TaxTrans | TaxTransGTE, ...], expected: Decimal
) -> Changes:
    """Tax rows of line 0 that are not what the header's charges say."""
    if not expected:
        return without_amount(row for row in rows if row.amount)
    return ((rows[0].name, amount_column(rows[0]), text(expected, transaction)),) if len(rows) == 1 else ()


def sign(transaction: RetailTransaction, line: SalesTrans) -> Changes:
    """The one of qty and netAmount that is wrong: netAmount where it is not what line and header are made of."""
    if not line.quantity:
        return _missing_quantity(transaction, line)
    if line.gross == EXACT.add(line.net, line.tax):
        return ((line.name, "qty", text_of(negated(line.quantity))),)
    return ((line.name, "netAmount", text(negated(line.net), transaction)),)


def _missing_quantity(transaction: RetailTransaction, line: SalesTrans) -> Changes:
    promised = transaction.header.number_of_items
    others = [each for each in transaction.lines if each is not line]
    same_sign = all(each.quantity.is_signed() == line.net.is_signed() for each in others)
    if promised is None or not same_sign:
        return ()
    left = difference(absolute(promised), absolute(total(each.quantity for each in others)))
    return ((line.name, "qty", text_of(negated(left) if line.net < 0 else left)),) if left > 0 else ()


def text_of(number: Decimal) -> str:
    """A number as it is written in an edit."""
    return plain(number)


# --- payments ------------------------------------------------------------------------------------------------


def payment_amount(transaction: RetailTransaction) -> Changes:
    """The only payment, where header total and header payment say the same; else the header's paymentAmount."""
    if tendered := tendered_in_full(transaction):
        return tendered
    expected = total(row.tendered for row in transaction.paying)
    return ((HEADER, "paymentAmount", text(expected, transaction)),)


def tendered_in_full(transaction: RetailTransaction) -> Changes:
    """amountTendered of the only payment, where the header says twice what it should be; else nothing."""
    header = transaction.header
    if len(transaction.payments) != 1 or not transaction.payments[0].counts or header.paid != negated(header.gross):
        return ()
    (payment,) = transaction.payments
    return tendered(transaction, payment, header.paid)


def tendered(transaction: RetailTransaction, payment: PaymentTrans, amount: Decimal) -> Changes:
    """amountTendered of a payment; with its other amounts where they are in the same currency."""
    value = text(amount, transaction)
    changes = [(payment.name, "amountTendered", value)]
    if payment.payment_amount is not None and payment.currency in {"", transaction.header.currency}:
        changes.append((payment.name, "amountCur", value))
    if payment.company_amount is not None and payment.company_amount == payment.tendered:
        changes.append((payment.name, "amountMST", value))
    return tuple(changes)


def unpaid(transaction: RetailTransaction) -> Changes:
    """What makes total and payment agree where the rest of the transaction tells which of them is wrong."""
    paid = total(row.tendered for row in transaction.paying)
    if transaction.header.gross != gross_of(transaction) and paid == negated(gross_of(transaction)):
        return ((HEADER, "grossAmount", text(gross_of(transaction), transaction)),)
    return tendered_in_full(transaction)
