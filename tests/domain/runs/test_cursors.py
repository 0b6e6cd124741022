"""Cursors: a source's text comes back as it was given, and a range that is given back is read again."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from postering.domain.runs.cursors import ChannelCursor, counters_of, counters_text

NOW = datetime(2026, 3, 14, tzinfo=UTC)
NEW = ChannelCursor(database="houston")
counters = st.dictionaries(st.text(), st.integers())


@given(text=st.text() | st.builds(counters_text, counters))
def test_the_text_that_a_source_gives_comes_back(text: str) -> None:
    moved = NEW.moved(text, NOW)

    assert (moved.text, moved.version, moved.at) == ("" if text == "{}" else text, 1, NOW)


def test_counters_are_kept_apart_from_other_texts() -> None:
    counting, other = NEW.moved('{"RetailTransactionTable": 7}', NOW), NEW.moved("orders-0007", NOW)

    assert (counting.highest, counting.position) == ({"RetailTransactionTable": 7}, "")
    assert (other.highest, other.position) == ({}, "orders-0007")


@given(text=st.sampled_from(("", "7", "[7]", '{"a": "7"}', '{"a": 7.5}', '{"a": true}', "{", "2026-03-14")))
def test_only_a_table_of_whole_numbers_is_counters(text: str) -> None:
    assert counters_of(text) is None


def test_counters_go_back_table_by_table_and_never_on() -> None:
    cursor = NEW.moved('{"a": 9, "b": 5, "c": 3}', NOW)
    before = ChannelCursor(database="houston", highest={"a": 7, "b": 8})

    back = cursor.set_back(before, NOW)

    assert (back.highest, back.version) == ({"a": 7, "b": 5, "c": 0}, 2)


def test_a_position_goes_back_to_the_earliest_of_all_ranges_that_are_given_back() -> None:
    first = NEW.moved("2026-03-01", NOW)
    second = first.moved("2026-03-02", NOW)
    third = second.moved("2026-03-03", NOW)

    assert third.set_back(second, NOW).text == "2026-03-02"
    assert third.set_back(second, NOW).set_back(first, NOW).text == "2026-03-01"
    assert third.set_back(first, NOW).set_back(second, NOW).text == "2026-03-01"
    assert third.set_back(NEW, NOW).text == ""


def test_a_range_that_was_read_again_since_may_be_given_back_too() -> None:
    first = NEW.moved("2026-03-01", NOW)
    second = first.moved("2026-03-02", NOW)
    again = second.set_back(first, NOW).moved("2026-03-04", NOW)

    assert again.set_back(second, NOW).text == "2026-03-02"


def test_a_position_that_is_found_again_is_as_early_as_before() -> None:
    first = NEW.moved("2026-03-01", NOW)

    assert first.moved("2026-03-01", NOW).reached == first.reached


def test_a_source_of_another_kind_under_the_same_name_starts_at_its_beginning_when_a_range_is_given_back() -> None:
    database, folder = NEW.moved('{"a": 9}', NOW), NEW.moved("orders-0007", NOW)

    assert folder.set_back(database, NOW).text == ""
    assert database.set_back(folder, NOW).highest == {"a": 0}
