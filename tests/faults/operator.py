"""An operator who does to the transactions whatever can be done, and lets the rest be refused."""

from collections.abc import Callable
from contextlib import suppress
from random import Random

from postering.domain.errors import JobRefused
from postering.domain.inquiries.standing import ListFilter
from postering.domain.staging.edit_parsing import parse_change
from postering.domain.staging.records import TransactionRecord
from postering.jobs.interventions import OperatorActions
from tests.faults.world import World

_TOUCHED = 5


def hand_on(world: World, random: Random, meanwhile: Callable[[], None]) -> None:
    """Edits, voids, retries and decided conflicts; `meanwhile` happens; what was held or voided is let go of.

    What is edited changes no amount, so that the books must be the same.
    """
    operator_actions = OperatorActions(store=world.store, run=world.run("operator"), reason="trying")
    records = list(world.kept.listed(ListFilter(), None))
    for record in random.sample(records, min(_TOUCHED, len(records))):
        with suppress(JobRefused):
            random.choice([_edit, _void, _retry, _decide])(operator_actions, record, random)
    meanwhile()
    for record in list(world.kept.listed(ListFilter(), None)):
        with suppress(JobRefused):
            again = operator_actions.unvoid(record).after if record.state == "voided" else record
            if again.state == "editing":
                operator_actions.release(again)


def _edit(operator_actions: OperatorActions, record: TransactionRecord, random: Random) -> None:
    operator_actions.edit(record, [parse_change(f"comment=edited {random.randint(1, 1_000)}")])


def _void(operator_actions: OperatorActions, record: TransactionRecord, _: Random) -> None:
    operator_actions.void(record)


def _retry(operator_actions: OperatorActions, record: TransactionRecord, _: Random) -> None:
    operator_actions.retry(record)


def _decide(operator_actions: OperatorActions, record: TransactionRecord, random: Random) -> None:
    staged = operator_actions.store.staged([record.key])[record.key]
    conflicts = record.assembled(staged.pieces).conflicts
    if conflicts:
        operator_actions.decide(record, conflicts[:1], accept=random.random() < 0.5)
