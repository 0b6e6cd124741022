"""The commands of repairs: one format, quoted for a shell, with the whole key whatever characters it has."""

import shlex
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postering.domain.keys import TransactionKey
from postering.domain.repairs import commands as repairs
from postering.domain.repairs.setup_lines import table
from postering.domain.staging.edit_parsing import parse_change
from tests.pasting import printed

KEY = TransactionKey("USRT", 5637144592, "HOUSTON-ONLINE", "", "T-1")
PARTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
KEYS = st.builds(TransactionKey, PARTS, st.integers(1, 10**9), PARTS, PARTS, PARTS.filter(bool))


def commands_in(repair: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in repair.splitlines() if line.startswith(f"{repairs.INDENT}postering "))


@given(KEYS)
def test_a_printed_command_names_exactly_its_transaction_on_one_line(key: TransactionKey) -> None:
    (command,) = printed(repairs.void(key, "SIGN"))

    assert command.words[0] == "void"
    assert TransactionKey.parse(command.words[1]) == key
    assert not command.words[1].startswith("-")
    assert all(mark.isprintable() for mark in repairs.void(key, "SIGN") if mark != "\n")


@pytest.mark.parametrize("transaction", ["it's", "$(reboot)", "a b", "`x`", 'q"', "\\", "*", "~", "#1", "é", "a;b&c|d"])
def test_a_shell_passes_the_words_of_a_command_unchanged(transaction: str) -> None:
    key = TransactionKey("USRT", 1, "S", "", transaction)
    (line,) = commands_in(repairs.void(key, "SIGN"))
    described = subprocess.run(
        ["/bin/sh", "-c", f"postering() {{ printf '%s\\n' \"$@\"; }}; {line}"],
        capture_output=True,
        text=True,
        check=True,
        timeout=10,
    ).stdout.splitlines()

    assert TransactionKey.parse(described[1]) == key
    assert (described[0], described[2:]) == ("void", ["--reason", "SIGN"])


@given(st.text(st.characters(categories=["L", "N", "P", "S", "Zs"]), max_size=10))
def test_an_edit_is_read_back_unchanged(value: str) -> None:
    row = "RetailTransactionTaxTrans[2,VAT]"
    (command,) = printed(
        repairs.edit(KEY, "LINE_TAX", (row, "Amount", value), ("RetailTransactionTable", "type", "27"))
    )

    of_row, of_header = map(parse_change, command.words[2:4])
    assert (of_row.entity, of_row.key, of_row.column) == ("RetailTransactionTaxTrans", ("2", "VAT"), "Amount")
    assert of_row.value == value.strip()
    assert (of_header.entity, of_header.column, of_header.value) == ("RetailTransactionTable", "type", "27")


@pytest.mark.parametrize("row", ["RetailTransactionTaxTrans[1,A,B]", "RetailTransactionTaxTrans[1,A]]", "Nothing[1]"])
def test_a_row_that_no_command_can_name_leaves_only_the_void(row: str) -> None:
    (command,) = printed(repairs.edit(KEY, "LINE_TAX", (row, "Amount", "1")))

    assert command.words[0] == "void"


def test_lines_of_the_setup_are_indented_like_the_command_below_them() -> None:
    repair = repairs.add_to_setup(table("charge_codes", company="USRT", code="TOLL"), otherwise="MarkupCode")

    assert commands_in(repair) == ("postering setup apply FILE",)
    assert '\n    [[charge_codes]]\n    company = "USRT"\n    code = "TOLL"\n\nthen run:\n\n    postering' in repair


def test_on_a_stack_every_command_names_it_and_nothing_else_changes() -> None:
    repair = f"Look at `postering show X`.{repairs.void(KEY, 'SIGN')}"
    described = {"repair": [repair], "rows": [], "n": 1}

    named = repairs.on_stack(repair, "my stack")

    assert shlex.split(named.splitlines()[-1])[-2:] == ["--stack", "my stack"]
    assert "`postering show X`." in named
    assert repairs.on_stack(described, "my stack") == {"repair": [named], "rows": [], "n": 1}
    assert repairs.on_stack(described, "") is described
