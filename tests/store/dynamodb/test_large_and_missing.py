"""Content of several items is read back whole; what is missing of it is told, and is never zero lines."""

from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256

import pytest

from postering.domain.errors import StoreUnavailable
from postering.domain.posting.queue import PostResult
from postering.domain.staging.records import State
from postering.store.dynamodb import DynamoDBStore
from postering.store.dynamodb.part import CONTENT_BYTES, split
from tests.domain.transactions_examples import DAY
from tests.store.dynamodb.conftest import Table
from tests.store.examples import NOW, a_key, a_piece, a_posting, kept, staged_there, the_setup

Opened = Callable[[], DynamoDBStore]


def parts(table: Table, sk: str) -> int:
    return sum(key[1].startswith(sk) for key in table.items())


def test_a_piece_and_an_order_of_several_items_are_read_back(table: Table, small_items: Opened) -> None:
    store, piece = small_items(), a_piece("T-1")
    (there,) = kept(store, piece)
    posting = a_posting(there, "ONL-000001")

    assert [outcome.result for outcome in store.post([posting])] == [PostResult.POSTED]
    assert parts(table, "PIECE#") > 2
    assert parts(table, "PART#") > 2
    store = small_items()
    assert staged_there(store, a_key("T-1")).pieces == (piece,)
    assert store.order_of(a_key("T-1")) == posting.order
    assert list(store.orders_between(DAY, DAY, None)) == list(store.orders_between(None, None, None)) == [posting.order]
    assert [record.key for record in store.find("ONL-000001")] == [a_key("T-1")]


def test_a_setup_of_several_items_is_read_back(table: Table, small_items: Opened) -> None:
    assert small_items().apply_setup(the_setup(), 0, NOW, "operator")
    assert parts(table, "VERSION#") > 2
    assert small_items().setup().setup == the_setup()


def test_an_order_of_more_items_than_go_together_is_told_and_nothing_of_it_is_written(table: Table) -> None:
    there = kept(table.store(), a_piece("T-1"), a_piece("T-2"))
    before = table.items()

    store = table.store(content_bytes=5)
    outcomes = store.post([a_posting(each, f"ONL-{number:06d}") for number, each in enumerate(there)])

    assert [outcome.result for outcome in outcomes] == [PostResult.TOO_LARGE] * 2
    assert "at most 4000000 in 100 go together" in outcomes[0].detail
    assert table.items() == before
    assert staged_there(store, a_key("T-1")).record.state is State.PENDING


def test_an_order_of_more_than_4_mb_holds_up_no_small_one(table: Table) -> None:
    store = table.store(content_bytes=CONTENT_BYTES)
    postings = [
        a_posting(each, f"ONL-{number:06d}")
        for number, each in enumerate(kept(store, *(a_piece(f"T-{number}") for number in range(3))))
    ]
    noise = "".join(sha256(b"%d" % number).hexdigest() for number in range(140_000))  # 4.5 MB at least, however packed
    document = replace(postings[1].order.document, customer=noise)
    postings[1] = replace(postings[1], order=replace(postings[1].order, document=document))

    outcomes = store.post(postings)

    assert [outcome.result for outcome in outcomes] == [PostResult.POSTED, PostResult.TOO_LARGE, PostResult.POSTED]
    assert staged_there(store, a_key("T-1")).record.state is State.PENDING
    assert ("document#USRT#ONL-000001", "PART#000") not in table.items()


@pytest.mark.parametrize("which", ["#000", "#001", "#002"])
def test_a_missing_part_of_a_piece_is_never_zero_lines(table: Table, small_items: Opened, which: str) -> None:
    store = small_items()
    kept(store, a_piece("T-1"), a_piece("T-2"))
    pk = f"transaction#{a_key('T-1').text}"
    assert table.remove(lambda there, sk: there == pk and sk.startswith("PIECE#") and sk.endswith(which)) == 1

    missing = rf"table {table.name}: PIECE#\w+{which} of .*T-1 is missing although its record lists it; restore"
    with pytest.raises(StoreUnavailable, match=missing):
        store.staged([a_key("T-1"), a_key("T-2")])
    with pytest.raises(StoreUnavailable, match=missing):
        list(store.staged_between(DAY, DAY, None))
    assert staged_there(store, a_key("T-2")).pieces == (a_piece("T-2"),)


@pytest.mark.parametrize("which", ["#000", "#001", "#002"])
def test_a_missing_part_of_an_order_is_told(table: Table, small_items: Opened, which: str) -> None:
    store = small_items()
    (there,) = kept(store, a_piece("T-1"))
    store.post([a_posting(there, "ONL-000001")])
    assert table.remove(lambda pk, sk: sk == f"PART{which}") == 1

    missing = rf"table {table.name}: 1 of \d+ parts of document#USRT#ONL-000001 are missing although it is posted"
    with pytest.raises(StoreUnavailable, match=missing):
        store.order_of(a_key("T-1"))


@pytest.mark.parametrize("which", ["#000", "#001"])
def test_a_missing_part_of_the_setup_is_told_and_never_an_empty_setup(
    table: Table, small_items: Opened, which: str
) -> None:
    store = small_items()
    store.apply_setup(the_setup(), 0, NOW, "operator")
    assert table.remove(lambda pk, sk: pk == "setup" and sk.endswith(which)) == 1

    with pytest.raises(StoreUnavailable, match=rf"table {table.name}: 1 of \d+ parts of setup version 1 are missing"):
        store.setup()


@pytest.mark.parametrize(
    ("prefix", "read"),
    [
        ("PIECE#", lambda store: staged_there(store, a_key("T-1")).pieces[0] == a_piece("T-1")),
        ("PART#", lambda store: store.order_of(a_key("T-1")).document.id == "ONL-000001"),
    ],
)
def test_what_one_read_misses_is_read_again_together(
    table: Table, store: DynamoDBStore, prefix: str, read: Callable[[DynamoDBStore], bool]
) -> None:
    (there,) = kept(store, a_piece("T-1"))
    store.post([a_posting(there, "ONL-000001")])

    def misses(real: Callable[..., dict], arguments: dict) -> dict:  # type: ignore[type-arg]
        answer = real(**arguments)
        found = answer["Responses"].get(table.name, [])
        answer["Responses"][table.name] = [item for item in found if not item["sk"]["S"].startswith(prefix)]
        return answer

    table.client.plant_always("batch_get_item", misses)

    assert read(store)
    assert table.client.made["transact_get_items"]


def test_content_is_split_into_parts_that_make_it_again() -> None:
    assert split(b"", 3) == [b""]
    assert split(b"abc", 3) == [b"abc"]
    assert split(b"abcdefg", 3) == [b"abc", b"def", b"g"]
