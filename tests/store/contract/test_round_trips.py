"""What a store is given it gives back equal, whatever is in it."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from postering.domain.inquiries.standing import ListFilter
from postering.domain.keys import TransactionKey
from postering.domain.posting.queue import PostResult
from postering.domain.retail_transactions.rows import UnkeyedRow
from postering.domain.runs.cursors import ChannelCursor
from postering.domain.runs.sessions import UploadSession
from postering.domain.sales_orders.documents import PostedOrder
from postering.domain.staging.pieces import Piece
from postering.domain.staging.queue_order import PENDING
from postering.domain.staging.records import TransactionRecord
from postering.domain.staging.staging import Staging
from tests.store.adapters import Adapter, fresh
from tests.store.examples import GROUP, a_piece, a_posting, a_session, a_staging, changed, ids, kept, staged_there
from tests.store.strategies import keys, pieces, whole

few = settings(max_examples=10)


@few
@given(piece=pieces())
def test_a_piece(adapter: Adapter, piece: Piece) -> None:
    with fresh(adapter) as deployment:
        store = deployment.opened()
        kept(store, piece)
        store = deployment.reopened(store)
        there = staged_there(store, piece.transaction)
        assert there.pieces == (piece,)
        assert there.pieces[0].name == there.record.pieces[0].name
        assert list(store.staged_between(None, None, None)) == [there]


@few
@given(key=keys)
def test_a_key(adapter: Adapter, key: TransactionKey) -> None:
    with fresh(adapter) as deployment:
        store = deployment.opened()
        record = a_staging(a_piece()).record
        assert record is not None
        piece = Piece(transaction=key, rows=())
        staging = Staging(piece=piece, record=replace(record, key=key, pieces=()), expected_version=0)
        assert list(store.stage([staging])) == [True]
        store.open_batch("run", [key], 1)
        store = deployment.reopened(store)
        assert staged_there(store, key).record.key == key
        assert key in store.due(key.channel, PENDING, None, 10).keys
        assert [found.key for found in store.find(key.text)] == [key]
        assert key in [found.key for found in store.find(key.transaction_id)]
        assert [found.key for found in store.listed(ListFilter(stores=(key.store,)), None)] == [key]
        assert [batch.keys for batch in store.open_batches()] == [(key,)]
        assert list(store.channels()) == [key.channel]


@few
@given(drawn=whole(TransactionRecord))
def test_a_record(adapter: Adapter, drawn: TransactionRecord) -> None:
    with fresh(adapter) as deployment:
        store = deployment.opened()
        (there,) = kept(store, a_piece())
        record = replace(
            drawn, key=there.record.key, version=there.record.version + 1, pieces=there.record.pieces, conflicts=1
        )
        assert list(store.update_records([record])) == [True]
        store = deployment.reopened(store)
        assert staged_there(store, record.key).record == record
        assert list(store.listed(ListFilter(states=(str(record.state),)), None)) == [record]
        assert ids(store.find(record.key.transaction_id)) == ["T-1"]


@few
@given(first=whole(UploadSession), second=whole(UploadSession), rows=st.lists(whole(UnkeyedRow), max_size=3))
def test_a_session(adapter: Adapter, first: UploadSession, second: UploadSession, rows: list[UnkeyedRow]) -> None:
    with fresh(adapter) as deployment:
        store = deployment.opened()
        opened = replace(first, version=1, group=f"g{first.group}", id=f"s{first.id}")
        assert store.open_session(opened)
        assert store.session(opened.group, opened.id) == opened
        after = replace(second, version=2, group=opened.group, id=opened.id, write_id=f"{opened.write_id}+")
        assert store.change_session(after, unkeyed=rows)
        store = deployment.reopened(store)
        assert store.session(opened.group, opened.id) == after
        assert list(store.sessions()) == [after]
        assert list(store.waiting_sessions(opened.group)) == ([after] if after.waits else [])
        assert list(store.unkeyed_rows(opened.group, opened.id)) == rows


@few
@given(drawn=whole(ChannelCursor))
def test_a_cursor(adapter: Adapter, drawn: ChannelCursor) -> None:
    with fresh(adapter) as deployment:
        store = deployment.opened()
        cursor = replace(drawn, version=1, database=f"d{drawn.database}")
        assert store.record_extraction([], cursor)
        assert deployment.reopened(store).cursor(cursor.database) == cursor


@few
@given(drawn=whole(PostedOrder))
def test_an_order(adapter: Adapter, drawn: PostedOrder) -> None:
    with fresh(adapter) as deployment:
        store = deployment.opened()
        (there,) = kept(store, a_piece())
        posting = a_posting(there, "ONL-000001")
        ours = posting.order.document
        document = replace(
            drawn.document, transaction=ours.transaction, company=ours.company, id=ours.id, store=ours.store
        )
        order = replace(drawn, document=document)
        (outcome,) = store.post([replace(posting, order=order)])
        assert outcome.result is PostResult.POSTED
        store = deployment.reopened(store)
        assert store.order_of(there.record.key) == order
        day = document.business_date
        assert list(store.orders_between(day, day, ours.store)) == [order]


@few
@given(rows=st.lists(whole(UnkeyedRow), min_size=1, max_size=4), asked=st.sets(st.text(min_size=1), max_size=3))
def test_hashes_of_rows_without_a_key(adapter: Adapter, rows: list[UnkeyedRow], asked: set[str]) -> None:
    with fresh(adapter) as deployment:
        store = deployment.opened()
        session = a_session()
        store.open_session(session)
        named = [replace(row, hash=f"h{row.hash}") for row in rows]
        assert store.change_session(changed(session), unkeyed=named)
        hashes = {row.hash for row in named}
        assert deployment.reopened(store).unkeyed_hashes(GROUP, hashes | asked) == hashes
