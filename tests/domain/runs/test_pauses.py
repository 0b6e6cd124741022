"""Pauses between tries: they grow, up to the longest one, and no clock makes anything wait longer."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from postering.domain.runs.pauses import Pauses

NOW = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)
MINUTES = Pauses(first_seconds=60, longest_seconds=3_600)

pauses = st.builds(Pauses, first_seconds=st.integers(1, 86_400), longest_seconds=st.integers(1, 7 * 86_400))
tries = st.integers(0, 10**9)
clocks = st.datetimes(datetime(1990, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))


def test_each_pause_is_twice_the_one_before_up_to_the_longest() -> None:
    assert [MINUTES.after(number) // timedelta(minutes=1) for number in range(9)] == [1, 1, 2, 4, 8, 16, 32, 60, 60]


@given(pauses=pauses, tries=tries)
def test_pauses_never_shrink_and_never_exceed_the_longest(pauses: Pauses, tries: int) -> None:
    assert timedelta(0) < pauses.after(tries) <= pauses.after(tries + 1) <= pauses.longest


@given(pauses=pauses, tries=tries, now=clocks)
def test_a_pause_is_not_over_when_it_begins_and_over_when_it_ends(pauses: Pauses, tries: int, now: datetime) -> None:
    end = now + pauses.after(tries)

    assert not pauses.is_over(end, now)
    assert pauses.is_over(end, end)
    assert pauses.is_over(None, now)


@given(pauses=pauses, retry_at=clocks, now=clocks)
def test_whatever_the_clock_said_nothing_waits_longer_than_the_longest(
    pauses: Pauses, retry_at: datetime, now: datetime
) -> None:
    assert pauses.is_over(retry_at, now) or pauses.is_over(retry_at, now + pauses.longest)


@given(pauses=pauses, tries=tries, ahead=st.sampled_from([timedelta(days=3_653), -timedelta(days=3_653)]))
def test_a_clock_that_was_ten_years_off_makes_the_next_try_due_at_once(
    pauses: Pauses, tries: int, ahead: timedelta
) -> None:
    assert pauses.is_over(NOW + ahead + pauses.after(tries), NOW)
