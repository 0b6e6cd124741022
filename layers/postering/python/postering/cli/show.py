"""`postering show`: show all of one transaction."""

from collections.abc import Iterable

import click

from postering.cli.options import ExampleCommand, with_settings
from postering.cli.output import grouped, heading, paragraph, print_json, print_line
from postering.cli.tables import Column, numbers, print_table, words
from postering.deployment.settings import Settings
from postering.deployment.wiring import deployment
from postering.domain.inquiries.current_state import current_state
from postering.domain.inquiries.transaction_story import received_rows, story
from postering.domain.money import amount_text, plain
from postering.domain.retail_transactions.entities import enum_name
from postering.domain.sales_orders.documents import PostedOrder
from postering.domain.staging.assembly import Assembly
from postering.domain.staging.records import TransactionRecord
from postering.domain.texts import as_words
from postering.jobs.named_transactions import one_transaction
from postering.operations.transactions import assembled


@click.command(
    "show",
    cls=ExampleCommand,
    short_help="Show all of one transaction.",
    examples=(
        "postering show 539487",
        "postering show ONL-000001",
        "postering show ORUK/5637144592/OR-UK//539487 --json",
    ),
)
@click.argument("transaction", metavar="ID")
@with_settings
def command(transaction: str, settings: Settings, as_json: bool) -> int:
    """Show the transaction ID: its document, payments, journal, problems and timeline; with --json also its rows.

    ID is a transactionId, the whole key, a channel reference or a sales order number.
    """
    with deployment(settings) as at:
        key = one_transaction(at.store, transaction).key
        record, assembly = assembled(at, key)
        order = at.store.order_of(key)
    if as_json:
        print_json(story(record, assembly, order))
    else:
        print_story(record, assembly, order)
    return 0


def print_story(record: TransactionRecord, assembly: Assembly, order: PostedOrder | None) -> None:
    """Print the story for people."""
    print_transaction(record)
    paragraph(current_state(record, assembly))
    if record.problems:
        print_table(
            "Problems",
            (Column("Code"), Column("Severity"), words("What")),
            ((problem.code, str(problem.severity), problem.message) for problem in record.problems),
        )
    if order is not None:
        print_order(order)
    if record.edits:
        print_table(
            "Edits",
            (words("Field"), words("Before"), words("After"), Column("By"), words("Why")),
            ((edit.field, edit.before, edit.after, edit.by, edit.reason) for edit in record.edits),
        )
        if idle := dict.fromkeys(edit.field for edit in record.edits if edit not in assembly.edits):
            paragraph(f"These edits changed an earlier version of the row, and have no effect now: {', '.join(idle)}.")
    print_table("Rows received", (Column("Entity"), numbers("Rows")), _row_counts(assembly))
    heading("Timeline (UTC)")
    for entry in record.timeline:
        print_line(f" {entry.at:%Y-%m-%d %H:%M:%S}  {entry.by}")
        paragraph(entry.what, indent=4)


def print_transaction(record: TransactionRecord) -> None:
    """Print the heading of a transaction, and its key, date, total and order."""
    summary, total = record.summary, record.total
    heading(f"Transaction {record.key.transaction_id}: {record.state}")
    described = (
        f"key {record.key}",
        f"type {summary.type} ({enum_name('RetailTransactionType', summary.type)})" if summary.type is not None else "",
        f"reference {summary.channel_reference_id}" if summary.channel_reference_id else "",
        f"business date {summary.business_date}" if summary.business_date else "",
        f"total {grouped(total.text)} {total.currency}" if total is not None else "",
        f"order {record.sales_id}" if record.sales_id else "",
    )
    paragraph(", ".join(part for part in described if part))


def print_order(order: PostedOrder) -> None:
    """Print the document with its lines, payments and journal."""
    document = order.document
    currency = document.currency
    kind = as_words(document.kind).capitalize()
    print_table(
        f"{kind} {document.id}, customer {document.customer}, {currency}",
        (
            numbers("Line"),
            words("Item"),
            numbers("Quantity"),
            numbers("Price"),
            numbers("Net"),
            numbers("Tax"),
            numbers("Total"),
        ),
        [
            *(
                (
                    plain(line.line),
                    line.item,
                    grouped(plain(line.quantity)),
                    grouped(amount_text(line.price, currency)),
                    grouped(line.net.text),
                    grouped(line.tax.text),
                    grouped(line.total.text),
                )
                for line in document.lines
            ),
            *(
                (
                    "",
                    f"charge {charge.code}",
                    "",
                    "",
                    grouped(charge.amount.text),
                    grouped(charge.tax.text),
                    grouped(charge.total.text),
                )
                for charge in document.charges
            ),
        ],
        total=(
            "",
            "",
            "",
            "",
            grouped((document.net + document.charge_amount).text),
            grouped(document.tax.text),
            grouped(document.total.text),
        ),
    )
    print_table(
        "Payments",
        (numbers("Line"), words("Method"), Column("Operation"), Column("Status"), numbers("Amount")),
        (
            (plain(payment.line), payment.method, payment.operation, str(payment.status), grouped(payment.amount.text))
            for payment in order.payments
        ),
        total=("", "", "", "paid", grouped(order.paid.text)),
    )
    if order.variance or order.open:
        print_line(f"Variance {grouped(order.variance.text)}, open {grouped(order.open.text)}.")
    if order.journal:
        print_table(
            "Payment journal",
            (Column("Voucher"), Column("Date"), words("Account"), numbers("Debit"), numbers("Credit"), words("Text")),
            (
                (
                    entry.voucher,
                    str(entry.date),
                    entry.account,
                    grouped(entry.debit.text) if entry.debit else "",
                    grouped(entry.credit.text) if entry.credit else "",
                    entry.text,
                )
                for entry in order.journal
            ),
        )


def _row_counts(assembly: Assembly) -> Iterable[tuple[str, str]]:
    counts: dict[str, int] = {}
    for row in received_rows(assembly):
        counts[row.entity] = counts.get(row.entity, 0) + 1
    return [(entity, f"{count:,}") for entity, count in counts.items()]
