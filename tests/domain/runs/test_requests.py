"""Requests: each is read from the payload that it is written as, and says in words what it selects."""

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postering.domain.errors import JobRefused
from postering.domain.runs.payloads import PayloadError
from postering.domain.runs.requests import PJobRequest, SyncOrdersRequest

NAME = st.text(min_size=1).filter(str.strip)
NAMES = st.lists(NAME, max_size=3).map(tuple)
P_JOB = st.builds(PJobRequest, groups=NAMES) | st.builds(PJobRequest, rerun_session=NAME)
SYNC_ORDERS = st.builds(
    SyncOrdersRequest, hierarchy=NAME | st.just(""), nodes=NAMES, stores=NAMES, dry_run=st.booleans()
) | st.builds(SyncOrdersRequest, transaction=NAME, dry_run=st.booleans())
KNOWN = {key.name for kind in (PJobRequest, SyncOrdersRequest) for key in kind.KEYS}


@given(P_JOB | SYNC_ORDERS)
def test_a_request_is_read_from_the_payload_that_it_is_written_as(asked: PJobRequest | SyncOrdersRequest) -> None:
    payload = json.loads(json.dumps(asked.as_payload()))

    assert type(asked).from_payload(payload) == asked


@given(st.sampled_from([PJobRequest, SyncOrdersRequest]), st.text().filter(lambda key: key not in KNOWN))
def test_a_key_that_no_request_has_is_refused(kind: type[PJobRequest] | type[SyncOrdersRequest], key: str) -> None:
    with pytest.raises(PayloadError, match="unknown key"):
        kind.from_payload({key: "West"})


def test_a_request_for_a_date_is_no_payload() -> None:
    with pytest.raises(JobRefused, match="takes no date"):
        PJobRequest(from_date=date(2010, 12, 20)).as_payload()


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (PJobRequest(), ""),
        (PJobRequest(groups=("Default", "East")), "group Default, East"),
        (PJobRequest(rerun_session="s-1"), "session s-1 again"),
        (SyncOrdersRequest(), ""),
        (SyncOrdersRequest(transaction="T-1"), "transaction T-1"),
        (
            SyncOrdersRequest(hierarchy="Regions", nodes=("West",), stores=("A", "B")),
            "hierarchy Regions; node West; store A, B",
        ),
    ],
)
def test_a_request_says_what_it_selects(asked: PJobRequest | SyncOrdersRequest, words: str) -> None:
    assert asked.described == words
