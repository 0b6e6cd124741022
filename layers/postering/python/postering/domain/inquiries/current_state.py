"""The state of a transaction and its reason in a sentence, as `explain` prints it if there is no problem to fix."""

from datetime import datetime
from decimal import Decimal

from postering.domain.money import plain
from postering.domain.problems import Waiting, blocking
from postering.domain.repairs.commands import command, id_of
from postering.domain.retail_transactions.entities import ENTITIES, PAYMENT, SALES
from postering.domain.retail_transactions.transactions import Header, read
from postering.domain.staging.assembly import Assembly
from postering.domain.staging.records import State, TransactionRecord
from postering.domain.staging.staging import is_voided_by_operator
from postering.domain.texts import counted

_READY_BY_ITSELF = "It becomes ready by itself when they come, in any upload package."


def current_state(record: TransactionRecord, assembly: Assembly) -> str:
    """The reason for the transaction's state, and the next step."""
    match record.state:
        case State.WAITING:
            return _waiting(record, assembly)
        case State.PENDING if record.retry_at is not None:
            return _suspect(record, record.retry_at)
        case State.PENDING:
            named = command("sync-orders", "--transaction", id_of(record.key))
            return f"It is ready: the next run of Synchronize orders takes it, or now:\n\n{named}"
        case State.SUCCEEDED:
            shown = command("conflicts", "show", id_of(record.key))
            later = f" Rows in conflict with it came later: {record.conflicts}.\n\n{shown}"
            more = later if record.conflicts else ""
            return f"It is posted as {record.sales_id}: there is nothing to fix.{more}"
        case State.NOT_AN_ORDER:
            return f"It is not an order, and stays staged: {record.reason}. There is nothing to fix."
        case State.VOIDED:
            undone = f" This undoes it:\n\n{command('unvoid', id_of(record.key))}"
            undo = undone if is_voided_by_operator(record) else ""
            return f"It is voided, and stays staged: {record.reason}. There is nothing to fix.{undo}"
        case State.EDITING:
            return f"It was edited, and is held until it is released:\n\n{command('release', id_of(record.key))}"
        case State.FAILED:
            return f"It failed: {counted(len(blocking(record.problems)), 'problem')} to fix."


def _suspect(record: TransactionRecord, retry_at: datetime) -> str:
    named = id_of(record.key)
    return (
        f"It is pending: {record.suspicion}. Look at the memory and time limits of the function, and at how large it "
        f"is. It is tried again by itself from {retry_at:%Y-%m-%d %H:%M} UTC on, after all others and alone; or now:"
        f"\n\n{command('sync-orders', '--transaction', named)}\n\nTo take it out of the work (unvoid takes that back):"
        f"\n\n{command('void', named, '--reason', 'runs died')}"
    )


def _waiting(record: TransactionRecord, assembly: Assembly) -> str:
    match record.reason:
        case Waiting.FOR_HEADER:
            here = ", ".join(f"{count} of {entity}" for entity, count in _counts(assembly).items() if count)
            return (
                f"It waits for its header, the row of RetailTransactionTable; rows received: {here or 'none yet'}. "
                "It becomes ready by itself when the header comes, in any upload package."
            )
        case Waiting.FOR_LINES:
            promised = _promised(assembly, "number_of_item_lines")
            here = str(_counts(assembly)[SALES])
            return f"It waits for item lines: the header promises {promised}, {here} came. {_READY_BY_ITSELF}"
        case Waiting.FOR_PAYMENTS:
            promised = _promised(assembly, "number_of_payment_lines")
            here = str(_counts(assembly)[PAYMENT])
            return f"It waits for payment lines: the header promises {promised}, {here} came. {_READY_BY_ITSELF}"
        case Waiting.FOR_ORIGINAL:
            return (
                "It waits for the transaction that it returns or cancels; when that is posted, it is taken by itself."
            )
        case Waiting.FOR_RETRY:
            due = f" from {record.retry_at:%Y-%m-%d %H:%M} UTC" if record.retry_at is not None else ""
            return (
                f"It could not be written {record.attempts} times, which may pass by itself; "
                f"any run of Synchronize orders tries it again{due}."
            )
        case _:
            return f"It waits: {record.reason}."


def _counts(assembly: Assembly) -> dict[str, int]:
    counts = dict.fromkeys(ENTITIES, 0)
    for row in assembly.rows:
        counts[row.entity] += 1
    return counts


def _promised(assembly: Assembly, field: str) -> str:
    if assembly.header is None:
        return "more"
    promised = getattr(read(Header, assembly.header.values), field)
    return plain(Decimal(promised)) if promised is not None else "more"
