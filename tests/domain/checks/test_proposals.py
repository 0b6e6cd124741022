"""The first command of each repair, run again and again, fixes a transaction or voids it."""

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from postering.domain.checks import check
from postering.domain.keys import TransactionKey
from postering.domain.money import digits_of
from postering.domain.problems import Problem, blocking
from postering.domain.retail_transactions.transactions import RetailTransaction
from postering.domain.setup.setup import Setup
from postering.domain.setup.setup_file import parse_setup_text, read_setup, write_setup
from postering.domain.setup.toml import setup_toml
from postering.domain.staging.assembly import Assembly, assemble
from postering.domain.staging.edit_parsing import edits_of, parse_change
from postering.domain.staging.edits import Edit
from tests.domain.checks.violations import VIOLATIONS, Violation, full_setup
from tests.domain.pieces_examples import NOW, a_piece, rows_of
from tests.domain.transactions_examples import valid_transactions
from tests.pasting import printed

ALL = [(code, violation) for code, violations in VIOLATIONS.items() for violation in violations]
MOST_STEPS = 12


class Desk:
    """A transaction as received, with the edits and the setup that an operator pasted."""

    def __init__(self, transaction: RetailTransaction, setup: Setup) -> None:
        self.key = transaction.key
        self.pieces = (a_piece(*rows_of(transaction)),)
        self.edits: tuple[Edit, ...] = ()
        self.setup = setup

    @property
    def problems(self) -> tuple[Problem, ...]:
        """The problems that the checks find now."""
        return blocking(check(self._assembly.retail_transaction, self.setup))

    @property
    def _assembly(self) -> Assembly:
        return assemble(self.key, self.pieces, edits=self.edits)

    def follow(self, repair: str) -> str:
        """Run the first command of a repair; its name."""
        command, words = printed(repair)[0], printed(repair)[0].words
        if command.is_setup:
            text = command.pasted(setup_toml(write_setup(self.setup)))
            self.setup = read_setup(parse_setup_text(text.encode(), "setup.toml"))
        else:
            assert TransactionKey.parse(words[1]) == self.key
        if words[0] == "edit":
            changes = [parse_change(word) for word in words[2 : words.index("--reason")]]
            made = edits_of(self._assembly, changes, at=NOW, by="operator")
            assert made, f"nothing changes: {words}"
            self.edits += made
        return words[0]


@pytest.mark.parametrize(("code", "violation"), ALL, ids=[f"{code}: {each.name}" for code, each in ALL])
@settings(
    max_examples=8,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow],
)
@given(data=st.data())
def test_the_first_command_of_each_repair_fixes_the_transaction_or_voids_it(
    code: str, violation: Violation, data: st.DataObject
) -> None:
    transaction = data.draw(valid_transactions(kinds=violation.kinds))
    unit = Decimal(data.draw(st.sampled_from((1, -1, 1000)))).scaleb(-digits_of(transaction.header.currency))
    broken, setup = violation.of(transaction, full_setup(transaction), unit)
    desk = Desk(broken, setup)
    assume(desk.problems)

    followed = []
    while problems := desk.problems:
        followed.append((problems[0].code, printed(problems[0].repair)[0].words))
        assert len(followed) <= MOST_STEPS, followed
        if desk.follow(problems[0].repair) == "void":
            break
