"""The payment journal as plain-text accounting: beancount, and ledger (read by Ledger and hledger).

One transaction per voucher, one posting per side of an entry: a debit positive, a credit negative, nothing netted. An
account is `<group>:<kind>:<company>:<account>`; group and kind follow from the account's role in the entry.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from postering.domain.errors import JobRefused
from postering.domain.exports.payments_and_journal import AccountRole, EntryOfOrder, entries_of
from postering.domain.money import Money, plain
from postering.domain.sales_orders.documents import DocumentKind, PostedOrder

_GROUPS: Final[Mapping[AccountRole, str]] = {
    AccountRole.RECEIVABLE: "Assets:Receivable",
    AccountRole.PAYMENT: "Assets:Payments",
    AccountRole.GIFT_CARD: "Liabilities:GiftCards",
    AccountRole.VARIANCE: "Expenses:PaymentDifferences",
}
_WORDS: Final = {
    DocumentKind.SALES_ORDER: "Sales order",
    DocumentKind.RETURN_ORDER: "Return order",
    DocumentKind.QUOTATION: "Quotation",
    DocumentKind.CANCELLATION: "Cancellation",
}
BEANCOUNT_HEAD: Final = (
    ";; Payment journal. Accounts are opened as they come; in books of your own, which include this file, open them\n"
    ";; there, or name this plugin there: beancount looks at the plugins of the first file alone.\n"
    'plugin "beancount.plugins.auto_accounts"\n'
)
_BEANCOUNT_YEARS: Final = range(1700, 2100)
LEDGER_HEAD: Final = "; Payment journal\n"


def beancount_text(order: PostedOrder) -> str:
    """The voucher of an order as a beancount transaction; '' if it has no entry."""
    return "".join(_beancount(order)) if order.journal else ""


def ledger_text(order: PostedOrder) -> str:
    """The voucher of an order as a transaction of Ledger and hledger; '' if it has no entry."""
    return "".join(_ledger(order)) if order.journal else ""


def ledger_account(source: EntryOfOrder) -> str:
    """The account of an entry: `Assets:Payments:USRT:112250`."""
    return f"{_GROUPS[source.role]}:{account_part(source.document.company)}:{account_part(source.entry.account)}"


def account_part(text: str) -> str:
    """`text` as a part of an account's name, of letters, digits and hyphens; no two texts give the same part.

    Any other character becomes `-X<hexadecimal>-`; a part that would not begin with a capital or a digit gets `X-Y`
    before it.
    """
    coded = re.sub(r"-(?=[XY])|[^A-Za-z0-9-]", lambda found: f"-X{ord(found[0]):X}-", text)
    return coded if re.match(r"[A-Z0-9]", coded) else f"X-Y{coded}"


def _beancount(order: PostedOrder) -> Iterator[str]:
    document = order.document
    if document.business_date.year not in _BEANCOUNT_YEARS:
        raise JobRefused(
            f"beancount knows no year {document.business_date.year}, which {document.id} of company "
            f"{document.company} has as its business date; export another range, or another format"
        )
    yield f'\n{document.business_date.isoformat()} * "{_WORDS[document.kind]} {_quoted(document.id)}"\n'
    for name, text in _notes(order):
        yield f'  {name}: "{_quoted(text)}"\n'
    for source in entries_of(order):
        entry = source.entry
        yield f"  {ledger_account(source)}  {_amount(source)}\n"
        yield f'    text: "{_quoted(entry.text)}"\n'
        if entry.payment_line is not None:
            yield f"    payment_line: {plain(entry.payment_line)}\n"
        yield f"    amount_mst: {_written(entry.company_amount)}\n"


def _ledger(order: PostedOrder) -> Iterator[str]:
    document = order.document
    code = re.sub(r"[^\w./-]", "_", document.id, flags=re.ASCII)
    yield f"\n{document.business_date.isoformat()} * ({code}) {_WORDS[document.kind]}\n"
    for name, text in _notes(order):
        yield f"    ; {name}: {_one_line(text)}\n"
    for source in entries_of(order):
        entry = source.entry
        yield f"    {ledger_account(source)}  {_amount(source)}\n"
        yield f"    ; text: {_one_line(entry.text)}\n"
        if entry.payment_line is not None:
            yield f"    ; payment_line: {plain(entry.payment_line)}\n"
        yield f"    ; amount_mst: {_written(entry.company_amount)}\n"


def _notes(order: PostedOrder) -> Iterator[tuple[str, str]]:
    document = order.document
    yield "voucher", document.id
    yield "transaction", document.transaction.text
    yield "store", document.store
    yield "customer", document.customer
    if document.channel_reference_id:
        yield "reference", document.channel_reference_id


def _amount(source: EntryOfOrder) -> str:
    return _written(source.entry.debit if source.entry.debit else -source.entry.credit)


def _written(money: Money) -> str:
    return f"{money.text} {money.currency}"


def _one_line(text: str) -> str:
    """`text` on one line: a character that does not print becomes a space."""
    return "".join(mark if mark.isprintable() else " " for mark in text)


def _quoted(text: str) -> str:
    return _one_line(text).replace("\\", "\\\\").replace('"', '\\"')
