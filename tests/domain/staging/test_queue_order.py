"""The places in the queue of Synchronize orders: texts that are stored, and that sort."""

from datetime import UTC, datetime, timedelta

from postering.domain.staging.queue_order import (
    AFTER_PENDING,
    PENDING,
    SUSPECTS,
    QueuePart,
    awaiting_since,
    due_later,
    pending_since,
    put_off_beyond,
    retry_at,
    suspect_until,
    time_of,
)

NOON = datetime(2010, 12, 21, 12, tzinfo=UTC)


def test_stored_places_keep_their_form() -> None:
    assert [place(NOON) for place in (pending_since, suspect_until, awaiting_since, retry_at)] == [
        "0#2010-12-21T12:00:00+00:00",
        "0~2010-12-21T12:00:00+00:00",
        "1#2010-12-21T12:00:00+00:00",
        "2#2010-12-21T12:00:00+00:00",
    ]


def test_pending_sorts_first_then_suspects_then_awaiting_then_retries_each_by_time() -> None:
    later = NOON + timedelta(microseconds=1)
    places = [
        place(time) for place in (pending_since, suspect_until, awaiting_since, retry_at) for time in (NOON, later)
    ]

    assert places == sorted(places)


def _is_in(part: QueuePart, place: str) -> bool:
    return part.start <= place and f"{place}\n~~~" < part.end  # whatever a store puts behind a place


def test_each_place_is_in_one_part() -> None:
    places = [pending_since(NOON), suspect_until(NOON), awaiting_since(NOON), retry_at(NOON)]
    parts = [PENDING, SUSPECTS, due_later(NOON), put_off_beyond(NOON)]

    assert [[_is_in(part, place) for part in parts].index(True) for place in places] == [0, 1, 2, 2]
    assert all(sum(_is_in(part, place) for part in parts) == 1 for place in places)
    assert all(place < AFTER_PENDING for place in places[:2])
    assert all(place > AFTER_PENDING for place in places[2:])


def test_what_is_tried_again_after_a_moment_is_not_due_at_it() -> None:
    later = NOON + timedelta(microseconds=1)

    assert not _is_in(due_later(NOON), retry_at(later))
    assert _is_in(put_off_beyond(NOON), retry_at(later))
    assert _is_in(due_later(later), retry_at(NOON))


def test_the_time_can_be_read_back() -> None:
    assert time_of(pending_since(NOON)) == NOON
