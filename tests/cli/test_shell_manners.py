"""How the command behaves in a shell: colours, wide names, and Ctrl-C in the middle of many."""

from collections.abc import Callable

import pytest
from rich.cells import cell_len

from postering.domain.staging.records import TransactionRecord
from postering.jobs.interventions import Intervention, OperatorActions
from tests.cli import shop
from tests.cli.conftest import Postering, Ran

Stage = Callable[..., Ran]
WIDE = ("寿司-1", "Größe-2", "👧-3", "ｆｕｌｌ-4")


@pytest.fixture
def many(stage: Stage, postering: Postering) -> Postering:
    """Five transactions that failed for their business date."""
    stage(*(shop.sale(f"T-{number}", day="2031-01-15") for number in range(1, 6)))
    postering("sync-orders")
    return postering


@pytest.mark.parametrize("columns", ["60", "80", "200"])
def test_wide_names_do_not_break_a_table(
    stage: Stage, postering: Postering, monkeypatch: pytest.MonkeyPatch, columns: str
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    stage(*(shop.sale(name, comment="价格") for name in WIDE))
    printed = postering("transactions").out
    rows = [line for line in printed.splitlines() if any(line.strip().startswith(name) for name in WIDE)]
    assert len(rows) == len(WIDE)
    starts = {cell_len(line[: line.index("pending")]) for line in rows}
    assert len(starts) == 1, printed


def test_nothing_that_is_piped_has_colours(many: Postering) -> None:
    for command in ("transactions", "status", "conflicts", "sessions"):
        assert "\x1b[" not in many(command).out
    assert "\x1b[" not in many("show", "T-1").out


def test_ctrl_c_in_the_middle_of_many_leaves_each_done_or_not_done(
    many: Postering, monkeypatch: pytest.MonkeyPatch
) -> None:
    void = OperatorActions.void
    done: list[str] = []

    def interrupted(operator_actions: OperatorActions, record: TransactionRecord) -> Intervention:
        if len(done) == 2:
            raise KeyboardInterrupt
        done.append(record.key.transaction_id)
        return void(operator_actions, record)

    monkeypatch.setattr(OperatorActions, "void", interrupted)
    ran = many("void", "--code", "BUSINESS_DATE")
    assert ran.status == 130
    assert "void: stopped after 2 of 5 transactions" in ran.err
    assert ran.err.endswith("\nstopped\n")
    rows = many("transactions", "--json").json["transactions"]
    assert [row["transaction_id"] for row in rows if row["state"] == "voided"] == done
    assert [row["state"] for row in rows if row["transaction_id"] not in done] == ["failed"] * 3


def test_ctrl_c_before_the_write_of_an_edit_leaves_it_undone(many: Postering, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(OperatorActions, "_write", stopped)
    before = many("show", "T-1", "--json").out
    assert many("edit", "T-1", "businessDate=2026-11-20").status == 130
    assert many("show", "T-1", "--json").out == before
