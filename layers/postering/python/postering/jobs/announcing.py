"""Business events sent: what waits in the outbox goes to the receiver, in order, and is taken out when it was taken."""

from collections.abc import Callable, Mapping

from postering.domain.errors import ReceiverUnavailable
from postering.domain.staging.business_events import run_finished
from postering.jobs.ports import Receiver, Store
from postering.jobs.run import Run

_AT_ONCE = 100


def announce_run(job: str, report: Mapping[str, object], store: Store, run: Run) -> None:
    """Keep the event that the run finished."""
    store.keep_event(run_finished(job, run.id, run.now(), report))


def send_events(store: Store, open_receiver: Callable[[], Receiver], run: Run) -> str:
    """Send what waits, once through the outbox; why it was not all sent, '' where it was.

    A receiver that fails holds up nothing: its events wait for the next run. One that took events whose taking could
    not be noted gets them again, under the same ids.
    """
    after: str | None = None
    receiver: Receiver | None = None
    while not run.must_stop():
        page = store.unsent(after, _AT_ONCE)
        events = [event for each in page.unsent for event in each.events]
        if events:
            try:
                receiver = receiver or open_receiver()
                receiver.send(events)
            except ReceiverUnavailable as failed:
                return f"business events wait, the next run sends them: {failed}"
            store.mark_sent(page.unsent)
        if page.next is None:
            return ""
        after = page.next
    return "business events wait, the next run sends them: the time of this run was out"
