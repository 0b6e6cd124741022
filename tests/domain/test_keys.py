"""The key of a transaction as one text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postering.domain.keys import TransactionKey, escaped

PARTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


@given(PARTS, st.integers(-(2**63), 2**63 - 1), PARTS, PARTS, PARTS.filter(bool))
def test_the_text_of_a_key_reads_back_to_the_same_key(
    company: str, channel: int, store: str, terminal: str, transaction: str
) -> None:
    key = TransactionKey(company, channel, store, terminal, transaction)

    assert TransactionKey.parse(key.text) == key
    assert key.text.count("/") == 4
    assert not set("#|\x00\t\n\r") & set(key.text)


@given(st.lists(PARTS, min_size=2, max_size=2, unique=True))
def test_two_parts_never_have_one_escaped_text(parts: list[str]) -> None:
    assert escaped(parts[0]) != escaped(parts[1])


def test_a_key_is_written_as_people_read_it() -> None:
    assert (
        str(TransactionKey("USRT", 5637144592, "HOUSTON-ONLINE", "", "T/1")) == "USRT/5637144592/HOUSTON-ONLINE//T%2F1"
    )


@pytest.mark.parametrize("text", ["", "T-1", "USRT/x/HOUSTON//T-1", "USRT/1/HOUSTON/T-1", "USRT/1/H//", "U/--1/H//T"])
def test_a_text_that_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"transaction key|invalid literal"):
        TransactionKey.parse(text)
