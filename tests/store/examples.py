"""Transactions, sessions and orders for the tests of stores: made by the same code that makes real ones."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path

from postering.domain.keys import TransactionKey
from postering.domain.posting.queue import DuePage, Posting
from postering.domain.posting.verdicts import Verdict, build_order, held_back, posted, reference_guard
from postering.domain.problems import Problem, Waiting
from postering.domain.retail_transactions.entities import ENTITIES
from postering.domain.retail_transactions.rows import RejectedRow, Row, UnkeyedRow, read_row
from postering.domain.returns.accounts import Account, Movement, Taken
from postering.domain.runs.cursors import ChannelCursor
from postering.domain.runs.sessions import SessionStatus, UploadSession
from postering.domain.setup.setup import Setup
from postering.domain.setup.setup_file import parse_setup_text, read_setup
from postering.domain.staging.assembly import assemble
from postering.domain.staging.pieces import Piece
from postering.domain.staging.queue_order import PENDING, due_later
from postering.domain.staging.records import PieceReference, Staged, State, TransactionRecord
from postering.domain.staging.staging import Judgement, Staging, stage
from postering.jobs.ports import Store
from tests.domain.transactions_examples import CHANNEL, COMPANY, DAY, STORE, a_sale, raw_rows, with_header

NOW = datetime(2026, 3, 14, 12, 30, tzinfo=UTC)
GROUP = "Default"
SECOND = timedelta(seconds=1)

_SETUP_FILE = Path(__file__).parents[1] / "examples" / "setup.toml"


@cache
def the_setup() -> Setup:
    """The setup of the example file: three stores, of which the sales here are HOUSTON-ONLINE's."""
    return read_setup(parse_setup_text(_SETUP_FILE.read_bytes(), _SETUP_FILE.name))


# --- transactions ------------------------------------------------------------------------------------------


def a_key(transaction_id: str = "T-1", *, channel: int = CHANNEL, store: str = STORE) -> TransactionKey:
    return TransactionKey(COMPANY, channel, store, "", transaction_id)


def a_piece(
    transaction_id: str = "T-1",
    *,
    reference: str | None = None,
    business_date: date | None = DAY,
    channel: int = CHANNEL,
    store: str = STORE,
    entities: Iterable[str] | None = None,
) -> Piece:
    """A whole sale of 70.40 USD, or the rows of some of its `entities`; its reference is `W-` and its id."""
    key = a_key(transaction_id, channel=channel, store=store)
    sale = with_header(
        a_sale(key=key),
        channel_reference_id=f"W-{transaction_id}" if reference is None else reference,
        business_date_given=business_date,
    )
    chosen = set(ENTITIES) if entities is None else set(entities)
    return piece_of(key, ((name, raw) for name, raws in raw_rows(sale).items() if name in chosen for raw in raws))


def piece_of(key: TransactionKey, raw: Iterable[tuple[str, dict[str, str]]]) -> Piece:
    """The piece of `key` that these raw rows are."""
    rows = [read_row(ENTITIES[entity], values, f"{entity}.jsonl") for entity, values in raw]
    return Piece(
        transaction=key,
        rows=tuple(row for row in rows if isinstance(row, Row)),
        rejected=tuple(row for row in rows if isinstance(row, RejectedRow)),
    )


def a_rejected_piece(transaction_id: str = "T-1", *, found: str = "abc") -> Piece:
    """A piece of one row that is rejected: its gross amount is `found`."""
    key = a_key(transaction_id)
    header = dict(raw_rows(a_sale(key=key))["RetailTransactionTable"][0], grossAmount=found)
    return piece_of(key, [("RetailTransactionTable", header)])


def a_staging(
    piece: Piece, there: Staged | None = None, *, at: datetime = NOW, by: str = "p-job 1", session: str = "S-1"
) -> Staging:
    """What staging `piece` over what is there comes to."""
    return stage(
        piece,
        PieceReference(name=piece.name, group=GROUP, session=session),
        there.record if there is not None else None,
        there.pieces if there is not None else (),
        at=at,
        by=by,
        write_id=f"{by} {session} {piece.transaction} {at.isoformat()}",
    )


def kept(store: Store, *pieces: Piece, at: datetime = NOW) -> list[Staged]:
    """Stage pieces, each of a transaction of its own, a second apart; as the store then has them."""
    stagings = [
        a_staging(piece, store.staged([piece.transaction]).get(piece.transaction), at=at + number * SECOND)
        for number, piece in enumerate(pieces)
    ]
    assert list(store.stage(stagings)) == [True] * len(pieces)
    there = store.staged([piece.transaction for piece in pieces])
    return [there[piece.transaction] for piece in pieces]


def staged_there(store: Store, key: TransactionKey) -> Staged:
    """The transaction as the store has it; it must be there."""
    return store.staged([key])[key]


# --- verdicts ----------------------------------------------------------------------------------------------


def failed(
    record: TransactionRecord, *codes: str, setup_version: int = 0, by: str = "sync-orders 1"
) -> TransactionRecord:
    """The record after it failed with problems of these codes."""
    problems = tuple(Problem(code=code, message=f"{code} of {record.key}") for code in codes or ("GROSS_AMOUNT",))
    return _held_back(record, Judgement(state=State.FAILED, problems=problems), setup_version, by)


def tried_again_at(record: TransactionRecord, when: datetime) -> TransactionRecord:
    """The record after a passing failure."""
    judgement = Judgement(state=State.WAITING, reason=Waiting.FOR_RETRY)
    return replace(_held_back(record, judgement, 1, "sync-orders 1"), attempts=1, retry_at=when)


def a_suspect(record: TransactionRecord, retry_at: datetime, tries: int = 3) -> TransactionRecord:
    """The record after so many runs took it up and did not end."""
    return record.suspected(
        tries=tries, retry_at=retry_at, at=NOW, by="sync-orders 1", write_id=f"suspect {record.key} {tries}"
    )


def _held_back(record: TransactionRecord, judgement: Judgement, setup_version: int, by: str) -> TransactionRecord:
    return held_back(record, judgement, setup_version=setup_version, at=NOW, by=by, write_id=f"{by} {record.key}")


def a_posting(staged: Staged, sales_id: str, *, by: str = "sync-orders 1") -> Posting:
    """What posts a staged sale under a number."""
    key = staged.record.key
    transaction = assemble(key, staged.pieces).retail_transaction
    order = build_order(transaction, _setup_with(key), sales_id)
    record = posted(
        staged.record, order, Verdict(order=order), setup_version=1, at=NOW, by=by, write_id=f"{by} {key} {sales_id}"
    )
    return Posting(record=record, order=order, reference_guard=reference_guard(order))


def _setup_with(key: TransactionKey) -> Setup:
    """The setup, in which the channel of `key` has its store."""
    setup = the_setup()
    others = tuple(channel for channel in setup.channels if channel.id != key.channel)
    like = setup.channel(CHANNEL)
    assert like is not None
    return replace(setup, channels=(*others, replace(like, id=key.channel, store=key.store)))


def taking_back(posting: Posting, original: TransactionKey, version: int = 0) -> Posting:
    """The posting, taking back of an original whose account has this version."""
    movement = Movement(by=posting.record.key.text, kind=Taken.RETURNED, line=Decimal(1), quantity=Decimal(1))
    account = Account(key=original, version=version).moved([movement], posting.record.write_id)
    return replace(posting, accounts=(account,))


def all_due(store: Store, channel: int, now: datetime, limit: int) -> tuple[list[TransactionKey], list[DuePage]]:
    """The whole queue of a channel, and the pages in which it came."""
    keys: list[TransactionKey] = []
    pages: list[DuePage] = []
    for part in (PENDING, due_later(now)):
        after: str | None = None
        while True:
            page = store.due(channel, part, after, limit)
            pages.append(page)
            keys += page.keys
            if page.next is None:
                break
            after = page.next
    return keys, pages


# --- sessions ----------------------------------------------------------------------------------------------


def a_session(
    session_id: str = "S-1", *, group: str = GROUP, number: int = 0, status: SessionStatus = SessionStatus.UPLOADED
) -> UploadSession:
    """A new session, made `number` seconds after the first."""
    return UploadSession(
        group=group,
        id=session_id,
        status=status,
        created=NOW + number * SECOND,
        package=session_id,
        write_id=f"opened {group} {session_id} {number}",
    )


def changed(session: UploadSession, *, by: str = "p-job 1", **changes: object) -> UploadSession:
    """The next version of a session."""
    version = session.version + 1
    return replace(session, version=version, write_id=f"{by} {session.name} {version}", **changes)  # type: ignore[arg-type]


def moved(cursor: ChannelCursor, highest: int) -> ChannelCursor:
    """The next version of a cursor."""
    return replace(cursor, version=cursor.version + 1, highest={"RetailTransactionTable": highest}, at=NOW)


def an_unkeyed_row(number: int) -> UnkeyedRow:
    """A row that names no transaction."""
    row = read_row(ENTITIES["RetailTransactionTable"], {"grossAmount": f"-{number}"}, f"headers.jsonl row {number}")
    assert isinstance(row, UnkeyedRow)
    return row


def ids(records: Iterable[TransactionRecord]) -> list[str]:
    """The transaction ids of records, in their order."""
    return [record.key.transaction_id for record in records]


def keys_of(pieces: Sequence[Piece]) -> list[TransactionKey]:
    """The transactions of pieces."""
    return [piece.transaction for piece in pieces]
