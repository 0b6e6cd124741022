"""Problems that show only when a document is written: a reference that is taken, no number left, too large."""

from postering.domain.keys import TransactionKey
from postering.domain.problems import ORDER_TOO_LARGE, Problem, Severity
from postering.domain.repairs import commands as repairs
from postering.domain.repairs.setup_lines import longer_sequence
from postering.domain.sales_orders.documents import PostedOrder
from postering.domain.setup.setup import NumberSequence
from postering.domain.texts import as_words


def duplicate_reference(order: PostedOrder, taken_by: str) -> Problem:
    """`DUPLICATE_REFERENCE`: another transaction has posted this channel and reference."""
    document = order.document
    kind = as_words(document.kind)
    return Problem(
        code="DUPLICATE_REFERENCE",
        severity=Severity.BLOCK,
        message=(
            f"reference {document.channel_reference_id} of channel {document.channel} has a {kind} already, "
            f"from transaction {taken_by}"
        ),
        expected=f"one {kind} per channel and reference",
        found=f"a second one; the first is of {taken_by}",
        rows=("RetailTransactionTable",),
        repair=(
            f"compare both with {repairs.look_at(TransactionKey.parse(taken_by))} and "
            f"{repairs.look_at(document.transaction)}; where they are two sales, give this one its own "
            "ChannelReferenceId of RetailTransactionTable at its source"
            f"{repairs.void(document.transaction, 'DUPLICATE_REFERENCE', 'Here, where they are the same sale')}"
            + repairs.edit(
                document.transaction,
                "DUPLICATE_REFERENCE",
                ("RetailTransactionTable", "ChannelReferenceId", ""),
                when="Or, where they are two sales, so that this one has no reference",
            )
        ),
    )


def out_of_numbers(company: str, sequence: NumberSequence | None = None) -> Problem:
    """`NUMBER_SEQUENCE`: the company's number sequence has run out; `sequence` is that of the setup."""
    return Problem(
        code="NUMBER_SEQUENCE",
        message=f"the number sequence of company {company} has run out",
        expected="a number left in the sequence",
        found="none",
        rows=("RetailTransactionTable",),
        repair=repairs.change_setup(
            f'[[companies]] with id = "{company}"', *(() if sequence is None else (longer_sequence(sequence),))
        ),
        depends_on=(f"number_sequences/{company}",),
    )


def too_large(detail: str, key: TransactionKey) -> Problem:
    """`ORDER_TOO_LARGE`: the order does not fit one atomic write."""
    return Problem(
        code="ORDER_TOO_LARGE",
        message=f"the order does not fit one atomic write: {detail}",
        expected=ORDER_TOO_LARGE.meaning,
        found=detail,
        rows=("RetailTransactionTable",),
        repair=(
            "split the order in the channel and send its parts as transactions of their own"
            f"{repairs.void(key, 'ORDER_TOO_LARGE', 'Here, so that it is not posted beside them')}"
        ),
    )


def retries_exhausted(attempts: int, detail: str, key: TransactionKey) -> Problem:
    """`RETRIES_EXHAUSTED`: a failure that might have passed by itself did not."""
    return Problem(
        code="RETRIES_EXHAUSTED",
        message=f"the store refused the order {attempts} times: {detail}",
        expected="a write that goes through",
        found=detail,
        rows=("RetailTransactionTable",),
        repair=f"see that the store is well.{repairs.again(key)}",
    )
