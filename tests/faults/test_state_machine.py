"""Whatever an operator, a channel and crashes do in whatever order: the books are those of a plain dictionary.

The model knows of each transaction what came, what was decided, edited and voided, and what was posted. It shares no
code with the product but the names of states. After every step each transaction is in the state that the model says,
what is posted never changes again, and the five sides reconcile.
"""

import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from postering.channels.packages.folder_home import UploadsFolder
from postering.channels.packages.uploads import PackageUploads
from postering.domain.errors import JobRefused
from postering.domain.inquiries.standing import ListFilter
from postering.domain.keys import TransactionKey
from postering.domain.staging.edit_parsing import parse_change
from postering.jobs.interventions import OperatorActions
from postering.jobs.limits import Limits
from postering.jobs.sessions import cancel_session
from postering.store.sqlite import SQLiteStore
from tests.domain.transactions_examples import KEY, a_sale, a_setup, with_company
from tests.faults.boundaries import Boundary, Killed, Watched, WatchedUploads
from tests.faults.injecting import COUNT, LONG, RUNS, SEED
from tests.jobs.conftest import Deployment, Rows, changed, only, rows_of, without

HEADER, LINES = "RetailTransactionTable", "RetailTransactionSalesTrans"
WRONG, RIGHT = "-70.41", "-70.40"


@dataclass
class Known:
    """What the model knows of one transaction."""

    headers: list[str] = field(default_factory=list)  # comments of the header's versions, in order of arrival
    set_aside: set[str] = field(default_factory=set)
    current: str | None = None
    lines: bool = False
    edits: dict[str, dict[str, str]] = field(default_factory=dict)  # by version: column to text
    wrong_when_sent: bool = False
    voided: bool = False
    held: bool = False
    posted: str | None = None  # the comment of the order

    @property
    def conflicts(self) -> list[str]:
        return [each for each in self.headers if each != self.current and each not in self.set_aside]

    @property
    def comment(self) -> str:
        return self.edits.get(self.current or "", {}).get("comment", self.current or "")

    def is_valid(self, card_is_set_up: bool) -> bool:
        sent = WRONG if self.wrong_when_sent else RIGHT
        return card_is_set_up and self.edits.get(self.current or "", {}).get("grossAmount", sent) == RIGHT

    def states(self) -> set[str]:
        """The states that it may be in before Synchronize orders looks at it again."""
        if self.posted is not None:
            return {"succeeded"}
        if self.voided:
            return {"voided"}
        if self.held:
            return {"editing"}
        if self.conflicts:
            return {"failed"}
        if self.current is None or not self.lines:
            return {"waiting"}
        return {"pending", "failed"}


class Books(RuleBasedStateMachine):
    """The public operations of a local deployment, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        home = Path(self.folder.name)
        self.deployment = Deployment(
            home=home,
            store=SQLiteStore(home / "postering.db"),
            uploads=PackageUploads(UploadsFolder(home)),
            limits=Limits(staged_at_once=2, posted_at_once=2),
        )
        self.known: dict[str, Known] = {}
        self.packages: list[str] = []
        self.canceled: dict[str, tuple[str, Rows]] = {}  # transactions that a canceled session left out, by package
        self.numbers: dict[str, str] = {}
        self.versions, self.names = count(1), count(1)
        self.card_is_set_up, self.holds = True, False

    def teardown(self) -> None:
        COUNT.transactions += len(self.known)
        self.deployment.store.close()
        self.folder.cleanup()

    @initialize()
    def set_up(self) -> None:
        self.deployment.apply(a_setup())
        self.new_sale(whole=True, wrong=False)

    # --- the channel -------------------------------------------------------------------------------------

    @rule(whole=st.booleans(), wrong=st.booleans())
    def new_sale(self, whole: bool, wrong: bool) -> None:
        """A sale; or only its header, whose lines come late."""
        name = self._next_id()
        known = self.known[name] = Known(wrong_when_sent=wrong)
        rows = self._rows(name, f"version {next(self.versions)}")
        self._stage(rows if whole else without(rows, LINES))
        self._header_came(known, rows)
        known.lines = whole

    @rule(data=st.data())
    def late_lines(self, data: st.DataObject) -> None:
        """The lines of a sale that waits for them; again, where they came."""
        name = data.draw(st.sampled_from(sorted(self.known)))
        rows = self._rows(name, "")
        self._stage(only(rows, LINES))
        known = self.known[name]
        if known.posted is None:
            known.lines = True

    @rule(data=st.data())
    def sent_again(self, data: st.DataObject) -> None:
        """The same rows again: nothing happens."""
        name = data.draw(st.sampled_from(sorted(self.known)))
        known = self.known[name]
        if known.headers:
            before = self.deployment.record(name)
            self._stage(self._rows(name, data.draw(st.sampled_from(known.headers))), header_only=True)
            assert self.deployment.record(name) == before

    @rule(data=st.data())
    def sent_with_other_content(self, data: st.DataObject) -> None:
        """The header with another comment: a conflict."""
        name = data.draw(st.sampled_from(sorted(self.known)))
        rows = self._rows(name, f"version {next(self.versions)}")
        self._stage(rows, header_only=True)
        self._header_came(self.known[name], rows)

    # --- the jobs ----------------------------------------------------------------------------------------

    @rule()
    def synchronize_orders(self) -> None:
        self.deployment.sync_orders()
        self._posted(self.known)

    @rule(data=st.data())
    def synchronize_one(self, data: st.DataObject) -> None:
        name = data.draw(st.sampled_from(sorted(self.known)))
        self.deployment.sync_orders(transaction=self._key(name).text)
        self._posted([name])

    @rule(call=st.integers(1, 14), kind=st.sampled_from(["before", "after"]), deaths=st.integers(1, 5))
    def runs_die_while_they_post(self, call: int, kind: str, deaths: int) -> None:
        for _ in range(deaths):
            self._killed(call, kind, self.deployment.sync_orders)
            self.nothing_is_half_visible()
        self.deployment.later(hours=1)
        self.synchronize_orders()

    @rule(
        call=st.integers(1, 14),
        kind=st.sampled_from(["before", "after"]),
        deaths=st.integers(1, 5),
        cancel=st.booleans(),
    )
    def runs_die_while_they_stage(self, call: int, kind: str, deaths: int, cancel: bool) -> None:
        """The next run goes on with the session; or an operator cancels it, and what was staged stays."""
        name = self._next_id()
        rows = self._rows(name, f"version {next(self.versions)}")
        self._lay(rows)
        for _ in range(deaths):
            self._killed(call, kind, self.deployment.p_job)
        self.deployment.later(hours=1)
        if cancel:
            for session in self.deployment.store.waiting_sessions("Default"):
                cancel_session(session.name, self.deployment.store, self.deployment.run("anna"))
        self.deployment.p_job()
        if self.deployment.store.find(name):
            self._came_whole(name, rows)
        else:
            assert cancel, f"{name} is lost"
            self.canceled[self.packages[-1]] = (name, rows)

    @precondition(lambda self: self.packages)
    @rule(data=st.data())
    def a_session_is_run_again(self, data: st.DataObject) -> None:
        """Nothing that is staged changes; what a canceled session left out is staged."""
        package = data.draw(st.sampled_from(self.packages))
        before = {record.key.transaction_id: record for record in self._records()}
        self.deployment.p_job(rerun_session=package)
        after = {record.key.transaction_id: record for record in self._records()}
        name, rows = self.canceled.pop(package, ("", {}))
        if name and name not in before:
            after.pop(name)
            self._came_whole(name, rows)
        assert after == before

    # --- the operator ------------------------------------------------------------------------------------

    @rule(data=st.data(), column=st.sampled_from(["comment", "grossAmount"]), wrong=st.booleans())
    def edit(self, data: st.DataObject, column: str, wrong: bool) -> None:
        name = data.draw(st.sampled_from(sorted(self.known)))
        known = self.known[name]
        text = (WRONG if wrong else RIGHT) if column == "grossAmount" else f"edited {next(self.versions)}"
        if self._done(name, lambda actions, record: actions.edit(record, [parse_change(f"{column}={text}")])):
            assert known.posted is None
            assert not known.voided
            edits = known.edits.setdefault(known.current or "", {})
            sent = WRONG if known.wrong_when_sent else RIGHT
            if column == "comment" or edits.get("grossAmount", sent) != text:
                edits[column] = text
                known.held = known.held or self.holds
        else:
            assert known.posted is not None or known.voided or known.current is None

    @rule(data=st.data())
    def void(self, data: st.DataObject) -> None:
        name = data.draw(st.sampled_from(sorted(self.known)))
        if self._done(name, lambda operator_actions, record: operator_actions.void(record)):
            self.known[name].voided = True
        else:
            assert self.known[name].posted is not None

    @rule(data=st.data())
    def unvoid(self, data: st.DataObject) -> None:
        name = data.draw(st.sampled_from(sorted(self.known)))
        done = self._done(name, lambda operator_actions, record: operator_actions.unvoid(record))
        assert done == self.known[name].voided
        self.known[name].voided = False

    @rule(data=st.data())
    def retry(self, data: st.DataObject) -> None:
        name = data.draw(st.sampled_from(sorted(self.known)))
        if self._done(name, lambda operator_actions, record: operator_actions.retry(record)):
            assert self.deployment.record(name).state == "pending"

    @rule(data=st.data())
    def release(self, data: st.DataObject) -> None:
        name = data.draw(st.sampled_from(sorted(self.known)))
        known = self.known[name]
        done = self._done(name, lambda operator_actions, record: operator_actions.release(record))
        if known.voided:  # what was held is held again when the void is taken back
            assert not done
            return
        assert done or not known.held
        known.held = False

    @rule(data=st.data(), accept=st.booleans())
    def decide_a_conflict(self, data: st.DataObject, accept: bool) -> None:
        name = data.draw(st.sampled_from(sorted(self.known)))
        known = self.known[name]
        record = self.deployment.record(name)
        assembly = record.assembled(self.deployment.store.staged([record.key])[record.key].pieces)
        assert len(assembly.conflicts) == len(known.conflicts)
        if not known.conflicts:
            return
        chosen = assembly.conflicts[:1]
        version = str(chosen[0].other.values["comment"])  # type: ignore[union-attr]
        done = self._done(name, lambda operator_actions, record: operator_actions.decide(record, chosen, accept=accept))
        assert done == (not accept or known.posted is None)
        if done and accept:
            known.set_aside.add(known.current or "")
            known.set_aside.discard(version)
            known.current = version
        elif done:
            known.set_aside.add(version)

    @rule()
    def the_payment_method_comes_and_goes(self) -> None:
        self.card_is_set_up = not self.card_is_set_up
        self._apply()

    @rule()
    def edits_are_held_or_not(self) -> None:
        self.holds = not self.holds
        self._apply()

    # --- what always holds -------------------------------------------------------------------------------

    @invariant()
    def every_transaction_is_in_the_state_that_the_model_says(self) -> None:
        found = {record.key.transaction_id: str(record.state) for record in self._records()}
        assert found.keys() == self.known.keys()
        for name, state in found.items():
            assert state in self.known[name].states(), (name, state, self.known[name])

    @invariant()
    def nothing_is_half_visible(self) -> None:
        orders = {order.document.transaction.transaction_id: order for order in self._orders()}
        records = {record.key.transaction_id: record for record in self._records()}
        assert orders.keys() == {name for name, record in records.items() if record.state == "succeeded"}
        assert all(records[name].sales_id == order.document.id for name, order in orders.items())
        assert len({order.document.id for order in orders.values()}) == len(orders)
        for record in records.values():
            befores = [entry.before for entry in record.timeline]
            afters = [entry.after for entry in record.timeline]
            assert befores == ["", *afters[:-1]]
            assert afters[-1] == str(record.state)

    @invariant()
    def what_is_posted_never_changes(self) -> None:
        for order in self._orders():
            name = order.document.transaction.transaction_id
            assert self.numbers.setdefault(name, order.document.id) == order.document.id
            assert order.document.comment == self.known[name].posted
            assert sum(payment.amount.amount for payment in order.payments) == order.document.header_total.amount

    @invariant()
    def the_five_sides_reconcile(self) -> None:
        reconciled = self.deployment.reconcile()
        assert reconciled.balanced, [each.as_json() for each in reconciled.unexplained]

    # --- how it is done ----------------------------------------------------------------------------------

    def _next_id(self) -> str:
        return f"T-{next(self.names)}"

    def _rows(self, name: str, comment: str) -> Rows:
        gross = WRONG if self.known.get(name, Known()).wrong_when_sent else RIGHT
        return changed(rows_of(a_sale(), name), HEADER, comment=comment, grossAmount=gross)

    def _lay(self, rows: Rows) -> None:
        self.packages.append(f"package-{next(self.versions)}")
        self.deployment.put(self.packages[-1], rows)

    def _stage(self, rows: Rows, *, header_only: bool = False) -> None:
        self._lay(only(rows, HEADER) if header_only else rows)
        self.deployment.p_job()

    def _came_whole(self, name: str, rows: Rows) -> None:
        known = self.known[name] = Known()
        self._header_came(known, rows)
        known.lines = True

    @staticmethod
    def _header_came(known: Known, rows: Rows) -> None:
        version = str(rows[HEADER][0]["comment"])
        known.headers.append(version)
        if known.current is None:
            known.current = version

    def _posted(self, names: Any) -> None:
        """What Synchronize orders must have made of these."""
        for name in names:
            known = self.known[name]
            if known.states() == {"pending", "failed"}:
                state = self.deployment.record(name).state
                assert state == ("succeeded" if known.is_valid(self.card_is_set_up) else "failed"), (name, known)
                known.posted = known.comment if state == "succeeded" else None

    def _killed(self, call: int, kind: str, job: Callable[[], object]) -> None:
        """The job in a process that dies before or after its n-th call to the outside, if it makes so many."""
        boundary = Boundary(call, "killed before a call" if kind == "before" else "killed after a call")
        store, uploads = self.deployment.store, self.deployment.uploads
        self.deployment.store = Watched(store, "store", boundary)  # type: ignore[assignment]
        self.deployment.uploads = WatchedUploads(uploads, "uploads", boundary)  # type: ignore[assignment]
        try:
            with suppress(Killed):
                job()
        finally:
            self.deployment.store, self.deployment.uploads = store, uploads
        store.close()
        self.deployment.store = SQLiteStore(self.deployment.home / "postering.db")

    def _done(self, name: str, deed: Callable[[OperatorActions, Any], object]) -> bool:
        """Whether the operator could do it; a refusal changes nothing."""
        before = self.deployment.record(name)
        operator_actions = OperatorActions(store=self.deployment.store, run=self.deployment.run("anna"), reason="")
        try:
            deed(operator_actions, before)
        except JobRefused:
            assert self.deployment.record(name) == before
            return False
        return True

    def _apply(self) -> None:
        setup = with_company(a_setup(), hold_after_edit=self.holds)
        if not self.card_is_set_up:
            methods = tuple(method for method in setup.payment_methods if method.tender_type != "2")
            setup = replace(setup, payment_methods=methods)
        self.deployment.apply(setup)

    def _key(self, name: str) -> TransactionKey:
        return TransactionKey(KEY.company, KEY.channel, KEY.store, KEY.terminal, name)

    def _records(self) -> list[Any]:
        return list(self.deployment.store.listed(ListFilter(), None))

    def _orders(self) -> list[Any]:
        return list(self.deployment.store.orders_between(None, None, None))


@pytest.mark.parametrize("steps", [40 if LONG else 25])
def test_whatever_is_done_in_whatever_order_the_books_are_those_of_a_plain_dictionary(steps: int) -> None:
    run_state_machine_as_test(
        seed(SEED)(Books),
        settings=settings(
            max_examples=max(RUNS, 12),
            stateful_step_count=steps,
            deadline=None,
            database=None,
            phases=(Phase.generate,),  # a failure is told with all its steps: shrinking them takes longer than reading
            suppress_health_check=list(HealthCheck),
        ),
    )
    COUNT.faults["any operation in any order"] += max(RUNS, 12)
