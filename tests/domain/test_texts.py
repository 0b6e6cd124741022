"""How counts, long texts and codes read in a message."""

import pytest

from postering.domain.staging.records import State
from postering.domain.texts import as_words, counted, cut


@pytest.mark.parametrize(
    ("number", "text"), [(0, "0 sessions"), (1, "1 session"), (2, "2 sessions"), (2_000, "2,000 sessions")]
)
def test_a_count_has_its_noun_in_the_right_number(number: int, text: str) -> None:
    assert counted(number, "session") == text


def test_a_plural_without_s_is_given() -> None:
    assert (counted(1, "entry", "entries"), counted(3, "entry", "entries")) == ("1 entry", "3 entries")


def test_only_a_longer_text_is_cut() -> None:
    assert (cut("abcd", 4), cut("abcde", 4), cut("", 4)) == ("abcd", "abcd…", "")


def test_a_code_reads_as_words() -> None:
    assert (as_words(State.NOT_AN_ORDER), as_words("sales_order")) == ("not an order", "sales order")
