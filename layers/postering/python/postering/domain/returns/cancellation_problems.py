"""Problems of a cancellation against its order: `CANCELLED_ORDER`, more than is left, another currency."""

from decimal import Decimal

from postering.domain.keys import TransactionKey
from postering.domain.money import Money, absolute, plain, total
from postering.domain.problems import Problem
from postering.domain.repairs import commands as repairs
from postering.domain.retail_transactions.transactions import MarkupTrans, PaymentTrans, RetailTransaction, SalesTrans
from postering.domain.returns.accounts import Taken
from postering.domain.returns.originals import Original


def order_missing(transaction: RetailTransaction) -> Problem:
    """`CANCELLED_ORDER` of an order that is not there, and never was posted."""
    header = transaction.header
    named = (
        f"sales order {header.sales_order_id}" if header.sales_order_id else f"reference {header.channel_reference_id}"
    )
    return Problem(
        code="CANCELLED_ORDER",
        message=f"the order that is cancelled, {named} of channel {transaction.key.channel}, is not there",
        expected="an order that is posted",
        found="none",
        rows=("RetailTransactionTable",),
        repair=(
            "see that the order reaches the uploads, or correct salesOrderId or ChannelReferenceId of "
            "RetailTransactionTable at the source; "
            "as soon as the order is posted the next run cancels it"
            f"{repairs.void(transaction.key, 'CANCELLED_ORDER', 'Here, where the order never comes')}"
        ),
        depends_on=(f"companies/{transaction.key.company}",),
    )


def nothing_left(original: Original, key: TransactionKey) -> Problem:
    """`RETURN_QUANTITY` of an order that was taken back whole before."""
    return Problem(
        code="RETURN_QUANTITY",
        message=f"nothing is left to cancel of order {original.number}",
        expected="an order of which something is left",
        found="an order that was returned or cancelled whole",
        rows=("RetailTransactionTable",),
        repair=f"nothing is to be done; {repairs.look_at(original.account.key)} has the order"
        + _or_void(key, "RETURN_QUANTITY"),
    )


def other_currency(transaction: RetailTransaction, original: Original, sold: str) -> Problem:
    """`REFUND_AMOUNT` of amounts in another currency than the order's, which is `sold`."""
    header = transaction.header
    return Problem(
        code="REFUND_AMOUNT",
        message=f"order {original.number} is in {sold}, and is cancelled with amounts in {header.currency}",
        expected=f"amounts in {sold}",
        found=f"amounts in {header.currency}",
        rows=("RetailTransactionTable",),
        repair=(
            f"look at {repairs.look_at(original.account.key)} and correct the order that RetailTransactionTable names, "
            "or its currency and amounts, at the source"
        )
        + _or_void(transaction.key, "REFUND_AMOUNT"),
    )


# --- lines -------------------------------------------------------------------------------------------------------


def too_much_cancelled(
    row: SalesTrans, original: Original, quantities: tuple[Decimal, Decimal], key: TransactionKey
) -> Problem:
    """`RETURN_QUANTITY` of a row: `quantities` are what it cancels and what is left of the line that it names."""
    quantity, left = quantities
    return Problem(
        code="RETURN_QUANTITY",
        message=(
            f"{row.name}: cancels {plain(quantity)} of line {plain(row.return_line or row.line)} of "
            f"order {original.number}, of which {plain(left)} are left"
        ),
        expected=f"at most {plain(left)}",
        found=plain(quantity),
        rows=(row.name,),
        repair=(
            f"look at {repairs.look_at(original.account.key)} and correct qty or lineNum of {row.name} at the source"
        )
        + _or_void(key, "RETURN_QUANTITY"),
    )


def value_above_left(
    row: SalesTrans,
    original: Original,
    line: Decimal,
    amounts: tuple[tuple[Decimal, Decimal], tuple[Decimal, Decimal]],
    currency: str,
    key: TransactionKey,
) -> Problem:
    """`REFUND_AMOUNT` of a row: `amounts` are the net and tax that it gives, and those that are left of the line."""
    given, left = amounts
    found, most = (Money(absolute(total(each)), currency) for each in amounts)
    return Problem(
        code="REFUND_AMOUNT",
        message=(
            f"{row.name}: cancels {found} (net {plain(absolute(given[0]))}, tax {plain(absolute(given[1]))}) of line "
            f"{plain(line)} of order {original.number}, of which {most} (net {plain(absolute(left[0]))}, tax "
            f"{plain(absolute(left[1]))}) are left"
        ),
        expected=f"at most {most.text}",
        found=found.text,
        rows=(row.name,),
        repair=(
            f"look at {repairs.look_at(original.account.key)} and correct netAmount, taxAmount or lineNum of "
            f"{row.name} at the source"
        )
        + _or_void(key, "REFUND_AMOUNT"),
    )


def charge_above_left(
    row: MarkupTrans, original: Original, amounts: tuple[Money, Money], transaction: RetailTransaction
) -> Problem:
    """`REFUND_AMOUNT` of a row that gives back more of a charge than is left; `amounts` are given and left."""
    given, left = amounts
    takers = taken_by(original, Taken.CHARGE)
    return Problem(
        code="REFUND_AMOUNT",
        message=(
            f"{row.name}: gives back {given} of charge {row.code or '(no code)'} of order {original.number}, of which "
            f"{left} are left{takers}"
        ),
        expected=f"at most {left.text}",
        found=given.text,
        rows=(row.name,),
        repair=(
            f"look at {repairs.look_at(original.account.key)} and correct CalculatedAmount or MarkupCode of {row.name} "
            "at the source"
        )
        + _or_void(transaction.key, "REFUND_AMOUNT"),
    )


def header_differs(transaction: RetailTransaction, document: Money, rows: Money) -> Problem:
    """`GROSS_AMOUNT` of a cancellation without lines: its header is neither the document's total nor its rows'."""
    header = Money(transaction.header.order_total, document.currency)
    expected = (-document).text if rows == document else f"{(-document).text}, or {(-rows).text} as its rows make"
    return Problem(
        code="GROSS_AMOUNT",
        message=(
            f"the header's grossAmount is {-header}, but the cancellation of all that is left makes {-document}"
            " (as in the channel's rows, where a sale is negative)"
        ),
        expected=expected,
        found=(-header).text,
        rows=("RetailTransactionTable",),
        repair=repairs.correct_or_send("grossAmount of RetailTransactionTable, or the charges that it brings"),
    )


def taken_by(original: Original, kind: Taken) -> str:
    """The documents that took the rest: `; X-1 and X-2 took the rest`."""
    ids = {TransactionKey.parse(each.by).transaction_id for each in original.account.movements if each.kind is kind}
    return f"; {' and '.join(sorted(ids))} took the rest" if ids else ""


# --- payments ----------------------------------------------------------------------------------------------------


def too_much_refunded(transaction: RetailTransaction, original: Original, refunded: Decimal, most: Decimal) -> Problem:
    """`REFUND_AMOUNT` of all payment rows together, which give back more than is left of the order's payments."""
    currency = transaction.header.currency
    return Problem(
        code="REFUND_AMOUNT",
        message=(
            f"refunds {Money(refunded, currency)} of order {original.number}, of which {Money(most, currency)} are left"
            f"{taken_by(original, Taken.REFUNDED)}"
        ),
        expected=f"at most {Money(most, currency).text}",
        found=Money(refunded, currency).text,
        rows=tuple(payment.name for payment in transaction.paying),
        repair=(
            f"look at {repairs.look_at(original.account.key)} for what was paid and refunded; correct "
            "amountTendered of its rows of RetailTransactionPaymentTrans at the source (a refund is negative)"
        )
        + _or_void(transaction.key, "REFUND_AMOUNT"),
    )


def too_much_of_payment(
    row: PaymentTrans, original: Original, left: Decimal, transaction: RetailTransaction
) -> Problem:
    """`REFUND_AMOUNT` of a row that gives back more than is `left` of the payment that it names."""
    currency = transaction.header.currency
    of = f"payment {plain(row.linked_line)} of transaction {row.linked_transaction_id or 'that is cancelled'}"
    return Problem(
        code="REFUND_AMOUNT",
        message=(
            f"{row.name}: refunds {Money(absolute(row.tendered), currency)} of {of}, of which {Money(left, currency)} "
            f"are left for a cancellation of order {original.number}"
        ),
        expected=f"at most {Money(left, currency).text}",
        found=Money(absolute(row.tendered), currency).text,
        rows=(row.name,),
        repair=(
            f"look at {repairs.look_at(original.account.key)} for what was paid and refunded; correct "
            f"amountTendered, LinkedPaymentTransactionId or LinkedPaymentLineNumber of {row.name} at the source"
        )
        + _or_void(transaction.key, "REFUND_AMOUNT"),
    )


def _or_void(key: TransactionKey, code: str) -> str:
    """The last resort: the cancellation takes back more than is left, and another may be right."""
    return f".{repairs.void(key, code)}"
