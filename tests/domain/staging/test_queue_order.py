"""The places in the queue of Synchronize orders: texts that are stored, and that sort."""

from datetime import UTC, datetime, timedelta

from postering.domain.staging.queue_order import (
    AFTER_PENDING,
    FROM_AWAITING,
    awaiting_since,
    pending_since,
    retry_at,
    time_of,
)

NOON = datetime(2010, 12, 21, 12, tzinfo=UTC)


def test_stored_places_keep_their_form() -> None:
    assert [place(NOON) for place in (pending_since, awaiting_since, retry_at)] == [
        "0#2010-12-21T12:00:00+00:00",
        "1#2010-12-21T12:00:00+00:00",
        "2#2010-12-21T12:00:00+00:00",
    ]


def test_pending_sorts_first_then_awaiting_then_retries_each_by_time() -> None:
    later = NOON + timedelta(microseconds=1)
    places = [place(time) for place in (pending_since, awaiting_since, retry_at) for time in (NOON, later)]

    assert places == sorted(places)


def test_a_part_ends_where_the_next_begins() -> None:
    assert pending_since(NOON) < AFTER_PENDING < FROM_AWAITING < awaiting_since(NOON)


def test_the_time_can_be_read_back() -> None:
    assert time_of(pending_since(NOON)) == NOON
