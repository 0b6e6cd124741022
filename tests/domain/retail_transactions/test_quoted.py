"""Text from outside as a message may quote it."""

import pytest

from postering.domain.retail_transactions.quoted import quoted


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("West", "'West'"),
        ("two\nlines", r"'two\nlines'"),
        ("card 4111111111111111", "'card ************1111'"),
        ("x" * 100, f"'{'x' * 80}…'"),
        ("\udcff", r"'\\udcff'"),
        (7, "'7'"),
    ],
    ids=["plain", "on one line", "card data masked", "cut", "bytes that are no text", "no text"],
)
def test_a_text_from_outside_is_safe_to_quote(text: object, shown: str) -> None:
    assert quoted(text) == shown
