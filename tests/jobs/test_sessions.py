"""A session that waits is canceled: its range is given back, and nobody applies it any more."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from postering.domain.errors import JobRefused
from postering.domain.runs.cursors import ChannelCursor
from postering.domain.runs.sessions import SessionStatus, UploadSession
from postering.jobs.run import Run
from postering.jobs.sessions import cancel_session
from postering.store.sqlite import SQLiteStore

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
RUN = Run(id="run-1", by="jo", now=lambda: NOW, monotonic_ns=lambda: 0)
SESSION = UploadSession(
    group="Default",
    id="houston-1",
    status=SessionStatus.UPLOADED,
    created=NOW,
    package="houston-1",
    database="houston",
    counters_before={"RetailTransactionTable": 7},
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SQLiteStore]:
    made = SQLiteStore(tmp_path / "postering.db")
    yield made
    made.close()


def test_a_waiting_extraction_is_canceled_and_its_range_is_given_back(store: SQLiteStore) -> None:
    store.record_extraction(
        [SESSION], ChannelCursor(database="houston", version=1, highest={"RetailTransactionTable": 42})
    )

    canceled = cancel_session("houston-1", store, RUN)

    assert canceled.status is SessionStatus.CANCELED
    assert canceled.message == "canceled by jo"
    assert store.waiting_sessions("Default") == []
    assert store.cursor("houston").highest == {"RetailTransactionTable": 7}


def test_what_was_staged_by_then_is_told_and_stays(store: SQLiteStore) -> None:
    store.open_session(replace(SESSION, database="", staged_transactions=3, message="it began well"))

    canceled = cancel_session("Default/houston-1", store, RUN)

    assert "3 transactions were staged by then and stay" in canceled.message
    assert "it began well" in canceled.message


def test_canceling_twice_changes_nothing(store: SQLiteStore) -> None:
    store.open_session(replace(SESSION, database=""))
    first = cancel_session("houston-1", store, RUN)

    assert cancel_session("houston-1", store, RUN) == first


def test_an_applied_session_is_refused(store: SQLiteStore) -> None:
    applied = replace(SESSION, status=SessionStatus.APPLIED)
    store.open_session(applied)

    with pytest.raises(JobRefused, match="never taken back"):
        cancel_session("houston-1", store, RUN)
    assert store.session("Default", "houston-1") == applied
