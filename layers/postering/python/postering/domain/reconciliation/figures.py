"""The figures that a document must share with its transaction, each under a name for people.

Both are read from their own rows and records, and compared as texts. Values that the setup decides (customer, accounts,
delivery kinds) are left out.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping

from postering.domain.money import difference, negated, plain, total
from postering.domain.reconciliation.cancelled_figures import cancelled_in_document, cancelled_in_rows
from postering.domain.retail_transactions.transactions import RetailTransaction, SalesTrans
from postering.domain.retail_transactions.types import ASYNC_CANCELLATION
from postering.domain.sales_orders.build import kind_of
from postering.domain.sales_orders.documents import DocumentKind, Payment, PostedOrder, SalesLine

Figures = Mapping[str, str]
_Figure = tuple[str, str]


def document_figures(order: PostedOrder) -> Figures:
    """The figures of a posted document."""
    return _numbered(_of_document(order))


def transaction_figures(transaction: RetailTransaction) -> Figures:
    """The figures of a transaction as received, in the document's sign."""
    return _numbered(_of_transaction(transaction))


def digest(figures: Figures) -> bytes:
    """16 bytes that are equal if the figures are."""
    return hashlib.sha256(repr(sorted(figures.items())).encode("utf-8", "backslashreplace")).digest()[:16]


def _of_document(order: PostedOrder) -> Iterator[_Figure]:
    document = order.document
    yield "kind", str(document.kind)
    yield "store", document.store
    yield "channel", str(document.channel)
    yield "company", document.company
    yield "currency", document.currency
    yield "business date", document.business_date.isoformat()
    yield "channel reference", document.channel_reference_id
    yield "total", plain(document.header_total.amount)
    if document.kind is DocumentKind.CANCELLATION:
        yield from cancelled_in_document(document)
        yield from _of_payments(payment for payment in order.payments if not payment.reverses)
        return
    for line in document.lines:
        yield from _of_sales_line(line)
    for charge in document.charges:
        name = f"charge {plain(charge.line)}/{plain(charge.number)}"
        yield f"{name} amount", plain(charge.amount.amount)
        yield f"{name} tax", plain(charge.tax.amount)
    yield from _of_payments(order.payments)


def _of_payments(payments: Iterable[Payment]) -> Iterator[_Figure]:
    for payment in payments:
        name = f"payment {plain(payment.line)}"
        yield f"{name} amount", plain(payment.amount.amount)
        yield f"{name} counts", "yes" if payment.counts else "no"
        yield f"{name} tender type", payment.tender_type
        yield f"{name} in its own currency", _or_none(payment.payment_amount)
        yield f"{name} in company currency", _or_none(payment.company_amount)


def _of_sales_line(line: SalesLine) -> Iterator[_Figure]:
    name = f"line {plain(line.line)}"
    yield f"{name} item", line.item
    yield f"{name} quantity", plain(line.quantity)
    yield f"{name} price", plain(line.price)
    yield f"{name} discount", plain(line.discount.amount)
    yield f"{name} net", plain(line.net.amount)
    yield f"{name} tax", plain(line.tax.amount)
    yield f"{name} total", plain(line.total.amount)
    for tax in line.taxes:
        yield f"{name} tax {tax.code}", plain(tax.amount.amount)
    for discount in line.discounts:
        yield f"{name} discount {plain(discount.line)}", plain(discount.amount.amount)


def _of_transaction(transaction: RetailTransaction) -> Iterator[_Figure]:
    header, key = transaction.header, transaction.key
    cancels = header.type == ASYNC_CANCELLATION
    kind = DocumentKind.CANCELLATION if cancels else kind_of(transaction)
    yield "kind", str(kind)
    yield "store", key.store
    yield "channel", str(key.channel)
    yield "company", key.company
    yield "currency", header.currency
    yield "business date", header.business_date.isoformat() if header.business_date else ""
    if header.channel_reference_id or not cancels:
        yield "channel reference", header.channel_reference_id
    yield "total", plain(header.order_total)
    if cancels:
        yield from cancelled_in_rows(transaction)
        yield from _of_payment_rows(transaction)
        return
    for line in transaction.lines:
        yield from _of_line(transaction, line)
    for charge in transaction.live_charges:
        name = f"charge {plain(charge.sales_line)}/{plain(charge.line)}"
        yield f"{name} amount", plain(difference(charge.amount, charge.tax_inside))
        yield f"{name} tax", plain(total((charge.tax_on_top, charge.tax_inside)))
    if kind is DocumentKind.QUOTATION:
        return
    yield from _of_payment_rows(transaction)


def _of_payment_rows(transaction: RetailTransaction) -> Iterator[_Figure]:
    for payment in transaction.payments:
        name = f"payment {plain(payment.line)}"
        yield f"{name} amount", plain(payment.tendered)
        yield f"{name} counts", "yes" if payment.counts else "no"
        yield f"{name} tender type", payment.tender_type
        yield f"{name} in its own currency", _or_none(payment.payment_amount)
        yield f"{name} in company currency", _or_none(payment.company_amount)


def _of_line(transaction: RetailTransaction, line: SalesTrans) -> Iterator[_Figure]:
    name = f"line {plain(line.line)}"
    yield f"{name} item", line.item
    yield f"{name} quantity", plain(negated(line.quantity))
    yield f"{name} price", plain(line.price)
    yield f"{name} discount", plain(line.discount)
    yield f"{name} net", plain(negated(line.net))
    yield f"{name} tax", plain(negated(line.tax))
    yield f"{name} total", plain(negated(line.gross))
    if transaction.has_generic_taxes:
        for component in transaction.gte_taxes_by_line.get(line.line, ()):
            yield f"{name} tax {component.component}", plain(component.amount)
    else:
        for tax in transaction.taxes_by_line.get(line.line, ()):
            yield f"{name} tax {tax.code}", plain(tax.amount)
    for discount in transaction.discounts_by_line.get(line.line, ()):
        yield f"{name} discount {plain(discount.line)}", plain(discount.amount)


def _or_none(amount: object) -> str:
    return "none" if amount is None else plain(amount)  # type: ignore[arg-type]


def _numbered(figures: Iterator[_Figure]) -> Figures:
    """The figures by name; a name that comes again gets a number, so that no row is lost."""
    named: dict[str, str] = {}
    for name, text in figures:
        free, number = name, 1
        while free in named:
            number += 1
            free = f"{name} ({number})"
        named[free] = text
    return named
