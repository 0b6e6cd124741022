"""Business events through the jobs: made with what they tell of, sent at least once, in order; nobody is held up."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from postering.domain.errors import ReceiverUnavailable
from postering.domain.retail_transactions.entities import HEADER
from postering.domain.staging.business_events import BusinessEvent
from postering.jobs.announcing import announce_run, send_events
from postering.jobs.run import Run
from tests.domain.transactions_examples import a_sale
from tests.jobs.conftest import Deployment, changed, rows_of

RIGHT = rows_of(a_sale(), "T-1")
WRONG = changed(rows_of(a_sale(), "T-2"), HEADER, grossAmount="-70.41", comment="call Jane Doe, 555-0100")


@dataclass
class Listening:
    """A receiver that takes everything, or (for its first so many calls) nothing."""

    refuses: int = 0
    got: list[BusinessEvent] = field(default_factory=list)

    def send(self, events: Sequence[BusinessEvent]) -> None:
        if self.refuses:
            self.refuses -= 1
            raise ReceiverUnavailable("nobody is there")
        self.got += events


@pytest.fixture
def announcing(deployment: Deployment, monkeypatch: pytest.MonkeyPatch) -> Deployment:
    """A deployment whose runs announce."""
    run = deployment.run

    def announced(job: str) -> Run:
        return replace(run(job), announces=True)

    monkeypatch.setattr(deployment, "run", announced)
    return deployment


def send(deployment: Deployment, receiver: Listening) -> str:
    return send_events(deployment.store, lambda: receiver, deployment.run("sender"))


def described(receiver: Listening) -> list[tuple[str, str]]:
    return [(event.subject.rpartition("/")[2], str(event.kind)) for event in receiver.got]


def test_a_posted_order_and_a_failed_transaction_are_told(announcing: Deployment) -> None:
    announcing.put("monday", RIGHT, WRONG)
    announcing.p_job()
    announcing.sync_orders()
    receiver = Listening()

    assert send(announcing, receiver) == ""

    assert sorted(described(receiver)) == [("T-1", "order_posted"), ("T-2", "transaction_failed")]
    posted: Any = next(event for event in receiver.got if event.kind == "order_posted").as_json()["detail"]
    assert posted["transaction"]["channel_reference_id"] == "W-T-1"
    assert (posted["kind"], posted["sales_id"]) == ("sales_order", announcing.record("T-1").sales_id)
    assert (posted["total"], posted["payments"], posted["currency"]) == ("70.40", "70.40", "USD")
    failed: Any = next(event for event in receiver.got if event.kind == "transaction_failed").as_json()["detail"]
    assert failed["codes"] == ["GROSS_AMOUNT", "NET_PLUS_TAX", "UNDER_OVER_PAYMENT"]


def test_what_was_sent_is_not_sent_again(announcing: Deployment) -> None:
    announcing.put("monday", RIGHT)
    announcing.p_job()
    announcing.sync_orders()
    send(announcing, Listening())
    again = Listening()
    assert send(announcing, again) == ""
    assert again.got == []


def test_no_event_holds_what_is_personal(announcing: Deployment) -> None:
    announcing.put("monday", WRONG)
    announcing.p_job()
    announcing.sync_orders()
    receiver = Listening()
    send(announcing, receiver)
    assert not any(secret in event.detail for event in receiver.got for secret in ("Jane", "555"))


def test_a_transaction_that_fails_while_it_is_staged_is_told_too(announcing: Deployment) -> None:
    announcing.put("monday", changed(RIGHT, HEADER, grossAmount="abc"))
    announcing.p_job()
    receiver = Listening()
    send(announcing, receiver)
    assert described(receiver) == [("T-1", "transaction_failed")]


def test_a_failure_is_told_once_and_what_comes_of_it_after_it_in_order(announcing: Deployment) -> None:
    announcing.put("monday", WRONG)
    announcing.p_job()
    announcing.sync_orders()
    for _ in range(2):
        announcing.sync_orders(transaction=announcing.record("T-2").key.text)
    announcing.put("tuesday", changed(WRONG, HEADER, comment="other"))
    announcing.p_job()
    receiver = Listening()
    send(announcing, receiver)
    numbers = [int(event.id.rpartition("#")[2]) for event in receiver.got]
    codes = [event.as_json()["detail"]["codes"] for event in receiver.got]  # type: ignore[index]
    assert numbers == sorted(set(numbers))
    assert codes == [["GROSS_AMOUNT", "NET_PLUS_TAX", "UNDER_OVER_PAYMENT"], ["CONTENT_CONFLICT"]]


def test_a_receiver_that_fails_holds_up_nothing_and_gets_everything_later(announcing: Deployment) -> None:
    announcing.put("monday", RIGHT, WRONG)
    announcing.p_job()
    announcing.sync_orders()
    receiver = Listening(refuses=1)

    assert "the next run sends them: nobody is there" in send(announcing, receiver)
    assert announcing.states()["T-1"] == "succeeded"
    assert send(announcing, receiver) == ""

    assert len(receiver.got) == 2


def test_events_whose_sending_could_not_be_noted_come_again_under_the_same_ids(announcing: Deployment) -> None:
    announcing.put("monday", RIGHT)
    announcing.p_job()
    announcing.sync_orders()
    receiver = Listening()
    mark_sent = announcing.store.mark_sent
    announcing.store.mark_sent = lambda sent: None  # type: ignore[method-assign]
    send(announcing, receiver)
    announcing.store.mark_sent = mark_sent  # type: ignore[method-assign]
    send(announcing, receiver)
    assert [event.id for event in receiver.got] == [receiver.got[0].id] * 2


def test_a_finished_run_is_told_with_its_counts_and_without_its_messages(announcing: Deployment) -> None:
    announcing.put("monday", RIGHT)
    report = announcing.p_job()
    run = announcing.run("p-job")
    announce_run("p-job", report.as_json(), announcing.store, run)
    receiver = Listening()
    send(announcing, receiver)
    (event,) = receiver.got
    detail: Any = event.as_json()["detail"]
    assert (event.kind, event.subject, detail["transactions_staged"]) == ("run_finished", "p-job", 1)
    assert {"messages", "sessions"}.isdisjoint(detail)


def test_where_nothing_is_announced_nothing_is_kept(deployment: Deployment) -> None:
    deployment.put("monday", RIGHT, WRONG)
    deployment.p_job()
    deployment.sync_orders()
    receiver = Listening()
    send(deployment, receiver)
    assert receiver.got == []


def test_a_sender_whose_time_is_out_leaves_the_rest(announcing: Deployment) -> None:
    announcing.put("monday", RIGHT)
    announcing.p_job()
    announcing.sync_orders()
    receiver = Listening()
    announcing.stop_after = 0
    assert "the time of this run was out" in send(announcing, receiver)
    assert receiver.got == []
