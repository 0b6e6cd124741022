"""Find the transactions that an operator names, and read them as received so far."""

from collections.abc import Sequence

from postering.deployment.wiring import Deployment
from postering.domain.errors import JobRefused
from postering.domain.inquiries.standing import ListFilter
from postering.domain.keys import TransactionKey
from postering.domain.near_names import did_you_mean
from postering.domain.staging.assembly import Assembly
from postering.domain.staging.records import TransactionRecord


def transactions_named(at: Deployment, text: str) -> Sequence[TransactionRecord]:
    """Those that a transactionId, a whole key (however it is percent-coded), a reference or an order number names."""
    found = at.store.find(text)
    if found or "%" not in text:
        return found
    try:
        return at.store.find(TransactionKey.parse(text).text)
    except ValueError:
        return ()


def one_transaction(at: Deployment, text: str) -> TransactionRecord:
    """The transaction that an id names: transactionId, whole key, channel reference or sales order number.

    Raises `JobRefused` with the candidates where there are several, with near ids where there is none.
    """
    found = transactions_named(at, text)
    if len(found) == 1:
        return found[0]
    if found:
        listed = "\n".join(f"  {_candidate(record)}" for record in found)
        raise JobRefused(f"{text!r} names {len(found)} transactions; name one by its whole key:\n{listed}")
    near = at.store.near(text, 3)
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


def assembled(at: Deployment, key: TransactionKey) -> tuple[TransactionRecord, Assembly]:
    """A transaction as received so far, with its record, both read at once."""
    staged = at.store.staged([key])[key]
    return staged.record, staged.record.assembled(staged.pieces)


def check_stores(at: Deployment, stores: Sequence[str]) -> None:
    """Raise `JobRefused` for a store that the setup does not know and of which nothing was ever staged."""
    setup = at.store.setup().setup
    for store in stores:
        if setup.channels and setup.channel_of_store(store) is None:
            if any(True for _ in at.store.listed(ListFilter(stores=(store,)), 1)):
                continue
            known = [channel.store for channel in setup.channels]
            hint = did_you_mean(store, known) or f"There are: {', '.join(known)}."
            raise JobRefused(f"the setup knows no store {store!r}, and nothing of it is staged. {hint}")
