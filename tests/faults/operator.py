"""An operator who does to the transactions whatever can be done, and lets the rest be refused."""

from collections.abc import Callable
from contextlib import suppress
from random import Random

from postering.domain.errors import JobRefused
from postering.domain.inquiries.standing import ListFilter
from postering.domain.staging.edit_parsing import parse_change
from postering.domain.staging.records import TransactionRecord
from postering.jobs.interventions import Hand
from tests.faults.world import World

_TOUCHED = 5


def hand_on(world: World, random: Random, meanwhile: Callable[[], None]) -> None:
    """Edits, voids, retries and decided conflicts; `meanwhile` happens; what was held or voided is let go of.

    What is edited changes no amount, so that the books must be the same.
    """
    hand = Hand(store=world.store, run=world.run("operator"), reason="trying")
    records = list(world.kept.listed(ListFilter(), None))
    for record in random.sample(records, min(_TOUCHED, len(records))):
        with suppress(JobRefused):
            random.choice([_edit, _void, _retry, _decide])(hand, record, random)
    meanwhile()
    for record in list(world.kept.listed(ListFilter(), None)):
        with suppress(JobRefused):
            again = hand.unvoid(record).after if record.state == "voided" else record
            if again.state == "editing":
                hand.release(again)


def _edit(hand: Hand, record: TransactionRecord, random: Random) -> None:
    hand.edit(record, [parse_change(f"comment=edited {random.randint(1, 1_000)}")])


def _void(hand: Hand, record: TransactionRecord, _: Random) -> None:
    hand.void(record)


def _retry(hand: Hand, record: TransactionRecord, _: Random) -> None:
    hand.retry(record)


def _decide(hand: Hand, record: TransactionRecord, random: Random) -> None:
    staged = hand.store.staged([record.key])[record.key]
    conflicts = record.assembled(staged.pieces).conflicts
    if conflicts:
        hand.decide(record, conflicts[:1], accept=random.random() < 0.5)
