"""Writes that go together in one transaction of DynamoDB."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from postering.store.dynamodb.lots import lots

Write = tuple[int, int]
WRITES = st.lists(st.tuples(st.integers(1, 120), st.integers(1, 4_200_000)))


def made_of(writes: list[Write]) -> list[list[Write]]:
    return lots(writes, operations=lambda write: write[0], size=lambda write: write[1])


def fits(lot: list[Write]) -> bool:
    return sum(write[0] for write in lot) <= 100 and sum(write[1] for write in lot) <= 3_500_000


@given(WRITES)
def test_every_write_is_in_one_lot_in_its_order(writes: list[Write]) -> None:
    assert [write for lot in made_of(writes) for write in lot] == writes


@given(WRITES)
def test_a_lot_fits_a_transaction_or_is_one_write(writes: list[Write]) -> None:
    assert all(fits(lot) or len(lot) == 1 for lot in made_of(writes))


@given(WRITES)
def test_a_lot_ends_only_if_the_next_write_does_not_fit(writes: list[Write]) -> None:
    made = made_of(writes)

    assert not any(fits([*lot, following[0]]) for lot, following in pairwise(made))
