"""Find the transactions that an operator, or a request, names."""

from collections.abc import Sequence

from postering.domain.errors import JobRefused
from postering.domain.keys import TransactionKey
from postering.domain.staging.records import TransactionRecord
from postering.jobs.ports import Store


def transactions_named(store: Store, text: str) -> Sequence[TransactionRecord]:
    """The transactions with this transactionId, whole key (percent-coded or not), channel reference or order number."""
    found = store.find(text)
    if found or "%" not in text:
        return found
    try:
        return store.find(TransactionKey.parse(text).text)
    except ValueError:
        return ()


def one_transaction(store: Store, text: str) -> TransactionRecord:
    """The transaction with this transactionId, whole key, channel reference or sales order number.

    Raises `JobRefused`: with the candidates if there are several, with near ids if there is none.
    """
    found = transactions_named(store, text)
    if len(found) == 1:
        return found[0]
    if found:
        listed = "\n".join(f"  {_candidate(record)}" for record in found)
        raise JobRefused(f"{text!r} names {len(found)} transactions; name one by its whole key:\n{listed}")
    near = store.near(text, 3)
    hint = f"did you mean {' or '.join(near)}?" if near else "`postering transactions` lists them all"
    raise JobRefused(f"no transaction has the transactionId, key, channel reference or sales order {text!r}; {hint}")


def _candidate(record: TransactionRecord) -> str:
    summary = record.summary
    described = (
        f"reference {summary.channel_reference_id}" if summary.channel_reference_id else "",
        f"order {record.sales_id}" if record.sales_id else "",
        str(record.total or ""),
        str(record.state),
    )
    return f"{record.key}    {', '.join(part for part in described if part)}"
