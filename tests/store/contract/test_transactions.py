"""`TransactionStore`: what is staged, and over which version."""

from collections.abc import Callable
from dataclasses import replace

from postering.domain.retail_transactions.entities import HEADER, PAYMENT, SALES
from postering.domain.staging.records import State
from postering.jobs.ports import Store
from tests.store.adapters import Deployment
from tests.store.examples import NOW, a_key, a_piece, a_rejected_piece, a_staging, failed, kept, staged_there

Reopened = Callable[[Store], Store]


def test_nothing_is_staged_in_a_new_store(store: Store) -> None:
    assert store.staged([a_key()]) == {}
    assert store.staged([]) == {}
    assert store.channels() == []


def test_what_was_staged_is_there_after_the_store_was_closed(store: Store, reopened: Reopened) -> None:
    piece = a_piece("T-1")
    staging = a_staging(piece)
    assert list(store.stage([staging])) == [True]
    there = reopened(store).staged([piece.transaction])[piece.transaction]
    assert there.record == staging.record
    assert there.pieces == (piece,)


def test_only_what_was_asked_for_and_is_there_comes_back(store: Store) -> None:
    kept(store, a_piece("T-1"), a_piece("T-2"), a_piece("T-3"))
    assert set(store.staged([a_key("T-1"), a_key("T-3"), a_key("T-9")])) == {a_key("T-1"), a_key("T-3")}


def test_a_key_that_is_asked_for_twice_comes_back_once(store: Store) -> None:
    (there,) = kept(store, a_piece("T-1"))
    assert store.staged([a_key("T-1"), a_key("T-1")]) == {a_key("T-1"): there}


def test_keys_are_told_apart_exactly(store: Store) -> None:
    alike = [a_piece("T-1"), a_piece("t-1"), a_piece("T-1 "), a_piece("T-1", store="houston-online")]
    kept(store, *alike)
    there = store.staged([piece.transaction for piece in alike])
    assert [there[piece.transaction].pieces for piece in alike] == [(piece,) for piece in alike]


def test_many_are_staged_in_one_call(store: Store) -> None:
    pieces = [a_piece(f"T-{number}") for number in range(60)]
    there = kept(store, *pieces)
    assert [each.pieces for each in there] == [(piece,) for piece in pieces]


def test_staging_nothing_writes_nothing(store: Store) -> None:
    assert list(store.stage([])) == []
    assert list(store.update_records([])) == []


def test_pieces_come_in_the_order_in_which_they_were_staged(store: Store, reopened: Reopened) -> None:
    parts = [a_piece("T-1", entities=[entity]) for entity in (PAYMENT, SALES, HEADER)]
    for part in parts:
        kept(store, part)
    there = staged_there(reopened(store), a_key("T-1"))
    assert list(there.pieces) == parts
    assert [reference.name for reference in there.record.pieces] == [part.name for part in parts]


def test_a_new_transaction_that_another_run_staged_first_is_refused(store: Store) -> None:
    (first,) = kept(store, a_piece("T-1", entities=[HEADER]))
    late = a_staging(a_piece("T-1", entities=[SALES]), by="p-job 2")
    assert list(store.stage([late])) == [False]
    assert staged_there(store, a_key("T-1")) == first


def test_staging_over_an_older_version_is_refused_and_leaves_nothing(store: Store, reopened: Reopened) -> None:
    (old,) = kept(store, a_piece("T-1", entities=[HEADER]))
    (new,) = kept(store, a_piece("T-1", entities=[SALES]))
    late = a_staging(a_piece("T-1", entities=[PAYMENT]), old, by="p-job 2")
    assert list(store.stage([late])) == [False]
    assert staged_there(reopened(store), a_key("T-1")) == new


def test_staging_over_a_version_that_never_was_is_refused_and_leaves_nothing(store: Store) -> None:
    piece = a_piece("T-1")
    staging = a_staging(piece)
    assert list(store.stage([replace(staging, expected_version=4)])) == [False]
    assert store.staged([piece.transaction]) == {}
    assert list(store.find("T-1")) == []
    assert dict(store.counts_by_state()) == {}


def test_what_was_refused_can_be_staged_over_what_is_there_now(store: Store) -> None:
    (first,) = kept(store, a_piece("T-1", entities=[HEADER]))
    piece = a_piece("T-1", entities=[SALES])
    assert list(store.stage([a_staging(piece, by="p-job 2")])) == [False]
    assert list(store.stage([a_staging(piece, first, by="p-job 2")])) == [True]
    assert staged_there(store, a_key("T-1")).pieces == (*first.pieces, piece)


def test_the_same_staging_twice_changes_nothing(store: Store) -> None:
    staging = a_staging(a_piece("T-1"))
    store.stage([staging])
    before = staged_there(store, a_key("T-1"))
    store.stage([staging])  # the answer to the first may have been lost: an adapter may say that it is its own
    assert staged_there(store, a_key("T-1")) == before


def test_a_refused_staging_does_not_hold_up_the_others_of_its_call(store: Store) -> None:
    kept(store, a_piece("T-2"))
    stagings = [a_staging(a_piece(name), by="p-job 2") for name in ("T-1", "T-2", "T-3")]
    assert list(store.stage(stagings)) == [True, False, True]
    assert set(store.staged([a_key("T-1"), a_key("T-3")])) == {a_key("T-1"), a_key("T-3")}
    assert staged_there(store, a_key("T-2")).record.timeline[0].by == "p-job 1"


def test_a_rejected_row_is_kept_with_its_transaction(store: Store, reopened: Reopened) -> None:
    piece = a_rejected_piece("T-1")
    kept(store, piece)
    there = staged_there(reopened(store), a_key("T-1"))
    assert there.pieces == (piece,)
    assert there.record.state is State.FAILED
    assert there.record.codes == ("ROW_INVALID",)


def test_a_verdict_is_written_over_the_version_that_it_was_decided_on(store: Store, reopened: Reopened) -> None:
    (there,) = kept(store, a_piece("T-1"))
    verdict = failed(there.record)
    assert list(store.update_records([verdict])) == [True]
    after = staged_there(reopened(store), a_key("T-1"))
    assert after.record == verdict
    assert after.pieces == there.pieces


def test_a_verdict_on_an_older_version_is_refused(store: Store) -> None:
    (old,) = kept(store, a_piece("T-1", entities=[HEADER]))
    (new,) = kept(store, a_piece("T-1", entities=[SALES]))
    assert list(store.update_records([failed(old.record)])) == [False]
    assert staged_there(store, a_key("T-1")) == new


def test_a_verdict_that_leaves_out_a_version_is_refused(store: Store) -> None:
    (there,) = kept(store, a_piece("T-1"))
    ahead = replace(there.record, version=there.record.version + 1, write_id="never written")
    assert list(store.update_records([failed(ahead)])) == [False]
    assert staged_there(store, a_key("T-1")) == there


def test_of_two_verdicts_on_one_version_the_first_stands(store: Store) -> None:
    (there,) = kept(store, a_piece("T-1"))
    first, second = failed(there.record, "ITEM"), failed(there.record, "UNIT", by="sync-orders 2")
    assert list(store.update_records([first])) == [True]
    assert list(store.update_records([second])) == [False]
    assert staged_there(store, a_key("T-1")).record == first


def test_a_verdict_on_a_transaction_that_is_not_there_is_refused(store: Store) -> None:
    record = a_staging(a_piece("T-1")).record
    assert record is not None
    assert list(store.update_records([failed(record)])) == [False]
    assert store.staged([a_key("T-1")]) == {}


def test_a_refused_verdict_does_not_hold_up_the_others_of_its_call(store: Store) -> None:
    there = kept(store, a_piece("T-1"), a_piece("T-2"), a_piece("T-3"))
    store.update_records([failed(there[1].record, by="sync-orders 2")])
    verdicts = [failed(each.record) for each in there]
    assert list(store.update_records(verdicts)) == [True, False, True]
    records = [staged_there(store, each.record.key).record for each in there]
    assert [record.timeline[-1].by for record in records] == ["sync-orders 1", "sync-orders 2", "sync-orders 1"]


def test_a_second_user_of_the_store_sees_what_the_first_staged(deployment: Deployment) -> None:
    one, other = deployment.opened(), deployment.opened()
    (there,) = kept(one, a_piece("T-1"), at=NOW)
    assert staged_there(other, a_key("T-1")) == there
    assert list(other.update_records([failed(there.record)])) == [True]
    assert list(one.update_records([failed(there.record, by="sync-orders 2")])) == [False]
