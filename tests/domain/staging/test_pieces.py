"""Pieces: what one package brings of each transaction, named by content."""

from postering.domain.retail_transactions.entities import HEADER, PAYMENT, SALES
from postering.domain.retail_transactions.rows import Row
from postering.domain.staging.pieces import pieces_of
from tests.domain.pieces_examples import a_header, a_piece, a_row

LINE = a_row(SALES, lineNum=1, qty=-1)
PAYMENT_ROW = a_row(PAYMENT, lineNum=1, amountTendered="10")
BAD = a_row(SALES, lineNum=2, qty="x")


def test_rows_of_a_package_are_joined_by_transaction_in_order_of_appearance() -> None:
    other = a_row(SALES, transactionId="T-2", lineNum=1)
    lost = a_row(SALES, transactionId="", lineNum=1)

    pieces, unkeyed = pieces_of([LINE, other, BAD, lost, a_header()])

    assert [key.transaction_id for key in pieces] == ["T-1", "T-2"]
    assert [len(piece.all_rows) for piece in pieces.values()] == [3, 1]
    assert [row.entity for row in next(iter(pieces.values())).rejected] == [SALES]
    assert unkeyed == (lost,)


def test_a_transaction_whose_rows_are_all_bad_has_a_piece_too() -> None:
    piece = a_piece(BAD)

    assert (piece.rows, len(piece.rejected)) == ((), 1)
    assert piece.name != a_piece(LINE).name


def test_equal_content_has_an_equal_name_in_any_order_and_with_any_counter() -> None:
    later = a_row(SALES, lineNum="1.0", qty="-1.00", replicationCounterFromOrigin=77)

    assert a_piece(LINE, PAYMENT_ROW, BAD).name == a_piece(BAD, PAYMENT_ROW, later).name
    assert len(a_piece(LINE).name) == 32


def test_other_content_has_another_name() -> None:
    names = {
        a_piece(*rows).name
        for rows in ([LINE], [LINE, PAYMENT_ROW], [PAYMENT_ROW], [a_row(SALES, lineNum=1, qty=-2)], [LINE, BAD])
    }

    assert len(names) == 5


def test_the_hashes_of_a_piece_are_those_of_all_its_rows() -> None:
    header = a_header()
    assert isinstance(header, Row)
    assert header.entity == HEADER
    assert a_piece(header, LINE, BAD).hashes == {header.hash, LINE.hash, BAD.hash}
