"""Problems of a return against its originals, each with its repair: `RETURN_ORIGINAL`, more than is left."""

from collections.abc import Iterable
from decimal import Decimal

from postering.domain.keys import TransactionKey
from postering.domain.money import Money, absolute, amount_text, plain, total
from postering.domain.problems import RETURN_ORIGINAL, Problem, Severity
from postering.domain.repairs import commands as repairs
from postering.domain.retail_transactions.entities import PAYMENT, SALES
from postering.domain.retail_transactions.transactions import PaymentTrans, RetailTransaction, SalesTrans
from postering.domain.returns.links import refunded_key, returned_key
from postering.domain.returns.originals import Original
from postering.domain.setup.setup import Setup
from postering.domain.texts import as_words

# --- the original is not there -------------------------------------------------------------------------------


def original_missing(
    key: TransactionKey, original: Original, transaction: RetailTransaction, setup: Setup
) -> Problem | None:
    """`RETURN_ORIGINAL` of an original that is missing, voided or a non-order; None where that is off."""
    severity = _severity(setup)
    if severity is Severity.OFF:
        return None
    state = as_words(original.record.state) if original.record is not None else "not staged"
    rows = _rows_that_name(key, transaction, setup)
    return Problem(
        code="RETURN_ORIGINAL",
        severity=severity,
        message=f"the original {key.transaction_id} of store {key.store or 'without number'} is {state}",
        expected="an original that is posted",
        found=state,
        rows=rows,
        repair=(
            "see that the original reaches the uploads, or correct returnTransactionId or LinkedPaymentTransactionId "
            "of the rows at the source; of an original older than this deployment nothing is to be done."
            f"{_without_original(transaction, rows) if severity is Severity.BLOCK else ''}"
            + repairs.or_change_setup(
                "to wait for originals, next time",
                f'[[companies]] with id = "{transaction.key.company}"',
                f"original_wait_days = {_longer_wait(setup, transaction)}",
            )
        ),
        depends_on=("checks/RETURN_ORIGINAL", f"companies/{transaction.key.company}"),
    )


def names_itself(transaction: RetailTransaction, setup: Setup) -> Problem | None:
    """`RETURN_ORIGINAL` of a return that names its own transaction; None where that is off."""
    severity = _severity(setup)
    if severity is Severity.OFF:
        return None
    rows = _rows_that_name(transaction.key, transaction, setup)
    return Problem(
        code="RETURN_ORIGINAL",
        severity=severity,
        message=f"transaction {transaction.key.transaction_id} names itself as the original: {', '.join(rows)}",
        expected="an original that is posted",
        found="the transaction itself",
        rows=rows,
        repair=(
            "correct returnTransactionId or LinkedPaymentTransactionId of the rows at the source"
            f"{_without_original(transaction, rows) if severity is Severity.BLOCK else ''}"
        ),
        depends_on=("checks/RETURN_ORIGINAL",),
    )


def _severity(setup: Setup) -> Severity:
    return setup.severity_of(RETURN_ORIGINAL.name) or RETURN_ORIGINAL.severity


def _rows_that_name(key: TransactionKey, transaction: RetailTransaction, setup: Setup) -> tuple[str, ...]:
    lines = (line.name for line in transaction.lines if returned_key(line, transaction, setup) == key)
    refunds = (row.name for row in transaction.paying if refunded_key(row, transaction, setup) == key)
    return (*lines, *refunds)


def _without_original(transaction: RetailTransaction, rows: Iterable[str]) -> str:
    """The edit that removes the links: a return need not name its original."""
    column = {SALES: "returnTransactionId", PAYMENT: "LinkedPaymentTransactionId"}
    changes = ((row, column[row.partition("[")[0]], "") for row in rows)
    return repairs.edit(transaction.key, "RETURN_ORIGINAL", *changes, when="Here, without the link")


def _longer_wait(setup: Setup, transaction: RetailTransaction) -> int:
    company = setup.company(transaction.key.company)
    return (company.original_wait_days if company is not None else 0) + 7


# --- more than is left of it ---------------------------------------------------------------------------------


def too_much_returned(line: SalesTrans, original: Original, left: Decimal, key: TransactionKey) -> Problem:
    """`RETURN_QUANTITY` of a line that returns more than `left`."""
    return Problem(
        code="RETURN_QUANTITY",
        message=(
            f"{line.name}: returns {plain(absolute(line.quantity))} of {_of(line, original)}, of which {plain(left)} "
            "are left"
        ),
        expected=f"at most {plain(left)}",
        found=plain(absolute(line.quantity)),
        rows=(line.name,),
        repair=_look_and_correct(
            original, "sold and taken back", f"qty, returnTransactionId or returnLineNum of {line.name}"
        )
        + repairs.void(key, "RETURN_QUANTITY"),
    )


def value_above_left(
    line: SalesTrans, original: Original, left: tuple[Decimal, Decimal], transaction: RetailTransaction
) -> Problem:
    """`REFUND_AMOUNT` of a line that is returned for more than the net and tax that are `left` of its original."""
    currency = transaction.header.currency
    found, most = (Money(absolute(total(amounts)), currency) for amounts in ((line.net, line.tax), left))
    return Problem(
        code="REFUND_AMOUNT",
        message=(
            f"{line.name}: returns {found} (net {_text(line.net, currency)}, tax {_text(line.tax, currency)}) of "
            f"{_of(line, original)}, of which {most} (net {_text(left[0], currency)}, tax {_text(left[1], currency)}) "
            "are left"
        ),
        expected=f"at most {most.text}",
        found=found.text,
        rows=(line.name,),
        repair=_look_and_correct(
            original, "sold and taken back", f"netAmount, taxAmount or returnLineNum of {line.name}"
        )
        + repairs.void(transaction.key, "REFUND_AMOUNT"),
    )


def too_much_refunded(
    payment: PaymentTrans, original: Original, amounts: tuple[Decimal, Decimal], transaction: RetailTransaction
) -> Problem:
    """`REFUND_AMOUNT` of a refund: `amounts` are its own and the rest of the payment that it names."""
    amount, left = (Money(given, transaction.header.currency) for given in amounts)
    return Problem(
        code="REFUND_AMOUNT",
        message=f"{payment.name}: refunds {amount} of {_payment_of(payment, original)}, of which {left} are left",
        expected=f"at most {left.text}",
        found=amount.text,
        rows=(payment.name,),
        repair=_look_and_correct(
            original,
            "paid and refunded",
            f"amountTendered, LinkedPaymentTransactionId or LinkedPaymentLineNumber of {payment.name}",
        )
        + repairs.void(transaction.key, "REFUND_AMOUNT"),
    )


def above_refundable(payment: PaymentTrans, transaction: RetailTransaction) -> Problem:
    """`REFUND_AMOUNT` of a refund that names no payment: only the channel knows the rest."""
    assert payment.refundable is not None
    currency = transaction.header.currency
    amount, left = (amount_text(absolute(given), currency) for given in (payment.tendered, payment.refundable))
    return Problem(
        code="REFUND_AMOUNT",
        message=f"{payment.name}: refunds {amount} {currency}, of which RefundableAmount leaves {left} {currency}",
        expected=f"at most {left}",
        found=amount,
        rows=(payment.name,),
        repair=(
            f"at the source, correct amountTendered or RefundableAmount of {payment.name}; `postering show` has what "
            f"was paid and refunded{repairs.void(transaction.key, 'REFUND_AMOUNT')}"
        ),
    )


# --- it is in another currency -------------------------------------------------------------------------------


def line_in_other_currency(line: SalesTrans, transaction: RetailTransaction, original: Original) -> Problem:
    """`REFUND_AMOUNT` of a line whose original was sold in another currency."""
    returned = Money(absolute(total((line.net, line.tax))), transaction.header.currency)
    what = f"{line.name}: returns {returned} of {_of(line, original)}"
    names = f"returnTransactionId or returnStore of {line.name}"
    return _other_currency(line.name, what, names, "sold and taken back", returned, original, transaction.key)


def refund_in_other_currency(payment: PaymentTrans, transaction: RetailTransaction, original: Original) -> Problem:
    """`REFUND_AMOUNT` of a refund of a payment in another currency."""
    refunded = Money(absolute(payment.tendered), transaction.header.currency)
    what = f"{payment.name}: refunds {refunded} of {_payment_of(payment, original)}"
    names = f"LinkedPaymentTransactionId or LinkedPaymentStore of {payment.name}"
    return _other_currency(payment.name, what, names, "paid and refunded", refunded, original, transaction.key)


def _other_currency(
    row: str, what: str, names: str, shown: str, amount: Money, original: Original, key: TransactionKey
) -> Problem:
    currency = original.posted.document.currency
    return Problem(
        code="REFUND_AMOUNT",
        message=f"{what}, which is in {currency}: the rest of it is not known in {amount.currency}",
        expected=f"an amount in {currency}",
        found=str(amount),
        rows=(row,),
        repair=_look_and_correct(original, shown, names) + repairs.void(key, "REFUND_AMOUNT"),
    )


def _text(amount: Decimal, currency: str) -> str:
    return amount_text(absolute(amount), currency)


def _of(line: SalesTrans, original: Original) -> str:
    named = f"line {plain(line.return_line)}" if line.return_line else f"item {line.item}"
    return f"{named} of transaction {original.account.key.transaction_id}"


def _payment_of(payment: PaymentTrans, original: Original) -> str:
    return f"payment {plain(payment.linked_line)} of transaction {original.account.key.transaction_id}"


def _look_and_correct(original: Original, shown: str, what: str) -> str:
    return f"look at {repairs.look_at(original.account.key)} for what was {shown}; correct {what} at the source"
