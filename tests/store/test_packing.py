"""What is packed comes back equal: every record, every row, every document, 38 digits included."""

import dataclasses
import json
import typing
import zlib
from decimal import Decimal
from typing import Any, get_args, get_origin

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from postering.domain.errors import StoreUnavailable
from postering.domain.posting.verdicts import build_order
from postering.domain.problems import Problem
from postering.domain.retail_transactions.entities import ENTITIES, Entity
from postering.domain.retail_transactions.rows import Row, UnkeyedRow, canonical_hash, read_row
from postering.domain.returns.accounts import Account, Movement, Taken
from postering.domain.runs.cursors import ChannelCursor
from postering.domain.runs.sessions import UploadSession
from postering.domain.sales_orders.documents import PostedOrder
from postering.domain.staging.pieces import Piece
from postering.domain.staging.records import TransactionRecord
from postering.store.packing import pack_order, pack_piece, packed, unpack_order, unpack_piece, unpacked
from tests.domain.transactions_examples import a_sale, a_setup, valid_transactions
from tests.store.examples import a_key, a_piece, a_rejected_piece, a_session
from tests.store.strategies import ROW_KEY, broken_texts, decimals, pieces, rejected_rows, rows, whole

KEPT = (TransactionRecord, UploadSession, ChannelCursor, UnkeyedRow)
each_entity = pytest.mark.parametrize("entity", ENTITIES.values(), ids=list(ENTITIES))


@pytest.mark.parametrize("kind", KEPT, ids=[kind.__name__ for kind in KEPT])
@given(data=st.data())
def test_a_record_comes_back_equal(kind: type[Any], data: st.DataObject) -> None:
    record = data.draw(whole(kind))
    assert unpacked(packed(record), kind) == record


def test_an_account_that_is_older_than_the_company_amounts_of_its_movements_is_read() -> None:
    refund = Movement(by="R-1", kind=Taken.REFUNDED, line=Decimal(1), amount=Decimal(5), company_amount=Decimal(4))
    account = Account(key=a_key("T-1"), version=1, movements=(refund,))
    older = json.loads(packed(account))
    del older["movements"][0]["company_amount"]

    assert unpacked(packed(account), Account) == account
    (read,) = unpacked(json.dumps(older), Account).movements
    assert read == dataclasses.replace(refund, company_amount=None)


def test_a_session_that_is_older_than_the_time_of_its_next_try_is_read() -> None:
    session = dataclasses.replace(a_session("S-1"), tries=3)
    older = json.loads(packed(session))
    del older["retry_at"]

    assert unpacked(json.dumps(older), UploadSession) == session


def test_the_cursor_of_a_channel_database_is_written_as_ever() -> None:
    cursor = ChannelCursor(database="houston", version=3, highest={"RetailTransactionTable": 7})
    written = '{"database":"houston","version":3,"highest":{"RetailTransactionTable":7},"at":null}'

    assert packed(cursor) == written
    assert unpacked(written, ChannelCursor) == cursor


def test_the_session_of_a_channel_database_is_written_as_ever() -> None:
    session = a_session("S-1")
    written = json.loads(packed(session))

    assert {"counters_before", "retry_at"} <= written.keys()
    assert not {"position_before", "reached_before"} & written.keys()
    assert unpacked(packed(session), UploadSession) == session


@given(text=broken_texts, column=broken_texts)
def test_text_that_is_no_valid_unicode_comes_back_as_it_came(text: str, column: str) -> None:
    problem = Problem(code="ROW_INVALID", message=f"{column} is {text}", found=text)
    row = UnkeyedRow(entity="E", where="row 1", raw={column: text}, problems=(problem,), hash="h")
    written = packed(row)
    assert written.encode("utf-8")
    assert unpacked(written, UnkeyedRow) == row


@each_entity
@given(data=st.data())
@settings(max_examples=40)
def test_a_row_comes_back_equal(entity: Entity, data: st.DataObject) -> None:
    row = data.draw(rows(entity))
    piece = Piece(transaction=ROW_KEY, rows=(row,)) if isinstance(row, Row) else rejected(row)
    assert unpack_piece(ROW_KEY, pack_piece(piece)) == piece


@each_entity
@given(data=st.data())
@settings(max_examples=20)
def test_a_rejected_row_comes_back_as_it_came(entity: Entity, data: st.DataObject) -> None:
    piece = rejected(data.draw(rejected_rows(entity)))
    assert unpack_piece(ROW_KEY, pack_piece(piece)) == piece


def rejected(row: Any) -> Piece:
    return Piece(transaction=ROW_KEY, rows=(), rejected=(row,))


@given(piece=pieces())
def test_a_piece_comes_back_equal_with_its_name_types_and_hashes(piece: Piece) -> None:
    back = unpack_piece(ROW_KEY, pack_piece(piece))
    assert back == piece
    assert back.name == piece.name
    for row, came in zip(back.rows, piece.rows, strict=True):
        assert [(name, type(value)) for name, value in row.values.items()] == [
            (name, type(value)) for name, value in came.values.items()
        ]
        assert canonical_hash(row.entity, row.values) == row.hash


@each_entity
def test_a_row_with_every_column_comes_back_equal(entity: Entity) -> None:
    samples = {
        "string": "ü",
        "guid": "0000000a-000b-000c-000d-00000000000e",
        "decimal": "-" + "9" * 34 + ".9999",
        "date": "0001-01-01",
        "datetime": "0001-01-01T00:00:00Z",
        "time": "86399",
    }
    key = (ROW_KEY.company, str(ROW_KEY.channel), ROW_KEY.store, ROW_KEY.terminal, ROW_KEY.transaction_id)
    raw = {field.name: samples.get(str(field.type), "0") for field in entity.fields}
    row = read_row(entity, raw | dict(zip(entity.transaction_keys, key, strict=True)), "row 1")
    assert isinstance(row, Row), row
    assert len(row.values) == len(entity.fields) - 1  # the terminal is empty
    piece = Piece(transaction=ROW_KEY, rows=(row,))
    assert unpack_piece(ROW_KEY, pack_piece(piece)) == piece


@given(amount=decimals)
def test_an_amount_of_38_digits_is_kept_to_the_last(amount: Decimal) -> None:
    raw = {
        **dict(zip(ENTITIES["RetailTransactionTable"].keys, ("C", "1", "S", "", "T"), strict=True)),
        "grossAmount": format(amount, "f"),
    }
    row = read_row(ENTITIES["RetailTransactionTable"], raw, "row 1")
    assert isinstance(row, Row)
    back = unpack_piece(row.transaction, pack_piece(Piece(transaction=row.transaction, rows=(row,))))
    assert back.rows[0].values["grossAmount"] == amount


@given(order=whole(PostedOrder))
@settings(max_examples=50)
def test_any_order_comes_back_equal(order: PostedOrder) -> None:
    assert unpack_order("T", pack_order(order)) == order


@given(transaction=valid_transactions())
@settings(max_examples=50)
def test_an_order_that_was_built_comes_back_with_the_same_totals(transaction: Any) -> None:
    order = build_order(transaction, a_setup(transaction.header.currency), "ONL-000001")
    totals = (order.document.total, order.document.tax, order.paid)
    back = unpack_order("T", pack_order(order))
    assert back == order
    assert (back.document.total, back.document.tax, back.paid) == totals


def test_an_order_that_an_older_version_stored_is_read() -> None:
    order = build_order(a_sale(), a_setup(), "ONL-000001")
    stored = json.loads(msgspec.json.encode(order))
    older = without_defaults(PostedOrder, stored)
    assert len(str(older)) < len(str(stored)) / 2
    back = unpack_order("T", zlib.compress(json.dumps(older).encode()))
    assert (back.document.total, back.paid, back.journal) == (order.document.total, order.paid, order.journal)
    assert back.document.lines[0].discount_shares == ()


def test_what_is_empty_takes_no_room() -> None:
    order = build_order(a_sale(), a_setup(), "ONL-000001")
    stored = json.loads(zlib.decompress(pack_order(order)))
    (line,) = stored["document"]["lines"]
    assert not {"serial_number", "original", "gst", "discount_shares", "unit_price"} & line.keys()
    assert "receipt_id" not in stored["document"]
    assert "capture_token" not in stored["payments"][0]


def without_defaults(kind: Any, stored: Any) -> Any:
    """What a version wrote that knew only the fields that every document has."""
    if isinstance(stored, list) and get_origin(kind) is tuple:
        return [without_defaults(get_args(kind)[0], each) for each in stored]
    if not dataclasses.is_dataclass(kind) or not isinstance(stored, dict):
        return stored
    hints = typing.get_type_hints(kind)
    needed = [field.name for field in dataclasses.fields(kind) if field.default is dataclasses.MISSING]
    kept = [*needed, *(name for name in ("lines", "charges", "payments", "journal") if name in stored)]
    return {name: without_defaults(hints[name], stored[name]) for name in dict.fromkeys(kept)}


def test_numbers_are_written_as_texts() -> None:
    content = zlib.decompress(pack_piece(a_piece()))
    assert b'"-70.4"' in content
    assert b":-70" not in content


def test_a_totted_up_order_is_packed_as_one_that_was_not() -> None:
    def built() -> PostedOrder:
        return build_order(a_sale(), a_setup(), "ONL-000001")

    totted_up = built()
    assert totted_up.paid == totted_up.document.total
    assert pack_order(totted_up) == pack_order(built())


@pytest.mark.parametrize(
    "content", [b"", b"no zlib", zlib.compress(b"{}"), zlib.compress(b"[1, 2"), zlib.compress(b"1e9")]
)
def test_what_is_damaged_is_said_to_be_with_its_transaction(content: bytes) -> None:
    with pytest.raises(StoreUnavailable, match=r"order of transaction USRT/.*/T-1 can't be read.*restore it"):
        unpack_order(a_key().text, content)
    with pytest.raises(StoreUnavailable, match=r"piece of transaction USRT/.*/T-1 can't be read.*restore it"):
        unpack_piece(a_key(), content)


def test_a_damaged_record_is_said_to_be() -> None:
    with pytest.raises(StoreUnavailable, match="a TransactionRecord can't be read"):
        unpacked('{"key": 1}', TransactionRecord)


@pytest.mark.parametrize(
    ("old", "new"), [(b'"-70.4"', b'"seventy"'), (b"RetailTransactionTable", b"RetailTransactionCable")]
)
def test_a_row_that_was_changed_to_nonsense_is_said_to_be_damaged(old: bytes, new: bytes) -> None:
    content = zlib.decompress(pack_piece(a_piece()))
    assert old in content
    with pytest.raises(StoreUnavailable, match="the store is damaged"):
        unpack_piece(a_key(), zlib.compress(content.replace(old, new)))


def test_a_rejected_piece_keeps_its_problems() -> None:
    piece = a_rejected_piece(found="\ud800 €")
    back = unpack_piece(a_key(), pack_piece(piece))
    assert back == piece
    assert back.rejected[0].problems[0].code == "ROW_INVALID"
