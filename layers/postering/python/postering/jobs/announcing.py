"""Business events: the outbox is sent to the receiver in order, and sent events leave the outbox."""

from collections.abc import Callable, Mapping

from postering.domain.errors import ReceiverUnavailable
from postering.domain.staging.business_events import run_finished
from postering.jobs.ports import Receiver, Store
from postering.jobs.run import Run

_AT_ONCE = 100


def announce_run(job: str, report: Mapping[str, object], store: Store, run: Run) -> None:
    """Put the event of a finished run into the outbox."""
    store.keep_event(run_finished(job, run.id, run.now(), report))


def send_events(store: Store, open_receiver: Callable[[], Receiver], run: Run) -> str:
    """Send the outbox once. Returns why some events were not sent ('' if all were).

    If the receiver fails, the events wait for the next run. If it received events and a crash follows before they
    leave the outbox, it receives them again, with the same ids.
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
