"""Transactions that need a person."""

import shlex
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Final

from postering.domain.checks import CODES
from postering.domain.inquiries.standing import Unfinished
from postering.domain.inquiries.status import WARNED_AFTER, Facts, Need, began, of_selection
from postering.domain.inquiries.status_sums import CodeSums, age, by_state_and_code
from postering.domain.problems import Waiting
from postering.domain.runs.runs import SYNC_ORDERS, Outcome
from postering.domain.staging.records import State
from postering.domain.texts import counted

ROWS_MISSING_AFTER: Final = timedelta(days=1)
"""How long a transaction may wait for its own rows before somebody should ask the channel for them."""

_OWN_ROWS: Final = frozenset({Waiting.FOR_HEADER, Waiting.FOR_LINES, Waiting.FOR_PAYMENTS})


def transaction_needs(facts: Facts, codes: Sequence[CodeSums]) -> Iterator[Need]:
    """Transactions that are pending for too long, failed, lack rows, are held, or in conflict."""
    yield from _pending(facts)
    for suspect in facts.standing.suspects:
        what = (
            f"transaction {suspect.transaction_id}: {suspect.tries} runs took it up and none of them ended: look at "
            "the memory and time limits of the function; it is tried again by itself from "
            f"{suspect.retry_at:%Y-%m-%d %H:%M} UTC on"
        )
        command = f"postering explain {shlex.quote(suspect.transaction_id)}"
        yield Need(kind="transaction_suspect", what=what, command=command)
    by_code = by_state_and_code(facts.standing.unfinished)
    described: dict[tuple[str, ...], list[CodeSums]] = {}
    for sums in codes:
        those = by_code[sums.state, sums.code]
        if sums.state == State.FAILED:  # codes that the same transactions have are one thing to look at
            described.setdefault(tuple(one.transaction_id for one in those), []).append(sums)
    for together in described.values():
        yield _failed(together, by_code[together[0].state, together[0].code])
    for sums in codes:
        those = by_code[sums.state, sums.code]
        if sums.state == State.WAITING and sums.code in _OWN_ROWS:
            late = [one for one in those if facts.now - one.received > ROWS_MISSING_AFTER]
            if late:
                what = (
                    f"{counted(len(late), 'transaction')} for more than a day {sums.code}: ask the channel for the rows"
                )
                yield Need(kind="rows_missing", what=what, command=_look_at(late, sums))
    held = [one for one in facts.standing.unfinished if one.state == State.EDITING]
    if held:
        named = shlex.quote(held[0].transaction_id)
        what = f"{counted(len(held), 'transaction')} edited, and held until somebody releases"
        command = f"postering release {named}" if len(held) == 1 else "postering transactions --state editing"
        yield Need(kind="transactions_held", what=what, command=command)
    if facts.standing.in_conflict:
        what = f"{counted(facts.standing.in_conflict, 'transaction')} came again with other content"
        yield Need(kind="conflicts", what=f"{what}: accept or dismiss it", command="postering conflicts")


def _failed(together: Sequence[CodeSums], those: Sequence[Unfinished]) -> Need:
    """Transactions that failed with the same codes."""
    first = together[0]
    amounts = f", {first.amounts_text}" if first.amounts else ""
    meant = [CODES[sums.code].meaning for sums in together if sums.code in CODES]
    should = f" (what should hold: {meant[0]})" if len(together) == 1 and meant else ""
    named = ", ".join(sums.code for sums in together)
    what = f"{counted(len(those), 'transaction')} failed with {named}{amounts}{should}"
    return Need(kind="transactions_failed", what=what, command=_look_at(those, first))


def _pending(facts: Facts) -> Iterator[Need]:
    """Ready for too long: nothing else is the matter with these than that no run took them."""
    oldest = facts.standing.oldest_pending
    last = facts.run_of(SYNC_ORDERS)
    if oldest is None or facts.now - oldest <= WARNED_AFTER:
        return
    if last is None or (last.begun.started < oldest and last.begun.ended is not None):
        cause = f"Synchronize orders did not run since ({facts.planned[SYNC_ORDERS].described})"
    elif last.begun.ended is None:
        cause = f"the run that {began(last.begun, facts.now)} is at work, or died"
    elif last.begun.outcome is Outcome.INCOMPLETE:
        cause = "Synchronize orders is behind: its last run stopped before the end"
    else:
        cause = f"the last run of Synchronize orders did not take them{of_selection(last.begun)}"
    ready = facts.standing.states.get(State.PENDING, 0) - len(facts.standing.suspects)
    count = counted(ready, "transaction")
    what = f"{count} pending, the oldest for {age(facts.now - oldest)}: {cause}"
    yield Need(kind="transactions_pending", what=what, command="postering sync-orders")


def _look_at(those: Sequence[Unfinished], sums: CodeSums) -> str:
    if len(those) == 1:
        return f"postering explain {shlex.quote(those[0].transaction_id)}"
    return f"postering transactions --state {sums.state} --code {sums.code}"
